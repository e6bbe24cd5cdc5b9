"""Dialogs in which something is typed."""
