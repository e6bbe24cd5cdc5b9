"""A session is kept without being asked, so that a closed terminal costs nothing."""

from __future__ import annotations

from pathlib import Path

from textual.screen import Screen

from rnn_tui.experiments import ExperimentError
from rnn_tui.session.commands import keeping
from rnn_tui.session.commands.saving import text_of
from rnn_tui.tui.explorer.face import Face, program_of
from rnn_tui.tui.toolkit.background import Background

GATHERING = 0.5  # seconds in which changes gather before they are written
UNWRITTEN = -1  # as much of a journal as was written where the last try has failed


class Autosave:
    """Keeps the session in a file of its own in `folder` (nowhere if None)."""

    def __init__(self, face: Face, screen: Screen[None], folder: Path | None) -> None:
        self._face = face
        self._screen = screen
        self._background = Background(screen)
        self.folder = folder
        self._keeper: keeping.Keeper | None = None
        self._kept = face.session.journal.count
        self._safe_to = self._kept  # how much of the journal the user has saved
        self._problem = ""  # why the newest is not kept
        self._told = ""  # the one that was told
        self._is_due = False

    def keep(self) -> None:
        """Something may have changed: write it down soon."""
        if self._has_news and not self._is_due:
            self._is_due = True
            self._screen.set_timer(GATHERING, self._write)

    @property
    def _has_news(self) -> bool:
        return self.folder is not None and self._face.session.journal.count != self._kept

    def _write(self) -> None:
        self._is_due = False
        if self._background.at_work:
            return  # what has come meanwhile is written after it
        text = self._news()
        if text is not None:
            self._background.start(lambda _: self._save(*text), self._end)

    def _save(self, keeper: keeping.Keeper, text: str, number: int) -> None:
        """Write a session to be kept; what goes wrong is known as soon as this has ended."""
        try:
            keeper.write(text, number)
            self._problem = ""
        except ExperimentError as error:
            self._problem = error.expected

    def _end(self, _: None) -> None:
        if not self._problem:
            self._told = ""
            self.keep()
            return
        self._kept = UNWRITTEN  # the next change tries it again
        if self._problem != self._told:
            self._told = self._problem
            self._face.say(
                f"This session is not kept: {self._problem}. {{save}} saves it elsewhere"
            )

    def settle(self) -> None:
        """End a run, and leave nothing of it unwritten."""
        self._face.pause()
        self.keep_now()

    def keep_now(self) -> None:
        """Write down at once what is not written yet, after what is being written.

        The program says when it ends what is lost.
        """
        self._background.wait()
        text = self._news()
        if text is not None:
            self._save(*text)
        unkept = program_of(self._screen).unkept
        unkept.pop(self, None)
        if self._keeper is not None and not self._problem:
            program_of(self._screen).kept = self._keeper.path
        if self._problem and self._face.session.journal.count > self._safe_to:
            where = self._keeper.path if self._keeper else self.folder
            unkept[self] = f"{where}: {self._problem}, and what was done last is lost"

    def note_saved(self) -> None:
        """The user has saved all there is until now."""
        self._safe_to = self._face.session.journal.count

    def _news(self) -> tuple[keeping.Keeper, str, int] | None:
        """Where this session is kept, its text and how much is in it, if there is anything new."""
        if self.folder is None or not self._has_news:
            return None
        session = self._face.session
        self._kept = session.journal.count
        if self._keeper is None:
            place = keeping.new_place(session.experiment.name, self.folder)
            self._keeper = keeping.Keeper(place)
        return self._keeper, text_of(session, self._keeper.path), self._kept
