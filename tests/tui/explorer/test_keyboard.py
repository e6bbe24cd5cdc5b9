"""What the terminal sends becomes keys: none is lost, and a lone escape is not waited for long."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import threading
from contextlib import suppress
from queue import Queue
from typing import Any

import pytest
from limits import LIMIT
from textual import constants, events
from textual.message import Message

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.toolkit.keyboard import Keyboard, Unread

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="keys are no characters there")


class Bench(Keyboard):
    """Reads from a pipe in place of a terminal."""

    def __init__(self, fileno: int) -> None:
        self.fileno = fileno
        self.exit_event = threading.Event()
        self.got: Queue[Message] = Queue()
        self.gone = threading.Event()

    def lost(self) -> None:
        self.gone.set()

    def process_message(self, message: Message) -> None:
        self.got.put(message)


class Typing:
    """A pipe to a reading thread."""

    def __init__(self) -> None:
        self.read_end, self.write_end = os.pipe()
        self.bench = Bench(self.read_end)
        self.thread = threading.Thread(target=self.bench.run_input_thread)

    def __enter__(self) -> Typing:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bench.exit_event.set()
        self.thread.join()
        os.close(self.read_end)
        os.close(self.write_end)

    def send(self, text: str) -> None:
        os.write(self.write_end, text.encode())

    def next(self) -> Message:
        return self.bench.got.get(timeout=LIMIT)

    def key(self) -> str:
        message = self.next()
        assert isinstance(message, events.Key)
        return message.key


def test_the_end_of_the_terminal_is_told_and_nothing_read_any_more() -> None:
    with Typing() as typing:
        typing.send("λ")
        assert typing.key() == "λ"
        assert not typing.bench.gone.is_set()
        os.close(typing.write_end)
        typing.thread.join(20)
        assert typing.bench.gone.is_set()
        typing.write_end = os.dup(typing.read_end)  # to be closed in the end


def test_what_cannot_be_written_is_let_go() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w") as file:
        unread = Unread(file)
        unread.write("seen")
        unread.flush()
        assert os.read(read_end, 10) == b"seen"
        os.close(read_end)
        unread.write("unseen")
        unread.flush()
        with suppress(BrokenPipeError):
            file.close()


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[C", ["right"]),
        ("\x1b[Zq", ["shift+tab", "q"]),
        ("\x1bOP", ["f1"]),
        ("λq", ["λ", "q"]),
        ("\x1b", ["escape"]),
        ("\x1bx", ["alt+x"]),
    ],
)
def test_characters_are_keys(sent: str, keys: list[str]) -> None:
    with Typing() as typing:
        typing.send(sent)
        assert [typing.key() for _ in keys] == keys


def test_a_sequence_that_comes_in_parts_is_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 20.0)
    with Typing() as typing:
        for part in "\x1b[C":
            typing.send(part)
        assert typing.key() == "right"


def test_a_long_paste_is_one() -> None:
    text = "the cat sleeps " * 1000
    with Typing() as typing:
        thread = threading.Thread(target=typing.send, args=(f"\x1b[200~{text}\x1b[201~q",))
        thread.start()
        pasted = typing.next()
        assert isinstance(pasted, events.Paste)
        assert pasted.text == text
        assert typing.key() == "q"
        thread.join()


def test_after_an_escape_it_looks_again_when_the_wait_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    class Selector(selectors.SelectSelector):
        def select(self, timeout: float | None = None) -> Any:
            waits.append(timeout or 0.0)
            return super().select(timeout)

    monkeypatch.setattr(selectors, "SelectSelector", Selector)
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.007)
    with Typing() as typing:
        typing.send("\x1b")
        assert typing.key() == "escape"
    assert 0.007 < min(waits) < 0.01
    assert max(waits) > 0.05


@pytest.mark.parametrize(("own", "wanted"), [(None, "0.025"), ("400", "0.4")])
def test_the_wait_is_short_unless_it_has_been_set(own: str | None, wanted: str) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "ESCDELAY"}
    environment |= {} if own is None else {"ESCDELAY": own}
    code = "import rnn_tui.tui, textual.constants; print(textual.constants.ESCAPE_DELAY)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == wanted


def test_the_explorer_reads_a_terminal_in_this_way_and_leaves_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Explorer(load("sentiment")).driver_class is Keyboard
    other = "textual.drivers.headless_driver:HeadlessDriver"
    monkeypatch.setattr(constants, "DRIVER", other)
    assert Explorer(load("sentiment")).driver_class.__name__ == "HeadlessDriver"
