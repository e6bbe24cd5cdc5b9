"""The program in a pseudo-terminal: what it is sent, and when it wrote what."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

from limits import LIMIT

MAY_SYNCHRONISE, CAN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"  # whole frames: asked, and answered


class Piece(NamedTuple):
    """Bytes that were read together, and when, by `time.perf_counter`."""

    at: float
    bytes: bytes


class Terminal:
    """A child on a pseudo-terminal, 80x24 if not told otherwise, and all that it wrote."""

    def __init__(
        self,
        *arguments: str,
        width: int = 80,
        height: int = 24,
        program: Sequence[str] = ("-m", "rnn_tui"),
    ) -> None:
        self.pieces: list[Piece] = []
        self.output = b""
        self._answered = False
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, *program, *arguments])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def send(self, keys: bytes) -> float:
        """Press keys; the moment before they were written."""
        now = time.perf_counter()
        os.write(self.fd, keys)
        return now

    def wait_for(self, text: bytes, seconds: float = LIMIT) -> None:
        """Read until a text has been written since the beginning."""
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < deadline, f"never saw {text!r}"
            self.read(0.1)

    def watch(self, seconds: float) -> None:
        """Read for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            assert self.read(left), "it ended"

    def read(self, timeout: float) -> bool:
        """Read what there is, or wait for it; False once the child has gone."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return True
        try:
            piece = os.read(self.fd, 2**20)
        except OSError:  # the child has gone
            return False
        self.pieces.append(Piece(time.perf_counter(), piece))
        self.output += piece
        if not self._answered and MAY_SYNCHRONISE in self.output:
            self._answered = True
            self.send(CAN)
        return bool(piece)

    def leave(self) -> int:
        """Wait for the child to end; its exit code."""
        deadline = time.monotonic() + LIMIT
        while self.read(0.1):
            assert time.monotonic() < deadline, "it did not end"
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self.read(0.1)
                break
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code

    def hang_up(self) -> int:
        """Take the terminal away, as closing its window does; the exit code of the child."""
        os.close(self.fd)
        limit = threading.Timer(LIMIT, os.kill, (self.pid, signal.SIGKILL))
        limit.start()
        _, status = os.waitpid(self.pid, 0)
        limit.cancel()
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """End a child that need not put its terminal back."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
