"""The gradient check of the pass under the cursor: one number at every step, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from rnn_tui.engine.checks.differences import Watch
from rnn_tui.engine.checks.gradient_check import (
    ArrayCheck,
    check_batch,
    check_gradient,
    check_number,
    located,
    sample_of,
)
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.spectrum.spectrum import recurrent_names
from rnn_tui.parity import Step, comparer
from rnn_tui.session.moment import no_label
from rnn_tui.session.passes import Pass, are_short_updates, is_short

FEW = 500  # up to so many parameters, a whole check measures all of them
SAMPLE = 64  # else as many numbers of each array


@dataclass(frozen=True, eq=False)
class Proof:
    """One number of a gradient, as computed and as measured.

    `ref` is its address; `batch` says whether it is that of the update, g, and not of
    the example alone.
    """

    ref: str
    batch: bool
    check: ArrayCheck

    @property
    def analytic(self) -> float:
        """What backpropagation says."""
        return float(self.check.analytic[0])

    @property
    def numeric(self) -> float:
        """What differences of the loss say."""
        return float(self.check.numeric[0])


def proof(one: Pass, unit: int) -> Proof | None:
    """The check of a unit's largest recurrent gradient; None while that is not known.

    Two passes forward. Once the update has reduced its batch, it is the same number of
    the reduced gradient.
    """
    sought = _sought(one, unit)
    if sought is None:
        return None
    place, batch = sought
    name, index = located(one.before.layout, place)
    kind = ("reduced_" if one.program.freezes else "g_") if batch else "d"
    address = f"{kind}{name}[{','.join(map(str, index))}]"
    return Proof(address, batch, _checked(one, place, batch))


def is_proof_at_hand(one: Pass, unit: int) -> bool:
    """Whether `proof` takes no time to wait for: the passes are short, or it has been asked for."""
    sought = _sought(one, unit)
    if sought is None or sought in _checks.get(one.known.trace, {}):
        return True
    if sought[1]:
        return are_short_updates(one.timeline, one.update, one.update + 1)
    return is_short(one.experiment, one.current.length)


def _sought(one: Pass, unit: int) -> tuple[int, bool] | None:
    """The place in the flat vector of what is checked, and whether in the batch's gradient."""
    batch = one.known.has("reduce")
    if not batch and not one.known.has(
        f"d{recurrent_names(one.before)[0]}", one.current.encoder_length
    ):
        return None
    return _telling(one.known.trace, unit), batch


def _telling(trace: Trace, unit: int) -> int:
    """Where a unit's largest gradient of a recurrent matrix stands in the flat vector.

    Where no state but a first one of 0 is looked at that is 0 for certain, and that of
    the unit's bias says more.
    """
    layout, name = trace.params.layout, recurrent_names(trace.params)[0]
    row = trace.grads[name][unit]
    if not row.any() and not trace.h[:-1].any():
        bias = next(one for one, axes in layout.axes.items() if axes == "H")
        return int(layout.slices[bias].start) + unit
    return int(layout.slices[name].start) + unit * len(row) + int(np.argmax(np.abs(row)))


_checks: WeakKeyDictionary[Trace, dict[tuple[int, bool], ArrayCheck]] = WeakKeyDictionary()


def _checked(one: Pass, place: int, batch: bool) -> ArrayCheck:
    """The check of one number, measured once for a pass."""
    trace = one.known.trace
    made = _checks.setdefault(trace, {})
    if (place, batch) not in made:
        made[place, batch] = _of_batch(one, place) if batch else check_number(trace, place)
    return made[place, batch]


def _of_batch(one: Pass, place: int) -> ArrayCheck:
    assert one.update_result is not None
    trainer = one.timeline.owner(one.update).trainer
    state, places = one.timeline.state(one.update), np.array([place])
    return check_batch(one.update_result.reduced, trainer, state, one.update, places)


def sampled(one: Pass) -> int | None:
    """How many numbers of each array a whole check measures; None for all of them."""
    return SAMPLE if one.before.layout.size > FEW else None


def measurements(one: Pass) -> int:
    """How many numbers a whole check measures."""
    most = sampled(one)
    sizes = (place.stop - place.start for place in one.before.layout.slices.values())
    total: int = 2 * sum(size if most is None else min(size, most) for size in sizes)
    return total


def whole_check(one: Pass, watch: Watch = iter) -> tuple[ArrayCheck, ...]:
    """Every array of this pass's gradient, and as the last row that of the update's batch.

    May take a second or more: meant for a worker, with a `watch` that stops it. Raises
    Refused where the pass has no label.
    """
    refuse_without_label(one)
    trace, most = one.known.trace, sampled(one)
    rows = check_gradient(
        trace.params, trace.net, trace.example, trace.start, watch, most,
        trace.patches,
    )  # fmt: skip
    timeline, k = one.timeline, one.update
    trainer, reduced = timeline.owner(k).trainer, timeline.update(k).reduced
    places = np.concatenate([*sample_of(trace.params.with_flat(reduced), most).values()])
    return (*rows, check_batch(reduced, trainer, timeline.state(k), k, places, watch))


def refuse_without_label(one: Pass) -> None:
    """Raise Refused where a pass has no loss, and so no gradient."""
    if not one.program.labels:
        raise no_label("no gradient to check")


def by_torch(one: Pass) -> Step:
    """The update that this pass belongs to, by torch beside the engine. Raises NoTorchError.

    The first time takes seconds, as torch is imported: meant for a worker.
    """
    timeline, k = one.timeline, one.update
    return comparer(timeline.owner(k).trainer)(timeline.state(k), k)
