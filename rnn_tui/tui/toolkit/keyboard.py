"""The terminal: an escape key that is answered at once, and an end of the program with its own.

Relies on `LinuxDriver`: on `run_input_thread` as what its thread runs, with `fileno`,
`exit_event` and `process_message`; on `_file`, which it writes to; on `_sigcont_application`,
which it has called after a stop, and what that looks at: `_key_thread`, which reads, `_loop`, and
`_must_signal_resume`. And on `textual._xterm_parser.XTermParser`, which makes keys of
characters. Were one of them called otherwise, the program would not start, wait for a terminal
that has gone, or lose keys after a stop.
"""

from __future__ import annotations

import os
import selectors
import signal
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from io import TextIOBase
from typing import IO, Any, cast

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

ESCAPE = "\x1b"
IDLE = 0.1  # seconds after which to look whether the program is about to end
MARGIN = 0.001  # seconds, so that a wait is over when it is looked at


class Unread(TextIOBase):
    """A terminal's file that takes what is written to it, even when nobody sees it any more."""

    def __init__(self, file: IO[str]) -> None:
        super().__init__()
        self._file = file

    def fileno(self) -> int:
        """That of the terminal."""
        return self._file.fileno()

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Let the terminal have it."""
        with suppress(OSError):
            self._file.flush()


class Keyboard(LinuxDriver):
    """Textual's driver, which waits no longer than it has to.

    What follows an escape character within `constants.ESCAPE_DELAY` makes a sequence with it,
    such as an arrow; without anything it was the key. Textual looks for that ten times a
    second only, so that shorter delays make no difference to it.

    A terminal that has gone ends the program. Textual's thread that writes would break off, and
    the program wait for it; the one that reads would find nothing again and again; and the
    SIGCONT that comes with a SIGHUP would have both begin anew.

    One that a SIGSTOP has stopped gave nothing up before, so it has to end what it began before
    it begins anew: two threads that read would take keys from each other, and of two only one is
    told to end.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._file = cast("Any", Unread(cast("IO[str]", self._file)))

    def lost(self) -> None:
        """The terminal has gone: be told so, also where nobody else tells."""
        os.kill(os.getpid(), signal.SIGHUP)

    def _sigcont_application(self, *args: Any) -> None:
        with suppress(termios.error):
            termios.tcgetattr(self.fileno)
            if self._key_thread is not None and self._key_thread.is_alive():
                # Not in here, as what was interrupted may hold the lock of what is to be written.
                self._loop.call_soon_threadsafe(self._begin_anew)
            else:
                super()._sigcont_application(*args)

    def _begin_anew(self) -> None:
        self.suspend_application_mode()
        self._must_signal_resume = True
        self.resume_application_mode()

    def run_input_thread(self) -> None:
        """Read keys and hand them on until the program ends, or its terminal."""
        parser = XTermParser()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        wait = IDLE
        with selectors.SelectSelector() as selector:  # macOS has no other for terminals
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = ""
                if selector.select(wait):
                    read = self._read()
                    if not read:
                        self.lost()
                        return
                    text = decode(read)
                for message in (*(parser.feed(text) if text else ()), *parser.tick()):
                    self.process_message(message)
                wait = min(IDLE, constants.ESCAPE_DELAY + MARGIN) if ESCAPE in text else IDLE

    def _read(self) -> bytes:
        """What has been typed; nothing at the end of the terminal."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""
