"""Training beside the screen: its thread, where it stops, what is kept, and what follows it."""
