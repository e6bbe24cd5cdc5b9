"""Breakpoints in words: why a run stopped, what holds now, what was found in reverse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import nan

from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import short
from rnn_tui.session.breakpoints.breakpoints import Breakpoint, Gauge, Hit, Unmeasured, Watch
from rnn_tui.session.breakpoints.conditions import FLAGS, NAMES, Condition, Scope
from rnn_tui.session.why.metrics.metrics import METRICS

DECIMALS = (4, 6, 9, 12)
EARLIER = frozenset(name for name in NAMES if METRICS[name].is_earlier)
ON, OFF = "●", "○"
EXAMPLES = (  # those are shown that can be read of an experiment
    "loss < 0.3",
    "accuracy == 1",
    "mae < 0.1",
    "clipped",
    "nan",
    "rho > 1",
    "abs(W_hh[1,0]) > 0.5",
    "h[2,1] < 0",
    "epoch == 100",
)


def about(scope: Scope) -> str:
    """What conditions are for, and what they may speak of."""
    fitting = scope.names
    during = ", ".join(name for name in fitting if METRICS[name].is_recorded)
    after = ", ".join(name for name in fitting if not METRICS[name].is_recorded)
    return (
        f"Stop training when a condition becomes true. {during}: measured during the update. "
        f"{after}, weights and numbers of a pass such as h[2,1]: measured after it."
    )


def row(one: Breakpoint) -> str:
    """A breakpoint in a list."""
    return f"{ON if one.on else OFF} {one.condition.text}"


def _where(hits: Sequence[Hit], unit: str, updates: int) -> str:
    """`epoch 3`, `update 2 of epoch 3`: what led to the hits, with `updates` an epoch or step."""
    units, inside = divmod(hits[0].update - 1, updates)
    within = f"update {inside + 1} of " if inside + 1 < updates else ""
    return f"{within}{unit} {units}"


def stopped(hits: Sequence[Hit], unit: str, updates: int) -> str:
    """Why a run stopped, with `{run}` for the key."""
    return f"Stopped after {_where(hits, unit, updates)}: {reasons(hits)}. {{run}} train on"


def found(hits: Sequence[Hit], unit: str, updates: int) -> str:
    """What a search in reverse came to, with `{undo}` for the key."""
    return f"Back to the end of {_where(hits, unit, updates)}: {reasons(hits)}. {{undo}} undo"


def ended(here: int, planned: int, unit: str) -> str:
    """That a run came to its end, without a stop."""
    return f"The {planned} planned {unit}s are done" if here == planned else f"At {unit} {here}"


def missed(watch: Watch, to: str = "") -> str:
    """That nothing of what a run was watched for became true, up to its end, such as `epoch 30`."""
    first, *others = watch.conditions
    if others:
        said = f"none of the {1 + len(others)} breakpoints became true"
    elif watch.holding:
        said = f"{first.text} was true from the start, so it stops nothing"
    else:
        said = f"{first.text} did not become true"
    return f"{said} before {to}" if to else said


def not_found(conditions: Sequence[Condition], unit: str, here: int) -> str:
    """That a search in reverse came to nothing."""
    if len(conditions) == 1:
        return f"{conditions[0].text} never became true before {unit} {here}"
    return f"none of these became true before {unit} {here}"


def searching(unit: str, at: int) -> str:
    """How far a search in reverse has come."""
    return f"Searching back: {unit} {at:,} … esc stops it"


def reasons(hits: Sequence[Hit]) -> str:
    """Conditions with their values put in."""
    return "; ".join(_reason(hit) for hit in hits)


def _reason(hit: Hit) -> str:
    values = put_in(hit.condition, dict(hit.values), stopped=True)
    return f"{hit.condition.text}, as {values}" if values else hit.condition.text


def put_in(condition: Condition, values: Mapping[str, float], stopped: bool = False) -> str:
    """`loss is 0.2984`: with as many digits as it takes to see that it holds, or doesn't.

    Where a run has `stopped` after an update, whose loss the screen shows after it, this one
    was measured before it.
    """
    digits = _digits(condition, values)
    said = [
        f"{name} was {digits(x)} before it" if stopped and name in EARLIER
        else f"{name} is {digits(x)}"
        for name, x in values.items() if name not in FLAGS
    ]  # fmt: skip
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _digits(condition: Condition, values: Mapping[str, float]) -> Callable[[float], str]:
    true = condition.true(values.__getitem__)
    for decimals in DECIMALS:
        rounded = {name: _read(short(value, decimals)) for name, value in values.items()}
        if condition.true(partial(_of, rounded)) == true:
            return partial(short, decimals=decimals)
    return repr


def _of(values: Mapping[str, float], name: str) -> float:
    return values.get(name, nan)  # none where rounding would make another part count


def _read(text: str) -> float:
    return float(text.replace(MINUS, "-").replace("∞", "inf"))


def now(condition: Condition, gauge: Gauge, update: int) -> str:
    """Whether a condition holds at a moment, and by which values."""
    try:
        true, values = condition.weigh(gauge.at(update))
    except Unmeasured as unknown:
        return f"not true yet: {unknown}"
    said = put_in(condition, values)
    reason = f", as {said}" if said else ""
    return ("true here" if true else "not true here") + reason
