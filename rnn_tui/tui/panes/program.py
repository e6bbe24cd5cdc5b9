"""The running code."""

from __future__ import annotations

from functools import lru_cache

from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.geometry import Region
from textual.highlight import highlight
from textual.widgets import Static

from rnn_tui.present.tables.listings import ProgramText, program_text, variables
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.text import EMPTY, contents, update_text


class ProgramPane(Pane):
    """Our own source, the line of the last op marked."""

    TITLE = TITLES["program"]
    HELP_TEXT = (
        "The code that computes what you see: these are the very lines that run, numbered from "
        "the function's first. The marked line is the operation that ran last; n runs the next "
        "one. Below stand the variables that this line read, with their shapes and values, and "
        "what it made of them, after the arrow."
    )

    def compose(self) -> ComposeResult:
        """The listing, which scrolls."""
        with ScrollableContainer(can_focus=True):
            yield Static(id="listing")
        yield Static(id="variables")

    def show(self, view: StepView) -> None:
        """Draw a view."""
        program = program_text(view)
        self.border_title = f"Program · {program.title}"
        update_text(self.query_one("#listing", Static), _listing(program))
        self._write_variables()
        if program.current is not None:
            line = Region(0, max(0, program.current - 1), 1, 3)
            self.query_one(ScrollableContainer).scroll_to_region(line, animate=False)

    def on_resize(self) -> None:
        """Write as much of the variables as there is room for; behind a page there was none."""
        self.call_after_refresh(self._write_variables)

    def _write_variables(self) -> None:
        if self.view is not None:
            state = self.query_one("#variables", Static)
            update_text(state, contents(variables(self.view, state.content_size.width)))


@lru_cache(maxsize=16)
def _highlighted(code: str) -> tuple[Content, ...]:
    return tuple(highlight(code, language="python").split("\n"))


def _listing(program: ProgramText) -> Content:
    code = _highlighted("\n".join(text for _, text in program.lines))
    rows = []
    for index, ((number, _), line) in enumerate(zip(program.lines, code, strict=False)):
        current = index == program.current
        gutter = f"{'▸' if current else ' '}{number:4} "
        row = Content.styled(gutter, "bold $text-accent" if current else EMPTY) + line
        rows.append(row.stylize("bold on $current") if current else row)
    return Content("\n").join(rows)
