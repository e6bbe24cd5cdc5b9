"""The published figures of an experiment, read from its data file, and the verdict on each.

A figure's digits are kept as they were printed. No measured value is written
down anywhere: `measures` computes it afresh.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.experiments import Experiment, ExperimentError, bundled
from rnn_tui.experiments.data_files import data_root
from rnn_tui.experiments.load import read_text
from rnn_tui.experiments.reading import Reader
from rnn_tui.figures.bench import Bench
from rnn_tui.figures.measures import MEASURES

SLACK = 1e-9  # of a unit of the last digit: a tie as printed counts as equal either way


class Verdict(StrEnum):
    """How a figure compares with what is measured."""

    MATCH = "match"
    LAST_DIGIT = "last-digit"
    ERRATUM = "erratum"
    MISMATCH = "mismatch"


@dataclass(frozen=True)
class Figure:
    """One published number, or a row of them, as printed.

    `measure` names a function of MEASURES with its arguments; `example` (from 1)
    and `epoch` say where it is measured. `why` explains an erratum.
    """

    source: str
    what: str
    published: tuple[str, ...]
    measure: str
    example: int = 1
    epoch: int = 0
    why: str = ""


@dataclass(frozen=True, eq=False)
class Result:
    """A figure with what was measured."""

    figure: Figure
    measured: Floats
    verdict: Verdict


def read_figures(name: str) -> tuple[Figure, ...]:
    """The figures published of a bundled experiment; none where there is no file of them."""
    path = data_root() / "figures" / f"{name}.toml"
    if not path.is_file():
        return ()
    try:
        document = tomllib.loads(read_text(path))
        return tuple(_figure(Reader(entry, f"figure[{i}]"))
                     for i, entry in enumerate(document.get("figure", []), start=1))  # fmt: skip
    except tomllib.TOMLDecodeError as error:
        raise ExperimentError(f"expected TOML: {error}", file=str(path)) from None
    except ExperimentError as error:
        raise error.at(file=str(path)) from None


def _figure(entry: Reader) -> Figure:
    published = entry.table.get("published")
    numbers = [published] if isinstance(published, str) else published
    if "published" not in entry or not _are_numbers(numbers):
        raise entry.error("published", "expected a number as printed, in quotes, or a list of them")
    measure = entry.text("measure")
    if measure.split()[0] not in MEASURES:
        raise entry.error("measure", f"expected one of {', '.join(MEASURES)}")
    figure = Figure(
        source=entry.text("source"),
        what=entry.text("what"),
        published=tuple(numbers or ()),
        measure=measure,
        example=entry.integer("example", 1, least=1),
        epoch=entry.integer("epoch", 0),
        why=entry.text("why", ""),
    )
    entry.finish()
    return figure


def _are_numbers(numbers: object) -> bool:
    return isinstance(numbers, list) and bool(numbers) and all(_is_number(one) for one in numbers)


def _is_number(text: object) -> bool:
    try:
        return isinstance(text, str) and np.isfinite(float(text))
    except ValueError:
        return False


def figures_of(experiment: Experiment) -> tuple[Figure, ...]:
    """The figures published of an experiment; none of a user's own, whatever its name."""
    return read_figures(experiment.name) if experiment.path.resolve() in bundled() else ()


def check_figures(experiment: Experiment) -> Iterator[Result]:
    """Measure every figure published of an experiment."""
    bench = Bench(experiment)
    for figure in figures_of(experiment):
        name, *arguments = figure.measure.split()
        value = MEASURES[name](bench.at(figure.example, figure.epoch), *arguments)
        measured = np.atleast_1d(np.asarray(value, dtype=np.float64)).ravel()
        yield Result(figure, measured, judge(figure, measured))


def judge(figure: Figure, measured: Floats) -> Verdict:
    """The verdict on a figure: that on its worst number.

    One with a `why` must not match, or the explanation itself is wrong.
    """
    if len(measured) != len(figure.published):
        return Verdict.MISMATCH
    pairs = zip(figure.published, measured, strict=True)
    worst = max((_distance(printed, float(value)) for printed, value in pairs))
    if figure.why:
        return Verdict.ERRATUM if worst > 0 else Verdict.MISMATCH
    return (Verdict.MATCH, Verdict.LAST_DIGIT, Verdict.MISMATCH)[worst]


def _distance(printed: str, value: float) -> int:
    """0 when equal as printed, 1 when one unit of the last digit off, else 2."""
    exponent = Decimal(printed).as_tuple().exponent
    assert isinstance(exponent, int), "published numbers are finite"
    unit = 10.0**exponent
    apart = abs(value - float(printed)) / unit
    if not apart <= 1.5 + SLACK:
        return 2
    return 0 if apart <= 0.5 + SLACK else 1


def files() -> tuple[Path, ...]:
    """The data files of figures, one an experiment."""
    return tuple(sorted((data_root() / "figures").glob("*.toml")))
