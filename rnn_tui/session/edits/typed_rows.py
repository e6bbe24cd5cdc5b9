"""Rows of numbers that a user types, where the data has such rows from a file."""

from __future__ import annotations

import re

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.experiments import Example, Experiment, ExperimentError
from rnn_tui.experiments.data.real_targets import finite
from rnn_tui.experiments.schema.reading import how_many

NOT_OF_DATA = -1  # the row in the vocabulary of what is not among the data's
BETWEEN_ROWS, BETWEEN_NUMBERS = re.compile("[;/\n]"), re.compile(r"[\s,]+")


def reads_rows(experiment: Experiment) -> bool:
    """Whether what is read are rows of numbers."""
    return bool(experiment.vocabulary.places)


def names_rows(experiment: Experiment, text: str) -> bool:
    """Whether a text names rows of the data, each by its name."""
    tokens = experiment.vocabulary.tokenize(text)
    return bool(tokens) and all(token in experiment.vocabulary.index for token in tokens)


def rows_in(example: Example) -> str:
    """The inputs of an example as they would be typed."""
    assert example.inputs is not None
    return " ; ".join(" ".join(repr(float(one)) for one in row) for row in example.inputs)


def about_rows(experiment: Experiment) -> str:
    """What is to be typed, such as `rows of 2 numbers (ax ay), with ; or / between rows`."""
    vocabulary = experiment.vocabulary
    named = f" ({' '.join(vocabulary.columns)})" if vocabulary.columns else ""
    numbers = "one number" if vocabulary.size == 1 else f"{vocabulary.size} numbers"
    scaled = ", scaled as the network reads them" if experiment.units is not None else ""
    return f"rows of {numbers}{named}{scaled}, with ; or / between rows"


def rows_typed(experiment: Experiment, text: str) -> Example:
    """Rows of numbers as an example that is only predicted. Raises ExperimentError.

    Of a series there is an answer at each row; else as the task has it.
    """
    inputs = _numbers(experiment, text)
    T = len(inputs)
    tokens = tuple(",".join(f"{one:g}" for one in row) for row in inputs)
    once = experiment.answers_once and experiment.stream is None
    outputs = (T - 1,) if once else tuple(range(T))
    nothing = frozen(np.zeros((len(outputs), experiment.output_size)))
    targets = (0,) * len(outputs) if experiment.has_classes else nothing
    ids = np.full(T, NOT_OF_DATA)
    ids.setflags(write=False)
    made = Example("", tokens, ids, inputs, outputs, targets, labelled=False)
    return Example(rows_in(made), tokens, ids, inputs, outputs, targets, labelled=False)


def _numbers(experiment: Experiment, text: str) -> Floats:
    width, found = experiment.vocabulary.size, []
    parts = [part for part in BETWEEN_ROWS.split(text) if part.strip()]
    if not parts:
        raise ExperimentError(f"expected {about_rows(experiment)}, found an empty text")
    for number, part in enumerate(parts, start=1):
        row = [one for one in BETWEEN_NUMBERS.split(part) if one]
        if len(row) != width:
            expected = f"expected {how_many(width, 'number')}, found {len(row)}"
            raise ExperimentError(expected, key=f"row {number}")
        try:
            found.append([finite(one) for one in row])
        except ExperimentError as error:
            raise error.at(key=f"row {number}") from None
    return frozen(np.array(found))
