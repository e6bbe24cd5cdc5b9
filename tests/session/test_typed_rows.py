"""Rows of numbers that are typed, where the data reads such rows from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli.running import written
from refusing import refusal_of

from rnn_tui.experiments import Experiment, load
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.commands.saving import opened, read, save
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.text.writing import current_text, held_text
from rnn_tui.session.why.explain import explain

LABELLED = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["still", "moving"]
train = [{ rows_file = "walk.csv", label = "moving" }, { rows_file = "rest.csv", label = "still" }]
[embedding]
kind = "vectors"
[model]
cell = "gru"
hidden_size = 3
"""


@pytest.fixture
def walks(tmp_path: Path) -> Experiment:
    (tmp_path / "walk.csv").write_text("ax,ay\n0.5,-1\n2e-1,3\n", encoding="utf-8")
    (tmp_path / "rest.csv").write_text("0,1\n", encoding="utf-8")
    return load(written(tmp_path, LABELLED))


def typed(session: Session, text: str, label: str = "") -> None:
    given = f' as "{label}"' if label else ""
    exactly(session, parse(f'input "{text}"{given}'))


def again(session: Session, folder: Path) -> Session:
    """Saved, and opened again."""
    save(session, folder / "rows.rnn-session")
    reopened = opened(read(folder / "rows.rnn-session"))
    assert reopened is not None
    assert reopened.exact
    return reopened.session


def test_typed_rows_are_read_and_only_predicted(walks: Experiment) -> None:
    session = Session(walks)
    typed(session, "0.5 -1; 0.25, 2e0")
    session.do("finish_forward")
    view = session.view
    assert view.typed
    assert not view.current.labelled
    assert view.current.tokens == ("0.5,-1", "0.25,2")
    np.testing.assert_array_equal(view.known.trace.layers[0]["x"], [[0.5, -1], [0.25, 2]])
    assert explain(view, "x[1,1]").formula == "typed"
    assert float(explain(view, "x[1,1]").value) == 2.0
    traced = view.known.trace.layers[0]["h"][1:]
    np.testing.assert_allclose(current_text(view).states, traced, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(held_text(view).states[-2:], traced, rtol=1e-12, atol=1e-15)
    assert session.refusal("finish_backward") is not None


def test_rows_of_the_data_have_the_states_that_they_have_by_name(walks: Experiment) -> None:
    by_name, by_number = Session(walks), Session(walks)
    typed(by_name, "walk:0 walk:1")
    typed(by_number, "0.5 -1 / 0.2 3")
    for session in (by_name, by_number):
        session.do("finish_forward")
    np.testing.assert_array_equal(by_name.view.known.trace.h, by_number.view.known.trace.h)


def test_typed_rows_with_a_label_have_a_gradient_and_open_again(
    walks: Experiment, tmp_path: Path
) -> None:
    session = Session(walks)
    typed(session, "0.5 -1; 0.25 2", "moving")
    session.do("finish_forward")
    session.do("finish_backward")
    dh = session.view.known.trace.dh
    assert np.abs(dh).min() > 0
    reopened = again(session, tmp_path)
    assert reopened.view.current.labelled
    np.testing.assert_array_equal(reopened.view.known.trace.dh, dh)


def test_a_series_reads_rows_and_answers_each(tmp_path: Path) -> None:
    session = Session(load("sine", ["model.hidden_size=4"]))
    typed(session, "0.1; 0.2; 0.3")
    session.do("finish_forward")
    assert session.view.known.trace.y.shape == (3, 1)
    assert session.refusal("finish_backward") is not None
    typed(session, "0.1; 0.2", "0.2 0.25")
    session.do("finish_forward")
    session.do("finish_backward")
    view = session.view
    y = view.known.trace.y
    np.testing.assert_allclose(view.known.trace.losses, ((y - [[0.2], [0.25]]) ** 2)[:, 0])
    reopened = again(session, tmp_path)
    np.testing.assert_array_equal(reopened.view.known.trace.grads.flat, view.known.trace.grads.flat)


@pytest.mark.parametrize(
    ("text", "label", "wrong"),
    [
        ("1", "", "row 1: expected 2 numbers, found 1"),
        ("1 2; 3 4 5", "", "row 2: expected 2 numbers, found 3"),
        ("1 two", "", 'row 1: expected a finite number, found "two"'),
        ("1 nan", "", 'row 1: expected a finite number, found "nan"'),
        (";", "", "expected rows of 2 numbers (ax ay)"),
        ("1 2", "flying", 'labels are "still", "moving"'),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    walks: Experiment, text: str, label: str, wrong: str
) -> None:
    assert wrong in refusal_of(lambda: typed(Session(walks), text, label), Refused)


def test_a_series_wants_as_many_numbers_as_rows() -> None:
    with pytest.raises(Refused, match="expected 1 number for each of 2 tokens"):
        typed(Session(load("sine")), "0.1; 0.2", "0.2")
