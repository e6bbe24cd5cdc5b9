"""Derivations as lines of text."""
