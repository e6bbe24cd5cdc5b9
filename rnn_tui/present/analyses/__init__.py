"""Analyses and comparisons as pictures."""
