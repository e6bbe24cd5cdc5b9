"""The published figures of an experiment, read from its data file.

A figure's digits are kept as they were printed. No measured value is written
down anywhere: `measures` computes it afresh.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from rnn_tui.data_files import data_root
from rnn_tui.experiments import Experiment, ExperimentError, bundled
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import read_text
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.measures import MEASURES

NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?(e[+-]?\d{1,3})?")


def figures_of(experiment: Experiment) -> tuple[Figure, ...]:
    """The figures published of an experiment; none of a user's own, whatever its name."""
    return read_figures(experiment.name) if experiment.path.resolve() in bundled() else ()


def files() -> tuple[Path, ...]:
    """The data files of figures, one an experiment."""
    return tuple(sorted((data_root() / "figures").glob("*.toml")))


def read_figures(name: str) -> tuple[Figure, ...]:
    """The figures published of a bundled experiment; none where there is no file of them."""
    return _document(name).figures


def note_of(experiment: Experiment) -> str:
    """What has to be said of all its figures together; empty if nothing, or there are none."""
    return _document(experiment.name).note if figures_of(experiment) else ""


def in_museum() -> tuple[str, ...]:
    """The bundled experiments that are worked examples of others, and so pieces of the museum."""
    return tuple(path.stem for path in files() if _document(path.stem).is_museum)


class _Document(NamedTuple):
    figures: tuple[Figure, ...] = ()
    note: str = ""
    is_museum: bool = False


def _document(name: str) -> _Document:
    path = data_root() / "figures" / f"{name}.toml"
    if not path.is_file():
        return _Document()
    try:
        whole = Reader(tomllib.loads(read_text(path)))
        whole.only("note", "museum", "figure")
        entries = enumerate(whole.table.get("figure", []), start=1)
        figures = tuple(_figure(Reader(entry, f"figure[{i}]")) for i, entry in entries)
        return _Document(figures, whole.text("note", ""), whole.flag("museum", False))
    except tomllib.TOMLDecodeError as error:
        raise ExperimentError(f"expected TOML: {error}", file=str(path)) from None
    except ExperimentError as error:
        raise error.at(file=str(path)) from None


def _figure(entry: Reader) -> Figure:
    spelled = entry.text("spelled", "")
    figure = Figure(
        source=entry.text("source"),
        what=entry.text("what"),
        published=() if spelled else printed(entry),
        measure=_measure(entry),
        example=entry.integer("example", 1, least=1),
        epoch=entry.integer("epoch", 0),
        why=entry.text("why", ""),
        step=entry.integer("step", 0),
        text=entry.text("text", ""),
        seeds=entry.integer("seeds", 0),
        overrides=entry.words("set") if "set" in entry else (),
        spelled=spelled,
        recomputed=entry.flag("recomputed", False),
    )
    entry.finish()
    return figure


def printed(entry: Reader) -> tuple[str, ...]:
    """The digits of a figure, as printed. Raises ExperimentError."""
    published = entry.table.get("published")
    numbers = [published] if isinstance(published, str) else published
    if "published" not in entry or not _are_numbers(numbers):
        raise entry.error("published", "expected a number as printed, in quotes, or a list of them")
    return tuple(numbers or ())


def _are_numbers(numbers: object) -> bool:
    return isinstance(numbers, list) and bool(numbers) and all(map(_is_number, numbers))


def _is_number(text: object) -> bool:
    return isinstance(text, str) and NUMBER.fullmatch(text) is not None


def _measure(entry: Reader) -> str:
    measure = entry.text("measure")
    if measure.split()[:1] == [] or measure.split()[0] not in MEASURES:
        raise entry.error("measure", f"expected one of {', '.join(MEASURES)}")
    return measure
