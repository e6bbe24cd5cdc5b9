"""The verdict on a figure, with figures made up for it."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.figures.figure import Figure
from rnn_tui.figures.verdicts import FigureVerdict, compare, judge


def figure(*published: str, **more: object) -> Figure:
    return Figure("where", "what", published, "loss", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("published", "measured", "verdict"),
    [
        ("0.1399", 0.139949, FigureVerdict.MATCH),
        ("0.1400", 0.139949, FigureVerdict.LAST_DIGIT),
        ("0.1400", 0.139849, FigureVerdict.MISMATCH),
        ("0.5", 0.45, FigureVerdict.MATCH),
        ("29", 28.88, FigureVerdict.MATCH),
        ("29", 27.4, FigureVerdict.MISMATCH),
        ("-0.0660", -0.065973, FigureVerdict.MATCH),
        ("1.0", float("nan"), FigureVerdict.MISMATCH),
        ("1.0", float("inf"), FigureVerdict.MISMATCH),
        ("7,256", 7256.0, FigureVerdict.MATCH),
        ("7,256", 7257.0, FigureVerdict.LAST_DIGIT),
        ("+1", 1.0, FigureVerdict.MATCH),
        ("2e-2", 0.02, FigureVerdict.MATCH),
        ("2e-2", 0.03, FigureVerdict.LAST_DIGIT),
        ("0.", 0.4, FigureVerdict.MATCH),
        ("0.", 0.6, FigureVerdict.LAST_DIGIT),
    ],
)
def test_a_number_is_held_against_its_own_digits(
    published: str, measured: float, verdict: FigureVerdict
) -> None:
    assert judge(figure(published), np.array([measured])) is verdict


def test_the_worst_number_of_a_row_decides() -> None:
    row = figure("0.1", "0.2")
    assert judge(row, np.array([0.1, 0.3])) is FigureVerdict.LAST_DIGIT
    assert judge(row, np.array([0.1])) is FigureVerdict.MISMATCH


def test_an_erratum_must_not_match() -> None:
    wrong = figure("0.9", why="The listing contradicts itself.")
    assert judge(wrong, np.array([0.5])) is FigureVerdict.ERRATUM
    assert judge(wrong, np.array([0.9])) is FigureVerdict.MISMATCH


@pytest.mark.parametrize(
    ("published", "verdict"),
    [
        ("0.20", FigureVerdict.MATCH),  # within 0.1 … 0.3
        ("0.50", FigureVerdict.MATCH),  # outside by as much as the range is wide
        ("-0.10", FigureVerdict.MATCH),
        ("0.505", FigureVerdict.MISMATCH),
        ("0.51", FigureVerdict.MISMATCH),
        ("-0.11", FigureVerdict.MISMATCH),
    ],
)
def test_random_starts_make_a_range(published: str, verdict: FigureVerdict) -> None:
    starts = [np.array([0.2]), np.array([0.3]), np.array([0.1])]
    assert judge(figure(published, seeds=3), *starts) is verdict
    assert (
        judge(figure(published, seeds=3, why="So."), *starts)
        is {
            FigureVerdict.MATCH: FigureVerdict.MISMATCH,
            FigureVerdict.MISMATCH: FigureVerdict.ERRATUM,
        }[verdict]
    )


def test_a_range_without_width_is_as_strict_as_the_digits() -> None:
    starts = [np.array([1.0]), np.array([1.0])]
    assert judge(figure("1.000", seeds=2), *starts) is FigureVerdict.MATCH
    assert judge(figure("0.999", seeds=2), *starts) is FigureVerdict.MISMATCH


def test_a_start_that_failed_is_no_range() -> None:
    starts = [np.array([1.0]), np.array([float("nan")])]
    assert judge(figure("1.0", seeds=2), *starts) is FigureVerdict.MISMATCH


def test_the_numbers_of_a_row_have_a_range_each() -> None:
    starts = [np.array([0.1, 5.0]), np.array([0.2, 7.0]), np.array([0.6, 6.0])]
    result = compare(figure("0.3", "6", seeds=3), starts)
    assert result.verdict is FigureVerdict.MATCH
    assert result.span is not None
    low, high = result.span
    assert (low.tolist(), high.tolist()) == ([0.1, 5.0], [0.6, 7.0])
    assert isinstance(result.measured, np.ndarray)
    assert result.measured.tolist() == [0.2, 6.0]
    assert judge(figure("0.3", "10", seeds=3), *starts) is FigureVerdict.MISMATCH


def test_a_text_has_to_be_the_same_from_every_start() -> None:
    spelled = figure(spelled="hello", seeds=2)
    assert judge(spelled, "hello", "hello") is FigureVerdict.MATCH
    result = compare(spelled, ["hello", "hell"])
    assert result.verdict is FigureVerdict.MISMATCH
    assert result.measured == "hell"
    assert result.span is None
