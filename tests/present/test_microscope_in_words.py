"""The gradient under the microscope, as golden text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from making import exploding_experiment, make_experiment, make_stream

from rnn_tui.experiments import Experiment
from rnn_tui.present.charts.microscope_arrows import arrows
from rnn_tui.present.charts.microscope_picture import picture, wall_lines
from rnn_tui.present.sentences.microscope import (
    degrees,
    keys,
    names,
    reading,
    sentences,
    share,
    title,
)
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.checks.microscope import GradientComparison, Way, comparison
from rnn_tui.session.checks.microscope_limits import Limits
from rnn_tui.session.checks.microscope_subject import subject
from rnn_tui.session.session import Session

ARRAYS = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


def seen(experiment: Experiment, limits: Limits, updates: int = 0) -> GradientComparison:
    session = Session(experiment)
    if updates:
        session.updates(updates)
    return comparison(subject(session.view), limits)


def text(lines: Sequence[Line]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


def test_the_whole_picture(sentiment: Experiment) -> None:
    assert text(picture(seen(sentiment, Limits(2, 0.5, 0.1)), 72, 18)) == [
        "states      I → love → ║ → this → movie",
        "gradient    ◀───────   ║   ◀───────────",
        "            full        cut         clip norm   clip value  cut + clip",
        "            whole pass  k=2 ← →     0.5 ↑ ↓     0.1 , .     norm 5",
        "",
        "                               ⣠⣄                ⢀⡴⡲               ⣠⣄",
        "            ⠒⠒⠒⠒⠒⠒⠒⠿⠂   ⠒⠒⠊⠋⠙⠉⠋⠒⠁   ⠒⠒⠒⠒⠒⠿⠂⠂    ⠊⠑ ⠂⠐ ⠂⠂    ⠒⠒⠊⠋⠙⠉⠋⠒⠁",
        "length      0.6862 100% 0.7151 104% 0.5000  73% 0.3411  50% 0.7151 104%",
        "angle       0°          6.2° ↺      0°          29° ↺       6.2° ↺",
        "error       0%          12%         27%         62%         12%",
        "changed     of 22       18          22          7           18",
        "step length 0.3431      0.3576      0.2500      0.1705      0.3576",
        "loss 0.5839 → 0.3847 ↓  → 0.3798 ↓  → 0.4317 ↓  → 0.4900 ↓  → 0.3798 ↓",
        "W_xh share  ▊      13%  ▉      14%  ▊      13%  ██     34%  ▉      14%",
        "W_hh share  ▌       9%  ▌       9%  ▌       9%  █▍     23%  ▌       9%",
        "b_h  share  ▉      15%  █▏     19%  ▉      15%  █      16%  █▏     19%",
        "W_hy share  █▍     22%  █▎     20%  █▍     22%  █▏     18%  █▎     20%",
        "b_y  share  ██▌    42%  ██▎    38%  ██▌    42%  ▌       9%  ██▎    38%",
    ]


@pytest.mark.parametrize("width", [24, 40, 60, 72, 100, 132])
@pytest.mark.parametrize("height", [5, 20, 40])
def test_every_line_fits(sentiment: Experiment, width: int, height: int) -> None:
    lines = picture(seen(sentiment, Limits(2, 0.5, 0.1)), width, height)
    assert max(sum(len(span.text) for span in line) for line in lines) <= max(width, 28)
    assert height < 20 or len(lines) <= height


@pytest.mark.parametrize(
    ("made", "k", "updates", "lines"),
    [
        (make_experiment((5, 2)), 2, 0, [
            "states      d → ║ → c → c → ║ → d → c",
            "gradient    ◀   ║   ◀────   ║   ◀────",
        ]),
        (make_experiment((5, 2)), 9, 0, [
            "states      d → c → c → d → c",
            "gradient    ◀────────────────",
        ]),
        (make_stream(), 3, 2, [
            "states      … → ║ → c → ║ → a → b → c",
            "gradient        ║   ◀   ║   ◀────────",
        ]),
        (make_stream(), 7, 2, [
            "states      3 before → c → a → b → c",
            "gradient    ◀───────────────────────",
        ]),
        (make_experiment((40, 2)), 10, 0, [
            "states      … →a→b→d→a→d→a→b→║→d→b→b→b→c→b→d→b→b→c→║→c→c→c→d→d→d→c→c→b→d",
            "gradient      ────────────── ║ ◀────────────────── ║ ◀──────────────────",
        ]),
    ],
)  # fmt: skip
def test_states_pass_the_walls_and_gradients_stop_there(
    made: Experiment, k: int, updates: int, lines: list[str]
) -> None:
    assert text(wall_lines(seen(made, Limits(k, 1.0, 1.0), updates), 72)) == lines


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(1, 0.5, 0.1), [
            "Truncated to 1 timestep: length 99%, direction turns by 15°; b_h changes most.",
            "Clipping by norm keeps the direction; by value it turns by 29°.",
        ]),
        (Limits(4, 5.0, 5.0), [
            "Not truncated: the gradient goes back to the first token.",
            "The norm is within its limit; so is every number.",
        ]),
    ],
)  # fmt: skip
def test_the_reading(sentiment: Experiment, limits: Limits, said: list[str]) -> None:
    assert list(reading(seen(sentiment, limits))) == said


def test_the_reading_of_what_has_no_direction() -> None:
    (still,) = reading(seen(make_experiment(freeze=ARRAYS), Limits(2, 1.0, 1.0)))
    assert still.startswith("The gradient is 0")
    broken = seen(exploding_experiment(), Limits(2, 1.0, 1.0))
    (said,) = reading(broken)
    assert said.startswith("The gradient is not finite")
    rows = text(picture(broken, 72, 20))
    assert [row.split() for row in rows if row.startswith("angle")] == [["angle", *"–––––"]]
    assert not any("nan" in row for row in rows)


def test_the_reading_of_what_is_sent_on_before_the_chunk() -> None:
    sent, _ = reading(seen(make_stream(), Limits(7, 1.0, 1.0), 2))
    assert sent == (
        "Continued over 3 tokens before the chunk, the gradient turns by 2.2°: this is the "
        "cost of the cut at the chunk's start."
    )


def test_a_pipe_is_told_the_same(sentiment: Experiment) -> None:
    first, full, cut, *_, last = sentences(seen(sentiment, Limits(2, 0.5, 0.1)))
    assert first == "loss 0.5839 before any step; learning rate 0.5."
    assert full.startswith("full (whole pass): length 0.6862, 100% of the full one, angle 0°")
    assert cut == (
        "cut (k=2): length 0.7151, 104% of the full one, angle 6.2°, error 12%, 18 of 22 "
        "numbers changed, step 0.3576, loss after it 0.3798; "
        "shares: W_xh 13.8%, W_hh 8.9%, b_h 18.8%, W_hy 20.3%, b_y 38.3%."
    )
    assert last == "Clipping by norm keeps the direction; by value it turns by 29°."


def dots(lines: Sequence[Line], column: int, width: int) -> set[tuple[int, int]]:
    """Where the dots of an arrow stand, in cells from the bottom left."""
    rows = ["".join(span.text for span in line) for line in lines]
    return {
        (x - column * width, len(rows) - 1 - y)
        for y, row in enumerate(rows)
        for x, c in enumerate(row)
        if column * width <= x < (column + 1) * width and c not in " ⠂⠐"
    }


def test_arrows_are_to_scale_and_only_turned_ones_leave_the_ground(sentiment: Experiment) -> None:
    one = seen(sentiment, Limits(1, 0.2, 0.05))
    lines = arrows(one, 24, 5)
    reach = [max(x for x, _ in dots(lines, column, 24)) for column in range(5)]
    assert reach[2] < reach[0], "clipping by norm shortens"
    full, norm = one[Way.FULL].norm, one[Way.NORM].norm
    assert reach[2] == pytest.approx(reach[0] * norm / full, abs=2)
    tops = [max(y for _, y in dots(lines, column, 24)) for column in range(5)]
    assert tops[0] == tops[2] == 0
    assert min(tops[1], tops[3]) > 0


def test_a_gradient_turned_right_round_points_back(sentiment: Experiment) -> None:
    one = seen(sentiment, Limits(2, 0.5, 0.1))
    full, cut, *rest = one.variants
    turned = replace(cut, angle=170.0)
    back = replace(one, variants=(full, turned, *rest))
    lines = arrows(back, 24, 5)
    start = min(x for x, _ in dots(lines, 0, 24))
    assert min(x for x, _ in dots(lines, 1, 24)) < start - 5


def test_titles_and_names(sentiment: Experiment) -> None:
    session = Session(sentiment)
    assert title(subject(session.view)) == "Gradient microscope: example 1"
    found = subject(session.view, batch=True)
    assert title(found) == "Gradient microscope: the batch of 4 examples"
    assert keys(found, True).startswith("l the example · n ")
    session.edit_input(sentiment.train[2])
    assert title(subject(session.view)) == "Gradient microscope: the typed text"
    assert title(subject(Session(make_stream()).view)) == "Gradient microscope: chunk 1"
    one = seen(make_experiment(clip="none"), Limits(2, 1e-7, 20000.0))
    assert [limit for _, limit in names(one).values()] == [
        "whole pass", "k=2", "1e-07", "20000", "not clipped",
    ]  # fmt: skip


def test_angles_and_shares_in_few_characters() -> None:
    assert [degrees(x) for x in (0.0, 0.04, 0.3, 9.96, 27.4, float("nan"))] == [
        "0°", "0°", "0.3°", "10°", "27°", "–",
    ]  # fmt: skip
    assert [share(x) for x in (0.0, 0.126, 1.04, 1e7, float("nan"), float("inf"))] == [
        "0%", "13%", "104%", "1.0e7×", "–", "–",
    ]  # fmt: skip
