"""The exercises that recurrent networks are told apart by, drawn at random: `generator` in [data].

- adding: read numbers, of which two are marked, and answer with the sum of those two. After
  Hochreiter and Schmidhuber (1997), Long short-term memory, section 5.4.
- copy: read some symbols, then blanks, and repeat the symbols at the sign for it. After Arjovsky,
  Shah and Bengio (2016), Unitary evolution recurrent neural networks, section 5.1.
- parity: say of each bit whether the ones so far are even or odd in number; it is their
  exclusive or.

One is written out as the examples that a file could hold, before anything else is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.experiments.data.grammar import SEED
from rnn_tui.experiments.schema.reading import Reader

GENERATOR = "generator"
GRAMMAR = "grammar"  # of which tagging and streams are made; not here
DRAWN = {"examples": 200, "test_examples": 50}  # the keys of how many, and what is usual
OWN = (*DRAWN, "lengths", "corpus_seed")
MOST_EXAMPLES = 20_000
MOST_TOKENS = 2_000_000  # of all examples together
LONGEST = 10_000  # timesteps
MARK = "+"  # behind a number that counts
HUNDREDTHS = 101  # the numbers to add: 0.00 … 1.00
WRITTEN = tuple(f"{n / 100:.2f}" for n in range(HUNDREDTHS))
SYMBOLS = "abcdef"
BLANK, GO = "_", ">"

Entry = dict[str, Any]
Draw = Callable[[np.random.Generator, int], Entry]


class Exercise(NamedTuple):
    """How one is drawn.

    `task` is what it is, `length` its timesteps where `lengths` is left out. `labels` are the
    classes, none where the answer is a number; `tokens` all that may be read, or `vectors`
    what they stand for, if that is given. `count` says how many different examples of a
    length there are.
    """

    task: str
    length: int
    draw: Draw
    count: Callable[[int], int]
    labels: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    vectors: dict[str, list[float]] | None = None
    shortest: int = 1


def written_out(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose exercise stands in it as examples; the same one if it has none.

    Raises ExperimentError.
    """
    data = document.get("data")
    if not isinstance(data, dict) or GENERATOR not in data:
        return document
    table = Reader(data, "data")
    if table.choice(GENERATOR, (GRAMMAR, *NAMES)) == GRAMMAR:
        return document
    exercise = _exercise(table)
    table.only("kind", "tokenizer", GENERATOR, "symbols", *OWN)
    if document.get("task") != exercise.task:
        raise Reader(document).error(
            "task", f'expected "{exercise.task}" with data.generator = "{data[GENERATOR]}"'
        )
    train, test = _examples(table, exercise)
    made: dict[str, Any] = {"kind": table.choice("kind", ("labelled",)), "tokenizer": "word"}
    if exercise.labels:
        made |= {"labels": list(exercise.labels), "vocabulary": sorted(exercise.tokens)}
    made |= {"train": train} | ({"test": test} if test else {})
    embedding = document.get("embedding")
    if exercise.vectors is not None and isinstance(embedding, dict):
        embedding = {"vectors": exercise.vectors} | embedding
    return document | {"data": made, "embedding": embedding}


def _examples(table: Reader, exercise: Exercise) -> tuple[list[Entry], list[Entry]]:
    """Those to train on and those kept apart, all different."""
    lengths = _lengths(table, exercise)
    train, test = DRAWN
    counts = table.integer(train, DRAWN[train], least=1), table.integer(test, DRAWN[test])
    wanted = sum(counts)
    most = min(MOST_EXAMPLES, sum(map(exercise.count, lengths)), MOST_TOKENS // max(lengths))
    if wanted > most:
        raise table.error("examples", f"expected at most {most} with test_examples, found {wanted}")
    rng = np.random.default_rng(table.integer("corpus_seed", SEED))
    drawn: dict[str, Entry] = {}
    while len(drawn) < wanted:
        entry = exercise.draw(rng, lengths[int(rng.integers(len(lengths)))])
        drawn.setdefault(entry["text"], entry)
    found = list(drawn.values())
    return found[: counts[0]], found[counts[0] :]


def _lengths(table: Reader, exercise: Exercise) -> list[int]:
    """The lengths that are drawn from, all equally likely; one may stand without brackets."""
    value = table.table.get("lengths", exercise.length) if "lengths" in table else exercise.length
    lengths = value if isinstance(value, list) else [value]
    good = all(type(one) is int and exercise.shortest <= one <= LONGEST for one in lengths)
    if not lengths or not good:
        expected = f"expected whole numbers from {exercise.shortest} to {LONGEST}"
        raise table.error("lengths", expected)
    return lengths


def _exercise(table: Reader) -> Exercise:
    """The one that is asked for; of copy, with so many symbols."""
    name = table.choice(GENERATOR, NAMES)
    if name != "copy":
        if "symbols" in table:
            raise table.error("symbols", 'expected only with generator = "copy"')
        return ADDING if name == "adding" else PARITY
    count = table.integer("symbols", 3, least=1)
    if count > LONGEST:
        raise table.error("symbols", f"expected at most {LONGEST}, found {count}")
    kinds = SYMBOLS
    return Exercise(
        "many-to-many", 5, lambda rng, blanks: _copied(rng, blanks, kinds, count),
        lambda _: min(len(kinds) ** count, MOST_EXAMPLES), (*kinds, BLANK),
        (*kinds, BLANK, GO),
    )  # fmt: skip


def _added(rng: np.random.Generator, length: int) -> Entry:
    """Numbers, one marked in each half, and the sum of those two."""
    hundredths = rng.integers(HUNDREDTHS, size=length).tolist()
    half = length // 2
    marked = {int(rng.integers(half)), half + int(rng.integers(length - half))}
    tokens = [WRITTEN[n] + (MARK if t in marked else "") for t, n in enumerate(hundredths)]
    return {"text": " ".join(tokens), "target": [sum(hundredths[t] for t in marked) / 100]}


def _numbers() -> Iterator[tuple[str, list[float]]]:
    """Every number, and whether it is marked."""
    for n, written in enumerate(WRITTEN):
        yield written, [n / 100, 0.0]
        yield written + MARK, [n / 100, 1.0]


def _copied(rng: np.random.Generator, blanks: int, kinds: str, count: int) -> Entry:
    """Symbols, blanks and a sign; the answers are blank up to the sign, there begin the symbols."""
    symbols = [kinds[int(at)] for at in rng.integers(len(kinds), size=count)]
    tokens = [*symbols, *[BLANK] * blanks, GO, *[BLANK] * (count - 1)]
    return {"text": " ".join(tokens), "labels": [BLANK] * (count + blanks) + symbols}


def _bits(rng: np.random.Generator, length: int) -> Entry:
    """Bits, and after each whether there have been an odd number of ones."""
    bits = rng.integers(2, size=length)
    odd = np.bitwise_xor.accumulate(bits).tolist()
    return {"text": " ".join(map(str, bits.tolist())), "labels": [EVEN_ODD[one] for one in odd]}


EVEN_ODD = ("even", "odd")
ADDING = Exercise(
    "many-to-one", 10, _added, lambda _: MOST_EXAMPLES, vectors=dict(_numbers()), shortest=2
)
PARITY = Exercise(
    "many-to-many",
    8,
    _bits,
    lambda length: min(2 ** min(length, 40), MOST_EXAMPLES),
    EVEN_ODD,
    ("0", "1"),
)
NAMES = ("adding", "copy", "parity")
