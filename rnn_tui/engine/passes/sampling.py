"""Reading and writing text token by token, outside training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from rnn_tui.arrays import Floats, Ints, frozen
from rnn_tui.engine.passes.batches import Shape
from rnn_tui.engine.passes.reading import reader_of
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Answering, Example, Vocabulary


def read(
    params: Parameters,
    net: Network,
    vocabulary: Vocabulary,
    ids: Ints,
    start: Floats | None = None,
    encodes: bool = False,
    rows: Floats | None = None,
) -> Floats:
    """All states (T+1, S) of reading these tokens, layer by layer: (T+1, H) of one vanilla layer.

    Row 0 is `start`, zero if left out. With `encodes` it is the encoder that reads, where
    there is one. What is read are `rows` (T, I), the tokens' own if left out.
    """
    T, table = len(ids), vocabulary.vectors
    rows = table[ids] if rows is None and table is not None else rows
    given = None if rows is None else rows[:, None]
    shape = Shape(T, 1, (), T if encodes else 0)
    reader = reader_of(net, params.layout, shape, given=given is not None)
    with np.errstate(all="ignore"):
        reader.read(params, ids[:, None], given, start)
    return frozen(reader.states()[:, 0].copy())


def read_example(
    params: Parameters, net: Network, vocabulary: Vocabulary, example: Example
) -> Floats:
    """The states (T+1, S) of reading an example from nothing, by its encoder at first."""
    E = example.encoder_length
    parts = [None if vocabulary.vectors is None or example.inputs is None else example.inputs[part]
             for part in (slice(E), slice(E, None))]  # fmt: skip
    encoded = read(params, net, vocabulary, example.ids[:E], encodes=True, rows=parts[0])
    decoded = read(params, net, vocabulary, example.ids[E:], encoded[-1], rows=parts[1])
    return frozen(np.vstack([encoded, decoded[1:]]))


def next_token_probabilities(
    params: Parameters, net: Network, h: Floats, temperature: float = 1.0
) -> Floats:
    """The softmax of y / temperature after the states h (S,), shape (V,).

    At 0 all of it is on the largest logit, the first of equals. Raises
    FloatingPointError where a logit isn't finite, as then nothing can be drawn.
    """
    with np.errstate(all="ignore"):
        y = params.W_hy @ net.read_from(h, params.layout) + params.b_y
        if not np.isfinite(y).all():
            raise FloatingPointError("the network's output is not finite")
        if temperature == 0:
            p: Floats = np.zeros(len(y))
            p[y.argmax()] = 1.0
            return p
        # y / a tiny temperature may overflow; the largest stays 0
        return net.head.probabilities((y - y.max()) / temperature)


@dataclass(frozen=True, eq=False)
class Sample:
    """One token drawn: its row, the p (V,) it was drawn from, the states h (S,) after it."""

    token: int
    p: Floats
    h: Floats


def sample(
    params: Parameters,
    net: Network,
    vocabulary: Vocabulary,
    prompt: Ints,
    *,
    temperature: float = 1.0,
    seed: int = 0,
) -> Iterator[Sample]:
    """Endlessly continue a prompt of at least one token: each token drawn is read next.

    The same seed draws the same tokens. Raises FloatingPointError as
    `next_token_probabilities` does.
    """

    def read_on(token: int, h: Floats) -> Floats:
        after: Floats = read(params, net, vocabulary, np.array([token]), h)[-1]
        return after

    h = read(params, net, vocabulary, prompt)[-1]
    yield from _drawing(params, net, h, read_on, temperature, seed)


def _drawing(
    params: Parameters,
    net: Network,
    h: Floats,
    read_on: Callable[[int, Floats], Floats],
    temperature: float,
    seed: int,
) -> Iterator[Sample]:
    """Endlessly draw what is said after a state; `read_on` gives the state after what follows."""
    rng = np.random.default_rng(seed)
    while True:
        p = next_token_probabilities(params, net, h, temperature)
        token = _drawn(rng, p)
        h = read_on(token, h)
        yield Sample(token, p, h)


def _drawn(rng: np.random.Generator, p: Floats) -> int:
    below = p.cumsum()
    drawn = int(below.searchsorted(rng.random() * below[-1], side="right"))
    return min(drawn, len(p) - 1)


def answers(
    params: Parameters,
    net: Network,
    vocabulary: Vocabulary,
    answering: Answering,
    text: Ints,
    *,
    temperature: float = 1.0,
    seed: int = 0,
) -> Iterator[Sample]:
    """Answer a text freely: what is read after an answer is that of the network itself.

    The tokens of the samples are classes, the last is the end where an answer has one;
    an `h` is the state after what follows the answer was read, of the end that before it.
    Raises ExperimentError where nothing can be begun from the text, and FloatingPointError
    as `next_token_probabilities` does.
    """

    def read_on(answer: int, h: Floats) -> Floats:
        if answer == answering.end:
            return h
        follows = answering.read_next[answer : answer + 1]
        after: Floats = read(params, net, vocabulary, follows, h)[-1]
        return after

    h = begun(params, net, vocabulary, answering, text)[-1]
    for one in _drawing(params, net, h, read_on, temperature, seed):
        yield one
        if one.token == answering.end:
            return


def begun(
    params: Parameters, net: Network, vocabulary: Vocabulary, answering: Answering, text: Ints
) -> Floats:
    """The states of reading a text up to its first answer: a row a token, and the start token."""
    first = np.array([answering.first(text)])
    if answering.start is None:
        return read(params, net, vocabulary, first)[1:]
    encoded = read(params, net, vocabulary, text, encodes=True)
    return frozen(np.vstack([encoded[1:], read(params, net, vocabulary, first, encoded[-1])[1:]]))


def likeliest_answers(
    params: Parameters, net: Network, vocabulary: Vocabulary, answering: Answering, text: Ints
) -> tuple[int, ...]:
    """The classes that a network answers a text with, each the likeliest; at most so many as
    it was trained on. Raises as `answers` does.
    """
    drawn = answers(params, net, vocabulary, answering, text, temperature=0.0)
    return tuple(one.token for one in islice(drawn, answering.most))
