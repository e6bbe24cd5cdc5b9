"""Quiz: a question on one number, with choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from rnn_tui.lessons.taking.progress import Done
from rnn_tui.present.learning import quiz as words
from rnn_tui.present.learning.card import Does, Row
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.learn.rows import Rows
from rnn_tui.tui.text import contents


class QuizScreen(Modal[str]):
    """Gives the address of the number once it is found and is to be explained.

    Where the number is on the screen behind, that is hidden.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("Q,q", "dismiss(None)", "leave")]

    def __init__(self, view: StepView, ref: str, answered: Callable[[bool], Done]) -> None:
        """`answered` is told once whether the first try was right, and says how the quiz stands.

        Raises RefError where there is no such number, Refused where nothing can be asked of it.
        """
        super().__init__()
        self.view = view
        self.question = words.asked(view, ref)
        self.struck: dict[str, str] = {}  # choices that were wrong, and why
        self.over = False
        self._answered = answered
        self._tally: Done | None = None
        self.set_class(self.question.computed, "-covered")

    def compose(self) -> ComposeResult:
        """The question, the choices, and what is said to them."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = words.TITLE
            dialog.border_subtitle = words.KEYS
            with VerticalScroll(can_focus=False):
                lines = tuple(words.question_lines(self.view, self.question))
                yield Static(contents(lines), id="quiz-asked")
                yield Rows(self._choose, self._scroll, lambda: None)
                yield Static("", id="quiz-said")

    def begin(self) -> None:
        """Begin in the choices."""
        self._show()
        self.query_one(Rows).focus()

    def _show(self) -> None:
        rows = tuple(words.choice_rows(self.question, self.struck, over=self.over))
        first = next((place for place, row in enumerate(rows) if row.is_open), None)
        self.query_one(Rows).show(rows, first)
        said = words.verdict_lines(self.question, self.struck, self._tally, over=self.over)
        self.query_one("#quiz-said", Static).update(contents(tuple(said)))

    def _choose(self, row: Row) -> None:
        if row.does is not Does.CHOOSE:
            self.dismiss(self.question.ref if row.does is Does.NEXT else None)
            return
        taken = next(one for one in self.question.choices if one.text == row.given)
        if self._tally is None:
            self._tally = self._answered(taken.right)
        if taken.right:
            self.over = True
        else:
            self.struck[taken.text] = taken.why_not
        self._show()

    def _scroll(self, pages: int) -> None:
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 1), animate=False)
