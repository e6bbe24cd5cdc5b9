"""Curves and pictures as characters."""
