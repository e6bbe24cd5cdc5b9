"""One piece: a cell, the numbers that go into it, and the figures that were printed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.data_files import data_root
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.cells import CELLS, Cell, cell_of
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.layer import Layer
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import read_text
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.museum.passes import Given
from rnn_tui.figures.museum.recipes import in_order, letters_of, made_by, referred, split_reference
from rnn_tui.figures.published import printed

KEYS = (
    "source", "cell", "activation", "gru_reset", "update_gate",
    "recipe", "x", "start", "above", "weights", "figure",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Piece:
    """What was published of one cell with its numbers; `layer` is ours."""

    name: str
    source: str
    layer: Layer
    given: Given
    figures: tuple[Figure, ...]


def files() -> tuple[Path, ...]:
    """The data files of the pieces, by name."""
    return tuple(sorted((data_root() / "figures" / "museum").glob("*.toml")))


def read_piece(path: Path) -> Piece:
    """A piece from its file. Raises ExperimentError that names file and key."""
    try:
        return _piece(path.stem, Reader(tomllib.loads(read_text(path))))
    except tomllib.TOMLDecodeError as error:
        raise ExperimentError(f"expected TOML: {error}", file=str(path)) from None
    except ExperimentError as error:
        raise error.at(file=str(path)) from None


def _piece(name: str, whole: Reader) -> Piece:
    whole.only(*KEYS)
    source, cell = whole.text("source"), _cell(whole)
    activation = whole.choice("activation", tuple(ACTIVATIONS), "tanh")
    made = made_by(whole.strings("recipe") if "recipe" in whole else ())
    layer = Layer(cell, ACTIVATIONS[activation])
    given = _given(whole, cell, made)
    entries = enumerate(whole.table.get("figure", []), start=1)
    figures = tuple(_figure(Reader(entry, f"figure[{at}]"), source) for at, entry in entries)
    return Piece(name, source, layer, given, figures)


def _cell(whole: Reader) -> Cell:
    return cell_of(
        whole.choice("cell", tuple(CELLS)),
        whole.choice("gru_reset", ("after", "before"), "after"),
        whole.choice("update_gate", ("keeps", "replaces"), "keeps"),
    )


def _given(whole: Reader, cell: Cell, made: Mapping[str, Floats]) -> Given:
    x = _read(whole, "x", made, "TI", "mTI")
    table = whole.subtable("weights")
    table.only(*cell.parameters)
    weights = {
        name: _read(table, name, made, *2 * (letters_of(axes),)) if name in table else None
        for name, axes in cell.parameters.items()
    }
    units = next(len(one) for one in weights.values() if one is not None)
    start = whole.subtable("start", required=False)
    above = whole.subtable("above", required=False)
    start.only(*cell.states)
    above.only(*cell.states)
    m = len(x)
    starts = {
        state: _read(start, state, made, "H", "mH") if state in start else np.zeros((m, units))
        for state in cell.states
    }
    gradients = {state: _read(above, state, made, "TH", "mTH") for state in above.table}
    back = max((one.shape[1] for one in gradients.values()), default=0)
    return Given(
        {
            name: np.zeros(units) if one is None else one  # a bias that the source has not got
            for name, one in weights.items()
        },
        x,
        starts,
        gradients,
        back,
    )


def _read(table: Reader, key: str, made: Mapping[str, Floats], own: str, wanted: str) -> Floats:
    """An array, printed with the axes `own` or referred to, with the axes that are `wanted`."""
    value = table.table.get(key)
    try:
        if isinstance(value, str):
            array, letters = referred(made, value)
        else:
            array, letters = np.array(value, dtype=np.float64), own
            if array.ndim != len(own):
                raise ExperimentError(f"expected numbers with the axes {own}")
        return in_order(array, letters, wanted)
    except ExperimentError as error:
        raise error.at(key=table.where(key)) from None
    except (ValueError, TypeError, IndexError):
        raise table.error(key, "expected numbers, or the name of an array of the recipe") from None


def _figure(entry: Reader, source: str) -> Figure:
    where = entry.text("where", "")
    figure = Figure(
        source=f"{source}, {where}" if where else source,
        what=entry.text("what"),
        published=printed(entry),
        measure=entry.text("measure"),
        why=entry.text("why", ""),
        fault=entry.text("fault", ""),
        recomputed=entry.flag("recomputed", False),
    )
    entry.finish()
    try:
        split_reference(figure.measure)
    except ExperimentError as error:
        raise error.at(key=entry.where("measure")) from None
    if figure.fault and figure.fault not in FAULTS:
        raise entry.error("fault", f"expected one of {', '.join(FAULTS)}")
    return figure
