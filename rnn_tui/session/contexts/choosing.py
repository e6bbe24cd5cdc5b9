"""Which example the one under the cursor is compared with: the likeliest, any other, or a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_tui.experiments import Example, ExperimentError
from rnn_tui.session.contexts.comparison import Other
from rnn_tui.session.edits.typed import typed_example
from rnn_tui.session.moment import AllExamples, Refused
from rnn_tui.session.moves import NUMBERED
from rnn_tui.session.view import StepView

MOST_CANDIDATES = 1000  # of a long stream those around the chunk under the cursor
EXAMPLE = "example"  # what the arguments of the verb begin with; anything else is a text


class Candidate(NamedTuple):
    """An example to compare with: its place, how many tokens both have, if its answer is another.

    Of two same tokens in both, two are counted.
    """

    place: int
    common: int
    other_answer: bool


def candidates(view: StepView) -> tuple[Candidate, ...]:
    """All other examples: first those with another answer, in each part the most alike first."""
    count, here = len(view.examples), view.current
    first = max(0, min(view.example - MOST_CANDIDATES // 2, count - MOST_CANDIDATES))
    words = Counter(here.tokens)
    found = []
    for place in range(first, min(count, first + MOST_CANDIDATES)):
        if place != view.example:
            one = view.examples[place]
            common = (words & Counter(one.tokens)).total()
            found.append(Candidate(place, common, _answers_otherwise(here, one)))
    return tuple(sorted(found, key=lambda one: (not one.other_answer, -one.common, one.place)))


def _answers_otherwise(here: Example, there: Example) -> bool:
    return (here.labelled and there.labelled) and not np.array_equal(here.targets, there.targets)


def likeliest(view: StepView) -> Other:
    """The example that has the most tokens in common with this one, and another answer.

    Raises Refused where there is no other example.
    """
    listed = candidates(view)
    if not listed:
        raise Refused("there is no other example to compare with: name a text")
    return example_at(view, listed[0].place)


def example_at(view: StepView, place: int) -> Other:
    """An example, an index. Raises Refused."""
    count = len(view.examples)
    if not 0 <= place < count:
        raise Refused(NUMBERED.format(count))
    if place == view.example:
        raise Refused(f"example {place + 1} is the one under the cursor: name another")
    return Other(view.examples, place)


def typed(view: StepView, example: Example) -> Other:
    """An example that is not in the data."""
    train = view.experiment.train
    return Other(AllExamples(train, example), len(train), typed=True)


def chosen(view: StepView, arguments: Sequence[str]) -> Other:
    """What the arguments of the verb name, the likeliest where there are none. Raises Refused."""
    if not arguments:
        return likeliest(view)
    kind, first, *label = arguments
    if kind == EXAMPLE:
        return example_at(view, int(first) - 1)
    try:
        return typed(view, typed_example(view, first, *label))
    except ExperimentError as error:
        raise Refused(str(error)) from None
