"""Changes of numbers: one of the parameters, one hidden value of a pass, the radius of W_hh."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.spectrum.spectrum import recurrent_names, rescaled
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.norms import l2_norm
from rnn_tui.experiments import EMBEDDING
from rnn_tui.experiments.errors import clipped
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.edits.plans import EditBase, NewPatches, NewRun, Plan, read, refuse_same
from rnn_tui.session.edits.settings import written
from rnn_tui.session.moment import Refused

RHO = "rho"
RHO_SHOWN = "ρ(W_hh)"
STATE = "h"
FREE = "free"  # in place of a value: takes a patch back
MOST_PATCHED = 1e100  # so that the slope at a patched value stays finite


def number(base: EditBase, name: str, value: str) -> Plan:
    """What setting the number at an address comes to. Raises Refused or ExperimentError."""
    array, index = _address(name)
    return (_patch if _is_state(base, array) else _parameter)(base, array, index, value)


def value_now(base: EditBase, name: str) -> str:
    """The number at an address such as `W_hh[1,0]`, as it would be written. Raises Refused."""
    array, index = _address("".join(name.split()))
    now = _hidden(base, array, index) if _is_state(base, array) else _weight(base, array, index)
    return written(now)


def expected(name: str) -> str:
    """What the number at an address can be."""
    bounds = f" from {-MOST_PATCHED:g} to {MOST_PATCHED:g}"
    return f"a finite number{bounds if is_state(name) else ''}"


def is_state(address: str) -> bool:
    """Whether an address such as `h[2,1]` or `c_1[0,0]` is that of a state of a pass."""
    states = "|".join(dict.fromkeys(state for cell in CELLS.values() for state in cell.states))
    return re.match(rf"({states})(_[1-9]\d*)?\[", address) is not None


def _address(name: str) -> tuple[str, tuple[int, ...]]:
    array, _, inside = name.partition("[")
    numbers = inside[:-1].split(",")
    if not inside.endswith("]") or not all(one.removeprefix("-").isdecimal() for one in numbers):
        raise Refused(f"{clipped(name)}: expected an address such as W_hh[1,0] or h[1,0]")
    return array, tuple(int(one) for one in numbers)


def _written_address(array: str, index: tuple[int, ...]) -> str:
    return f"{array}[{','.join(map(str, index))}]"


def _weight(base: EditBase, array: str, index: tuple[int, ...]) -> float:
    """The number of the parameters at an address."""
    if array == EMBEDDING and EMBEDDING not in base.arrays:
        raise Refused("E is not learned here: the vectors of the tokens are part of the data")
    if array not in base.arrays:
        can = ", ".join((*base.arrays, STATE))
        raise Refused(f"{clipped(array)} follows from other numbers; those of {can} can be set")
    shape = base.state.params[array].shape
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        size = " × ".join(map(str, shape))
        address = clipped(_written_address(array, index))
        raise Refused(f"{array} has {size} numbers, counted from 0: there is no {address}")
    return float(base.state.params[array][index])


def weight(base: EditBase, array: str, index: tuple[int, ...], value: float) -> NewRun:
    """One number of the parameters is another from here on; the same one is no change."""
    before, params = _weight(base, array, index), base.state.params
    if not math.isfinite(value):
        raise Refused(f"a weight must be a finite number, not {value}")
    change = Change(_written_address(array, index), before, float(value))
    state = replace(base.state, params=params.with_value(array, index, value))
    return NewRun(state, base.trainer, () if before == value else (change,))


def _parameter(base: EditBase, array: str, index: tuple[int, ...], value: str) -> NewRun:
    before, address = _weight(base, array, index), _written_address(array, index)
    number = Reader({address: read(value, before)}).number(address, 0.0)
    refuse_same(address, before, number)
    return weight(base, array, index, number)


SCALING = re.compile(r"\s*[*/]=")  # how the value begins by which a whole array is scaled


def scaled(base: EditBase, array: str, value: str) -> NewRun:
    """All numbers of an array times or by the same one; told of by its norm."""
    params = base.state.params
    factor = float(Reader({array: read(value, 1.0)}).number(array, 0.0))
    with np.errstate(all="ignore"):
        after = params[array] * factor
        norms = (float(l2_norm(np.ravel(one))) for one in (params[array], after))
        change = Change(f"‖{array}‖", *norms)
    if not np.isfinite(after).all():
        raise Refused(f"{array} would not be finite")
    refuse_same(change.name, change.before, change.after)
    flat: Floats = params.flat.copy()
    flat[params.layout.slices[array]] = after.ravel()
    state = replace(base.state, params=params.with_flat(flat))
    return NewRun(state, base.trainer, (change,))


def radius(base: EditBase, value: str) -> NewRun:
    """The recurrent matrix times what gives it this spectral radius.

    Raises Refused where there are several.
    """
    names = recurrent_names(base.state.params)
    if len(names) > 1:
        several = ", ".join(names)
        raise Refused(f"rho is that of one recurrent matrix, and there are {several}: set those")
    before, params = base.radius, base.state.params
    after = Reader({RHO: read(value, before)}).number(RHO, 0.0, least=0)
    if math.isclose(before, after, rel_tol=1e-9):
        raise Refused(f"{RHO} is already {written(after)}")
    try:
        scaled = rescaled(params[names[0]], after)
    except ValueError as error:
        raise Refused(f"{names[0]} can't be rescaled: {error}") from None
    flat: Floats = params.flat.copy()
    flat[params.layout.slices[names[0]]] = scaled.ravel()
    state = replace(base.state, params=params.with_flat(flat))
    return NewRun(state, base.trainer, (Change(RHO_SHOWN, before, after),))


# A hidden value


def _is_state(base: EditBase, array: str) -> bool:
    state, depth = base.trainer.net.layer_of(array)
    return state in base.trainer.net.layers[depth].cell.states


def _hidden(base: EditBase, array: str, index: tuple[int, ...]) -> float:
    """A number of a state of the pass under the cursor, by timestep and unit."""
    state, depth = base.trainer.net.layer_of(array)
    rows = base.known.trace.layers[depth][state]
    T, H = len(rows) - 1, rows.shape[1]
    address = clipped(_written_address(array, index))
    if len(index) != 2 or not (-1 <= index[0] < T and 0 <= index[1] < H):
        place = f"a timestep from -1 to {T - 1} and a unit from 0 to {H - 1}"
        raise Refused(f"{address}: expected {place}")
    if index[0] >= 0 and not base.known.has(array, index[0]):
        raise Refused(f"{address} has not been computed yet", "forward", "finish_forward")
    return float(rows[index[0] + 1, index[1]])


def _patch(base: EditBase, array: str, index: tuple[int, ...], value: str) -> NewPatches:
    """One hidden value of this pass is put in by hand, or left to the network again."""
    before, address = _hidden(base, array, index), _written_address(array, index)
    net = base.trainer.net
    (t, unit), (state, depth) = index, net.layer_of(array)
    present = base.known.trace.patches
    wanted = (t, unit, state, depth)
    others = tuple(one for one in present if one.place(net) != wanted)
    if value.strip() == FREE:
        if len(others) == len(present):
            raise Refused(f"{address} is not patched")
        return NewPatches(others, Change(address, before, FREE))
    reader = Reader({address: read(value, before)})
    number = reader.number(address, 0.0, least=-MOST_PATCHED, most=MOST_PATCHED)
    refuse_same(address, before, number)
    layer = -1 if depth == net.depth - 1 else depth
    patches = sorted((*others, Patch(t, unit, number, state, layer)))
    return NewPatches(tuple(patches), Change(address, before, number))
