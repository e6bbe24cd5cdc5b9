"""The program in a real (pseudo-)terminal: open, step, quit, and leave it as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR, MOUSE_OFF = b"\x1b[?25h", b"\x1b[?1000l"


class Terminal:
    """A child on a pseudo-terminal of 80x24, and all that it wrote."""

    def __init__(self, *arguments: str) -> None:
        self.output = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, "-m", "rnn_tui", *arguments])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def send(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def wait_for(self, text: bytes, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < deadline, f"never saw {text!r}"
            self._read(0.1)

    def _read(self, timeout: float) -> bool:
        if not select.select([self.fd], [], [], timeout)[0]:
            return True
        try:
            piece = os.read(self.fd, 65536)
        except OSError:  # the child has gone
            return False
        self.output += piece
        return bool(piece)

    def leave(self) -> int:
        """Wait for the child to end; its exit code."""
        deadline = time.monotonic() + 20
        while self._read(0.1):
            assert time.monotonic() < deadline, "it did not end"
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._read(0.1)
                break
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code


def test_open_step_quit() -> None:
    terminal = Terminal("sentiment")
    terminal.wait_for(b"not yet predicted")
    terminal.send(b"fff")
    terminal.wait_for("−0.0997".encode())
    terminal.send(b"FB")
    terminal.wait_for(b"0.0298")
    terminal.send(b"q")
    assert terminal.leave() == 0
    start, end = terminal.output.find(ENTER_SCREEN), terminal.output.rfind(LEAVE_SCREEN)
    assert 0 <= start < end, "the screen from before comes back"
    assert SHOW_CURSOR in terminal.output[end - 200 :]
    assert MOUSE_OFF in terminal.output


def test_a_file_that_is_wrong_never_opens_the_screen(tmp_path: object) -> None:
    terminal = Terminal(f"{tmp_path}/none.toml")
    assert terminal.leave() == 2
    assert ENTER_SCREEN not in terminal.output
    assert b"can't be read: no such file" in terminal.output
