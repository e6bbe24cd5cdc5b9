"""A lesson being taken: what is asked, what is answered and done, and what is said to it."""
