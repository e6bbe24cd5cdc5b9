"""Conditions on a run, and where they stop it."""
