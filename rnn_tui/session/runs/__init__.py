"""Runs in time: every update again, forks and the memory they share, training beside the screen."""
