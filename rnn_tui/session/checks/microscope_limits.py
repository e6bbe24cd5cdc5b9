"""How far a gradient may reach and what it is clipped at: first choices, and the next ones."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.session.checks.microscope_subject import Subject

EVERY_K = 12  # up to which each reach can be chosen
SERIES = (1.0, 2.0, 5.0)
LEAST = 1e-290  # a limit


class Limits(NamedTuple):
    """After how many timesteps the gradient is cut, and what it is clipped at."""

    k: int
    norm: float
    value: float


def reaches(found: Subject) -> tuple[int, ...]:
    """The k that can be chosen: each small one, rounder ones, T, then its doubles."""
    inside = {k for k in range(1, found.length) if k <= EVERY_K or _is_round(k)}
    beyond, k = set(), 2 * found.length
    while k < found.reach:
        beyond.add(k)
        k *= 2
    return (*sorted(inside | {found.length}), *sorted(beyond | ({found.reach} - {found.length})))


def _is_round(k: int) -> bool:
    unit: int = 10 ** (len(str(k)) - 1)
    return k % unit == 0 or (k < 3 * unit and 2 * k % unit == 0)


def first_limits(found: Subject) -> Limits:
    """Limits that show something: half of the pass, and clipping a little below what there is."""
    gradient = found.full.gradient
    reach = [k for k in reaches(found) if 2 * k <= found.length]
    return Limits(
        reach[-1] if reach else found.length,
        _below(found.full.grad_norm),
        _below(0.5 * float(np.abs(gradient).max(initial=0.0))),
    )


def _below(x: float) -> float:
    """The largest of 1, 2, 5, 10 … that is below x; 1 where there is none."""
    return stepped(x, -1) if math.isfinite(x) and x > LEAST else 1.0


def stepped(limit: float, by: int) -> float:
    """The next limit of the series …, 0.5, 1, 2, 5, … above or below this one."""
    exponent = math.floor(math.log10(limit)) if limit > 0 else -290
    series = [float(f"{m:g}e{e}") for e in range(exponent - 1, exponent + 3) for m in SERIES]
    series = [one for one in series if math.isfinite(one) and one >= LEAST]
    if by > 0:
        return min((one for one in series if one > limit * (1 + 1e-9)), default=limit)
    return max((one for one in series if one < limit * (1 - 1e-9)), default=limit)


def moved(found: Subject, limits: Limits, which: Literal["k", "norm", "value"], by: int) -> Limits:
    """The next limits, or the same where there are none beyond."""
    if which == "norm":
        return limits._replace(norm=stepped(limits.norm, by))
    if which == "value":
        return limits._replace(value=stepped(limits.value, by))
    if by > 0:
        return limits._replace(k=min((k for k in reaches(found) if k > limits.k), default=limits.k))
    return limits._replace(k=max((k for k in reaches(found) if k < limits.k), default=limits.k))
