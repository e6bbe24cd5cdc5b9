"""The operations of a timestep, and which of them is seen first."""

from __future__ import annotations

import pytest

from rnn_tui.experiments import load
from rnn_tui.present.sentences.status import telling_line
from rnn_tui.present.why.timestep import operations
from rnn_tui.session.session import Session

FORWARD, BACK = ("forward",), ("finish_forward", "backward", "backward")
LOW, WIDE = 4, 113


@pytest.mark.parametrize(
    ("name", "verbs", "wanted"),
    [
        ("sentiment", FORWARD, "h[0,0]"),
        ("sentiment", ("finish_forward",), "loss[3]"),
        ("sentiment", BACK, "dh[2,0]"),
        ("sentiment", (*BACK, "op", "op", "op"), "dW_xh[0]"),
        ("gates", FORWARD, "h[0,0]"),
        ("gates", BACK, "dh[2,0]"),
        ("gates", ("op", "op"), "f[0,0]"),
    ],
)
def test_the_title_is_of_what_is_seen(name: str, verbs: tuple[str, ...], wanted: str) -> None:
    session = Session(load(name))
    for verb in verbs:
        session.do(verb)
    told = operations(session.view, 0, WIDE, LOW)
    seen = "".join(span.text for span in told.blocks[told.place][0])
    assert seen.strip("▸ ").startswith(told.ref)
    assert told.ref == wanted


def test_a_unit_that_is_chosen_is_seen_itself() -> None:
    session = Session(load("sentiment"))
    session.do("finish_forward")
    assert operations(session.view, 1, WIDE, LOW, own=True).ref == "h[3,1]"


def test_formula_and_numbers_share_a_line_where_there_are_few() -> None:
    session = Session(load("sentiment"))
    session.do("forward")
    low, high = (operations(session.view, 0, WIDE, height).blocks for height in (LOW, 40))
    assert [len(block) for block in low] == [1] * LOW
    assert {len(block) for block in high} == {2, 3}
    text = "".join(span.text for span in low[-1][0])
    assert text.startswith("▸ h[0,0] = tanh(pre) = tanh(0.5) ≈ +0.4621   book: 0.4621  (")


def test_a_gradient_says_of_what_it_is() -> None:
    session = Session(load("sentiment"))
    for verb in BACK:
        session.do(verb)
    heads = [
        "".join(span.text for span in block[0])
        for block in operations(session.view, 0, 0, 99).blocks
    ]
    assert (
        "  dh[2,0] = ∂L/∂h = dh_local + dh_next: from this output + from later timesteps" in heads
    )
    assert any(head.startswith("  delta[2,0] = ∂L/∂pre = dh · ") for head in heads)


def test_one_line_of_a_step_back_is_of_a_number_on_the_screen() -> None:
    session = Session(load("sentiment"))
    session.do("finish_forward")
    session.do("finish_backward")
    line = "".join(span.text for span in telling_line(session.view, 0, 78))
    assert line == "dh_norm[0] = √(0.0192² + (−0.0014)² + (−0.0227)²) ≈ +0.0298"
    session.do("op")
    assert not "".join(span.text for span in telling_line(session.view, 0, 78)).startswith(
        "dh_norm"
    )
