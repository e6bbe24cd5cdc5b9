"""What can't be done says why, names what can, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from making import make_experiment
from session.seeing import seen

from rnn_tui.experiments import Experiment, encode
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session

ASKED = (*Session.MOVES, "undo", "redo", "reset")
NAMEABLE = {*ASKED, "epochs", "goto"}
BACK = ["finish_forward", "finish_backward"]
EXPERIMENTS = {
    "one example": make_experiment((3,)),
    "one token": make_experiment((1, 1)),
    "full": make_experiment(),
    "example": make_experiment((2, 2), batch="example"),
    "frozen": make_experiment((2, 2), freeze=("W_hh",)),
}
WALKS: dict[str, list[str]] = {
    "opened": [],
    "forward": ["finish_forward"],
    "back": BACK,
    "mid-timestep": ["forward", "op"],
    "in the update": [*BACK, "op"],
    "trained": ["epoch"],
    "undone": ["finish_forward", "undo"],
}


def walk(session: Session, verbs: list[str]) -> None:
    for verb in verbs:
        if verb in Session.MOVES:
            session.do(verb)
        else:
            session.undo()


def to_the_last_op(session: Session) -> None:
    walk(session, BACK)
    while session.view.next_op is not None:
        session.do("op")


def check_refusals(session: Session) -> int:
    """How many verbs are refused here; each names only what works."""
    refusals = {verb: session.refusal(verb) for verb in ASKED}
    for verb, refused in refusals.items():
        for instead in refused.instead if refused else ():
            assert instead in NAMEABLE, (verb, instead)
            assert instead != verb
            assert refusals.get(instead) is None, (verb, instead)
    return sum(refused is not None for refused in refusals.values())


@pytest.mark.parametrize("walked", WALKS)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_refusal_names_what_works_instead(name: str, walked: str) -> None:
    session = Session(EXPERIMENTS[name])
    walk(session, WALKS[walked])
    assert check_refusals(session)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_so_does_one_behind_the_last_op(name: str) -> None:
    session = Session(EXPERIMENTS[name])
    to_the_last_op(session)
    assert check_refusals(session)
    refused = session.refusal("backward")
    assert refused is not None
    assert refused.instead == ("finish_forward", "forward"), "the next pass has not begun"


@pytest.mark.parametrize("walked", ["opened", "forward", "back", "mid-timestep"])
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_so_does_one_on_an_example_that_is_not_trained_on(name: str, walked: str) -> None:
    session = Session(EXPERIMENTS[name])
    session.edit_input(encode(session.experiment, "abc", 0))
    walk(session, WALKS[walked])
    assert check_refusals(session)


def test_an_example_out_of_the_update_stops_at_its_gradients() -> None:
    session = Session(EXPERIMENTS["example"])
    session.go_to_example(1)
    walk(session, BACK)
    assert session.view.next_op is None
    with pytest.raises(Refused, match="does not train on this example") as caught:
        session.do("op")
    assert caught.value.instead == ("epoch", "next_example")


def test_refused_verbs_change_nothing(sentiment: Experiment) -> None:
    session = Session(sentiment)
    walk(session, [*BACK, "epoch"])
    session.undo()
    before, training = seen(session), session.experiment.training
    calls: dict[str, Callable[[], None]] = {
        "backward": lambda: session.do("backward"),
        "forward": lambda: session.do("forward"),
        "epochs": lambda: session.epochs(0),
        "epoch": lambda: session.go_to_epoch(-1),
        "here": lambda: session.go_to_epoch(0),
        "example": lambda: session.go_to_example(4),
        "same example": lambda: session.go_to_example(0),
        "nan": lambda: session.edit_parameter("W_hh", (0, 0), float("nan")),
        "index": lambda: session.edit_parameter("W_hh", (0, 9), 1.0),
        "negative": lambda: session.edit_parameter("W_hh", (-1, 0), 1.0),
        "short": lambda: session.edit_parameter("W_hh", (0,), 1.0),
        "batch": lambda: session.edit_settings(replace(training, batch="example")),
    }
    for call in calls.values():
        with pytest.raises(Refused):
            call()
        assert seen(session) == before
        assert session.refusal("redo") is None
    session.redo()
    assert session.epoch == 1
    for _ in range(3):
        session.undo()
    assert session.refusal("undo") is not None, "three verbs were done and no more"


def test_bad_edits_say_what_is_wrong(sentiment: Experiment) -> None:
    session = Session(sentiment)
    with pytest.raises(Refused, match="finite number, not nan"):
        session.edit_parameter("W_hh", (0, 0), float("nan"))
    with pytest.raises(Refused, match=r"3 × 3 numbers, counted from 0: there is no W_hh\[0,9\]"):
        session.edit_parameter("W_hh", (0, 9), 1.0)
    with pytest.raises(Refused, match="W_oops"):
        session.edit_parameter("W_oops", (0, 0), 1.0)
    assert session.refusal("undo") is not None, "nothing was done"


def test_a_run_that_goes_nowhere_leaves_undo_and_redo_alone() -> None:
    session = Session(EXPERIMENTS["full"])
    walk(session, ["forward", "forward"])
    session.undo()
    before = seen(session)
    session.begin_run()
    session.end_run()
    assert seen(session) == before
    session.redo()
    assert session.view.known.states == 2
    session.undo()
    session.undo()
    assert session.refusal("undo") is not None


def test_a_run_is_taken_back_at_once() -> None:
    session = Session(EXPERIMENTS["example"])
    session.do("forward")
    before = seen(session)
    session.begin_run()
    timeline = session.moment.timeline
    for _ in range(5):
        timeline.extend()
        session.follow(timeline.frontier)
    session.follow(2)
    assert session.moment.cursor.update == 5, "a report that comes late leads nowhere"
    session.end_run()
    session.undo()
    assert seen(session) == before
    session.redo()
    assert session.moment.cursor.update == 5


def test_reset_drops_edits_and_undo_brings_them_back() -> None:
    session = Session(EXPERIMENTS["full"])
    first = seen(session)
    session.epochs(2)
    session.edit_parameter("W_hh", (0, 0), 0.5)
    session.edit_input(encode(session.experiment, "ab", 1))
    edited = seen(session)
    session.reset()
    assert seen(session) == first
    session.undo()
    assert seen(session) == edited
    assert session.view.params.W_hh[0, 0] == 0.5
