"""What goes by itself: which rungs two people have switched on."""
