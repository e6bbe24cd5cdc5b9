"""Where to save a session, and the wait while one is done again."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from rnn_tui.data_files import SESSION_SUFFIX, is_session
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.drafts import is_taken, whole_path
from rnn_tui.session.commands.saving import Opened, Saved, opened, save
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs.modal import Modal


class SaveScreen(Modal[Path | None]):
    """Saves a session where the user says, and gives the path; escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def __init__(self, session: Session, proposed: Path) -> None:
        super().__init__()
        self.session = session
        self.proposed = proposed
        self._warned: Path | None = proposed if proposed.is_absolute() else None

    def compose(self) -> ComposeResult:
        """About, path, problem."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Save this session"
            dialog.border_subtitle = "enter: save · esc: leave"
            about = (
                "The experiment and all that was done, as text. rnn-tui FILE opens it again, "
                "to the bit."
            )
            yield Static(about, classes="about")
            yield Input(str(self.proposed))
            yield Static("", classes="problem", markup=False)

    @on(Input.Submitted)
    def _save(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self._tell("a name is needed")
            return
        try:
            path = whole_path(text if is_session(text) else f"{text}{SESSION_SUFFIX}")
            if is_taken(path) and path != self._warned:
                self._warned = path
                self._tell(f"{path.name} exists: enter once more replaces it")
                return
            save(self.session, path)
        except ExperimentError as error:
            self._tell(str(error))
        else:
            self.dismiss(path)

    def _tell(self, text: str) -> None:
        self.query_one(".problem", Static).update(text)


class Replayed(Message):
    """How many commands are done again; at the end what came of it, or what is wrong."""

    def __init__(self, done: int, result: Opened | ExperimentError | None = None) -> None:
        super().__init__()
        self.done = done
        self.result = result


class ReplayScreen(Modal[Opened | ExperimentError | None]):
    """Does a saved session again in a thread, and gives what came of it; escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def __init__(self, saved: Saved) -> None:
        super().__init__()
        self.saved = saved

    def compose(self) -> ComposeResult:
        """How far it is."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Doing it all again"
            dialog.border_subtitle = "esc: stop"
            yield Static("", id="replayed")

    def on_mount(self) -> None:
        """Begin."""
        self._tell(0)
        self._work()

    @work(thread=True)
    def _work(self) -> None:
        worker = get_current_worker()
        result: Opened | ExperimentError | None
        try:
            result = opened(
                self.saved,
                lambda done: self.post_message(Replayed(done)),
                lambda: worker.is_cancelled,
            )
        except ExperimentError as error:
            result = error
        if result is not None:
            self.post_message(Replayed(len(self.saved.journal), result))

    @on(Replayed)
    def _follow(self, message: Replayed) -> None:
        if message.result is not None:
            self.dismiss(message.result)
        else:
            self._tell(message.done)

    def _tell(self, done: int) -> None:
        text = f"{done} of {len(self.saved.journal)} commands"
        self.query_one("#replayed", Static).update(text)
