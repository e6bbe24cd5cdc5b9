"""The explorer in the terminal."""

import os

# Textual paints what a key changed at the next of so many moments a second, and nothing where
# nothing changed. At its usual 60 a key waits up to 17 ms twice: once for the cursor, once for
# what follows it.
os.environ.setdefault("TEXTUAL_FPS", "240")

# An escape character is the key, or begins what an arrow or a function key sends, all of which
# a terminal sends together: only the lone key has to be waited for. ncurses waits a second,
# Neovim 50 ms, fish 30, htop 25. Over a slow line, through which a sequence may come in parts,
# a longer time can be set as for ncurses, with ESCDELAY.
os.environ.setdefault("ESCDELAY", "25")
