"""The museum: figures that others published of recurrent cells, held against our lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from figures.measuring import check_figures

from rnn_tui.experiments import ExperimentError, load
from rnn_tui.figures.museum.checking import check_museum, check_piece
from rnn_tui.figures.museum.piece import files, read_piece
from rnn_tui.figures.museum.recipes import in_order, made_by, referred
from rnn_tui.figures.published import in_museum
from rnn_tui.figures.verdicts import FigureVerdict

SEQUENCE = next(path for path in files() if path.stem == "deeplearning-ai-sequence")
MADE = """
source = "here"
cell = "rnn"
x = [[1.0], [2.0], [3.0]]
[weights]
W_xh = [[0.5]]
W_hh = [[0.8]]
"""
FIGURE = """
[[figure]]
what = "the last state"
published = "0.9759"
measure = "h TH[2,0]"
"""


def test_nothing_in_the_museum_is_a_mismatch() -> None:
    results = check_museum()
    found = [result.verdict for result in results]
    assert len(found) >= 45
    assert {*found} == {FigureVerdict.MATCH, FigureVerdict.ERRATUM}
    assert found.count(FigureVerdict.ERRATUM) == 10


def test_the_famous_gradients_are_those_of_a_bug() -> None:
    piece = read_piece(SEQUENCE)
    wrong = [one for one in check_piece(piece) if one.figure.fault == "no-dh-next"]
    assert len(wrong) == 9
    assert {one.verdict for one in wrong} == {FigureVerdict.ERRATUM}


def test_another_bug_does_not_explain_them() -> None:
    piece = read_piece(SEQUENCE)
    blamed = tuple(
        replace(one, fault="untransposed") if one.fault else one for one in piece.figures
    )
    verdicts = [one.verdict for one in check_piece(replace(piece, figures=blamed))]
    assert verdicts.count(FigureVerdict.MISMATCH) == 9


@pytest.mark.parametrize("name", ["gates", "gomez", "gru"])
def test_pieces_that_are_experiments_match(name: str) -> None:
    assert name in in_museum()
    results = check_figures(load(name))
    assert {result.verdict for result in results} == {FigureVerdict.MATCH}
    assert all(result.figure.recomputed for result in results) is (name != "gates")


def test_a_recipe_draws_as_numpy_does() -> None:
    made = made_by(
        ["seed 1", "a = randn 2 3", "b = linspace 0 1 2 3", "c = full 0.5 2", "d = randn 1"]
    )
    np.random.seed(1)
    assert (made["a"] == np.random.randn(2, 3)).all()
    assert made["b"].tolist() == [[0, 0.2, 0.4], pytest.approx([0.6, 0.8, 1])]
    assert made["c"].tolist() == [0.5, 0.5]
    assert (made["d"] == np.random.randn(1)).all()


@pytest.mark.parametrize("line", ["a", "a = randn", "a = rand 2", "a = randn x", "seed one"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(ExperimentError, match=r"recipe\[2\]"):
        made_by(["seed 1", line])


def test_axes_come_into_the_order_that_is_wanted() -> None:
    array = np.arange(6.0).reshape(2, 3)
    part, letters = referred({"W": array}, "W[:,1:3] IH")
    assert letters == "IH"
    assert in_order(part, letters, "HI").tolist() == [[1, 4], [2, 5]]
    assert in_order(array, "mI", "mTI").shape == (2, 1, 3)
    with pytest.raises(ExperimentError, match="found 2 along I"):
        in_order(array, "IH", "H")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('cell = "rnn"', 'cell = "nn"', "cell: expected"),
        ("W_hh", "W_ha", "weights.W_ha: unknown key"),
        ("[[0.8]]", '"Wh HK"', "weights.W_hh: expected one of"),
        ("[[0.8]]", "[0.8]", "weights.W_hh: expected numbers with the axes HK"),
        ("[[0.8]]", '"?"', "weights.W_hh: expected NAME"),
        ('"h TH[2,0]"', '"h TH["', "figure[1].measure: expected NAME"),
        ('"0.9759"', "0.9759", "figure[1].published: expected a number as printed"),
        ('what = "the', 'fault = "x"\nwhat = "the', "figure[1].fault: expected one of"),
    ],
)
def test_what_is_wrong_in_a_piece_is_told_in_a_line(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    path = tmp_path / "piece.toml"
    path.write_text((MADE + FIGURE).replace(old, new), encoding="utf-8")
    with pytest.raises(ExperimentError) as caught:
        read_piece(path)
    assert expected in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_piece_of_a_few_lines(tmp_path: Path) -> None:
    path = tmp_path / "piece.toml"
    path.write_text(MADE + FIGURE, encoding="utf-8")
    (result,) = check_piece(read_piece(path))
    assert result.verdict is FigureVerdict.MATCH
