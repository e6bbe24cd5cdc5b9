"""What each optimizer keeps: stepped, shown, watched for, saved, and back at any update."""

from __future__ import annotations

from pathlib import Path

import pytest
from session.seeing import bits

from rnn_tui.equations.optimizers import OPTIMIZERS
from rnn_tui.experiments import load
from rnn_tui.present.sentences.status import status_line
from rnn_tui.present.tables.weights import MatrixTable, ways
from rnn_tui.session.breakpoints.breakpoints import Gauge, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.commands import saving
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import evaluate, numbers

EACH = pytest.mark.parametrize("name", OPTIMIZERS)
OPS = {
    "sgd": ["velocity"],
    "adagrad": ["memory", "move"],
    "rmsprop": ["square", "move"],
    "adam": ["mean", "square", "mean_hat", "square_hat", "move"],
}


def session_of(name: str, *more: str) -> Session:
    return Session(load("sentiment", [f"training.optimizer={name}", "training.learning_rate=0.1",
                                      *more]))  # fmt: skip


def stepped(session: Session) -> list[str]:
    """The ops of the update under the cursor, gone through one by one."""
    session.do("finish_forward")
    session.do("finish_backward")
    names = []
    while not session.view.updated:
        session.do("op")
        assert session.view.op is not None
        names.append(session.view.op.name)
    return names


@EACH
def test_its_lines_are_the_ops_of_an_update(name: str) -> None:
    session = session_of(name, "training.weight_decay=0.1")
    assert stepped(session) == [
        "reduce", "grad_norm", "clip", "decay", "learning_rate", *OPS[name], "update"
    ]  # fmt: skip


@pytest.mark.slow
@EACH
def test_a_weight_goes_back_through_what_was_kept_to_the_first_gradient(name: str) -> None:
    session = session_of(name)
    session.epochs(3)
    session.do("again")
    stepped(session)
    optimizer = session.view.network.optimizer
    ref, seen = f"{optimizer.symbol(optimizer.added)}_W_hh[1,0]", set[str]()
    waiting = [ref]
    while waiting:
        found = explain(session.view, one := waiting.pop())
        assert evaluate(found.expression) == pytest.approx(found.value, rel=1e-12, abs=1e-15)
        seen.add(one)
        refs = {number.ref for number in numbers(found.expression)}
        waiting += sorted(ref for ref in refs - seen if "[1,0]" in ref)
    assert "dW_hh[1,0]#4" in seen
    if any(slot != "velocity" for slot in optimizer.slots):
        assert any(one.endswith("@0") for one in seen), "the first update's is in it"


@EACH
def test_the_weights_page_shows_what_it_keeps(name: str) -> None:
    session = session_of(name)
    session.epochs(2)
    session.do("again")
    shown = {way.measure: way for way in ways(session.view)}
    assert [*shown] == ["weights", "change", "newest", "example", "batch", *OPS[name]]
    for measure in OPS[name]:
        table = MatrixTable(session.view, "W_hh", shown[measure])
        assert (table.values is None) == (measure not in OPTIMIZERS[name].slots)
        assert bool(table.missing) == (table.values is None)
    stepped(session)
    view = session.view
    for measure in OPS[name]:
        table = MatrixTable(view, "W_hh", shown[measure])
        assert table.values is not None
        assert explain(view, table.ref(1, 1)).value == table.values[1, 0]


@EACH
def test_a_condition_may_speak_of_what_it_keeps(name: str) -> None:
    session = session_of(name)
    session.epochs(4)
    symbol = OPTIMIZERS[name].symbol(OPTIMIZERS[name].slots[0])
    condition = parse(f"abs({symbol}_W_hh[1,0]) > 0", scope_of(session.view))
    gauge = Gauge(session.view.timeline)
    assert [gauge.true(condition, k) for k in range(3)] == [False, True, True]


@EACH
def test_any_update_is_back_and_a_saved_session_opens_the_same(name: str, tmp_path: Path) -> None:
    session = session_of(name, "training.batch=3", "training.shuffle=true")
    session.epochs(20)
    session.set("training.weight_decay", "0.01")
    session.epochs(5)
    timeline = session.view.timeline
    state, trainer = timeline.state(30), timeline.owner(30).trainer
    for k in range(30, 38):
        assert bits(timeline.state(k)) == bits(state)
        _, state = timeline.owner(k).trainer.advance(state, k)
    assert trainer is timeline.owner(31).trainer
    path = tmp_path / "one.rnn-session"
    saving.save(session, path)
    again = saving.opened(saving.read(path))
    assert again is not None
    ours, theirs = (one.view.timeline.state(45) for one in (session, again.session))
    assert bits(ours) == bits(theirs)


def test_a_run_keeps_its_optimizer() -> None:
    session = session_of("adam")
    with pytest.raises(Refused, match=r"--vary training\.optimizer=adam,sgd tries both"):
        session.set("training.optimizer", "sgd")
    with pytest.raises(Refused, match=r'expected only with optimizer = "sgd"'):
        session.set("training.momentum", "0.9")
    with pytest.raises(Refused, match=r"betas\[1\]: expected .* below 1"):
        session.set("training.betas", "[0.9, 1.0]")
    session.set("training.betas", "[0.5, 0.9]")
    session.set("training.epsilon_inside", "true")
    assert session.view.experiment.training.betas == (0.5, 0.9)
    assert stepped(session)[-2:] == ["move", "update"]


def test_the_status_names_the_batch_and_its_examples() -> None:
    session = Session(load("phrases", ["training.batch=16", "training.shuffle=false"]))
    said = "".join(span.text for span in status_line(session.view))
    each = session.view.updates_per_epoch
    assert f"batch 1 of {each}: 1–16 · example 1 of" in said
    session.do("update")
    said = "".join(span.text for span in status_line(session.view))
    assert f"batch 2 of {each}: 17–32 · example 17 of" in said
    shuffled = Session(load("phrases", ["training.batch=16", "training.shuffle=true"]))
    first = shuffled.view.members[:4]
    said = "".join(span.text for span in status_line(shuffled.view))
    assert f": {' '.join(str(one + 1) for one in first)} … ·" in said
    assert shuffled.view.example == first[0]
    assert first != (0, 1, 2, 3)
