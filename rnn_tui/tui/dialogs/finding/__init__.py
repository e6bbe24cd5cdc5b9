"""Dialogs that look for what is wrong."""
