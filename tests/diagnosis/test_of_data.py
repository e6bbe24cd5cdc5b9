"""What the data says by itself, each number by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from diagnosis.injecting import built

from rnn_tui.engine.checks import classes, splits, twins
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain

Rows = list[tuple[str, str]]


def told(train: Rows, test: Rows = (), **more: Any) -> Experiment:  # type: ignore[assignment]
    """A classifier of these texts."""
    data = {"kind": "labelled", "tokenizer": "word", "labels": ["no", "yes"]} | more
    for part, rows in (("train", train), ("test", test)):
        if rows:
            data[part] = [{"text": text, "label": label} for text, label in rows]
    document = {
        "task": "many-to-one", "data": data, "embedding": {"kind": "one-hot"},
        "model": {"hidden_size": 2}, "training": {},
    }  # fmt: skip
    return built(document)


def tagged(*rows: tuple[str, str], labels: str) -> Experiment:
    """A label for every word."""
    train = [{"text": text, "labels": wanted.split()} for text, wanted in rows]
    data = {"kind": "labelled", "tokenizer": "word", "labels": labels.split(), "train": train}
    return built({
        "task": "many-to-many", "data": data, "embedding": {"kind": "one-hot"},
        "model": {"hidden_size": 2}, "training": {},
    })  # fmt: skip


def test_examples_that_read_the_same() -> None:
    """Of “a b” all three agree; of “b a” each of two is told wrongly by the other."""
    rows = [
        ("a b", "yes"),
        ("a b", "yes"),
        ("a b", "yes"),
        ("b a", "no"),
        ("b a", "yes"),
        ("a", "no"),
    ]
    assert twins.twins(told(rows)) == (5, 3 / 5, 4 / 5)
    tied = twins.twins(told([("a", "yes"), ("a", "yes"), ("a", "no")]))
    assert tied.fit == pytest.approx(1 / 3)  # each “yes” is told by one of two that are as many
    assert twins.twins(load("grammar")).answers == 0


def test_answers_that_are_what_is_read() -> None:
    assert twins.echo_share(tagged(("a b a", "a b a"), ("b a b", "b a a"), labels="a b")) == 5 / 6
    assert np.isnan(twins.echo_share(tagged(("a a", "a a"), labels="a b")))  # nothing to tell by
    assert np.isnan(twins.echo_share(load("adding")))


def test_a_number_that_an_input_has_already(tmp_path: Path) -> None:
    file, y = tmp_path / "sales.csv", np.sin(np.arange(80) ** 1.3)
    rows = [
        f"{a:.4f},{3 * b + 7:.4f},{c:.4f}" for a, b, c in zip(y, y[1:], np.cos(y), strict=False)
    ]
    file.write_text("\n".join(["y,tomorrow,other", *rows]))
    found = twins.told_by_inputs(load(file, ['data.predict=["y"]', "training.sequence_length=5"]))
    assert found.shape == (1, 3)
    assert found[0, 0] == 0  # the column by itself
    assert found[0, 1] == pytest.approx(1, abs=1e-7)
    assert found[0, 2] < 0.5


def test_examples_in_the_order_of_their_answers() -> None:
    mixed = [("a", "yes"), ("b", "no"), ("a b", "yes"), ("b a", "no")]
    assert twins.neighbours(told(mixed)) == (0, 0.5)
    assert twins.neighbours(told(sorted(mixed, key=lambda row: row[1]))).same == 2 / 3


def test_data_held_back_that_is_of_another_kind() -> None:
    train = [("a b", "yes"), ("a b", "yes"), ("b a", "no"), ("b", "no")]
    test = [("a b", "no"), ("b a", "no"), ("c a c", "yes")]
    experiment = told(train, test, vocabulary=["a", "b", "c"])
    assert splits.seen(experiment) == (0, 1)
    assert splits.seen_fit(experiment) == 0.5
    assert splits.repeated_share(experiment) == 0.5
    assert splits.new_tokens(experiment) == {"c": 2}
    assert splits.new_token_share(experiment) == 2 / 7
    assert (splits.input_shifts(experiment) == 0).all()  # tokens lie nowhere


def test_numbers_held_back_that_lie_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "trend.csv"
    file.write_text("\n".join(["y,flat", *(f"{k},1" for k in range(100))]))
    sets = ['data.predict=["y"]', "data.val_fraction=0.2", "training.sequence_length=5"]
    near, far = splits.input_shifts(load(file, sets))[::-1]
    assert near == 0
    assert far == pytest.approx((np.mean(range(80, 99)) - np.mean(range(75))) / np.std(range(75)))


@pytest.mark.parametrize("name", ["tagging", "hello", "sentiment"])
def test_the_classes_add_up_to_all(name: str) -> None:
    experiment = load(name)
    params, net = initial_parameters(experiment), experiment.network
    found = classes.by_class(params, net, experiment)
    whole = evaluate(params, net, classes.read_of(experiment))
    assert found.counts.sum() == whole.outputs.sum()
    assert found.right.sum() == whole.right.sum()
    total = (found.counts * np.nan_to_num(found.losses)).sum()
    assert total / found.counts.sum() == pytest.approx(whole.loss, rel=1e-12)
    one = int(np.argmax(found.counts))
    rest = (found.counts * np.nan_to_num(found.losses)).sum() - found.counts[one] * found.losses[
        one
    ]
    assert found.rest(one) == pytest.approx(rest / (found.counts.sum() - found.counts[one]))


def test_gates_that_are_flat_have_an_address() -> None:
    session = Session(load("gates"))
    share = explain(session.view, "gate_saturation@0").value
    assert 0 < share <= 1
    assert np.isnan(float(explain(Session(load("hello")).view, "gate_saturation@0").value))
