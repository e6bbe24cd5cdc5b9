"""Weights in files: their formats, and the names that PyTorch gives them."""
