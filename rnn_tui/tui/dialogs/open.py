"""Choose another experiment, or go on with a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.data_files import is_session
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.experiments.load import bundled, load
from rnn_tui.present.sentences.kept import kept_title
from rnn_tui.session.commands.keeping import kept
from rnn_tui.tui.dialogs.modal import Modal

SESSION = "session"


class OpenScreen(Modal[Experiment | Path]):
    """The experiments and the sessions kept, a line each, and a field for a file of one's own.

    Gives an experiment, or the path of a session.
    """

    def __init__(self, kept_in: Path | None = None) -> None:
        super().__init__()
        self.kept, self._width = kept(kept_in), 0

    def compose(self) -> ComposeResult:
        """List, path, problem."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Open an experiment, or a session"
            dialog.border_subtitle = "enter: open · tab: a file of your own · esc: leave"
            names = [str(path.stem) for path in bundled()]
            self._width = max(map(len, (*names, SESSION))) + 2
            yield OptionList(*map(self._option, names), *self._sessions())
            yield Input(placeholder="or the path of a .toml, .rnn-session, .txt, .tsv or .csv file")
            yield Static("", classes="problem", markup=False)

    def _option(self, name: str) -> Option:
        title = load(name).title
        return Option(self._line(name, title), id=name)

    def _sessions(self) -> Iterator[Option]:
        for place, path in enumerate(self.kept):
            yield Option(self._line(SESSION, kept_title(path)), id=str(place))

    def _line(self, name: str, title: str) -> Content:
        """What it is called, in a column as wide as the longest name, and what it is."""
        return Content.assemble((name.ljust(self._width), "bold"), title)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a bundled one, or a session."""
        chosen = str(event.option.id)
        if chosen.isdecimal():
            self.dismiss(self.kept[int(chosen)])
        else:
            self._open(chosen)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open a file."""
        if event.value.strip():
            self._open(event.value.strip())

    def _open(self, source: str) -> None:
        try:
            path = os.path.expanduser(source)
            self.dismiss(Path(path) if is_session(path) else load(path, waits=False))
        except ExperimentError as error:
            self.comment(str(error))
