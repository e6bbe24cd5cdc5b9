"""The gradient under the microscope, in words: what cutting and clipping make of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnn_tui.present.digits import percent, short, size
from rnn_tui.session.checks.microscope import GradientComparison, Way
from rnn_tui.session.checks.microscope_subject import Subject

NONE = "–"
STRAIGHT = 0.05  # degrees, up to which nothing has turned that can be seen
NO_BATCH = "An update trains on one example here, so its gradient is the batch's."
NO_NEXT = {
    ("k", 1): "The gradient already reaches the first timestep.",
    ("k", -1): "A gradient goes back at least one timestep.",
    ("norm", 1): "That is the highest limit.",
    ("norm", -1): "That is the lowest limit.",
    ("value", 1): "That is the highest limit.",
    ("value", -1): "That is the lowest limit.",
}


def title(found: Subject) -> str:
    """Whose gradient it is."""
    one = found.one
    whose = f"{one.experiment.item_name} {one.example + 1}"
    if found.batch:
        whose = f"the batch of {len(one.members)} examples"
    elif one.typed:
        whose = "the typed text"
    return f"Gradient microscope: {whose}"


def keys(found: Subject, batch: bool) -> str:
    """What can be pressed besides the limits, beside which their keys stand."""
    toggle = "l the example · " if found.batch else "l the batch · " if batch else ""
    return f"{toggle}n train on, clipped by norm · v by value · esc leave"


def names(one: GradientComparison) -> dict[Way, tuple[str, str]]:
    """Each way's name, and its limit."""
    settings = one.settings
    run = f"{settings.clip} {limit(settings.clip_limit)}"
    if settings.clip == "none":
        run = "not clipped"
    return {
        Way.FULL: ("full", "this chunk" if one.carried else "whole pass"),
        Way.CUT: ("cut", f"k={one.limits.k}"),
        Way.NORM: ("clip norm", limit(one.limits.norm)),
        Way.VALUE: ("clip value", limit(one.limits.value)),
        Way.RUN: ("cut + clip", run),
    }


def limit(x: float) -> str:
    """A limit as it would be written in a file."""
    return f"{x:g}"


def degrees(angle: float) -> str:
    """`27°`, `0.3°`, nothing of a missing direction."""
    if math.isnan(angle):
        return NONE
    return f"{angle:.0f}°" if angle >= 9.95 or angle < STRAIGHT else f"{angle:.1f}°"


def share(x: float) -> str:
    """`87%`, of what may be missing."""
    if not math.isfinite(x):
        return NONE
    return f"{100 * x:.0f}%" if x < 100 else f"{x:.1e}×".replace("e+0", "e").replace("e+", "e")


# Read out


def reading(one: GradientComparison) -> Iterator[str]:
    """What the numbers say, a sentence at a time."""
    full = one[Way.FULL]
    if full.norm == 0:
        yield "The gradient is 0: there is nothing to cut or to clip."
    elif math.isnan(full.angle):
        yield "The gradient is not finite, so it has no direction; clipping can't give it one."
    else:
        yield _cut(one)
        yield _clips(one)


def _cut(one: GradientComparison) -> str:
    cut, k = one[Way.CUT], one.limits.k
    length = share(one.kept(cut))
    turns = "hardly turns" if cut.angle < STRAIGHT else f"turns by {degrees(cut.angle)}"
    if math.isnan(cut.angle):
        return f"Truncated to {_steps(k)}, the gradient has no direction left."
    if one.beyond:
        back = f"Continued over {one.beyond} tokens before the chunk, the gradient"
        return f"{back} {turns}: this is the cost of the cut at the chunk's start."
    if not cut.changed:
        wall = "" if not one.walls else "The truncation changes nothing. "
        return wall or "Not truncated: the gradient goes back to the first token."
    return (
        f"Truncated to {_steps(k)}: length {length}, direction {turns}; "
        f"{one.most_off} changes most."
    )


def _steps(k: int) -> str:
    return "1 timestep" if k == 1 else f"{k} timesteps"


def _clips(one: GradientComparison) -> str:
    norm, value = one[Way.NORM], one[Way.VALUE]
    by_norm = "Clipping by norm keeps the direction"
    if not norm.changed:
        by_norm = "The norm is within its limit"
    if not value.changed:
        return f"{by_norm}; so is every number."
    if value.angle < STRAIGHT:
        return f"{by_norm}; by value it hardly turns."
    return f"{by_norm}; by value it turns by {degrees(value.angle)}."


def sentences(one: GradientComparison) -> Iterator[str]:
    """All of it for a pipe or a screen reader: a sentence a way, then what they say."""
    yield f"loss {size(one.loss)} before any step; learning rate {short(one.learning_rate, 6)}."
    for variant in one.variants:
        name, limit_of = names(one)[variant.way]
        yield (
            f"{name} ({limit_of}): length {size(variant.norm)}, {share(one.kept(variant))} of the "
            f"full one, angle {degrees(variant.angle)}, error {share(variant.error)}, "
            f"{variant.changed} of {variant.gradient.size} numbers changed, "
            f"step {size(variant.step)}, loss after it {size(variant.loss)}; "
            f"shares: {', '.join(f'{n} {percent(s)}' for n, s in variant.shares.items())}."
        )
    yield from reading(one)


def put_in_force(way: Way, at: float) -> str:
    """What has been done, with `{verb}` where a key belongs."""
    return f"Training clips by {way.value} at {limit(at)} from here on · {{undo}} undo"
