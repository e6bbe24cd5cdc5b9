"""The program in a real (pseudo-)terminal: open, step, quit, and leave it as it was."""

from __future__ import annotations

from terminal import Terminal

ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR, MOUSE_OFF = b"\x1b[?25h", b"\x1b[?1000l"


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
