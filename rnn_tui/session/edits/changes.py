"""What can be changed by hand, and what a change comes to; the session carries it out.

A name is a number of the parameters (`W_hh[1,0]`), a hidden value of the pass under
the cursor (`h[1,0]`), a setting of the experiment (`training.momentum`,
`model.activation`) or `rho`, the spectral radius of W_hh; names as the screen shows them do, too,
such as `lr`, and a whole array can be scaled. Values are read and checked
by the code that reads experiment files; a number may be relative, `+=0.1` or `*=2`.
"""

from __future__ import annotations

from dataclasses import fields, replace
from shlex import quote
from typing import NamedTuple

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.cells import ALSO
from rnn_tui.equations.optimizers import OWN_SETTINGS
from rnn_tui.experiments import (
    Experiment,
    ExperimentError,
    TrainingConfig,
    load,
    shell_command,
)
from rnn_tui.experiments.errors import clipped, nearest, shown
from rnn_tui.experiments.exclusions import idle
from rnn_tui.experiments.schema.overrides import with_overrides
from rnn_tui.session.edits.edits import Change, settings_changes
from rnn_tui.session.edits.numbers import (
    FREE,
    RHO,
    RHO_SHOWN,
    SCALING,
    STATE,
    number,
    radius,
    scaled,
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
    setting_named,
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
_OF_ARRAYS = ("weights", "weights_file", "initial")  # settings that no line of the shell has


class Changeable(NamedTuple):
    """Something that can be set: its name, its value as it would be written, what it can be."""

    name: str
    value: str
    expected: str


def planned(base: EditBase, name: str, value: str) -> Plan:
    """What setting a name to a value comes to. Raises Refused with the reason."""
    name = "".join(name.split())
    try:
        if "[" in name:
            return number(base, name, value)
        full = setting_named(name, value)
        if full in (RHO, RHO_SHOWN, "ρ"):
            return radius(base, value)
        if name in base.arrays and SCALING.match(value):
            return scaled(base, name, value)
        if full in SETTINGS.values():
            return _setting(base, full, value)
    except ExperimentError as error:
        raise Refused(str(error)) from None
    raise _unknown(base, name, value)


def _unknown(base: EditBase, name: str, value: str) -> Refused:
    key = name.rpartition(".")[2]
    if key in FIXED:
        if shell := _in_a_shell(base.experiment, key, value):
            return Refused(f"{key} is fixed; {shell} tries both: {FIXED[key]}")
        return Refused(f"{name} can't change in a session: {FIXED[key]}")
    if name in (*base.arrays, STATE):
        scale = f", or scale all of it: {name} *=2" if name in base.arrays else ""
        return Refused(f"{name} is many numbers: say which, such as {_first(base, name)}{scale}")
    hint = nearest(name, (*SETTINGS.values(), RHO)) or nearest(name, SETTINGS)
    return Refused(f"there is nothing called {shown(clipped(name))} to change{hint}")


def _in_a_shell(experiment: Experiment, key: str, value: str) -> str:
    """The line that tries a value beside the one that there is; nothing for what is none."""
    table = "training" if key in (one.name for one in fields(TrainingConfig)) else "model"
    name, wanted = f"{table}.{key}", value.strip()
    if key in _OF_ARRAYS or not _is_possible(experiment, name, wanted):
        return ""
    now = present(experiment, name)
    now = str(now).lower() if isinstance(now, bool) else written(now)
    if ALSO.get(wanted, wanted) == now:
        raise Refused(f"{name} is already {wanted}")
    kept = with_overrides(experiment.overrides, (), without=(name,))
    compare, both = shell_command(experiment, "compare", kept), f"{now},{wanted}"
    return f"{compare} --vary {quote(f'{name}={both}')}"


def _is_possible(experiment: Experiment, name: str, value: str) -> bool:
    """Whether the experiment can be opened so."""
    try:
        load(experiment.path, (*experiment.overrides, f"{name}={value}"), waits=False)
    except ExperimentError:
        return False
    return True


def _first(base: EditBase, name: str) -> str:
    """The address of one number of an array or a state."""
    dimensions = 2 if name == STATE else base.state.params[name].ndim
    return f"{name}[{','.join('0' * dimensions)}]"


def changeables(base: EditBase) -> tuple[Changeable, ...]:
    """What has a name of its own, in the order in which to list it; a bug is not told of."""
    found = [
        Changeable(
            name,
            written(present(base.experiment, name)),
            expected(base.experiment, base.opened, name),
        )
        for name in SETTINGS.values()
        if name not in (_LAB, *(() if base.experiment.stream else ("training.steps",)))
        and name not in _of_other_optimizers(base)
    ]
    if not has_radius(base.state.params.layout):
        return tuple(found)
    return (*found, Changeable(RHO, written(round(base.radius, 6)), "a finite number, 0 or more"))


def _of_other_optimizers(base: EditBase) -> set[str]:
    own = base.experiment.network.optimizer.settings
    return {f"training.{key}" for key in OWN_SETTINGS if key not in own}


def trained_by(base: EditBase, experiment: Experiment) -> NewRun:
    """The run goes on by other settings of training."""
    changes = settings_changes(base.experiment.training, experiment.training)
    return NewRun(base.state, Trainer(experiment), changes)


def _setting(base: EditBase, name: str, value: str) -> NewRun:
    before, old = present(base.experiment, name), base.experiment
    experiment = with_setting(old, base.opened, name, read(value, before))
    after = present(experiment, name)
    refuse_same(name, before, after)
    _refuse_idle(experiment, name)
    key = name.rpartition(".")[2]
    if name.startswith("training."):
        return trained_by(base, experiment)
    if key in DRAWN:
        return _drawn(base, experiment, key)
    return NewRun(base.state, Trainer(experiment), (Change(key, before, after),))


def _refuse_idle(experiment: Experiment, name: str) -> None:
    """Refuse what would change nothing, as `--set` does."""
    if why := idle(experiment, name):
        raise Refused(why)


def _drawn(base: EditBase, experiment: Experiment, key: str) -> NewRun:
    """All weights drawn anew, and nothing left of the velocity."""
    trainer = Trainer(experiment)
    state = replace(trainer.initial_state(), carry=base.state.carry)
    before, after = base.experiment.model, experiment.model
    if key != "init":
        return NewRun(state, trainer, (Change(key, getattr(before, key), getattr(after, key)),))
    seeded = after.init if after.init == "given" else f"{after.init}, seed {after.seed}"
    return NewRun(state, trainer, (Change("init", before.init, seeded),))
