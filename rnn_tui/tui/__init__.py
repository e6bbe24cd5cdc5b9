"""The explorer in the terminal."""

import os

# Textual paints what a key changed at the next of so many moments a second, and nothing where
# nothing changed. At its usual 60 a key waits up to 17 ms twice: once for the cursor, once for
# what follows it.
os.environ.setdefault("TEXTUAL_FPS", "240")
