"""The timesteps of two examples side by side: what both read on one row, as a diff does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from rnn_tui.experiments import Example

Same = Callable[[Example, int, Example, int], bool]

MOST_COMPARED = 4_000_000  # pairs of tokens, about a second; of longer texts rows are timesteps


class Pair(NamedTuple):
    """A row: a timestep of each example, None where there is none; whether both read the same."""

    here: int | None
    there: int | None
    same: bool


def aligned(here: Example, there: Example, *, by_timestep: bool = False) -> tuple[Pair, ...]:
    """Common tokens on one row, the others beside each other as far as they go.

    What an encoder reads is never beside what a decoder does. `by_timestep` nothing is
    shifted, as where numbers are read, which are the same by chance at most.
    """
    ends = here.encoder_length, there.encoder_length
    parts = ((0, ends[0]), (0, ends[1])), ((ends[0], here.length), (ends[1], there.length))
    return tuple(
        pair for part in parts for pair in _part(here, there, *part, by_timestep=by_timestep)
    )


def _part(
    here: Example, there: Example, own: tuple[int, int], other: tuple[int, int], *,
    by_timestep: bool,
) -> Iterator[Pair]:  # fmt: skip
    """The rows of a stretch of timesteps of each."""
    (a, a_end), (b, b_end) = own, other
    if by_timestep or (a_end - a) * (b_end - b) > MOST_COMPARED:
        yield from _beside(here, there, range(a, a_end), range(b, b_end), _same_numbers)
        return
    while a < a_end and b < b_end and here.tokens[a] == there.tokens[b]:
        yield Pair(a, b, same=True)  # the diff could begin with a longer match that comes later
        a, b = a + 1, b + 1
    matcher = SequenceMatcher(None, here.tokens[a:a_end], there.tokens[b:b_end], autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        own_rows, other_rows = range(a + i, a + i_end), range(b + j, b + j_end)
        yield from _beside(here, there, own_rows, other_rows, _same_token)


def _beside(here: Example, there: Example, own: range, other: range, same: Same) -> Iterator[Pair]:
    for t, t_there in zip_longest(own, other):
        both = t is not None and t_there is not None
        yield Pair(t, t_there, both and same(here, t, there, t_there))


def _same_token(here: Example, t: int, there: Example, t_there: int) -> bool:
    return here.tokens[t] == there.tokens[t_there]


def _same_numbers(here: Example, t: int, there: Example, t_there: int) -> bool:
    """The names of rows may differ; where embeddings are learned, tokens are all there is."""
    if here.inputs is None or there.inputs is None:
        return _same_token(here, t, there, t_there)
    return bool(np.array_equal(here.inputs[t], there.inputs[t_there]))
