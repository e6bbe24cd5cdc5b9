"""The numbers that a diagnosis is proved by: each has an address, and can be asked why.

Those of the data (`of_data`) and of a run are metrics, those of a parameter begin as
`PER_PARAMETER` says: `numeric_W_hh[1,0]` is what `dW_hh[1,0]` has to be, by central
differences of the loss.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from rnn_tui.engine.checks.gradient_check import check_batch, check_number
from rnn_tui.engine.checks.material import OFFSETS
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.spectrum import moving
from rnn_tui.engine.spectrum.carousel import least_kept
from rnn_tui.engine.spectrum.flatness import dead_share, flat_share, gates_flat_share
from rnn_tui.engine.training.alone import alone, losses
from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.operands import result_of
from rnn_tui.session.runs.records import Records
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation, plain
from rnn_tui.session.why.expressions import Number, Quotient
from rnn_tui.session.why.metrics.metric import Metric
from rnn_tui.session.why.metrics.of_data import TABLE as OF_DATA

__all__ = ["MOST_ALONE", "OFFSETS", "OF_BATCH", "PER_PARAMETER", "TABLE", "of_parameter"]

MOST_ALONE = 500  # updates on one batch
MOST_TRACES = 32  # examples of a batch whose units are looked at
PER_PARAMETER = {
    "numeric_": "the gradient of this example, by differences of its loss",
    "numeric_g_": "the gradient of the batch, by differences of its loss",
    "update_ratio_": "log₁₀ of the update's length against the weights'; about −3 is usual",
}


# Of one parameter


def numeric(pass_: Pass, name: str, index: tuple[int, ...]) -> Derivation:
    """A number of this example's gradient, as two losses say that lie a little to either side."""
    trace = pass_.known.trace
    value = float(check_number(trace, _place(pass_, name, index)).numeric[0])
    ref = f"numeric_{_written(name, index)}"
    return plain(ref, "(L(w + ε) − L(w − ε)) / 2ε", value, "by central differences")


def numeric_of_batch(pass_: Pass, name: str, index: tuple[int, ...]) -> Derivation:
    """The same of the objective of the update's batch."""
    k, timeline = pass_.update, pass_.timeline
    place = np.array([_place(pass_, name, index)])
    trainer, state = timeline.owner(k).trainer, timeline.state(k)
    check = check_batch(result_of(pass_).reduced, trainer, state, k, place)
    ref, value = f"numeric_g_{_written(name, index)}", float(check.numeric[0])
    formula = "(L(w + ε) − L(w − ε)) / 2ε, L the objective of the batch"
    return plain(ref, formula, value, "by central differences")


def update_ratio(pass_: Pass, name: str) -> Derivation:
    """How far an update moves a parameter, against its own length; −inf where it stays."""
    part = pass_.before.layout.slices[name]
    before, after = pass_.before.flat[part], result_of(pass_).params.flat[part]
    with np.errstate(all="ignore"):
        moved, length = float(l2_norm(after - before)), float(l2_norm(before))
    value = moving.update_ratio(pass_.before, result_of(pass_).params, name)
    ref, formula = f"update_ratio_{name}", f"log₁₀(‖Δ{name}‖ / ‖{name}‖)"
    note = f"‖Δ{name}‖ = {moved:.4g}, ‖{name}‖ = {length:.4g}."
    return plain(ref, formula, value, "log₁₀ of their quotient", note)


def _written(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, index))}]"


def _place(pass_: Pass, name: str, index: tuple[int, ...]) -> int:
    layout = pass_.before.layout
    return int(layout.slices[name].start + np.ravel_multi_index(index, layout.shapes[name]))


def parameter_of(pass_: Pass, name: str) -> tuple[str, str] | None:
    """The prefix of `PER_PARAMETER` that a name begins with, and the parameter; None if none."""
    for prefix in PER_PARAMETER:
        rest = name.removeprefix(prefix)
        if rest != name and rest in pass_.before.layout.shapes:
            return prefix, rest
    return None


def of_parameter(pass_: Pass, name: str, index: tuple[int, ...]) -> Derivation | None:
    """The number at an address that `parameter_of` knows; None for any other."""
    found = parameter_of(pass_, name)
    if found is None:
        return None
    prefix, parameter = found
    if prefix == "update_ratio_":
        return update_ratio(pass_, parameter)
    return (numeric if prefix == "numeric_" else numeric_of_batch)(pass_, parameter, index)


# Of the units of a batch


@lru_cache(maxsize=8)
def traces_of(one: Pass) -> tuple[Trace, ...]:
    """The passes of an update's first examples, at most `MOST_TRACES` of them."""
    state, trainer = one.timeline.state(one.update), one.timeline.owner(one.update).trainer
    with np.errstate(all="ignore"):
        return tuple(
            trace_example(
                state.params, trainer.net, trainer.experiment.train[member],
                trainer.start(state, one.update, member),
            )
            for member in one.members[:MOST_TRACES]
        )  # fmt: skip


def _saturation(pass_: Pass) -> Derivation:
    value = flat_share(traces_of(pass_))
    formula = "the share of units and timesteps of the batch with a slope under a tenth"
    return plain("saturation", formula, value, "flat, of all")


def _gate_saturation(pass_: Pass) -> Derivation:
    value = gates_flat_share(traces_of(pass_))
    formula = "the share of gates and candidates of the batch with a slope under a tenth"
    return plain("gate_saturation", formula, value, "flat, of all")


def _kept_share(pass_: Pass) -> Derivation:
    found = least_kept(traces_of(pass_))
    value = np.nan if found is None else found.share
    formula = "the mean factor of a state's own gradient in one step back, of the batch"
    return plain("kept_share", formula, value, "kept, each timestep")


def _dead_units(pass_: Pass) -> Derivation:
    value = dead_share(traces_of(pass_))
    formula = "the share of units whose slope is under a tenth at every timestep of the batch"
    return plain("dead_units", formula, value, "dead, of all")


OF_BATCH: dict[str, Callable[[Pass], Derivation]] = {
    "saturation": _saturation,
    "gate_saturation": _gate_saturation,
    "kept_share": _kept_share,
    "dead_units": _dead_units,
}


# Of a run


def _clipped_share(view: StepView, point: int) -> Derivation:
    updates = view.history.updates * (point + 1)
    rows = view.timeline.records.rows(updates)[:, Records.COLUMNS.index("clipped")]
    expression = Quotient(
        Number(float(rows.sum()), label="clipped"), Number(float(len(rows)), label="updates")
    )
    formula = f"updates clipped, of all up to {view.history.unit} {point}"
    return Derivation("", f"clipped_share[{point}]", formula, expression, float(rows.mean()))


def _alone(view: StepView, count: int) -> Derivation:
    """The last loss of so many updates on one batch, `count` done before it."""
    trainer, state = view.timeline.owner(view.update).trainer, view.timeline.state(view.update)
    found = list(losses(alone(trainer, view.update), state, count + 1))
    value = found[-1] if len(found) == count + 1 else float("nan")
    formula = f"the loss of the batch of update {view.update} after {count} updates on it alone"
    return plain(f"alone[{count}]", formula, value, "trained apart from the run")


TABLE = (
    *OF_DATA,
    Metric(
        "clipped_share", "the share of updates clipped so far", _clipped_share, axes=("point",)
    ),
    Metric(
        "alone", "the loss of one batch after updates on it alone", _alone, axes=("updates alone",)
    ),
)  # fmt: skip
