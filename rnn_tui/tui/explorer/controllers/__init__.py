"""What does what keys ask for: plain controllers, which see the screen by its face alone."""
