"""A screen whose session can be saved, is kept without being asked, and gives way to another."""

from __future__ import annotations

import shlex
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import work

from rnn_tui.data_files import SESSION_SUFFIX
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.session.commands import keeping
from rnn_tui.session.commands.saving import Opened, read, text_of
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import RunningScreen

if TYPE_CHECKING:
    from rnn_tui.tui.app import Explorer

PATIENCE = 0.5  # seconds in which changes gather before they are written


class KeepingScreen(RunningScreen):
    """Saving under a name, keeping in `kept_in` (nowhere if None), opening."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.kept_in: Path | None = None
        self._place: Path | None = None
        self._saved_as: Path | None = None
        self._kept = session.journal.count
        self._safe_to = self._kept  # how much of the journal the user has saved
        self._waiting = False
        self._problem = ""  # why nothing is kept any more

    def open_session(self, session: Session, notice: str = "") -> None:
        """Go on with another session."""
        raise NotImplementedError

    # Saving

    def action_save(self) -> None:
        """Ask for a file and save the session there."""
        self.pause()
        proposed = self._saved_as or Path(
            f"{self.session.experiment.name}-{self.session.unit}-{self._here}{SESSION_SUFFIX}"
        )

        def saved(path: Path | None) -> None:
            if path is not None:
                self._saved_as = path
                self._safe_to = self.session.journal.count
                self.say(f"Saved: {{open}} or rnn-tui {_argument(path)} goes on from here")

        self.app.push_screen(dialogs.SaveScreen(self.session, proposed), saved)

    # Keeping

    def keep(self) -> None:
        """Something may have changed: write it down soon."""
        if self.kept_in is None or self._waiting or self.session.journal.count == self._kept:
            return
        self._waiting = True
        self.set_timer(PATIENCE, self._keep)

    def _keep(self) -> None:
        self._waiting = False
        text = self._unkept()
        if text is not None:
            self._write(*text)

    def keep_now(self) -> None:
        """Write down at once what is not written yet; the app says when it ends what is lost."""
        text = self._unkept()
        if text is not None:
            self._problem = _written(*text)
        app = cast("Explorer", self.app)
        app.unkept.pop(self, None)
        if self._problem and self.session.journal.count > self._safe_to:
            app.unkept[self] = f"{self._place}: {self._problem}, and what was done last is lost"

    def settle(self) -> None:
        """End a run, and leave nothing of it unwritten."""
        self.pause()
        self.keep_now()

    def on_unmount(self) -> None:
        """Leave nothing unwritten."""
        self.keep_now()

    def _unkept(self) -> tuple[Path, str] | None:
        """The file of this session and its text, if there is anything new."""
        if self.kept_in is None or self.session.journal.count == self._kept:
            return None
        self._kept = self.session.journal.count
        if self._place is None:
            self._place = keeping.new_place(self.session.experiment.name, self.kept_in)
        return self._place, text_of(self.session, self._place)

    @work(thread=True, group="keep")
    def _write(self, path: Path, text: str) -> None:
        problem = _written(path, text)
        if problem:
            self.app.call_from_thread(self._give_up, problem)

    def _give_up(self, problem: str) -> None:
        self.kept_in, self._problem = None, problem
        self.say(f"This session is not kept: {problem}. {{save}} saves it elsewhere")

    # Opening

    def action_open(self) -> None:
        """Choose another experiment, or a session to go on with."""
        self.settle()

        def begin(chosen: Experiment | Path | None) -> None:
            if isinstance(chosen, Experiment):
                self.open_session(Session(chosen))
            elif chosen is not None:
                self._replay(chosen)

        self.app.push_screen(dialogs.OpenScreen(self.kept_in), begin)

    def _replay(self, path: Path) -> None:
        try:
            saved = read(path)
        except ExperimentError as error:
            self.say(str(error))
            return

        def opened(found: Opened | ExperimentError | None) -> None:
            if isinstance(found, ExperimentError):
                self.say(str(found))
            elif found is not None:
                told = f"{path.name}: as it was left, {{undo}} takes steps back"
                inexact = f"{path.name}: not the same bits as then, another NumPy rounds otherwise"
                self.open_session(found.session, told if found.exact else inexact)

        self.app.push_screen(dialogs.ReplayScreen(saved), opened)


def _argument(path: Path) -> str:
    """A file as a command of the shell takes it: from where we are, and quoted where it must be."""
    text = str(path)
    with suppress(OSError, ValueError):  # of a working folder that is gone, or another one
        text = str(path.relative_to(Path.cwd()))
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def _written(path: Path, text: str) -> str:
    """Write a session to be kept; what went wrong, if anything."""
    try:
        keeping.write(path, text)
    except ExperimentError as error:
        return error.expected
    return ""
