"""What was done in a session, command by command: doing it again leads to the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.commands.forms import MOST_ASKED
from rnn_tui.session.commands.verbs import VERBS


class Journal:
    """The commands that moved or changed a session, oldest first.

    Only what was done is in it, never what was refused. Equal commands in a row are
    one entry with a number of times. A run is one entry, the update that it has come to,
    which stands there while it still goes on, so that a journal is whole at any time. What is
    done during a run without moving (a pin) stands before it, so that the run stays one act.
    """

    def __init__(self) -> None:
        self._entries: list[Command] = []
        self._inner: list[Command] | None = None
        self._run: Command | None = None  # what the run that goes on has come to
        self._grown: Command | None = None  # the entry before it that has taken it in, as it was
        self.count = 0  # of notes made, so that it can be seen that there are new ones

    @property
    def entries(self) -> tuple[Command, ...]:
        """All of it."""
        return tuple(self._entries)

    @property
    def newest(self) -> str:
        """The verb that led to where one stands; nothing where nothing was done yet."""
        return self._entries[-1].verb if self._entries else ""

    @contextmanager
    def doing(self, command: Callable[[], Command]) -> Iterator[None]:
        """What is done inside is this one command; if it fails half-way, what it came to."""
        outer, self._inner = self._inner, []
        done: Iterable[Command] = ()
        try:
            yield
            done = (command(),)
        except BaseException:
            done = tuple(self._inner)
            raise
        finally:
            self._inner = outer
            for one in done:
                self._note(one)

    def begin_run(self) -> None:
        """A run starts: its entry is made when it has come to something."""
        self._run = None

    def follow(self, place: Command) -> None:
        """The run has come to where this command goes."""
        self._take_out_run()
        self._put_in_run(place)
        self.count += 1

    def end_run(self) -> None:
        """The next entry is another."""
        self._run = None

    def _take_out_run(self) -> None:
        if self._run is not None:
            self._entries.pop()
            if self._grown is not None:
                self._entries.append(self._grown)

    def _put_in_run(self, run: Command) -> None:
        before = tuple(self._entries[-1:])
        count, self._run, self._grown = len(self._entries), run, None
        self._append(run)
        if len(self._entries) == count:
            (self._grown,) = before

    def _note(self, command: Command) -> None:
        if self._inner is not None:
            self._inner.append(command)
            return
        self.count += 1
        if self._run is not None and VERBS[command.verb].in_place:
            self._take_out_run()
            self._append(command)
            self._put_in_run(self._run)
        else:
            self._append(command)
            self._run = None

    def _append(self, command: Command) -> None:
        last = self._entries[-1] if self._entries else None
        again = last is not None and last.once == command and VERBS[command.verb].form.plain
        if last is not None and again and last.times < MOST_ASKED:
            self._entries[-1] = replace(last, times=last.times + 1)
        else:
            self._entries.append(command)
