"""Choose another experiment, take a lesson, or go on with a session."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from rnn_tui.data_files import is_session
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.experiments.loading import is_file_name, load
from rnn_tui.present.learning.card import Does, Row
from rnn_tui.present.learning.path import matching
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.learn.rows import Rows

KEYS = "↑↓ choose · ⏎ open · type to search · esc leave"
FIELD = "search, or a file of yours: .toml .rnn-session .txt .tsv .csv"
NOTHING = "No match. ⏎: open a file of this name"
A_FILE = "⏎ open this file"


class OpenScreen(Modal[Experiment | Path | Row]):
    """What there is to open, a row each, and a field to search it or to name a file.

    Gives an experiment, the path of a session, or the row of a lesson.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "list('cursor_down')", show=False, priority=True),
        Binding("up", "list('cursor_up')", show=False, priority=True),
        Binding("pagedown", "list('page_down')", show=False, priority=True),
        Binding("pageup", "list('page_up')", show=False, priority=True),
    ]

    def __init__(self, rows: Sequence[Row], now: str = "") -> None:
        """It begins on the experiment that is open `now`."""
        super().__init__()
        self.rows = tuple(rows)
        self._now = now

    def compose(self) -> ComposeResult:
        """Field, problem, list."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Open an experiment, a lesson or a session"
            dialog.border_subtitle = KEYS
            yield Input(placeholder=FIELD)
            yield Rows(self._choose, lambda _: None, lambda: None)
            yield Static("", classes="problem", markup=False)

    def begin(self) -> None:
        """All of it, on the experiment that is open."""
        places = (n for n, row in enumerate(self.rows) if row.given == self._now)
        first = next(places, None) if self._now else None
        self._list(self.rows, 1 if first is None else first)

    def _list(self, rows: Sequence[Row], first: int | None) -> None:
        self.query_one(Rows).show(rows, first)

    # Searching

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        text = event.value.strip()
        if not text:
            self.begin()
            self.comment("")
            return
        rows, best = ((), None) if is_file_name(text) else matching(self.rows, text)
        self._list(rows, best)
        self.comment("" if rows else A_FILE if is_file_name(text) else NOTHING, fine=True)

    def action_list(self, move: str) -> None:
        """Move in the list, whether the keys go to the field or to the list."""
        rows = self.query_one(Rows)
        getattr(rows, f"action_{move}")()
        if rows.highlighted is not None and not any(
            row.is_open for row in rows.rows[: rows.highlighted]
        ):
            rows.scroll_home(animate=False)  # the heading above the first

    # Opening

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        """Open the row that is marked; without one, a file."""
        rows = self.query_one(Rows)
        if rows.highlighted is not None:
            self._choose(rows.rows[rows.highlighted])
        elif event.value.strip():
            self._open(os.path.expanduser(event.value.strip()))

    def _choose(self, row: Row) -> None:
        if row.does is Does.LESSON:
            self.dismiss(row)
        else:
            self._open(row.given)

    def _open(self, path: str) -> None:
        try:
            self.dismiss(Path(path) if is_session(path) else load(path, waits=False))
        except ExperimentError as error:
            self.comment(str(error))
