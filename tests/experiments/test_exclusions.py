"""Overrides: what excludes another takes it away, and what would change nothing is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli.running import SMALL_STREAM, written
from refusing import refusal_of

from rnn_tui.experiments import ExperimentError, document_of, load
from rnn_tui.experiments.exclusions import refuse_idle
from rnn_tui.experiments.schema.overrides import value_of

LABELLED = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["no", "yes"]
train_file = "no.tsv"
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
"""
FITS = "they don't fit, others are drawn"


def refused(source: str, *overrides: str) -> str:
    return refusal_of(lambda: load(source, overrides))


@pytest.mark.parametrize(
    ("override", "shape"),
    [
        ("model.hidden_size=5", (5, 2)),
        ("embedding.kind=one-hot", (3, 8)),
        ("model.output=softmax", (3, 2)),
    ],
)
def test_weights_that_no_longer_fit_are_drawn(override: str, shape: tuple[int, int]) -> None:
    made = load("sentiment", [override])
    assert (made.model.init, made.model.weights) == ("xavier", None)
    assert made.layout.shapes["W_xh"] == shape
    key = override.partition("=")[0]
    assert made.notes[-1] == f"--set {key} takes away model.weights: {FITS}"


def test_weights_that_fit_stay() -> None:
    made = load("sentiment", ["model.hidden_size=3", "data.tokenizer=word"])
    assert made.model.weights is not None
    assert made.notes == ()


def test_a_mistake_beside_them_is_still_told() -> None:
    told = refused("sentiment", "model.hidden_size=5", "training.epochs=0")
    assert told.startswith("--set: training.epochs: expected a whole number, 1 or more")
    assert "model.hidden_size: expected" in refused("sentiment", "model.hidden_size=0")
    own = refused("sentiment", "model.hidden_size=5", "model.weights.b_y=[1.0]")
    assert "model.weights.W_xh: expected 5 rows" in own  # some were given with it


def test_the_weights_of_a_file_no_longer_fit(tmp_path: Path) -> None:
    own = [np.ones(shape) for shape in ((3, 2), (3, 3), (3,), (1, 3), (1,))]
    names = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
    np.savez(tmp_path / "w.npz", **dict(zip(names, own, strict=True)))  # type: ignore[arg-type]
    file = f"model.weights_file={json.dumps(str(tmp_path / 'w.npz'))}"
    assert load("sentiment", [file]).notes == ()
    assert "expected shape (5, 2), found (3, 2)" in refused(
        "sentiment", file, "model.hidden_size=5"
    )
    given = load("sentiment").path.read_text("utf-8").partition("[model.weights]")
    rest = given[2].partition("[training]")[2]
    text = given[0].replace("[model]", '[model]\nweights_file = "w.npz"') + f"[training]{rest}"
    mine = written(tmp_path, text.replace("hidden_size = 3", ""))
    assert load(mine).model.hidden_size == 3
    assert load(mine, ["model.hidden_size=5"]).notes == (
        f"--set model.hidden_size takes away model.weights_file: {FITS}",
    )


def test_another_way_to_begin_takes_the_weights_away() -> None:
    made = load("sentiment", ["model.init=orthogonal"])
    assert (made.model.init, made.model.weights) == ("orthogonal", None)
    phrases = load("phrases", ["model.init=orthogonal"])
    assert phrases.notes == ("--set model.init takes away model.init_scale",)


def test_a_text_takes_the_place_of_a_generator(tmp_path: Path) -> None:
    generated = 'generator = "grammar"\nsentences = 3\ncorpus_seed = 1'
    start, _, rest = SMALL_STREAM.partition('text = "')
    mine = written(tmp_path, start + generated + rest.partition('"')[2])
    assert load(mine).floor is not None
    made = load(mine, ["data.text=the boy sees the girl"])
    assert set(document_of(made)["data"]) == {"kind", "text", "val_fraction"}
    assert len(made.notes) == 3
    assert load(mine, ["data.corpus_seed=2"]).notes == ()


def test_examples_take_the_place_of_their_file(tmp_path: Path) -> None:
    mine = written(tmp_path, LABELLED)
    with pytest.raises(ExperimentError, match=r"no.tsv: can't be read"):
        load(mine)
    made = load(mine, ['data.train=[{ text = "a b", label = "yes" }]'])
    assert [one.tokens for one in made.train] == [("a", "b")]
    assert made.notes == ("--set data.train takes away data.train_file",)


def test_epochs_take_steps_away(tmp_path: Path) -> None:
    mine = written(tmp_path)
    made = load(mine, ["training.epochs=2"])
    assert (made.training.steps, made.training.epochs) == (None, 2)
    assert made.notes == ("--set training.epochs takes away training.steps",)
    with pytest.raises(ExperimentError, match="the plan is in steps"):
        refuse_idle(load(mine, ["training.epochs=2", "training.steps=5"]))


def test_a_fault_and_the_published_slip_are_one_or_the_other(tmp_path: Path) -> None:
    slip = 'recurrent_backprop = "published"'
    mine = written(tmp_path, f"{SMALL_STREAM}{slip}\n")
    assert load(mine, ["training.fault=no-slope"]).training.recurrent_backprop == "exact"
    assert load(mine, ["training.fault=none"]).training.recurrent_backprop == "published"


@pytest.mark.parametrize(
    ("source", "override", "why"),
    [
        ("sentiment", "model.init_scale=2", 'draws by a scale, and it is "given"'),
        ("grammar", "model.init_scale=2", 'draws by a scale, and it is "orthogonal"'),
        ("sentiment", "model.seed=2", "the weights are given, so no seed draws them"),
    ],
)
def test_what_would_change_nothing_is_refused(source: str, override: str, why: str) -> None:
    made = load(source, [override])
    with pytest.raises(ExperimentError) as caught:
        refuse_idle(made)
    assert str(caught.value).startswith(f"--set: {override.partition('=')[0]}: ")
    assert why in str(caught.value)
    drawn = load(source, [override, "model.init=normal", "training.shuffle=true"])
    refuse_idle(drawn)
    refuse_idle(made, drawn)  # it changes one of them


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (".05", 0.05),
        ("5.", 5.0),
        ("-.5e1", -5.0),
        ("0.05", 0.05),
        ("5", 5),
        (".", "."),
        ("1.2.", "1.2."),
    ],
)
def test_numbers_may_be_written_without_a_zero(written: str, value: object) -> None:
    assert value_of(written) == value


def test_the_plain_cell_is_called_vanilla_too() -> None:
    made = load("sentiment", ["model.cell=vanilla"])
    assert made.model.cell == "rnn"
    assert made.notes == load("sentiment", ["model.cell=rnn"]).notes
    told = refusal_of(lambda: load("sentiment", ["model.cell=vanila"]))
    assert told.endswith('found "vanila" (did you mean "vanilla"?)')


def test_a_word_stands_for_a_list_of_one() -> None:
    assert load("sentiment", ["training.freeze=W_hh"]).training.freeze == ("W_hh",)
    told = refusal_of(lambda: load("sentiment", ["data.labels=a"]))
    assert told.endswith('expected a list of 2 or more distinct non-empty strings, found "a"')
