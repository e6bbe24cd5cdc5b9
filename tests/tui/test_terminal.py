"""The program in a real (pseudo-)terminal: open, step, quit, and leave it as it was."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hostile
import pytest
from terminal import Terminal

from rnn_tui.session.commands.saving import read

ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR, MOUSE_OFF = b"\x1b[?25h", b"\x1b[?1000l"


def stepped() -> Terminal:
    """The explorer in a terminal, three timesteps into the first sentence."""
    terminal = Terminal("sentiment")
    terminal.wait_for(b"not yet predicted")
    terminal.send(b"fff")
    terminal.wait_for("▸▸▸".encode())
    return terminal


@pytest.mark.slow
def test_open_step_quit() -> None:
    terminal = stepped()
    terminal.send(b"FB")
    terminal.wait_for(b"0.0298")
    terminal.send(b"q")
    assert terminal.leave() == 0
    start, end = terminal.output.find(ENTER_SCREEN), terminal.output.rfind(LEAVE_SCREEN)
    assert 0 <= start < end, "the screen from before comes back"
    assert SHOW_CURSOR in terminal.output[end - 200 :]
    assert MOUSE_OFF in terminal.output


@pytest.mark.slow
@pytest.mark.parametrize("behind", [b"t", b"2k:g"])
def test_what_is_typed_behind_the_last_key_is_dropped(behind: bytes) -> None:
    terminal = Terminal("sentiment")
    terminal.wait_for(b"not yet predicted")
    terminal.send(b"q" + behind)
    assert terminal.leave() == 0
    assert b"Traceback" not in terminal.output


@pytest.mark.slow
def test_what_is_lost_is_said_where_the_screen_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not there was time to say on the screen that nothing is kept."""
    monkeypatch.setenv("RNN_TUI_STATE", "/dev/null/nowhere")
    terminal = stepped()
    terminal.send(b"q")
    assert terminal.leave() == 2
    said = terminal.output.rpartition(LEAVE_SCREEN)[2]
    assert b"rnn-tui: /dev/null/nowhere/sentiment-" in said
    assert b": can't be written: not a directory, and what was done last is lost" in said
    assert b"Traceback" not in terminal.output


def test_no_escape_of_a_file_reaches_the_terminal(tmp_path: Path) -> None:
    path = hostile.write(tmp_path).words
    terminal = Terminal(path)
    terminal.wait_for(b"not yet predicted")
    terminal.send(b"FBeq")
    assert terminal.leave() == 0
    assert "␛]52;c;eA==␇".encode() in terminal.output
    for evil in (b"\x1b]52", b"\x1b]0;", b"x\x07", b"=\x07", "\x9b".encode(), "\u202e".encode()):
        assert evil not in terminal.output


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 3])
def test_it_goes_on_where_it_was_stopped(times: int) -> None:
    """By a SIGSTOP, of which no program is told: it draws all anew, reads keys, and ends."""
    terminal = stepped()
    for _ in range(times):
        os.kill(terminal.pid, signal.SIGSTOP)
        os.waitpid(terminal.pid, os.WUNTRACED)
        terminal.output = b""
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait_for(ENTER_SCREEN)
        terminal.wait_for("▸▸▸".encode())
    terminal.send(b"FB")
    terminal.wait_for(b"0.0298")
    terminal.send(b"q")
    assert terminal.leave() == 0


@pytest.mark.slow
def test_all_keys_of_one_read_are_acted_on() -> None:
    terminal = Terminal("sentiment")
    terminal.wait_for(b"not yet predicted")
    terminal.send(b"E7\r")
    terminal.wait_for(b"epoch 7")
    terminal.send(b"q")
    assert terminal.leave() == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_keeps_the_session_and_gives_the_terminal_back(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    terminal = stepped()
    os.kill(terminal.pid, number)
    assert terminal.leave() == 128 + number
    assert LEAVE_SCREEN in terminal.output
    (kept,) = tmp_path.iterdir()
    assert [command.text for command in read(kept).journal] == ["forward 3"]


@pytest.mark.slow
@pytest.mark.parametrize("runs", [False, True])
def test_it_ends_with_its_terminal(
    runs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    terminal = stepped()
    if runs:
        terminal.send(b"+++ ")
        terminal.wait_for(b"Running ")
    assert terminal.hang_up() == 128 + signal.SIGHUP
    (kept,) = tmp_path.iterdir()
    assert read(kept).journal


def test_a_file_that_is_wrong_never_opens_the_screen(tmp_path: object) -> None:
    terminal = Terminal(f"{tmp_path}/none.toml")
    assert terminal.leave() == 2
    assert ENTER_SCREEN not in terminal.output
    assert b"can't be read: no such file" in terminal.output
