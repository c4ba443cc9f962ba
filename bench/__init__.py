"""What is measured, each by one command; `python -m bench` runs all and writes RESULTS.md."""
