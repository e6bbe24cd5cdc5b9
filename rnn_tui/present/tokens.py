"""What is read at a timestep: a token in quotes, or a row of a file and its numbers."""

from __future__ import annotations

from rnn_tui.characters import visible
from rnn_tui.present.digits import short
from rnn_tui.session.view import StepView

MOST_NUMBERS, MOST_IN_COLUMN = 3, 2  # of a row, that are written out in a sentence, over a timestep
FINE, COARSE = 4, 2  # decimals: of several over a timestep fewer, so that more timesteps have room


def reads_rows(view: StepView) -> bool:
    """Whether tokens are the rows of a file, of which the numbers tell more than the names."""
    return bool(view.experiment.vocabulary.places)


def token_text(view: StepView, t: int) -> str:
    """`“love”`, or `row 12`."""
    token = visible(view.current.tokens[t])
    return f"row {token}" if reads_rows(view) else f"“{token}”"


def begun(text: str) -> str:
    """A sentence that begins with a token or a row."""
    return text[:1].upper() + text[1:]


def memory_text(view: StepView, end: int, most: int) -> str:
    """The last tokens before `end`: `“… love this”`, or `rows 0 to 12`."""
    read = [visible(token) for token in view.current.tokens[:end]]
    if reads_rows(view):
        return f"row {read[0]}" if end == 1 else f"rows {read[0]} to {read[-1]}"
    before = "… " if end > most else ""
    return f"“{before}{view.experiment.vocabulary.gap.join(read[-most:])}”"


def row_text(view: StepView, t: int, *, named: bool = False) -> str:
    """The first numbers of a row as they are read; `named` more, each with its column's name."""
    inputs, names = view.current.inputs, view.experiment.vocabulary.columns
    if inputs is None:
        return visible(view.current.tokens[t])
    row = inputs[t]
    most = MOST_NUMBERS if named else MOST_IN_COLUMN
    told = [short(float(x), COARSE if not named and len(row) > 1 else FINE) for x in row[:most]]
    if named and names:
        told = [f"{visible(name)} {x}" for name, x in zip(names, told, strict=False)]
    more = ["…"] if len(row) > most else []
    return (", " if named else " ").join([*told, *more])
