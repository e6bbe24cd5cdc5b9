"""What can be changed by hand, and what a change comes to."""
