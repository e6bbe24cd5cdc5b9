"""Targets that are numbers, as a file gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from refusing import refusal_of

from rnn_tui.experiments import ExperimentError, load

ONCE = """
task = "many-to-one"
[data]
kind = "labelled"
train = [{ text = "a b", target = [0.3, 1] }, { text = "b", target = [0, -2.5] }]
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
"""
EACH = (
    ONCE.replace("many-to-one", "many-to-many")
    .replace("target = [0.3, 1]", "target = [1, 2]")
    .replace("target = [0, -2.5]", "target = [3]")
)


def read(tmp_path: Path, text: str):  # type: ignore[no-untyped-def]
    path = tmp_path / "my.toml"
    path.write_text(text)
    return load(path)


def test_numbers_for_the_one_answer(tmp_path: Path) -> None:
    one = read(tmp_path, ONCE)
    assert (one.model.output, one.model.loss, one.output_size) == ("linear", "mse", 2)
    assert one.output_names == ("y[0]", "y[1]")
    np.testing.assert_array_equal(one.train[1].targets, [[0, -2.5]])


def test_a_number_for_each_token(tmp_path: Path) -> None:
    one = read(tmp_path, EACH)
    np.testing.assert_array_equal(one.train[0].targets, [[1], [2]])
    assert one.train[0].outputs == (0, 1)


def test_labels_that_hold_beside_each_other(tmp_path: Path) -> None:
    text = ONCE.replace("[0.3, 1]", "[0, 1]").replace("[0, -2.5]", "[1, 1]")
    text = text.replace("train =", 'labels = ["red", "big"]\ntrain =') + 'output = "sigmoid"\n'
    one = read(tmp_path, text)
    assert one.labels == ("red", "big")
    assert one.network.head.answer == "p"


def test_the_state_may_be_the_answer(tmp_path: Path) -> None:
    one = read(tmp_path, ONCE + 'output = "state"\nloss = "half-squared"\n')
    assert "W_hy" not in one.layout.shapes
    assert one.output_size == 2


def test_targets_in_files(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("0.5\n-1\n")
    np.save(tmp_path / "u.npy", np.array([[2.0]]))
    text = EACH.replace("target = [1, 2]", 'target_file = "t.csv"').replace(
        "target = [3]", 'target_file = "u.npy"'
    )
    one = read(tmp_path, text)
    np.testing.assert_array_equal(one.train[0].targets, [[0.5], [-1]])
    (tmp_path / "x.tsv").write_text("0.3 1\ta b\n0 -2.5\tb\n")
    tsv = read(
        tmp_path,
        ONCE.split("train =", maxsplit=1)[0]
        + 'train_file = "x.tsv"\n[embedding]'
        + ONCE.split("[embedding]")[1]
        + 'output = "linear"\n',
    )
    np.testing.assert_array_equal(tsv.train[0].targets, [[0.3, 1]])
    (tmp_path / "x.tsv").write_text("0.3 1\ta b\n0 nan\tb\n")
    with pytest.raises(
        ExperimentError, match=r'x.tsv: line 2: expected a finite number, found "nan"'
    ):
        read(
            tmp_path,
            ONCE.split("train =", maxsplit=1)[0]
            + 'train_file = "x.tsv"\n[embedding]'
            + ONCE.split("[embedding]")[1]
            + 'output = "linear"\n',
        )


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (ONCE, "[0, -2.5]", "[0]", "data.train[2].target: expected 2 numbers as in the first example, found 1"),
        (ONCE, "[0, -2.5]", "[0, nan]", "data.train[2].target[1]: expected a finite number, found nan"),
        (ONCE, "[0, -2.5]", '[0, "x"]', 'data.train[2].target[1]: expected a finite number, found "x"'),
        (ONCE, "target = [0, -2.5]", 'label = "x"', 'data.train[2].label: unknown key'),
        (ONCE, "[0.3, 1]", "[]", "data.train[1].target: expected a list of numbers"),
        (EACH, "[1, 2]", "[1]", "data.train[1].target: expected a target for each of 2 tokens, found 1"),
        (EACH, "[1, 2]", "[[1, 2], [3]]", "data.train[1].target[1]: expected 2 numbers as in the first row, found 1"),
        (ONCE, "many-to-one", "one-to-many", 'task: expected "many-to-one" or "many-to-many"'),
        (ONCE, "hidden_size = 2", 'hidden_size = 2\noutput = "softmax"', 'model.output: expected "linear", "state" or "sigmoid"'),
        (ONCE, "hidden_size = 2", 'hidden_size = 3\noutput = "state"', "model.hidden_size: expected 2, as the state is the answer"),
        (ONCE, "train =", 'labels = ["one"]\ntrain =', "data.labels: expected a name for each of 2 numbers, found 1"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_a_line(
    tmp_path: Path, text: str, old: str, new: str, expected: str
) -> None:
    assert old in text
    assert expected in refusal_of(lambda: read(tmp_path, text.replace(old, new, 1)))


def test_a_loss_of_squares_is_asked_for_where_there_is_one(tmp_path: Path) -> None:
    text = ONCE.replace("target = [0.3, 1]", 'label = "x"').replace(
        "target = [0, -2.5]", 'label = "y"'
    )
    with pytest.raises(
        ExperimentError, match=r'model.loss: expected only with output = "linear" or "state"'
    ):
        read(tmp_path, text.replace("train =", 'labels = ["x", "y"]\ntrain =') + 'loss = "mse"\n')
