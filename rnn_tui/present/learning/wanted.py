"""What a step that is still open wants, in a line."""

from __future__ import annotations

from rnn_tui.lessons.lesson import Do, Find, Predict, Read, Task, Write
from rnn_tui.lessons.taking.playing import Play

ACTS: dict[type[Task], str] = {
    Read: "→ goes on",
    Predict: "mark a choice by ↑ ↓ or number, then enter",
    Do: "do what the text asks, by its keys",
    Find: "esc, go to the number, then enter",
    Write: "write the line, then enter",
}
HINT, SOLUTION = "? hint", "! solution"


def wanted(play: Play) -> str:
    """What is to be done at the step at hand."""
    if play.here.over:
        return ACTS[Read]
    return ACTS[type(play.step.task)]


def still_open(play: Play) -> str:
    """Why one can't go on, what to do instead, and what helps."""
    helps = [HINT] if play.here.hints < len(play.step.hints) else []
    return " · ".join((f"Still open: {wanted(play)}", *helps, SOLUTION))
