"""The live gradient check, and sessions whose code has a bug in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import FAULTS_OF_VANILLA, exploding_experiment, make_experiment, make_stream

from rnn_tui.engine.checks.gradient_check import BATCH, Verdict
from rnn_tui.equations.faults import FAULTS, Fault
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.tables.code import CodeTable
from rnn_tui.session.checks.breakit import fault_lines, surprise, suspects
from rnn_tui.session.checks.proof import proof, whole_check
from rnn_tui.session.commands.command_lines import parse as command
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session

FINE = (Verdict.RIGHT, Verdict.KINK, Verdict.BLURRED)


def through(experiment: Experiment, fault: str | None = None, epochs: int = 0) -> Session:
    """At the end of BPTT."""
    session = Session(experiment)
    if fault is not None:
        session.break_it(fault)
    if epochs:
        session.epochs(epochs)
    else:
        session.do("finish_forward")
    session.do("finish_backward")
    return session


def bug_in(session: Session) -> Fault | None:
    return session.view.network.fault


@pytest.mark.slow
@given(
    activation=st.sampled_from(["tanh", "relu", "sigmoid"]), seed=st.integers(0, 200),
    learned=st.sampled_from([0, 2]), stream=st.booleans(), epochs=st.integers(0, 3),
    reduction=st.sampled_from(["mean", "sum"]),
)  # fmt: skip
def test_the_proof_of_right_code_never_fails(
    activation: str, seed: int, learned: int, stream: bool, epochs: int, reduction: str
) -> None:
    model = {"activation": activation, "seed": seed}
    made = (
        make_stream(learned=learned, reduction=reduction)
        if stream
        else make_experiment(model=model, reduction=reduction)
    )
    session = through(made, epochs=epochs)
    if not session.view.program.trains:
        session.do("update")
    for batch in (False, True):
        for unit in range(3):
            found = proof(session.view, unit)
            assert found is not None
            assert found.batch == batch
            assert found.check.verdict in FINE, found.ref
        assert all(check.verdict in FINE for check in whole_check(session.view))
        session.do("op")


def test_there_is_no_proof_before_the_gradient_is_there() -> None:
    session = Session(make_experiment())
    seen = []
    while session.view.done < session.view.program.backward_end:
        known = session.view.known.has("dW_hh", 0)
        assert (proof(session.view, 1) is not None) == known
        seen.append(known)
        session.do("op")
    assert seen.count(True) >= 1
    assert not seen[0]


@pytest.mark.parametrize("fault", FAULTS_OF_VANILLA)
def test_a_bug_turns_the_proof_red(fault: str) -> None:
    session = through(make_experiment((5, 4, 5)), fault)
    found = proof(session.view, 0)
    assert found is not None
    wanted = Verdict.RIGHT if fault == "no-mean" else Verdict.WRONG
    assert found.check.verdict is wanted
    session.do("op")
    of_the_batch = proof(session.view, 0)
    assert of_the_batch is not None
    assert of_the_batch.batch
    assert of_the_batch.check.verdict is Verdict.WRONG
    *_, last = whole_check(session.view)
    assert (last.name, last.verdict) == (BATCH, Verdict.WRONG)


def test_the_proof_of_a_chunk_starts_where_the_chunk_does() -> None:
    session = Session(make_stream())
    session.do("update")
    session.do("finish_backward" if session.view.known.answered else "finish_forward")
    if not session.view.known.has("dW_hh", 0):
        session.do("finish_backward")
    assert session.view.known.trace.h[0].any()
    found = proof(session.view, 2)
    assert found is not None
    assert found.check.verdict is Verdict.RIGHT
    grads = session.view.known.trace.grads
    *rows, last = whole_check(session.view)
    for check in rows:
        np.testing.assert_array_equal(check.analytic, grads[check.name])
    assert all(check.verdict in FINE for check in (*rows, last))


def test_a_text_of_ones_own_is_proved_beside_the_batch_of_the_update() -> None:
    session = Session(make_experiment((5, 4)))
    session.edit_input(session.experiment.train[1])
    session.do("finish_forward")
    session.do("finish_backward")
    *rows, last = whole_check(session.view)
    assert not session.view.program.trains
    assert all(check.verdict is Verdict.RIGHT for check in (*rows, last))
    session.break_it("no-mean")
    *rows, last = whole_check(session.view)
    assert all(check.verdict is Verdict.RIGHT for check in rows)
    assert last.verdict is Verdict.WRONG


def test_one_token_is_proved_by_its_bias() -> None:
    session = through(make_experiment((1, 1)))
    found = proof(session.view, 2)
    assert found is not None
    assert found.ref == "db_h[2]"
    assert found.analytic != 0
    assert found.check.verdict is Verdict.RIGHT


def test_a_network_that_has_exploded_is_not_finite() -> None:
    session = through(exploding_experiment())
    found = proof(session.view, 0)
    assert found is not None
    assert found.check.verdict is Verdict.NOT_FINITE
    assert whole_check(session.view)[0].verdict is Verdict.NOT_FINITE


@pytest.mark.parametrize("fault", FAULTS_OF_VANILLA)
def test_breaking_is_an_edit_that_undo_redo_and_replay_bring_back_to_the_bit(fault: str) -> None:
    session = Session(make_experiment(momentum=0.9))
    session.epochs(3)
    before = session.view.params.flat.tobytes()
    session.break_it(fault)
    assert bug_in(session) is FAULTS[fault]
    session.epochs(4)
    broken = session.view.params.flat.tobytes()
    session.undo()
    session.undo()
    assert bug_in(session) is None
    assert session.view.params.flat.tobytes() == before
    session.epochs(4)
    assert session.view.params.flat.tobytes() != broken
    session.undo()
    session.redo()
    session.undo()
    session.break_it(fault)
    session.epochs(4)
    assert session.view.params.flat.tobytes() == broken
    assert [change.name for change in session.view.history.edits[0].changes] == ["fault"]
    session.break_it(None)
    session.epochs(1)
    assert bug_in(session) is None
    session.go_to_epoch(5)
    assert bug_in(session) is FAULTS[fault], "before it was mended"
    session.go_to_epoch(1)
    assert bug_in(session) is None, "before it was put in"


def test_the_published_slip_is_one_of_the_bugs() -> None:
    session = Session(make_experiment(recurrent_backprop="published"))
    assert bug_in(session) is FAULTS["untransposed"]
    with pytest.raises(Refused, match="already"):
        session.break_it("untransposed")
    session.break_it("no-slope")
    assert bug_in(session) is FAULTS["no-slope"]
    session.break_it(None)
    assert bug_in(session) is None


def test_what_would_change_nothing_is_refused() -> None:
    session = Session(make_experiment(reduction="sum"))
    moment = session.moment
    with pytest.raises(Refused, match="no bug in the code"):
        session.break_it(None)
    with pytest.raises(Refused, match="only no-slope, no-dh-next"):
        session.break_it("bogus")
    with pytest.raises(Refused, match='reduction is "sum"'):
        session.break_it("no-mean")
    assert session.moment is moment
    with pytest.raises(Refused, match="one example"):
        Session(make_stream()).break_it("no-mean")


@pytest.mark.parametrize("condition", ["loss > 3", "nan", "norm > 100", "los >"])
def test_a_condition_is_no_bug(condition: str) -> None:
    session = Session(load("sentiment"))
    with pytest.raises(Refused, match=f"to stop at a condition: run until {condition}"):
        exactly(session, command(f"break {condition}"))
    with pytest.raises(Refused, match="there is no bug called bogus"):
        exactly(session, command("break bogus"))


def test_a_surprise_can_be_seen_and_each_turn_brings_another() -> None:
    session = Session(make_experiment((5, 4)))
    names = [surprise(session.view, turn) for turn in range(6)]
    assert sorted(names) == sorted(FAULTS_OF_VANILLA)
    assert names == [surprise(session.view, turn) for turn in range(6)]
    alone = Session(make_stream()).view
    assert "no-mean" not in {surprise(alone, turn) for turn in range(9)}
    one_token = Session(make_experiment((1, 1))).view
    found = {surprise(one_token, turn) for turn in range(9)}
    assert found == {"no-slope", "shifted-state", "no-mean"}


@pytest.mark.parametrize("fault", FAULTS_OF_VANILLA)
def test_exactly_one_suspect_is_wrong_and_the_program_shows_it(fault: str) -> None:
    session = through(make_experiment(), fault)
    found, lines = suspects(session.view), fault_lines(session.view, FAULTS[fault])
    assert lines is not None
    assert [one.text for one in found if one.is_wrong(lines)] == [lines.wrong.text]
    assert not any(one.is_wrong(None) for one in found)
    if fault == "no-mean":
        session.do("op")
    table = CodeTable(session.view, 200)
    shown = [table.cells(row, 2, 3)[0].text.strip() for row in range(table.row_count)]
    assert any(text.startswith(lines.wrong.text) for text in shown)
    assert not any(text.partition("  #")[0] == lines.right.text for text in shown)
    right = suspects(Session(make_experiment()).view)
    assert [one.number for one in right] == [one.number for one in found]
    assert sum(a.text != b.text for a, b in zip(right, found, strict=True)) == 1


def test_running_sums_of_broken_code_end_at_its_gradient() -> None:
    for fault in ("no-accumulation", "shifted-state"):
        view = through(make_experiment((5, 4)), fault).view
        trace = view.known.trace
        shown = view.known.accumulated("dW_hh", 0)
        np.testing.assert_array_equal(shown, trace.grads.W_hh)
        right = replace(view.known, trace=replace(trace, net=replace(trace.net, fault=None)))
        for t in (0, 1):  # all of it is the pass's own; up to a timestep it is added up
            grown = view.known.accumulated("dW_hh", t) - view.known.accumulated("dW_hh", t + 1)
            sound = right.accumulated("dW_hh", t) - right.accumulated("dW_hh", t + 1)
            assert np.abs(grown - sound).max() > 1e-6
