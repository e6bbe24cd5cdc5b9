"""The law of the house: what is shown twice at a moment is equal, on every face."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import isinf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_experiment
from present.faces import Read, Shown, faces, read
from session.test_why_laws import experiments

from rnn_tui.experiments import Experiment, ExperimentError, encode
from rnn_tui.session.commands.command_lines import commands_in, parse
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain

LINES = st.one_of(
    st.sampled_from([
        "forward", "finish_forward", "backward", "finish_backward",
        "finish_forward; finish_backward", "finish_forward; finish_backward; op 2",
        "finish_forward; finish_backward; op 5", "finish_forward; finish_backward; op 6",
        "finish_forward; finish_backward; op 7", "op", "op 3", "op 9", "again", "update", "update 3", "epoch", "epoch 4",
        "goto epoch 1", "next", "example 1", "undo", "set W_hh[1,0] 0.75", "set learning_rate 0.1",
        "set b_y[0] 40", "input abca", "input abc as no", "input abc as yes", "input cab as de",
        "input ba as yes no", "input b as ab",
    ]),
    st.builds("set h[{},{}] {}".format, st.integers(-1, 2), st.integers(0, 1), st.floats(-1, 1)),
)  # fmt: skip


@st.composite
def any_experiment(draw: st.DrawFn) -> Experiment:
    """An experiment of any kind, most with data that is held back."""
    experiment = draw(experiments())
    if draw(st.integers(0, 3)) == 0:
        return experiment
    if experiment.stream is not None:
        return replace(experiment, test=(encode(experiment, "abdabcab"),))
    return replace(experiment, test=experiment.train[1:])


def carried_out(experiment: Experiment, lines: list[str]) -> Session:
    """A session after the lines that can be done in it."""
    session = Session(experiment)
    with np.errstate(all="ignore"):
        for command in map(parse, commands_in("\n".join(lines))):
            for _ in range(command.times):
                try:
                    exactly(session, command.once)
                except (Refused, ExperimentError):
                    break
    return session


def says(shown: Read, value: float) -> bool:
    """Whether a printed number is this one, as far as its digits go."""
    if isnan(value) or isinf(value) or isnan(shown.value) or isinf(shown.value):
        return bool(np.array_equal(shown.value, value, equal_nan=True))
    close = 0.5 * shown.digit * (1 + 1e-9) + 1e-12 * max(1.0, abs(value))
    return abs(shown.value - value) <= close


def true_value(session: Session, name: str) -> float | None:
    """What `why` says of it; None where that is not computed yet."""
    try:
        return float(explain(session.view, name).value)
    except Refused:
        return None


def hold(session: Session) -> int:
    """Each figure is the same on every face, and what `why` explains; how many were compared."""
    by_name: dict[str, list[Shown]] = defaultdict(list)
    for one in faces(session):
        by_name[one.name].append(one)
    compared = 0
    for name, all_of_it in by_name.items():
        numbers = [(one, number) for one in all_of_it if (number := read(one.text)) is not None]
        value = true_value(session, name) if numbers else None
        for one, number in numbers:
            where = f"{one.face} shows {name} as {one.text}"
            assert value is not None, f"{where}, which is not computed yet"
            assert says(number, value), f"{where}, why as {value}: {all_of_it}"
            compared += 1
    return compared


@pytest.mark.slow
@given(any_experiment(), st.lists(LINES, min_size=1, max_size=12))
@settings(max_examples=35, deadline=None)
def test_what_is_shown_twice_is_equal(experiment: Experiment, lines: list[str]) -> None:
    with np.errstate(all="ignore"):
        assert hold(carried_out(experiment, lines)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_so_it_is_of_gates_states_and_layers(cell: str) -> None:
    experiment = make_experiment(model={"cell": cell, "layers": 2})
    lines = ["update", "finish_forward", "backward 2", "finish_backward", "op 3"]
    compared = [hold(carried_out(experiment, lines[:count])) for count in (3, 5)]
    assert min(compared) > 100
