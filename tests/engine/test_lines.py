"""Lines read off functions: what they read and make, their words, and the axes of it all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from making import make_network

from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.lines import body_of
from rnn_tui.equations.mathematics import FUNCTIONS, outer, tanh
from rnn_tui.equations.shapes import infer


def example(W, b, x_t, dW, token, E, dE):  # type: ignore[no-untyped-def]
    """A function to read.

    Of more than one line.
    """
    a = W @ x_t + b  # what is added up
    unread = tanh(a)  # noqa: F841
    h_t = tanh(a)  # squashed
    dW += outer(
        h_t,
        x_t,
    )  # over two lines
    dE[token] += E[token] * 2  # of a row
    return h_t


def test_a_line_says_what_it_reads_and_makes() -> None:
    body = body_of(example)
    first, _, third, fourth, last = body.lines
    assert (first.target, first.reads, first.words) == ("a", ("W", "x_t", "b"), "what is added up")
    assert (first.number, first.text) == (6, "a = W @ x_t + b")
    assert (third.text, third.number, third.words) == ("h_t = tanh(a)", 8, "squashed")
    assert third.functions == ("tanh",)
    assert (fourth.text, fourth.words) == ("dW += outer(h_t, x_t)", "over two lines")
    assert fourth.accumulates
    assert fourth.adds_up
    assert fourth.operands == ("h_t", "x_t", "dW")
    assert (last.target, last.row, last.reads) == ("dE", "token", ("E", "token"))
    assert body.inputs == ("W", "x_t", "b", "token", "E")
    assert body.targets == ("a", "unread", "h_t", "dW", "dE")
    assert body.gradients == ("dW", "dE")


def test_lines_that_nobody_reads_are_left_out_and_listed_nowhere() -> None:
    body = body_of(example).needed_for(lambda line: line.target in ("h_t", "dW"))
    assert body.targets == ("a", "h_t", "dW")
    rows = [text.strip() for _, text in body.listing]
    assert rows[0].startswith("def example(")
    assert "unread = tanh(a)" not in rows
    assert not any("A function to read" in row or row.startswith("dE") for row in rows)
    numbers = [number for number, _ in body.listing]
    assert numbers == sorted(numbers)
    assert numbers[:2] == [1, 6]


def test_names_of_a_layer_stand_in_what_runs_and_in_what_is_shown() -> None:
    layer = Layer(CELLS["rnn"], ACTIVATIONS["tanh"], "_enc")
    body = layer.backward_body(None, sends_down=True)
    texts = {line.target: line.text for line in body.lines}
    assert texts["dW_xh_enc"] == "dW_xh_enc += outer(delta, x_t)"
    assert texts["dx_t"] == "dx_t = W_xh_enc.T @ delta"
    assert any(text.strip().startswith("dW_hh_enc += outer(") for _, text in body.listing)
    scope: dict[str, Any] = {
        "delta": np.ones(2),
        "x_t": np.ones(3),
        "dW_xh_enc": np.zeros((2, 3)),
        "outer": outer,
    }
    exec(body.line("dW_xh_enc").code, scope)
    assert (scope["dW_xh_enc"] == 1).all()


def test_axes_follow_from_those_of_the_parameters() -> None:
    variables = make_network("tanh", "softmax").layers[0].variables
    assert variables["pre"] == variables["delta"] == variables["h_t"] == "H"
    assert variables["dx_t"] == "I"
    assert make_network("tanh", "softmax").output_axes == {
        "target": "O", "y": "O", "p": "O", "loss": "", "dy": "O",
    }  # fmt: skip
    known = {"W": "HI", "b": "H", "x_t": "I", "dW": "HI", "E": "VI", "dE": "VI", "token": ""}
    assert infer(body_of(example).lines, known, FUNCTIONS)["a"] == "H"


@pytest.mark.parametrize(
    ("known", "problem"),
    [
        ({"W": "HH"}, "axes HH and I do not fit"),
        ({"b": "O"}, "axes H and O differ"),
        ({"dW": "IH"}, "expected axes IH, found HI"),
    ],
)
def test_what_does_not_fit_is_refused(known: dict[str, str], problem: str) -> None:
    right = {"W": "HI", "b": "H", "x_t": "I", "dW": "HI", "E": "VI", "dE": "VI", "token": ""}
    with pytest.raises(ValueError, match=problem):
        infer(body_of(example).lines, right | known, FUNCTIONS)


def test_what_is_no_assignment_is_refused() -> None:
    def looping(x):  # type: ignore[no-untyped-def]
        for _ in range(2):
            x = x + 1
        return x

    with pytest.raises(ValueError, match="expected assignments"):
        body_of(looping)
