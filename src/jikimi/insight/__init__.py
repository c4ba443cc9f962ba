"""What happened, as pictures: numbers and times in, coordinates and labels out."""
