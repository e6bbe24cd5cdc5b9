"""The keys of a terminal, with an escape key that is answered at once."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

ESCAPE = "\x1b"
IDLE = 0.1  # seconds after which to look whether the program is about to end
MARGIN = 0.001  # seconds, so that a wait is over when it is looked at


class Keyboard(LinuxDriver):
    """Textual's driver, which waits no longer than it has to.

    What follows an escape character within `constants.ESCAPE_DELAY` makes a sequence with it,
    such as an arrow; without anything it was the key. Textual looks for that ten times a
    second only, so that shorter delays make no difference to it.
    """

    def run_input_thread(self) -> None:
        """Read keys and hand them on until the program ends."""
        parser = XTermParser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        wait = IDLE
        with selectors.SelectSelector() as selector:  # macOS has no other for terminals
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = decode(os.read(self.fileno, 4096)) if selector.select(wait) else ""
                for message in (*(parser.feed(text) if text else ()), *parser.tick()):
                    self.process_message(message)
                wait = min(IDLE, constants.ESCAPE_DELAY + MARGIN) if ESCAPE in text else IDLE
