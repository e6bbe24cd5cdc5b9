"""The explorer in the terminal."""
