"""The explorer's screen, the plain controllers that do what keys ask for, the frame before it."""
