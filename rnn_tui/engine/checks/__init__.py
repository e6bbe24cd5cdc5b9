"""Whether the gradient is right, and the bugs that make it wrong."""
