"""The operations of a pass in their order, and what each has made so far."""
