"""A lesson in words: the card of a step, the list of a course, and what a text speaks of."""
