"""Panes of running text."""
