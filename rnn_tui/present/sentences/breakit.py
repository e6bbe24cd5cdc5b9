"""The break-it lab in words."""

from __future__ import annotations

from typing import NamedTuple

from rnn_tui.equations.faults import FAULTS, Fault
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.breakit import FaultLines, Suspect, refusal
from rnn_tui.session.passes import Pass

FIND, SURPRISE, MEND = "find", "surprise", "none"

ABOUT = (
    "Put a classic bug into the running code. The gradient check turns red and training "
    "goes on with the wrong gradient; u undoes it. Can you find the line?"
)
NAME_WIDTH = 17


class BugRow(NamedTuple):
    """A row of the lab: what choosing it means, how it reads, and what is said of it."""

    key: str
    line: Line
    about: str


def choices(view: Pass, secret: bool) -> tuple[BugRow, ...]:
    """The rows of the lab; `secret` says that the bug that is in is not to be told."""
    rows = [
        _bug(view, fault, secret)
        for fault in FAULTS.values()
        if fault.fits(view.network.layers[-1].cell)
    ]
    rows.append(BugRow(
        SURPRISE, _line(" ", "surprise me", "one of these, without its name", Role.ACCENT),
        "A bug that shows in this example. Read the Program pane and find its line.",
    ))  # fmt: skip
    if view.network.fault is None:
        return (
            *rows,
            BugRow(MEND, _line("●", "none", "the correct code", here=Role.GOOD), "As it runs now."),
        )
    find = BugRow(
        FIND, _line("?", "find the line", "say which line of the code is wrong", Role.ACCENT),
        "The code has a bug. Choose its line; h gives a hint.",
    )  # fmt: skip
    mend = BugRow(MEND, _line(" ", "none", "the correct code"), "Removes the bug from here on.")
    return (find, *rows, mend)


def _bug(view: Pass, fault: Fault, secret: bool) -> BugRow:
    here = view.network.fault is fault and not secret
    why = refusal(view, fault)
    role = Role.EMPTY if why else Role.STRONG
    about = f"Not here: {why}." if why else f"You would see: {fault.symptom}."
    return BugRow(fault.name, _line("●" if here else " ", fault.name, fault.slip, role), about)


def _line(mark: str, name: str, text: str, role: Role = Role.STRONG, here: Role = Role.BAD) -> Line:
    muted = Role.EMPTY if role is Role.EMPTY else Role.TEXT
    return Span(f"{mark} ", here), Span(f"{name:<{NAME_WIDTH}}", role), Span(text, muted)


FIND_ABOUT = (
    "One of these lines is wrong. Its shapes fit and it raises no error, but it computes "
    "a wrong gradient."
)


def function_line(suspect: Suspect) -> Line:
    """The heading over the lines of one function."""
    return Span(suspect.function, Role.STRONG), Span(f"  {suspect.file}", Role.MUTED)


def wrong_guess(suspect: Suspect) -> str:
    """Of a line that is right."""
    return f"Correct: {suspect.text}. Try another line; h: hint."


def right_guess(fault: Fault, lines: FaultLines) -> str:
    """Of the line that is wrong."""
    return f"Found: {fault.slip}. It should read  {lines.right.text}"


def put_in(view: Pass) -> str:
    """What to do once a bug is in, with `{verb}` for keys."""
    if view.done >= view.program.backward_end:
        ways = "{break_it} find its line  {proof} check all  {run} train"
        return f"The code has a bug: see the check.  {ways}"
    way = "" if view.done >= view.program.forward_end else "{finish_forward} "
    then = "{finish_backward} backpropagate, then see the check  {run} train"
    return f"The code has a bug.  {way}{then}"


FOUND = "Found.  {break_it} remove it  {undo} undo to before it"


def mended(fault: Fault | None) -> str:
    """What is said when a bug is out again."""
    what = f"; the bug was: {fault.slip}" if fault else ""
    return f"The code is correct again{what}"
