"""What can be changed by hand, and what a change comes to; the session carries it out.

A name is a number of the parameters (`W_hh[1,0]`), a hidden value of the pass under
the cursor (`h[1,0]`), a setting of the experiment (`training.momentum`,
`model.activation`) or `rho`, the spectral radius of W_hh. Values are read and checked
by the code that reads experiment files; a number may be relative, `+=0.1` or `*=2`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum import rescaled, spectral_radius
from rnn_tui.engine.trace import Patch
from rnn_tui.engine.training import Trainer, TrainingState
from rnn_tui.experiments import EMBEDDING, Experiment, ExperimentError
from rnn_tui.experiments.errors import clipped, nearest, shown
from rnn_tui.experiments.overrides import value_of
from rnn_tui.experiments.reading import Reader, as_float
from rnn_tui.session.edits import Change, settings_changes
from rnn_tui.session.known import Known
from rnn_tui.session.moment import Refused
from rnn_tui.session.settings import (
    DRAWN,
    FIXED,
    SETTINGS,
    expected,
    present,
    with_setting,
    written,
)

RHO = "rho"
RHO_SHOWN = "ρ(W_hh)"
STATE = "h"
FREE = "free"  # in place of a value: takes a patch back
_LAB = "training.fault"  # may be in as a surprise
MOST_PATCHED = 1e100  # so that the slope at a patched value stays finite


@dataclass(frozen=True, eq=False)
class Bench:
    """What a change starts from.

    The state before the update to come and the trainer of that update; the experiment
    as it was opened; and what is known of the pass that one looks at.
    """

    state: TrainingState
    trainer: Trainer
    opened: Experiment
    known: Known

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self.trainer.experiment

    @property
    def arrays(self) -> tuple[str, ...]:
        """The parameters by name."""
        return tuple(self.state.params.layout.shapes)

    @property
    def radius(self) -> float:
        """The spectral radius of W_hh."""
        return spectral_radius(self.state.params.W_hh)


@dataclass(frozen=True, eq=False)
class NewRun:
    """The run goes on from another state, or by another trainer."""

    state: TrainingState
    trainer: Trainer
    changes: tuple[Change, ...]


@dataclass(frozen=True, eq=False)
class NewPatches:
    """This pass is looked at with other hidden values put in; `change` is the newest."""

    patches: tuple[Patch, ...]
    change: Change


Plan = NewRun | NewPatches


class Changeable(NamedTuple):
    """Something that can be set: its name, its value as it would be written, what it can be."""

    name: str
    value: str
    expected: str


def planned(bench: Bench, name: str, value: str) -> Plan:
    """What setting a name to a value comes to. Raises Refused with the reason."""
    name = "".join(name.split())
    try:
        if "[" in name:
            array, index = _address(name)
            return (_patch if array == STATE else _number)(bench, array, index, value)
        full = SETTINGS.get(name, name)
        if full == RHO:
            return _rho(bench, value)
        if full in SETTINGS.values():
            return _setting(bench, full, value)
    except ExperimentError as error:
        raise Refused(str(error)) from None
    raise _unknown(bench, name)


def _unknown(bench: Bench, name: str) -> Refused:
    key = name.rpartition(".")[2]
    if key in FIXED:
        return Refused(f"{name} can't change in a session: {FIXED[key]}")
    if name in (*bench.arrays, STATE):
        return Refused(f"{name} is many numbers: say which, such as W_hh[1,0], b_h[2] or h[1,0]")
    hint = nearest(name, (*SETTINGS.values(), RHO)) or nearest(name, SETTINGS)
    return Refused(f"there is nothing called {shown(clipped(name))} to change{hint}")


def changeables(bench: Bench) -> tuple[Changeable, ...]:
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
    return (*found, Changeable(RHO, written(round(bench.radius, 6)), "a finite number, 0 or more"))


def value_now(bench: Bench, name: str) -> str:
    """The number at an address such as `W_hh[1,0]`, as it would be written. Raises Refused."""
    array, index = _address("".join(name.split()))
    now = _hidden(bench, index) if array == STATE else _weight(bench, array, index)
    return written(now)


def _read(value: str, before: object) -> Any:
    """A value from what was typed; `+=0.1`, `-=`, `*=` and `/=` go on from the one before."""
    text = value.strip()
    old = as_float(before)
    if text[1:2] != "=" or text[0] not in "+-*/" or old is None:
        return value_of(text)
    by = as_float(value_of(text[2:]))
    if by is None or (text[0] == "/" and by == 0):
        raise Refused(f"expected a number after {text[:2]}, found {shown(text[2:].strip())}")
    result = {"+": old + by, "-": old - by, "*": old * by, "/": old / (by or 1.0)}[text[0]]
    return int(result) if isinstance(before, int) and result == int(result) else result


def _refuse_same(name: str, before: object, after: object) -> None:
    if before == after:
        raise Refused(f"{name} is already {written(before)}")


# One number


def _address(name: str) -> tuple[str, tuple[int, ...]]:
    array, _, inside = name.partition("[")
    numbers = inside[:-1].split(",")
    if not inside.endswith("]") or not all(one.removeprefix("-").isdecimal() for one in numbers):
        raise Refused(f"{clipped(name)}: expected an address such as W_hh[1,0] or h[1,0]")
    return array, tuple(int(one) for one in numbers)


def _written_address(array: str, index: tuple[int, ...]) -> str:
    return f"{array}[{','.join(map(str, index))}]"


def _weight(bench: Bench, array: str, index: tuple[int, ...]) -> float:
    """The number of the parameters at an address."""
    if array == EMBEDDING and EMBEDDING not in bench.arrays:
        raise Refused("E is not learned here: the vectors of the tokens are part of the data")
    if array not in bench.arrays:
        can = ", ".join((*bench.arrays, STATE))
        raise Refused(f"{clipped(array)} follows from other numbers; those of {can} can be set")
    shape = bench.state.params[array].shape
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        size = " × ".join(map(str, shape))
        address = clipped(_written_address(array, index))
        raise Refused(f"{array} has {size} numbers, counted from 0: there is no {address}")
    return float(bench.state.params[array][index])


def weight(bench: Bench, array: str, index: tuple[int, ...], value: float) -> NewRun:
    """One number of the parameters is another from here on; the same one is no change."""
    before, params = _weight(bench, array, index), bench.state.params
    if not math.isfinite(value):
        raise Refused(f"a weight must be a finite number, not {value}")
    change = Change(_written_address(array, index), before, float(value))
    state = replace(bench.state, params=params.with_value(array, index, value))
    return NewRun(state, bench.trainer, () if before == value else (change,))


def _number(bench: Bench, array: str, index: tuple[int, ...], value: str) -> NewRun:
    before, address = _weight(bench, array, index), _written_address(array, index)
    number = Reader({address: _read(value, before)}).number(address, 0.0)
    _refuse_same(address, before, number)
    return weight(bench, array, index, number)


def _rho(bench: Bench, value: str) -> NewRun:
    """W_hh times what gives it this spectral radius."""
    before, params = bench.radius, bench.state.params
    radius = Reader({RHO: _read(value, before)}).number(RHO, 0.0, least=0)
    if math.isclose(before, radius, rel_tol=1e-9):
        raise Refused(f"{RHO} is already {written(radius)}")
    try:
        scaled = rescaled(params.W_hh, radius)
    except ValueError as error:
        raise Refused(f"W_hh can't be rescaled: {error}") from None
    flat: Floats = params.flat.copy()
    flat[params.layout.slices["W_hh"]] = scaled.ravel()
    state = replace(bench.state, params=params.with_flat(flat))
    return NewRun(state, bench.trainer, (Change(RHO_SHOWN, before, radius),))


# A hidden value


def _hidden(bench: Bench, index: tuple[int, ...]) -> float:
    """A hidden value of the pass under the cursor, by timestep and unit."""
    T, H = bench.known.trace.h.shape[0] - 1, bench.known.trace.h.shape[1]
    address = clipped(_written_address(STATE, index))
    if len(index) != 2 or not (-1 <= index[0] < T and 0 <= index[1] < H):
        place = f"a timestep from -1 to {T - 1} and a unit from 0 to {H - 1}"
        raise Refused(f"{address}: expected {place}")
    if index[0] >= bench.known.states:
        raise Refused(f"{address} has not been computed yet", "forward", "finish_forward")
    return float(bench.known.trace.h[index[0] + 1, index[1]])


def _patch(bench: Bench, array: str, index: tuple[int, ...], value: str) -> NewPatches:
    """One hidden value of this pass is put in by hand, or left to the network again."""
    before, address = _hidden(bench, index), _written_address(array, index)
    t, unit = index
    present = bench.known.trace.patches
    others = tuple(patch for patch in present if (patch.t, patch.unit) != (t, unit))
    if value.strip() == FREE:
        if len(others) == len(present):
            raise Refused(f"{address} is as the network computed it")
        return NewPatches(others, Change(address, before, FREE))
    read = Reader({address: _read(value, before)})
    number = read.number(address, 0.0, least=-MOST_PATCHED, most=MOST_PATCHED)
    _refuse_same(address, before, number)
    patches = sorted((*others, Patch(t, unit, number)))
    return NewPatches(tuple(patches), Change(address, before, number))


# Settings


def trained_by(bench: Bench, experiment: Experiment) -> NewRun:
    """The run goes on by other settings of training."""
    changes = settings_changes(bench.experiment.training, experiment.training)
    return NewRun(bench.state, Trainer(experiment), changes)


def _setting(bench: Bench, name: str, value: str) -> NewRun:
    before, old = present(bench.experiment, name), bench.experiment
    experiment = with_setting(old, bench.opened, name, _read(value, before))
    after = present(experiment, name)
    _refuse_same(name, before, after)
    _refuse_idle(experiment, name)
    key = name.rpartition(".")[2]
    if name.startswith("training."):
        return trained_by(bench, experiment)
    if key in DRAWN:
        return _drawn(bench, experiment, key)
    return NewRun(bench.state, Trainer(experiment), (Change(key, before, after),))


def _refuse_idle(experiment: Experiment, name: str) -> None:
    """Refuse what would change nothing, as another setting leaves it out of account."""
    model = experiment.model
    if name == "training.epochs" and experiment.training.steps is not None:
        raise Refused("the plan is in steps: training.steps")
    if name == "model.seed" and model.init == "given" and not experiment.training.shuffle:
        raise Refused("the weights are given, so no seed draws them: set model.init first")
    if name == "model.init_scale" and model.init != "normal":
        raise Refused(f'only model.init = "normal" draws by a scale, and it is "{model.init}"')


def _drawn(bench: Bench, experiment: Experiment, key: str) -> NewRun:
    """All weights drawn anew, and nothing left of the velocity."""
    trainer = Trainer(experiment)
    state = replace(trainer.initial_state(), carry=bench.state.carry)
    before, after = bench.experiment.model, experiment.model
    if key != "init":
        return NewRun(state, trainer, (Change(key, getattr(before, key), getattr(after, key)),))
    seeded = after.init if after.init == "given" else f"{after.init}, seed {after.seed}"
    return NewRun(state, trainer, (Change("init", before.init, seeded),))
