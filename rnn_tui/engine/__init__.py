"""The numbers: NumPy only, no terminal and no file."""
