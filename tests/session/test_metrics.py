"""The one table of metrics: refs, conditions, why and the status read the same entries."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.sentences.status import metrics as status
from rnn_tui.present.sentences.stops import about
from rnn_tui.session.breakpoints.breakpoints import Gauge, Unmeasured, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.breakpoints.conditions import FLAGS, NAMES, Scope
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.kinds import MEASURES, kinds
from rnn_tui.session.why.metrics.metrics import METRICS, measured

EXPERIMENTS = ("sentiment", "phrases", "hello", "grammar", "melody")


@pytest.fixture(params=EXPERIMENTS, scope="module")
def trained(request: pytest.FixtureRequest) -> Session:
    """A session that has trained a little, so that there is a figure of each kind."""
    session = Session(load(request.param))
    session.updates(session.updates_per_unit * (2 if session.unit == "epoch" else 100))
    return session


def test_each_entry_can_be_met_somewhere() -> None:
    for name, one in METRICS.items():
        assert one.name == name
        assert one.about
        assert one.why or one.reading, f"{name} can be neither asked for nor waited for"


def test_refs_have_the_words_of_the_table() -> None:
    for name, one in METRICS.items():
        if one.why:
            assert (MEASURES[name].about, MEASURES[name].axes, MEASURES[name].of) == (
                one.about, one.axes, one.of,
            )  # fmt: skip


def test_a_value_is_what_its_derivation_comes_to(trained: Session) -> None:
    view, tried = trained.view, 0
    for name, kind in kinds(view).items():
        if name in METRICS and METRICS[name].value and kind.is_of_moment:
            found = explain(view, name)
            assert measured(view, name) == found.value, name
            tried += 1
    assert tried >= 2


def test_the_status_shows_what_can_be_asked_for(trained: Session) -> None:
    view = trained.view
    spans = [span for line in status(view) for span in line if span.ref]
    shown = {span.ref.partition("[")[0].partition("@")[0] for span in spans}
    assert shown & set(METRICS)
    for span in spans:
        if span.ref in METRICS and METRICS[span.ref].value and " of " not in span.text:
            assert float(span.text) == pytest.approx(measured(view, span.ref), abs=5e-4)


def test_conditions_may_speak_of_each_metric_with_a_reading(trained: Session) -> None:
    scope, gauge = scope_of(trained.view), Gauge(trained.moment.timeline)
    update = trained.moment.cursor.update
    for name in scope.names:
        if METRICS[name].fits(trained.experiment) or not name.startswith("test_"):
            condition = parse(name if name in FLAGS else f"{name} == {name}", scope)
            true, values = condition.weigh(gauge.at(update))
            assert set(values) == {name}
            assert true or name in FLAGS or not np.isfinite(values[name])


def test_what_is_of_an_update_has_no_value_before_the_first(sentiment: Experiment) -> None:
    value = Gauge(Session(sentiment).moment.timeline).at(0)
    for name in NAMES:
        if METRICS[name].is_recorded:
            with pytest.raises(Unmeasured, match=name):
                value(name)
        elif METRICS[name].fits(sentiment):
            value(name)


@pytest.mark.parametrize("has_classes", [True, False])
def test_the_help_on_breakpoints_names_every_metric(has_classes: bool) -> None:
    for has_radius in (True, False):
        scope = Scope({}, tested=True, has_classes=has_classes, has_radius=has_radius)
        during, after = about(scope).split(": measured during the update")
        assert ("rho" in scope.names) is has_radius
        for name in scope.names:
            assert name in (during if METRICS[name].is_recorded else after)


def test_measured_during_an_update_is_what_its_record_says(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.updates(3)
    value, curves = Gauge(session.moment.timeline).at(3), session.view.history.curves
    for name in ("loss", "accuracy", "grad_norm", "learning_rate", "clipped"):
        assert value(name) == getattr(curves, name)[2]
