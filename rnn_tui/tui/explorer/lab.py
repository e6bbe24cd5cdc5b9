"""A screen on which gradients can be checked and compared, and the code broken and mended."""

from __future__ import annotations

from rnn_tui.present.sentences import breakit as words
from rnn_tui.present.sentences.microscope import put_in_force
from rnn_tui.session.checks.breakit import surprise
from rnn_tui.session.checks.microscope import Comparison, Way, in_force
from rnn_tui.session.checks.proof import refuse_without_label
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import RunningScreen


class LabScreen(RunningScreen):
    """The break-it lab, the whole gradient check, and the gradient under the microscope.

    A bug that was put in as a surprise stays unnamed until its line is found, also
    after undo and redo.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._unnamed: str | None = None
        self._surprises = 0

    def tell(self, text: str) -> None:
        """Say something where the hint stands."""
        raise NotImplementedError

    def action_proof(self) -> None:
        """The gradient check of every array."""
        self.pause()
        try:
            refuse_without_label(self.session.view)
        except Refused as refused:
            self.refuse(refused)
        else:
            self.app.push_screen(dialogs.ProofScreen(self.session.view))

    def action_microscope(self) -> None:
        """The gradient whole, cut and clipped, side by side."""
        self.pause()

        def clip(chosen: tuple[Comparison, Way] | None) -> None:
            if chosen is None:
                return
            settings = in_force(*chosen)
            if self.attempt(lambda: self.session.edit_settings(settings)):
                self.tell(put_in_force(chosen[1], settings.clip_limit))

        try:
            screen = dialogs.MicroscopeScreen(self.session.view)
        except Refused as refused:
            self.refuse(refused)
        else:
            self.app.push_screen(screen, clip)

    def action_break_it(self) -> None:
        """Choose a bug, or look for the one that is in."""
        self.pause()
        self.app.push_screen(dialogs.BreakItScreen(self.session.view, self._secret), self._chosen)

    @property
    def _secret(self) -> bool:
        fault = self.session.view.network.fault
        return fault is not None and fault.name == self._unnamed

    def _chosen(self, choice: str | None) -> None:
        if choice is None:
            return
        fault = self.session.view.network.fault
        if choice == words.FIND and fault is not None:
            self.app.push_screen(dialogs.FindScreen(self.session.view, fault), self._looked)
        elif choice == words.MEND:
            if self.attempt(lambda: self.session.break_it(None)):
                self.tell(words.mended(fault))
        else:
            self._put_in(choice)

    def _put_in(self, choice: str) -> None:
        name, unnamed = choice, None
        if choice == words.SURPRISE:
            name = unnamed = surprise(self.session.view, self._surprises)
            self._surprises += 1
        if self.attempt(lambda: self.session.break_it(name)):
            self._unnamed = unnamed
            self.tell(words.put_in(self.session.view))

    def _looked(self, found: bool | None) -> None:
        if found:
            self._unnamed = None
            self.tell(words.FOUND)
