"""What comes back by mail: fetched, read in a process with limits, threaded, stripped."""
