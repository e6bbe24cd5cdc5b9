"""What may help a run that broke or whose loss jumped: go back there, and change one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from rnn_tui.engine.spectrum.spectrum import has_radius, recurrent_matrix, spectral_radius
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.session.checks.autopsy import Autopsy
from rnn_tui.session.checks.spikes import trouble
from rnn_tui.session.edits.changes import EditBase, NewRun, planned
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.runs.timeline import Timeline

RADIUS = 0.9  # that W_hh is rescaled to
STREAM_BACK = 100  # steps
USUAL = 10.0  # a gradient so many times longer than the median is no longer usual
MOST_LIMIT = 5.0

Recall = Callable[[Timeline, int], TrainingState]


class Cure(StrEnum):
    """One thing to change."""

    CLIP = "clip"
    HALVE = "halve"
    RESCALE = "rescale"


@dataclass(frozen=True)
class Treatment:
    """A cure in full: to which update to go back, and the settings to give there by their names.

    `before` and `after` are the number that it is about: a limit (inf where nothing was
    clipped by norm), a learning rate or a radius.
    """

    cure: Cure
    update: int
    before: float
    after: float
    changes: tuple[tuple[str, str], ...]


def treatment(
    timeline: Timeline, cure: Cure, at: int | None = None, recall: Recall = Timeline.state
) -> Treatment:
    """What a cure comes to, of what went wrong `at` an update or else last.

    `recall` has the state of an earlier moment again. Raises Refused where there is nothing to
    cure, or it can't be done.
    """
    at = trouble(timeline) if at is None else at
    if at is None:
        raise Refused("nothing in this run is inf or NaN, and its loss never jumps")
    back = sound_update(timeline, at)
    settings = timeline.owner(back).trainer.settings
    if cure is Cure.HALVE:
        rate = settings.learning_rate
        changes = (("training.learning_rate", repr(rate / 2)),)
        return Treatment(cure, back, rate, rate / 2, changes)
    if cure is Cure.RESCALE:
        params = recall(timeline, back).params
        if not has_radius(params.layout):
            raise Refused("there are several recurrent matrices, and no one spectral radius")
        radius = spectral_radius(recurrent_matrix(params))
        if radius == 0:
            raise Refused("W_hh has a spectral radius of 0, so it can't be rescaled")
        return Treatment(cure, back, radius, RADIUS, (("rho", repr(RADIUS)),))
    limit, clipped = usual_norm(timeline, back), settings.clip == "norm"
    if clipped:
        limit = min(limit, settings.clip_limit / 2)
    wanted = (("training.clip_limit", repr(limit)), ("training.clip", "norm"))
    present = {"training.clip_limit": repr(settings.clip_limit), "training.clip": settings.clip}
    return Treatment(
        cure,
        back,
        settings.clip_limit if clipped else float("inf"),
        limit,
        tuple((name, value) for name, value in wanted if present[name] != value),
    )


Remedies = Mapping[Cure, Treatment | Refused]


def remedies(timeline: Timeline, recall: Recall) -> Remedies:
    """What each cure comes to, or why it can't be done."""
    found: dict[Cure, Treatment | Refused] = {}
    for cure in Cure:
        try:
            found[cure] = treatment(timeline, cure, recall=recall)
        except Refused as refused:
            found[cure] = refused
    return found


def carried_out(base: EditBase, found: Treatment) -> NewRun:
    """All changes of a treatment as one, from what there is at its update."""
    run = NewRun(base.state, base.trainer, ())
    for name, value in found.changes:
        plan = planned(replace(base, state=run.state, trainer=run.trainer), name, value)
        assert isinstance(plan, NewRun), "no fix patches a hidden value"
        run = NewRun(plan.state, plan.trainer, (*run.changes, *plan.changes))
    return run


def sound_update(timeline: Timeline, trouble: int) -> int:
    """An epoch, or 100 steps of a stream, before what broke; farther, past unusual gradients."""
    trainer = timeline.owner(trouble).trainer
    stream = trainer.experiment.stream is not None
    size = STREAM_BACK if stream else trainer.updates_per_epoch
    norms = timeline.records.rows(trouble)[:, 3]
    most = USUAL * float(np.median(norms)) if len(norms) else 0.0
    at: int = trouble - size
    while at > 0 and norms[at] > most:
        at -= size
    return max(0, at if stream else at // size * size)


def usual_norm(timeline: Timeline, update: int) -> float:
    """A limit to clip at: the median ‖g‖ of the updates before, two digits of it; else 1."""
    norms = timeline.records.rows(update)[:, 3]
    middle = float(np.median(norms)) if len(norms) else 1.0
    return float(f"{min(middle, MOST_LIMIT) or 1.0:.2g}")


def likeliest(found: Autopsy) -> Cure:
    """Which cure to try first.

    Where the states themselves overflow on their way through the pass of weights that
    no gradient has spoilt yet, only weaker weights help; else limit the step that did.
    """
    place, by_update = found.place, [x for x in found.by_update.norms if np.isfinite(x)]
    spoilt = len(by_update) > 1 and by_update[-1] > USUAL * by_update[0]
    if place.phase is Phase.FORWARD and not spoilt and found.singular > 1:
        return Cure.RESCALE
    return Cure.CLIP if found.settings.clip != "norm" else Cure.HALVE
