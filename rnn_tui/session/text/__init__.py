"""What the network writes, and what its units read."""
