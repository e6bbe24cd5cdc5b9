"""Every figure of the museum, measured and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import ExperimentError
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.museum.passes import Made, passed
from rnn_tui.figures.museum.piece import Piece, files, read_piece
from rnn_tui.figures.museum.recipes import in_order, split_reference
from rnn_tui.figures.verdicts import FigureVerdict, Result, compare, judge


def check_museum() -> list[Result]:
    """Measure all pieces, in the order of their names."""
    return [result for path in files() for result in check_piece(read_piece(path))]


def check_piece(piece: Piece) -> list[Result]:
    """Measure the figures of a piece, each with a verdict.

    One that a bug explains is an erratum only if that bug gives what was printed, in all
    digits but the last, and the right lines do not; otherwise it is a mismatch.
    """
    runs: dict[str, Made] = {}

    def measured(figure: Figure, fault: str) -> Floats:
        if fault not in runs:
            with np.errstate(all="ignore"):
                runs[fault] = passed(piece.layer, piece.given, FAULTS.get(fault))
        return measure(runs[fault], figure.measure)

    results = []
    for figure in piece.figures:
        result = compare(figure, [measured(figure, "")])
        if figure.fault:
            unexplained = replace(figure, why="")
            given = judge(unexplained, measured(figure, figure.fault))
            if given is not FigureVerdict.MATCH:
                result = replace(result, verdict=FigureVerdict.MISMATCH)
        results.append(result)
    return results


def measure(made: Mapping[str, tuple[Floats, str]], text: str) -> Floats:
    """The numbers (n,) that `NAME LETTERS[INDEX]` means. Raises ExperimentError."""
    name, before, letters, behind = split_reference(text)
    if name not in made:
        raise ExperimentError(f"expected one of {', '.join(made)}, found {name}")
    array, own = made[name]
    return np.atleast_1d(in_order(array, own, letters or own)[before or behind]).ravel()
