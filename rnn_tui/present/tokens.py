"""What is read at a timestep: a token in quotes, or a row of a file and its numbers."""

from __future__ import annotations

from functools import lru_cache

from rnn_tui.characters import cell_width, visible
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.example import Example
from rnn_tui.present.digits import decimals_needed, given, short
from rnn_tui.session.view import StepView

MOST_NUMBERS, MOST_IN_COLUMN = 3, 2  # of a row, that are written out in a sentence, over a timestep
FINE, COARSE = 4, 2  # decimals: of several over a timestep fewer, so that more timesteps have room
MOST_MEASURED = 200  # timesteps whose numbers a column is made wide enough for


def reads_rows(view: StepView) -> bool:
    """Whether tokens are the rows of a file, of which the numbers tell more than the names."""
    return bool(view.experiment.vocabulary.places)


# In tables and pictures


def heading(experiment: Experiment) -> str:
    """What stands above a column of what is read."""
    return "reads" if experiment.vocabulary.places else "token"


def read_in(experiment: Experiment, example: Example, t: int) -> str:
    """What an example has at a timestep, as a table shows it: a token, or the numbers of a row."""
    if experiment.vocabulary.places and example.inputs is not None:
        return _numbers(example, t)
    return visible(example.tokens[t])


def read_text(view: StepView, t: int) -> str:
    """What is read at a timestep, as a table shows it."""
    return read_in(view.experiment, view.current, t)


def read_width(experiment: Experiment, example: Example) -> int:
    """The cells of the longest of them, of a very long example of the first ones."""
    if experiment.vocabulary.places and example.inputs is not None:
        return _longest(example)
    return example.longest


@lru_cache(maxsize=8)
def _longest(example: Example) -> int:
    return max(cell_width(_numbers(example, t)) for t in range(min(MOST_MEASURED, example.length)))


@lru_cache(maxsize=8)
def _decimals(example: Example) -> int:
    """How many the numbers of its rows have."""
    assert example.inputs is not None, "asked for only where rows are read"
    most = COARSE if example.inputs.shape[1] > 1 else FINE
    return decimals_needed(example.inputs[:MOST_MEASURED, :MOST_IN_COLUMN], most)


def _numbers(example: Example, t: int) -> str:
    """The first numbers of a row."""
    assert example.inputs is not None, "asked for only where rows are read"
    row = example.inputs[t]
    told = [given(float(x), _decimals(example)) for x in row[:MOST_IN_COLUMN]]
    return " ".join([*told, *["…"] * (len(row) > MOST_IN_COLUMN)])


# In sentences


def token_text(view: StepView, t: int) -> str:
    """`“love”`, or `row 12`."""
    token = visible(view.current.tokens[t])
    return f"row {token}" if reads_rows(view) else f"“{token}”"


def told_text(view: StepView, t: int) -> str:
    """`“love”`; of a row its numbers, too: `row 12 (temp −0.35, load 1.2)`."""
    inputs, told = view.current.inputs, token_text(view, t)
    if inputs is None or not reads_rows(view):
        return told
    columns, row = view.experiment.vocabulary.columns, inputs[t]
    numbers = [short(float(x), FINE) for x in row[:MOST_NUMBERS]]
    if columns:
        numbers = [f"{visible(name)} {x}" for name, x in zip(columns, numbers, strict=False)]
    return f"{told} ({', '.join([*numbers, *['…'] * (len(row) > MOST_NUMBERS)])})"


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
