"""Ask for a number by its address."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.present.why.asking import answer_line, completions
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import is_sentence, parse
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.dialogs.typed.completing import fill, list_ways
from rnn_tui.tui.text import content

SENTENCE = "A sentence names no number: esc, then {palette} finds by meaning · {diagnose} diagnoses"


class AskScreen(Modal[str]):
    """Gives the ref of a number that there is; escape gives None."""

    HAS_CODE_NAMES = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", priority=True),
        Binding("down", "choose(1)", "down", priority=True),
        Binding("up", "choose(-1)", "up", priority=True),
    ]

    def __init__(self, view: StepView) -> None:
        super().__init__()
        self.view = view
        self._found: tuple[tuple[str, str], ...] = ()

    def compose(self) -> ComposeResult:
        """The field, what it comes to, and how it may go on."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Ask why"
            dialog.border_subtitle = "tab complete · ↑↓ choose · ⏎ why · esc leave"
            yield Input(placeholder="h[2,1]   dW_hh[1,0]   W_hh[1,0]@12   grad_norm")
            yield Static("", classes="problem", markup=False)
            yield OptionList(markup=False)

    def begin(self) -> None:
        """Name everything that can be asked."""
        self._suggest("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._suggest(event.value)

    def _suggest(self, text: str) -> None:
        self._found = completions(self.view, text)
        rows = self.query_one(OptionList)
        list_ways(rows, self._found)
        rows.highlighted = None
        line, fine = answer_line(self.view, text)
        if not fine and is_sentence(text):
            line = with_keys(SENTENCE, KEYS)
        self.comment(content(line, as_code=True), fine=fine)

    def action_choose(self, step: int) -> None:
        """Another of the completions."""
        rows = self.query_one(OptionList)
        if rows.highlighted is None and self._found:
            rows.highlighted = 0 if step > 0 else len(self._found) - 1
        elif step > 0:
            rows.action_cursor_down()
        else:
            rows.action_cursor_up()

    def action_complete(self) -> None:
        """Put the chosen completion into the field, or the first."""
        if self._found:
            self._put(self.query_one(OptionList).highlighted or 0)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._put(event.option_index)

    def _put(self, place: int) -> None:
        fill(self.query_one(Input), self._found[place][0])

    @on(Input.Submitted)
    def _ask(self, event: Input.Submitted) -> None:
        chosen = self.query_one(OptionList).highlighted
        text = event.value if chosen is None else self._found[chosen][0]
        if chosen is not None:
            self._put(chosen)
        if text.strip() and answer_line(self.view, text)[1]:
            self.dismiss(str(parse(text, self.view)))
