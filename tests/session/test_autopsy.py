"""What broke a run, and whether the cures help."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from making import exploding_experiment, make_experiment
from session.diverging import diverging_experiment
from session.seeing import seen

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.sentences.diagnosis import jumped
from rnn_tui.session.checks.autopsy import Autopsy
from rnn_tui.session.checks.cures import Cure, likeliest, treatment
from rnn_tui.session.checks.spikes import recent_spike, spike, trouble
from rnn_tui.session.commands.performing import exactly, replay
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.session import Session


def weights(**changed: float) -> dict[str, Any]:
    """Weights of a relu network, each array filled with one number; W_hh diagonal."""
    fill = {"W_xh": 1.0, "W_hh": 1.0, "b_h": 0.0, "W_hy": 1.0, "b_y": 0.0} | changed
    arrays = {
        "W_xh": np.full((3, 4), fill["W_xh"]),
        "W_hh": fill["W_hh"] * np.eye(3),
        "b_h": np.full(3, fill["b_h"]),
        "W_hy": np.array([[1.0] * 3, [-1.0] * 3]) * fill["W_hy"],
        "b_y": np.full(2, fill["b_y"]),
    }
    return {"activation": "relu", "init": "given", "weights": arrays}


def found(experiment: Experiment, epochs: int = 3) -> Autopsy:
    session = Session(experiment)
    session.epochs(epochs)
    assert session.autopsy is not None
    return session.autopsy


def planted(**changed: float) -> Autopsy:
    training = {"clip": "none", "learning_rate": 0.3}
    return found(make_experiment((4,), weights(**changed), **training))


def test_a_sound_run_has_none(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    assert session.autopsy is None
    with pytest.raises(Refused, match="nothing in this run is inf or NaN"):
        session.cure("clip")


@pytest.mark.parametrize(
    ("changed", "name", "t"),
    [
        ({"W_xh": 1e200, "W_hh": 1e200}, "hh", 1),
        ({"W_hh": 1e150}, "hh", 3),
        ({"W_hh": 1e90, "W_hy": 1e100}, "y", 3),
    ],
)
def test_the_first_bad_array_forward(changed: dict[str, float], name: str, t: int) -> None:
    one = planted(**changed)
    assert (one.update, one.place.phase, one.place.name) == (0, Phase.FORWARD, name)
    assert one.place.t == t
    assert one.place.example == 0
    assert np.isinf(one.place.value)


def test_the_first_bad_array_on_the_way_back() -> None:
    model = weights(W_xh=0.0) | {"activation": "sigmoid"}
    turned = np.eye(3)[[1, 2, 0]]
    model["weights"]["W_hh"] = 1e160 * (np.eye(3) - turned)  # equal states cancel to 0
    model["weights"]["W_hy"] = np.array([[1.0, 0, 0], [-1.0, 0, 0]])
    one = found(make_experiment((6,), model, clip="none"))
    assert one.place.phase is Phase.BACKWARD
    assert one.place.name in ("dh", "dh_next")
    assert one.inside is not None
    assert one.inside.name == "‖dh_t‖"
    assert list(one.inside.at) == sorted(one.inside.at, reverse=True)
    assert_increases(one.inside.norms)


def test_the_first_bad_array_in_the_update() -> None:
    one = found(diverging_experiment())
    assert (one.place.phase, one.place.name, one.place.t) == (Phase.UPDATE, "velocity", None)
    assert one.inside is None


def assert_increases(norms: tuple[float, ...]) -> None:
    finite = [x for x in norms if np.isfinite(x)]
    assert finite == sorted(finite)
    assert np.isfinite(norms[: len(finite)]).all(), "what is finite comes first"


def test_chains_grow_up_to_what_broke() -> None:
    one = found(exploding_experiment())
    assert one.inside is not None
    assert one.place.t == 182
    assert len(one.inside.norms) == len(one.inside.at) == 184
    assert_increases(one.inside.norms)
    assert one.singular == one.radius == pytest.approx(50)
    assert likeliest(one) is Cure.RESCALE


def test_it_is_that_of_the_first_update_that_broke() -> None:
    overrides = ["training.learning_rate=5", "training.clip=none", "model.activation=relu"]
    session = Session(load("grammar", overrides))
    session.go_to_update(20)
    one = session.autopsy
    assert one is not None
    timeline = session.moment.timeline
    for k in range(one.update + 1):
        assert np.isfinite(timeline.state(k).params.flat).all()
    assert not np.isfinite(timeline.state(one.update + 1).params.flat).all()
    assert one.by_update.at[-1] == one.update
    assert one.by_update.norms[-2] == timeline.records.rows(20)[one.update - 1, 3]


@pytest.mark.parametrize(
    ("experiment", "cure"),
    [
        (exploding_experiment(), Cure.RESCALE),
        (diverging_experiment(), Cure.CLIP),
        (diverging_experiment(), Cure.RESCALE),
    ],
)
def test_a_cure_makes_it_finite_again_and_can_be_taken_back(
    experiment: Experiment, cure: Cure
) -> None:
    session = Session(experiment)
    session.epochs(3)
    before, broken = seen(session), session.moment.timeline
    session.cure(cure)
    assert session.moment.timeline.broken is None
    session.epochs(5)
    assert session.autopsy is None
    assert np.isfinite(session.view.history.loss).all()
    session.undo()
    session.undo()
    assert seen(session) == before
    assert session.moment.timeline is broken, "the broken run is as it was"


def test_what_each_cure_changes() -> None:
    session = Session(diverging_experiment())
    session.epochs(2)
    timeline = session.moment.timeline
    halved = treatment(timeline, Cure.HALVE)
    assert (halved.before, halved.after) == (1e305, 5e304)
    session.cure("halve")
    assert session.view.experiment.training.learning_rate == 5e304
    assert session.moment.cursor.update == 0
    session.undo()
    session.cure("rescale")
    assert session.view.radius == pytest.approx(0.9)
    session.undo()
    session.cure("clip")
    assert session.view.experiment.training.clip == "norm"
    assert session.view.experiment.training.clip_limit == 1.0
    assert len(session.view.time.edits) == 1, "one edit, one run"


def test_back_is_before_the_gradients_grew() -> None:
    session = Session(make_experiment((4,), clip="none"))
    session.epochs(12)
    rows = session.moment.timeline.records._rows
    rows[9:12, 3] = 1e6
    session.moment.timeline.broken = 11
    assert treatment(session.moment.timeline, Cure.HALVE).update == 8
    limit = treatment(session.moment.timeline, Cure.CLIP).after
    assert limit == pytest.approx(float(np.median(rows[:8, 3])), rel=0.05)


def test_a_cure_that_cannot_be_leaves_everything() -> None:
    model = weights(W_hh=0.0, W_xh=1e200, W_hy=1e200)
    session = Session(make_experiment((4,), model, clip="none"))
    session.epochs(2)
    moment = session.moment
    with pytest.raises(Refused, match="spectral radius of 0"):
        session.cure("rescale")
    assert session.moment is moment


# A loss that jumps, with no number inf or NaN


def test_a_loss_that_jumps_is_a_spike(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(29)
    assert spike(session.moment.timeline) is None
    session.epochs(5)  # it blows up right after the last planned epoch, and recovers
    at = spike(session.moment.timeline)
    assert at is not None
    assert 29 <= at <= 32
    assert trouble(session.moment.timeline) == at


@pytest.mark.parametrize("cure", ["clip", "halve"])
def test_a_jump_is_cured_as_soon_as_it_is_told(sentiment: Experiment, cure: str) -> None:
    """The loss of the newest epoch is not among those of the epochs, which are of their starts."""
    session = Session(sentiment)
    session.epochs(31)
    view = session.view
    assert spike(session.moment.timeline) is None
    assert recent_spike(session.moment.timeline, view.in_force) == 30
    assert "cure clip" in jumped(view)
    session.cure(cure)
    assert session.moment.cursor.update < 30
    again = Session(sentiment)
    assert replay(again, tuple(session.journal.entries))
    assert again.moment.cursor == session.moment.cursor


@pytest.mark.parametrize("cure", ["clip", "halve"])
def test_the_cures_serve_spikes_too(sentiment: Experiment, cure: str) -> None:
    session = Session(sentiment)
    session.epochs(34)
    spoilt = session.moment.timeline
    session.cure(cure)
    assert session.moment.cursor.update < 32
    session.epochs(34 - session.moment.cursor.update)
    cured = session.moment.timeline
    assert cured.records.rows(34)[-4:, 0].max() < spoilt.records.rows(34)[-4:, 0].max() / 2
    again = Session(sentiment)
    assert replay(again, tuple(session.journal.entries))
    assert again.moment.cursor == session.moment.cursor
    assert np.array_equal(again.view.params.flat, session.view.params.flat)


def test_the_journal_names_the_jump_whatever_was_computed_ahead(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(34)
    session.cure("halve")
    written = [command for command in session.journal.entries if command.verb == "cure"]
    assert written[-1].arguments[0] == "halve"
    assert 29 <= int(written[-1].arguments[1]) <= 32
    again = Session(sentiment)
    exactly(again, written[-1])
    assert np.array_equal(again.view.params.flat, session.view.params.flat)
