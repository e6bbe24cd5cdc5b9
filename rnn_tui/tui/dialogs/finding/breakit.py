"""The break-it lab: which bug goes into the code, and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.equations.faults import Fault
from rnn_tui.present.sentences import breakit as words
from rnn_tui.session.checks.breakit import fault_lines, suspects
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import EMPTY, content


class BreakItScreen(Modal[str]):
    """Gives the name of a bug, or FIND, SURPRISE or MEND; None if it is left."""

    HAS_CODE_NAMES = True

    BINDINGS: ClassVar[list[BindingType]] = [Binding("X,q", "dismiss(None)", "leave")]

    def __init__(self, view: StepView, secret: bool) -> None:
        """`secret` says that the bug that is in was a surprise, and is not to be told."""
        super().__init__()
        self.choices = words.choices(view, secret)

    def compose(self) -> ComposeResult:
        """The bugs, and what the highlighted one does."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Break it"
            dialog.border_subtitle = "⏎ choose · esc leave"
            yield Static(words.ABOUT, classes="about", markup=False)
            yield OptionList(*(Option(content(one.line)) for one in self.choices), markup=False)
            yield Static("", id="symptom", markup=False)

    @on(OptionList.OptionHighlighted)
    def _tell(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one("#symptom", Static).update(self.choices[event.option_index].about)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.choices[event.option_index].key)


class FindScreen(Modal[bool]):
    """The lines that make the gradient, one of them wrong. Gives whether it was found."""

    HAS_CODE_NAMES = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "leave"),
        Binding("h", "hint", "hint"),
    ]

    def __init__(self, view: StepView, fault: Fault) -> None:
        super().__init__()
        self.fault = fault
        self.suspects, self.lines = suspects(view), fault_lines(view, fault)
        self.found = False

    def compose(self) -> ComposeResult:
        """The lines of code, and what is said of a guess."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = "Which line is wrong?"
            dialog.border_subtitle = "⏎ this one · h a hint · esc leave"
            yield Static(words.FIND_ABOUT, classes="about", markup=False)
            yield OptionList(*self._rows(), markup=False)
            yield Static("", id="verdict", markup=False)

    def _rows(self) -> Iterator[Option]:
        """The lines under headings; a line's option has its place among the suspects as id."""
        function = ""
        for place, suspect in enumerate(self.suspects):
            if suspect.function != function:
                function = suspect.function
                yield Option(content(words.function_line(suspect)), disabled=True)
            number = Content.styled(f"{suspect.number:>4}  ", EMPTY)
            yield Option(number + suspect.text, id=str(place))

    @on(OptionList.OptionSelected)
    def _guess(self, event: OptionList.OptionSelected) -> None:
        suspect = self.suspects[int(event.option_id or 0)]
        right = suspect.is_wrong(self.lines)
        self.found = self.found or right
        if right and self.lines:
            self._say(f"✓ {words.right_guess(self.fault, self.lines)}", "-right")
        else:
            self._say(f"✗ {words.wrong_guess(suspect)}", "-wrong")

    def _say(self, text: str, kind: str = "") -> None:
        line = self.query_one("#verdict", Static)
        line.set_classes(kind)
        line.update(text)

    def action_hint(self) -> None:
        """Where to look."""
        self._say(self.fault.hint)

    def action_leave(self) -> None:
        """Back, with the line found or not."""
        self.dismiss(self.found)
