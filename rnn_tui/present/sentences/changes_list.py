"""The rows of what can be changed: a name, what it is now, what it can be."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.present.tables.cells import Line, Role, Span, Table
from rnn_tui.session.edits import numbers
from rnn_tui.session.edits.changes import RHO, Changeable

NAME_WIDTH, VALUE_WIDTH = 28, 9
ABOUT = {RHO: "the spectral radius of W_hh, which is rescaled"}


def where(address: str) -> str:
    """How far a change of what is at an address reaches."""
    state = numbers.is_state(address)
    return "For this pass only" if state else "Starts a new run from here; the old one is kept"


def change_row(one: Changeable) -> Line:
    """`training.momentum   0   a finite number, 0 or more, below 1`."""
    can_be = ABOUT.get(one.name, "")
    text = f"{one.expected}: {can_be}" if can_be else one.expected
    return (
        Span(f"{one.name:<{NAME_WIDTH}}"),
        Span(f"{one.value:<{VALUE_WIDTH}} ", Role.STRONG),
        Span(text.replace("a finite number", "a number").removeprefix("one of "), Role.MUTED),
    )


def field_text(one: Changeable) -> str:
    """What stands in the field when it is chosen."""
    return f"{one.name} = {one.value}"


def shown_value(items: Sequence[Changeable], name: str, value: str) -> Line:
    """What stands under the field while nothing would change."""
    expected = next((one.expected for one in items if one.name == name), numbers.expected(name))
    return (Span(f"now {value}; allowed: {expected}"),)


def subject(table: Table, row: int, column: int) -> str:
    """The address of what can be changed in a cell; nothing of tables without such.

    A table that has it says so by a method `subject(row, column)`.
    """
    find = getattr(table, "subject", None)
    return "" if find is None else str(find(row, column))
