"""Panes that draw curves, and those of the Train page."""
