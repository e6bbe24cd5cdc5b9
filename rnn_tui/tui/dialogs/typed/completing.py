"""A field whose text may go on in several ways, each a row below it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from rnn_tui.tui.text import MUTED


def list_ways(rows: OptionList, ways: Sequence[tuple[str, str]], *, shown: bool = True) -> None:
    """A row for each way, its name and what it is; no list where there is none."""
    width = max((len(name) for name, _ in ways), default=0)
    rows.clear_options()
    rows.add_options(
        Option(Content.assemble((f"{name:<{width}}  ", "bold"), (about, MUTED)))
        for name, about in ways
    )
    rows.display = bool(ways) and shown


def fill(field: Input, text: str) -> None:
    """Put a text into a field, and go on after it."""
    field.value = text
    field.cursor_position = len(text)
    field.focus()
