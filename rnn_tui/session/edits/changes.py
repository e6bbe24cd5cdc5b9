"""What can be changed by hand, and what a change comes to; the session carries it out.

A name is a number of the parameters (`W_hh[1,0]`), a hidden value of the pass under
the cursor (`h[1,0]`), a setting of the experiment (`training.momentum`,
`model.activation`) or `rho`, the spectral radius of W_hh. Values are read and checked
by the code that reads experiment files; a number may be relative, `+=0.1` or `*=2`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.experiments.errors import clipped, nearest, shown
from rnn_tui.experiments.exclusions import idle
from rnn_tui.session.edits.edits import Change, settings_changes
from rnn_tui.session.edits.numbers import (
    FREE,
    RHO,
    RHO_SHOWN,
    STATE,
    number,
    radius,
    value_now,
    weight,
)
from rnn_tui.session.edits.plans import EditBase, NewPatches, NewRun, Plan, read, refuse_same
from rnn_tui.session.edits.settings import (
    DRAWN,
    FIXED,
    SETTINGS,
    expected,
    present,
    with_setting,
    written,
)
from rnn_tui.session.moment import Refused

__all__ = [
    "FREE",
    "RHO",
    "RHO_SHOWN",
    "STATE",
    "Changeable",
    "EditBase",
    "NewPatches",
    "NewRun",
    "Plan",
    "changeables",
    "planned",
    "trained_by",
    "value_now",
    "weight",
]

_LAB = "training.fault"  # may be in as a surprise


class Changeable(NamedTuple):
    """Something that can be set: its name, its value as it would be written, what it can be."""

    name: str
    value: str
    expected: str


def planned(bench: EditBase, name: str, value: str) -> Plan:
    """What setting a name to a value comes to. Raises Refused with the reason."""
    name = "".join(name.split())
    try:
        if "[" in name:
            return number(bench, name, value)
        full = SETTINGS.get(name, name)
        if full == RHO:
            return radius(bench, value)
        if full in SETTINGS.values():
            return _setting(bench, full, value)
    except ExperimentError as error:
        raise Refused(str(error)) from None
    raise _unknown(bench, name)


def _unknown(bench: EditBase, name: str) -> Refused:
    key = name.rpartition(".")[2]
    if key in FIXED:
        return Refused(f"{name} can't change in a session: {FIXED[key]}")
    if name in (*bench.arrays, STATE):
        return Refused(f"{name} is many numbers: say which, such as W_hh[1,0], b_h[2] or h[1,0]")
    hint = nearest(name, (*SETTINGS.values(), RHO)) or nearest(name, SETTINGS)
    return Refused(f"there is nothing called {shown(clipped(name))} to change{hint}")


def changeables(bench: EditBase) -> tuple[Changeable, ...]:
    """What has a name of its own, in the order in which to list it; a bug is not told of."""
    found = [
        Changeable(
            name,
            written(present(bench.experiment, name)),
            expected(bench.experiment, bench.opened, name),
        )
        for name in SETTINGS.values()
        if name not in (_LAB, *(() if bench.experiment.stream else ("training.steps",)))
    ]
    if not has_radius(bench.state.params.layout):
        return tuple(found)
    return (*found, Changeable(RHO, written(round(bench.radius, 6)), "a finite number, 0 or more"))


def trained_by(bench: EditBase, experiment: Experiment) -> NewRun:
    """The run goes on by other settings of training."""
    changes = settings_changes(bench.experiment.training, experiment.training)
    return NewRun(bench.state, Trainer(experiment), changes)


def _setting(bench: EditBase, name: str, value: str) -> NewRun:
    before, old = present(bench.experiment, name), bench.experiment
    experiment = with_setting(old, bench.opened, name, read(value, before))
    after = present(experiment, name)
    refuse_same(name, before, after)
    _refuse_idle(experiment, name)
    key = name.rpartition(".")[2]
    if name.startswith("training."):
        return trained_by(bench, experiment)
    if key in DRAWN:
        return _drawn(bench, experiment, key)
    return NewRun(bench.state, Trainer(experiment), (Change(key, before, after),))


def _refuse_idle(experiment: Experiment, name: str) -> None:
    """Refuse what would change nothing, as `--set` does."""
    if why := idle(experiment, name):
        raise Refused(why)


def _drawn(bench: EditBase, experiment: Experiment, key: str) -> NewRun:
    """All weights drawn anew, and nothing left of the velocity."""
    trainer = Trainer(experiment)
    state = replace(trainer.initial_state(), carry=bench.state.carry)
    before, after = bench.experiment.model, experiment.model
    if key != "init":
        return NewRun(state, trainer, (Change(key, getattr(before, key), getattr(after, key)),))
    seeded = after.init if after.init == "given" else f"{after.init}, seed {after.seed}"
    return NewRun(state, trainer, (Change("init", before.init, seeded),))
