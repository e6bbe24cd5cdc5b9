"""Updates in their order, and what an update is made of."""
