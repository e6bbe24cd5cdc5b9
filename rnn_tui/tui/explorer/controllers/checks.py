"""Is the code right? The gradient checked and compared, and bugs put in and looked for."""

from __future__ import annotations

from rnn_tui.present.sentences import breakit as words
from rnn_tui.present.sentences.hints import refusal_hint
from rnn_tui.present.sentences.microscope import put_in_force
from rnn_tui.session.checks.breakit import surprise
from rnn_tui.session.checks.microscope import GradientComparison, Way, in_force
from rnn_tui.session.checks.proof import refuse_without_label
from rnn_tui.session.moment import Refused
from rnn_tui.session.reports import Report
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face


class Checks:
    """The break-it lab, the whole gradient check, and the gradient under the microscope.

    A bug that was put in as a surprise stays unnamed until its line is found, also
    after undo and redo.
    """

    def __init__(self, face: Face) -> None:
        self._face = face
        self._unnamed: str | None = None
        self._surprises = 0

    def prove(self) -> None:
        """The gradient check of every array."""
        self._face.pause()
        view = self._face.session.view
        try:
            refuse_without_label(view)
        except Refused as refused:
            self._face.say(refusal_hint(refused))
        else:
            self._face.push(dialogs.ProofScreen(view))

    def compare(self) -> None:
        """The gradient whole, cut and clipped, side by side."""
        self._face.pause()
        session = self._face.session

        def clip(chosen: tuple[GradientComparison, Way]) -> None:
            settings = in_force(*chosen)
            told = put_in_force(chosen[1], settings.clip_limit)
            self._face.attempt(
                lambda: session.edit_settings(settings), lambda: self._face.tell(told)
            )

        view, first_look = session.view, dialogs.first_look

        def look(_: Report) -> dialogs.Look | Refused:
            try:
                return first_look(view)
            except Refused as refused:
                return refused

        def open_screen(look: dialogs.Look | Refused) -> None:
            if isinstance(look, Refused):
                self._face.say(refusal_hint(look))
            else:
                self._face.push(dialogs.MicroscopeScreen(view, look), clip)

        self._face.act(look, open_screen, asks=True)

    # The break-it lab

    def break_it(self) -> None:
        """Choose a bug, or look for the one that is in."""
        self._face.pause()
        screen = dialogs.BreakItScreen(self._face.session.view, self.is_secret)
        self._face.push(screen, self._choose)

    @property
    def is_secret(self) -> bool:
        """Whether the bug that is in is not to be named."""
        fault = self._face.session.view.network.fault
        return fault is not None and fault.name == self._unnamed

    def _choose(self, choice: str) -> None:
        session = self._face.session
        fault = session.view.network.fault
        if choice == words.FIND and fault is not None:
            self._face.push(dialogs.FindScreen(session.view, fault), self._looked)
        elif choice == words.MEND:
            told = words.mended(fault)
            self._face.attempt(lambda: session.break_it(None), lambda: self._face.tell(told))
        else:
            self._put_in(choice)

    def _put_in(self, choice: str) -> None:
        session = self._face.session
        name, unnamed = choice, None
        if choice == words.SURPRISE:
            name = unnamed = surprise(session.view, self._surprises)
            self._surprises += 1

        def tell() -> None:
            self._unnamed = unnamed
            self._face.tell(words.put_in(session.view))

        self._face.attempt(lambda: session.break_it(name), tell)

    def _looked(self, found: bool) -> None:
        if found:
            self._unnamed = None
            self._face.tell(words.FOUND)
