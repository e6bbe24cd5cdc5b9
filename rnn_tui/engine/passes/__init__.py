"""Passes over examples: the reference that keeps every number, and the kernel that trains."""
