"""Evaluation: every output weighs alike, and in parts it is the same, in bounded memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import Case, cases

from rnn_tui.arrays import Bools, Floats
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training import evaluating
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.cells import Cell
from rnn_tui.equations.heads import SoftmaxHead
from rnn_tui.experiments import Experiment, load
from rnn_tui.experiments.data.stream import next_token

MB = 2**20
WORDS, HELD = 2_000, 4_000
TEXT = """
title = "Words"
task = "many-to-many"
[data]
kind = "stream"
tokenizer = "word"
text_file = "words.txt"
[embedding]
kind = "{kind}"
size = {size}
[model]
hidden_size = 4
output = "softmax"
init = "orthogonal"
[training]
batch = "stream"
sequence_length = 5
"""


def words(folder: Path, kind: str, distinct: int, size: int, total: int) -> Experiment:
    """A text of words, a tenth of it kept for validation."""
    text = " ".join(f"w{place * 7919 % distinct}" for place in range(total))
    (folder / "words.txt").write_text(text, encoding="utf-8")
    toml = TEXT.format(kind=kind, size=size)
    if kind == "one-hot":
        toml = toml.replace(f"size = {size}\n", "", 1)
    (folder / "words.toml").write_text(toml, encoding="utf-8")
    return load(str(folder / "words.toml"))


def peak(work: Callable[[], object]) -> float:
    """The most memory in MB that something takes beyond what was there."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / MB
    finally:
        tracemalloc.stop()


def marks(case: Case, traces: list[Trace]) -> list[Bools | Floats]:
    """Which answers of each example are right, or how far each is off."""
    return [
        case.net.head.marks(t.answer, np.array(e.targets))
        for t, e in zip(traces, case.examples, strict=True)
    ]


@given(cases())
def test_evaluation_weighs_every_output_alike(case: Case) -> None:
    result = evaluate(case.params, case.net, case.examples)
    traces = [trace_example(case.params, case.net, example) for example in case.examples]
    assert result.loss == pytest.approx(np.concatenate([t.losses for t in traces]).mean())
    np.testing.assert_allclose(result.losses, [t.loss for t in traces], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.p, [t.answer[-1] for t in traces], rtol=0, atol=1e-12)
    hits = marks(case, traces)
    np.testing.assert_allclose(result.right, [hit.sum() for hit in hits], rtol=1e-12, atol=1e-13)
    assert result.outputs.tolist() == [hit.size for hit in hits]
    assert result.accuracy == pytest.approx(np.concatenate(hits).mean())


@given(cases(), st.integers(1, 40))
def test_in_parts_of_any_size_the_figures_are_those_of_whole_passes(case: Case, most: int) -> None:
    with mock.patch.object(evaluating, "MOST_NUMBERS", most):
        result = evaluate(case.params, case.net, case.examples)
    traces = [trace_example(case.params, case.net, example) for example in case.examples]
    np.testing.assert_allclose(result.losses, [t.loss for t in traces], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(result.p, [t.answer[-1] for t in traces], rtol=0, atol=1e-12)
    hits = marks(case, traces)
    np.testing.assert_allclose(result.right, [hit.sum() for hit in hits], rtol=1e-12, atol=1e-13)
    assert result.outputs.tolist() == [hit.size for hit in hits]


@pytest.mark.parametrize(("kind", "size"), [("one-hot", 0), ("learned", 3)])
def test_a_text_in_parts_is_read_as_in_one_piece(tmp_path: Path, kind: str, size: int) -> None:
    trainer = Trainer(words(tmp_path, kind, 9, size, 2_000))
    params = trainer.initial_state().params
    (held,) = trainer.experiment.test
    vocabulary = trainer.experiment.vocabulary
    ids = np.append(held.ids, held.targets[-1])
    whole = evaluate(params, trainer.net, (next_token(vocabulary, ids),))
    with mock.patch.object(evaluating, "MOST_NUMBERS", 9 * 64):
        parts = evaluate(params, trainer.net, (held,))
    np.testing.assert_allclose(parts.losses, whole.losses, rtol=1e-12)
    assert parts.right.tolist() == whole.right.tolist()


def test_the_validation_of_many_words_takes_bounded_memory(tmp_path: Path) -> None:
    experiment = words(tmp_path, "one-hot", WORDS, 0, 10 * HELD)
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    logits = WORDS * HELD * 8 / MB
    assert experiment.test[0].length == HELD - 1
    assert logits > 60
    assert experiment.test[0].inputs is None
    assert peak(lambda: evaluate(state.params, trainer.net, experiment.test)) < 20


def test_one_wanted_answer_of_many_takes_no_table_of_them() -> None:
    assert peak(lambda: SoftmaxHead().target(np.array(3), 4_096)) < 1


def test_a_cell_that_runs_by_its_lines_is_judged_as_its_traces_are(toy: Cell) -> None:
    """Its logits stand in another order in memory, and heads write over them."""
    experiment = load("copy", ("model.cell=toy", "data.examples=4", "data.test_examples=9"))
    trainer = Trainer(experiment)
    assert not trainer.net.is_fast
    params = trainer.initial_state().params
    result = evaluate(params, trainer.net, experiment.test)
    traces = [trace_example(params, trainer.net, example) for example in experiment.test]
    np.testing.assert_allclose(result.losses, [t.loss for t in traces], rtol=1e-10)
