"""The picture of the network: what is drawn is what is computed, and where it is can be asked."""

from __future__ import annotations

import re

import pytest

from rnn_tui.characters import visible
from rnn_tui.experiments import load
from rnn_tui.present.charts.network.drawing import Drawing
from rnn_tui.present.charts.network.lanes import BOX, LONG, lines_of
from rnn_tui.present.charts.network.large import planned
from rnn_tui.present.charts.network.naming import joined
from rnn_tui.present.charts.network.overview import evenly, overview
from rnn_tui.present.charts.network.picture import picture
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.strip import strip
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.tui.sizes import (
    BORDER,
    OVERVIEW,
    STRIP,
    TALL,
    Contents,
    boxed,
    has_overview,
    step_heights,
)

FORWARD = ("finish_forward",)
TWO_BACK = ("finish_forward", "backward", "backward")
KINDS = [
    "sentiment",
    "gates",
    "gru",
    "hello",
    "melody",
    "tagging",
    "translation",
    "grammar",
    "sine",
]


def drawn(name: str, *verbs: str, width: int = 116, boxes: bool = False, more: str = "") -> Drawing:
    session = Session(load(name, more.split()))
    for verb in verbs:
        session.do(verb)
    view = session.view
    states, depth = len(view.network.layers[-1].cell.states), view.network.depth
    answers = not view.experiment.answers_once
    height = lines_of(states, depth, view.current.length, answers=answers, boxes=boxes)
    found = picture(view, width, height, 0, boxes=boxes)
    assert len(found.rows) == height
    assert any(row for row in found.rows[-1:]), "the last line is that of the words"
    return found


def test_no_token_looks_like_what_is_not_computed_yet() -> None:
    for name in KINDS:
        assert EMPTY not in load(name).vocabulary.tokens, name


def test_forward_and_two_steps_back_in_letters() -> None:
    assert drawn("sentiment", *TWO_BACK, width=100).text() == (
        " h         start ────► ++− ──────► +++ ──────► +++ ──────► ++− ─────► ✓ positive 55.8% loss 0.584\n"
        " ∂L/∂h                 ·           ·           0.140   ◄── 0.345   ◄── loss\n"
        " input                 I           love        this        movie"
    )


def test_nothing_is_drawn_that_is_not_computed() -> None:
    text = drawn("sentiment", "forward").text()
    first, gradient, _ = text.splitlines()
    assert first.count("►") == 1
    assert first.count("·") == 4, "three states and the answer"
    assert "correct: positive" in first
    assert "◄" not in text
    assert gradient.count("·") == 4
    assert "%" not in gradient


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("verbs", [(), ("forward",), FORWARD, TWO_BACK], ids=len)
@pytest.mark.parametrize(
    "width", [116, *(pytest.param(width, marks=pytest.mark.slow) for width in (60, 196))]
)
def test_every_number_in_it_is_that_of_its_address(
    name: str, verbs: tuple[str, ...], width: int
) -> None:
    session = Session(load(name))
    for verb in verbs:
        session.do(verb)
    view = session.view
    found = picture(view, width, 12, 1, boxes=width > 150)
    for node in found.nodes:
        row = "".join(
            piece.text if piece.x >= node.x else ""
            for piece in found.rows[node.y]
            if piece.x < node.end
        )
        shown = re.search(r"[+−]?\d+\.\d+(?:e[+−]?\d+)?", row)
        if (
            shown is None
            or row.endswith("%")
            or not node.ref[0].islower()
            or node.ref.startswith("x[")
        ):
            continue
        value = float(shown[0].replace("−", "-"))
        assert value == pytest.approx(explain(view, node.ref).value, abs=6e-4, rel=1e-2), node.ref


@pytest.mark.parametrize("name", [*KINDS, "layers"])
@pytest.mark.parametrize("verbs", [("forward", "forward"), FORWARD, TWO_BACK], ids=len)
@pytest.mark.parametrize(
    "width", [58, 76, *(pytest.param(width, marks=pytest.mark.slow) for width in range(40, 200, 6))]
)
def test_an_arrow_joins_neighbours_in_time_alone(
    name: str, verbs: tuple[str, ...], width: int
) -> None:
    layers = ["model.layers=2", "model.init=xavier"]
    session = Session(load("sentiment", layers) if name == "layers" else load(name))
    for verb in verbs:
        session.do(verb)
    count = session.view.current.length
    found = picture(session.view, width, 12, 0, boxes=False)
    for y, row in enumerate(found.rows):
        for arrow in (piece for piece in row if re.fullmatch("─*►|◄─*", piece.text)):
            nodes = sorted((node for node in found.nodes if node.y == y), key=lambda node: node.x)
            before = [node for node in nodes if node.x < arrow.x][-1]
            behind = next((node for node in nodes if node.x > arrow.x), None)
            t = -1 if before.t is None else before.t
            assert behind is None or behind.t in {t + 1, None}, found.text()
            assert (behind is None or behind.t is None) <= (t == count - 1), found.text()


def test_all_that_is_read_has_a_column_where_there_is_room() -> None:
    for verbs in ((), TWO_BACK):
        *_, words = drawn("sentiment", *verbs, width=76).text().splitlines()
        assert words.split() == ["input", "I", "love", "this", "movie"]
    left_out = drawn("sentiment", *TWO_BACK, width=50).text()
    assert "┄┄" in left_out
    assert "►" not in left_out


def test_lanes_of_memory_and_of_layers() -> None:
    lstm = drawn("gates", *TWO_BACK).text().splitlines()
    assert [line.split()[0] for line in lstm] == ["c", "∂L/∂c", "h", "∂L/∂h", "input"]
    two = drawn("sentiment", *TWO_BACK, more="model.layers=2 model.init=xavier").text().splitlines()
    assert [line.split()[0] for line in two] == ["h_1", "∂L/∂h_1", "h", "∂L/∂h", "input"]


def test_a_long_pass_is_a_window_under_a_heat_of_all_timesteps() -> None:
    found = drawn("grammar", "finish_forward", "finish_backward")
    lines = found.text().splitlines()
    assert lines[0].split()[:2] == ["all", "∂L/∂h"]
    assert any((piece.heat or 0) > 0.5 for piece in found.rows[0])
    assert lines[-1].split()[0] == "input"
    assert len(lines[-1].split()) < 25


def test_a_picture_with_boxes_names_the_matrices() -> None:
    text = drawn("sentiment", "forward", "forward", width=156, boxes=True).text()
    assert "W_hh" in text
    assert "▲ W_xh" in text
    assert text.count("╭") == 4
    assert len(text.splitlines()) == 3 + BOX


@pytest.mark.parametrize("name", [*KINDS, "adding"])
@pytest.mark.parametrize("size", [(120, 36), (160, 45), (200, 60)])
def test_the_pane_has_the_lines_that_its_picture_takes(name: str, size: tuple[int, int]) -> None:
    experiment = load(name)
    longest = max(experiment.train[k].length for k in range(min(5, len(experiment.train))))
    cell, depth = experiment.network.layers[-1].cell, experiment.network.depth
    once = experiment.answers_once
    contents = Contents(
        examples=len(experiment.train) if once else None, timesteps=longest,
        states=len(cell.states), layers=depth, width=size[0],
    )  # fmt: skip
    taken = lines_of(
        len(cell.states), depth, longest, answers=not once, boxes=boxed(*size, longest)
    )
    has_room = longest <= LONG or size[1] >= TALL
    assert step_heights(size[1], contents)["network"] == (BORDER + taken if has_room else 0)
    assert step_heights(24, contents)["network"] == 0


# Where it has the screen


def at_end(name: str, *more: str) -> Session:
    session = Session(load(name, list(more)))
    for verb in TWO_BACK:
        session.do(verb)
    return session


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("size", [(158, 41), (58, 11), (78, 19)])
def test_every_number_of_a_large_picture_is_that_of_its_address(
    name: str, size: tuple[int, int]
) -> None:
    view = at_end(name).view
    found = picture(view, *size, 1, boxes=True, large=True)
    shown = 0
    for node in found.nodes:
        lines = found.rows[node.y : node.y + node.height]
        pieces = [one for row in lines for one in row if node.x <= one.x < node.end]
        number = re.fullmatch(
            r"[+−]?\d+\.\d+(?:e[+−]?\d+)?", "".join(one.text for one in pieces).strip()
        )
        if number is not None and node.ref[0].islower():
            value = float(number[0].replace("−", "-"))
            told = explain(view, node.ref).value
            assert value == pytest.approx(told, abs=6e-4, rel=1e-2), node.ref
            shown += 1
    assert shown > 3


@pytest.mark.parametrize("name", [*KINDS, "adding"])
def test_a_large_picture_has_the_lines_there_are_and_says_what_it_leaves_out(name: str) -> None:
    view = at_end(name).view
    total = view.experiment.model.hidden_size
    for height in range(11, 60, 6):
        plan = planned(view, height, 0, boxes=True)
        assert plan.lines(view) <= height
        found = picture(view, 158, height, 0, boxes=True, large=True)
        few = f"{len(plan.units)} of {total} units"
        assert (few in found.legend) == (len(plan.units) < total)
        words = next(k for k, row in enumerate(found.text().splitlines()) if "input  " in row)
        assert words < height


def test_a_large_picture_has_gates_factors_inputs_and_equations() -> None:
    text = picture(at_end("gates").view, 158, 41, 0, boxes=True, large=True).text()
    for told in ("f[0] forget gate", "g[0] candidate", "factor ‖J‖", "x[2]", "W_h{ifgo}", "c_t = "):
        assert told in text
    low = picture(at_end("gates").view, 58, 11, 0, boxes=True, large=True).text()
    assert "c[1]" in low, "units before boxes and gates"


def test_names_that_differ_in_one_place() -> None:
    assert joined(["W_hh"]) == "W_hh"
    assert joined(["W_hi", "W_hf", "W_hg", "W_ho"]) == "W_h{ifgo}"
    assert joined(["W_hr_1", "W_hz_1"]) == "W_h{rz}_1"
    assert joined(["weight_hh_l0[i]", "weight_hh_l0[f]"]) == "weight_hh_l0"


def test_a_percentage_is_explained_where_one_is_drawn() -> None:
    wide, narrow = (drawn("adding", *TWO_BACK, width=width) for width in (196, 156))
    for found in (wide, narrow):
        assert ("%" in found.text()) == any("%" in told for told in found.legend)
    assert "6 of 16 units" in narrow.legend[0]


def test_a_node_is_found_by_its_cells_and_its_neighbours_by_the_arrows() -> None:
    found = drawn("sentiment", *TWO_BACK)
    first = found.node("h[0,0]")
    assert first is not None
    assert found.at(first.x, first.y) is first
    following = found.beside(first, 1)
    assert following is not None
    assert following.ref == "h[1,0]"
    start = found.beside(first, -1)
    assert start is not None
    assert start.ref == "h[-1,0]"
    below = found.above(following, 1)
    assert below is not None
    assert below.ref == "dh_norm[2]"
    assert found.place == "dh_norm[2]"


# All of a long pass below the strip


@pytest.mark.parametrize(
    ("name", "width"), [("grammar", 116), ("grammar", 60), ("translation", 80)]
)
def test_all_timesteps_stand_below_the_strip(name: str, width: int) -> None:
    """Under their tokens, with addresses; where some are out of sight all of them as heat."""
    weak = ["model.init=normal", "model.init_scale=0.02"] if name == "translation" else []
    session = Session(load(name, weak))  # weak, so that little is left in the encoder
    for verb in ("finish_forward", "finish_backward"):
        session.do(verb)
    view = session.view
    shown = strip(view, width)
    found = overview(view, width, 0, shown.places)
    text, read = found.text().splitlines(), "".join(span.text for span in shown.lines[0])
    for t, (x, cells) in shown.places.items():
        assert read[x:].startswith(visible(view.current.tokens[t]))
        node = next(one for one in found.nodes if one.t == t and one.y == 1)
        assert (node.x, node.ref) == (x, f"decay[{t}]")
        share = float(explain(view, node.ref).value)
        said = text[1][x : x + cells].strip(" ┆")
        assert said == "<1" if share < 0.01 else abs(float(said) - 100 * share) <= 0.51
    faint = [t for t in shown.places if explain(view, f"decay[{t}]").value < 0.01]
    assert text[1].count("┆") == bool(faint)
    is_whole = len(shown.places) == view.current.length
    assert is_whole == (width == 116)
    assert text[0].lstrip().startswith("h[t,0]" if is_whole else "all ∂L/∂h")


def test_of_one_answer_the_tokens_stand_there() -> None:
    session = Session(load("adding"))
    session.do("finish_forward")
    session.do("backward")
    view, T = session.view, session.view.current.length
    for width in (116, 30):
        places = evenly(view, width)
        words, left = overview(view, width, 0, places).text().splitlines()
        assert (len(places) == T) == (width == 116)
        assert left[places[T - 1][0] :].strip() == "100"
        assert words.split()[0] == ("input" if width == 116 else "all")
        assert all(x + cells <= width for x, cells in places.values())


def test_the_room_of_the_picture_is_that_of_the_pass_where_there_is_none_for_it() -> None:
    for examples in (None, 80):
        long, short = (Contents(examples, T, 64, begun=True, width=120) for T in (25, 5))
        assert has_overview(36, long)
        assert not has_overview(36, short)
        assert not has_overview(TALL, long)
    assert step_heights(36, Contents(None, 25, 64))["tokens"] == BORDER + STRIP + OVERVIEW
