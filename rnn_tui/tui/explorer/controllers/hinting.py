"""The hint line: what was done, what to press next, and what is told or refused in its place."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.widget import Widget

from rnn_tui.present.sentences.happened.happened import happened, hint_after
from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.pages.step import StepPage
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.text import warning


class Hinting:
    """Writes it. `greets` is said where nothing was done; the first of `hints` precedes a page's.

    What is told of a pane or refused stands until it is taken back, or the next move.
    """

    def __init__(
        self, face: Face, screen: Screen[None], pages: Pages, greets: Callable[[], str],
        *hints: Callable[[], str],
    ) -> None:  # fmt: skip
        self._face = face
        self._screen = screen
        self._pages = pages
        self._greets = greets
        self._hints = hints
        self._stood: StepView | None = None  # the newest view that was no picture of a run
        self._shown: StepView | None = None  # the newest view
        self._leads = ""  # what to press because of what was told of it
        self._told = "", ""  # what led to it, and the page that was in front then
        self._has_refused = False  # whether the notice says why not
        self._told_in: Widget | None = None  # the pane of which the notice tells

    def note(self, view: StepView) -> None:
        """Find out what led to a view; of a run, what the whole of it did."""
        if self._face.progress is None and view is not self._stood:
            newest = self._face.session.journal.newest
            said = happened(self._stood, view, newest)
            self._told = said or self._greets(), self._pages.front.NAME
            self._leads = hint_after(self._stood, view, newest)
            self._stood = view
        self._shown = view

    def write(self, view: StepView) -> None:
        """Say what was done, on the page where it was, and what to press next."""
        said, page = self._told
        front = self._pages.front
        is_there = self._face.progress is None and page == front.NAME
        self._face.happened = said if is_there else ""
        leads = self._leads if front.NAME == StepPage.NAME else ""  # others show it themselves
        next_key = " · ".join(filter(None, (leads, front.hint(view))))
        self.add(next(filter(None, (hint() for hint in self._hints)), next_key))

    def add(self, text: str) -> None:
        """Put a sentence where the hint stands, beside what was done."""
        self._has_refused, self._told_in = False, None
        self._face.notice = with_keys(text, KEYS)

    def tell(self, text: str) -> None:
        """Put a sentence where the hint stands, until the next move: it says what was done, too."""
        self._face.happened = ""
        self.add(text)

    def tell_here(self, text: str) -> None:
        """Put a sentence about the focused pane there, as long as the keys go to that."""
        self.tell(text)
        self._told_in = self._focused_pane

    def say(self, text: str) -> None:
        """Put an explanation of why not there, so that it can't be overlooked."""
        self._face.happened, self._has_refused, self._told_in = "", True, None
        self._face.notice = warning(with_keys(text, KEYS))

    def unsay(self) -> None:
        """Put the hint back in the place of why not, or of what was told of a pane."""
        if (self._has_refused or self._told_in is not None) and self._shown is not None:
            self.write(self._shown)

    def leave_pane(self) -> None:
        """The keys go elsewhere: take back what was told of the pane before."""
        if self._told_in is not None and self._told_in is not self._focused_pane:
            self.unsay()

    @property
    def _focused_pane(self) -> Widget | None:
        focused = self._screen.focused
        ways = focused.ancestors_with_self if focused else ()
        return next((one for one in ways if isinstance(one, Pane)), None)
