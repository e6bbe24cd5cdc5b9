"""Passes over examples: line by line with all that it makes kept, and fast."""
