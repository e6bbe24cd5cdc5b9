"""Where to save a session, and the wait while one is done again."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from rnn_tui.data_files import SESSION_SUFFIX, is_session
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.drafts import is_taken, whole_path
from rnn_tui.session.commands.saving import save
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs.modal import Modal


class SaveScreen(Modal[Path]):
    """Saves a session where the user says, and gives the path; escape gives None."""

    def __init__(self, session: Session, proposed: Path) -> None:
        super().__init__()
        self.session = session
        self.proposed = proposed
        self._warned: Path | None = proposed if proposed.is_absolute() else None

    def compose(self) -> ComposeResult:
        """About, path, problem."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Save this session"
            dialog.border_subtitle = "⏎ save · esc leave"
            about = "Saves the experiment and your steps; rnn-tui FILE replays them exactly."
            yield Static(about, classes="about")
            yield Input(str(self.proposed))
            yield Static("", classes="problem", markup=False)

    @on(Input.Submitted)
    def _save(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self.comment("a name is needed")
            return
        try:
            path = whole_path(text if is_session(text) else f"{text}{SESSION_SUFFIX}")
            if is_taken(path) and path != self._warned:
                self._warned = path
                self.comment(f"{path.name} exists: enter once more replaces it")
                return
            save(self.session, path)
        except ExperimentError as error:
            self.comment(str(error))
        else:
            self.dismiss(path)
