"""Sessions saved under a name, and others opened in the place of this one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.data_files import SESSION_SUFFIX
from rnn_tui.experiments import Experiment, ExperimentError, bundled, load
from rnn_tui.present.sentences.kept import Kept, kept_greeting
from rnn_tui.session.commands.saving import Reopened, read
from rnn_tui.session.commands.saving import opened as again
from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face, program_of
from rnn_tui.tui.explorer.running.autosave import Autosave
from rnn_tui.tui.learn.learning import Learning
from rnn_tui.tui.toolkit.background import Job

if TYPE_CHECKING:
    from rnn_tui.present.learning.card import Row

WIDE = 100  # cells of a screen, with fewer of which a greeting leaves room for the next key
ANOTHER = "another NumPy, processor or number of threads"


class Files:
    """Saving and opening."""

    def __init__(
        self, face: Face, screen: Screen[None], autosave: Autosave, learning: Learning
    ) -> None:
        self._face = face
        self._screen = screen
        self._autosave = autosave
        self._learning = learning
        self._saved_as: Path | None = None
        self._last: Kept | None = None  # what was kept the last time, as long as nothing is done

    def greet(self, last: Kept) -> None:
        """Say, until something is done, which session was kept the last time."""
        self._last = last

    @property
    def greeting(self) -> str:
        """The sentence of it; nothing without one, or once one went on here."""
        begun = self._last is None or self._face.session.journal.count
        if begun or self._last is None:
            return ""
        return kept_greeting(self._last, KEYS["open"], self._face.room[0] < WIDE)

    def save(self) -> None:
        """Ask for a file and save the session there."""
        self._face.pause()
        session = self._face.session
        name = f"{session.experiment.name}-{session.unit}-{session.here}{SESSION_SUFFIX}"

        def saved(path: Path) -> None:
            self._saved_as = path
            self._autosave.note_saved()
            self._face.say(f"Saved. Continue with {{open}} or rnn-tui {_argument(path)}")

        self._face.push(dialogs.SaveScreen(session, self._saved_as or Path(name)), saved)

    def _open_session(self, session: Session, notice: str) -> None:
        program_of(self._screen).screens.open_session(session, notice)

    def open_bundled(self, name: str) -> None:
        """Open an experiment that comes with the program."""
        self._autosave.settle()
        chosen = load(name)
        self._open_session(Session(chosen), "; ".join(chosen.notes))

    def reopen(self, overrides: Sequence[str], told: str) -> None:
        """Open this experiment anew with other overrides, and say so."""
        self._autosave.settle()
        try:
            chosen = load(str(self._face.session.experiment.path), overrides, waits=False)
        except ExperimentError as error:
            self._face.say(str(error))
        else:
            self._open_session(Session(chosen), told)

    def open(self) -> None:
        """Choose another experiment, a lesson, or a session to go on with."""
        from rnn_tui.lessons.courses import bundled_course  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.path import own_rows, path_rows  # noqa: PLC0415

        self._autosave.settle()

        def begin(chosen: Experiment | Path | Row) -> None:
            if isinstance(chosen, Experiment):
                self._open_session(Session(chosen), "; ".join(chosen.notes))
            elif isinstance(chosen, Path):
                self._replay(chosen)
            else:
                self._learning.choose(chosen)

        path, name = self._face.session.experiment.path, ""
        if path in bundled():
            name = path.stem
        own = own_rows(self._autosave.folder, Path())
        rows = path_rows(bundled_course(), self._learning.learner.done, own, name)
        first = str(self._last.path) if self._last and self.greeting else name
        self._face.push(dialogs.OpenScreen(rows, first), begin)

    def _replay(self, path: Path) -> None:
        try:
            saved = read(path)
        except ExperimentError as error:
            self._face.say(str(error))
            return

        def opened(found: Reopened | ExperimentError) -> None:
            if isinstance(found, ExperimentError):
                self._face.say(str(found))
                return
            told = f"{path.name}: restored · {{undo}} undo"
            inexact = f"{path.name}: slightly different numbers: {ANOTHER} rounds differently"
            self._open_session(found.session, told if found.exact else inexact)

        def replay(job: Job[tuple[int, int]]) -> Reopened | ExperimentError | None:
            def report(done: int) -> None:
                job.report((done, len(saved.journal)))

            try:
                report(0)
                return again(saved, report, job.is_cancelled)
            except ExperimentError as error:
                return error

        screen: dialogs.WorkScreen[Reopened | ExperimentError]
        screen = dialogs.WorkScreen("Replaying the session", "commands", replay)
        self._face.push(screen, opened)


def _argument(path: Path) -> str:
    """A file as a command of the shell takes it: from where we are, and quoted where it must be."""
    text = str(path)
    with suppress(OSError, ValueError):  # of a working folder that is gone, or another one
        text = str(path.relative_to(Path.cwd()))
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
