"""Tables of numbers, row by row."""
