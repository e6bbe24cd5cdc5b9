"""A loss that has jumped in the run at hand, further on than the updates that are watched."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.finding import Finding, Severity
from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.numerals import worded
from rnn_tui.session.checks.spikes import recent_spike, spike


def jumped(case: Case) -> Iterator[Finding]:
    """What was learnt is lost again: where, by which update, and what may help."""
    history, here = case.view.history, case.view.in_force
    recent = recent_spike(case.timeline, here)
    at = spike(case.timeline, here) if recent is None else recent
    if at is None:
        return
    point = (at + 1) // history.updates
    refs = (f"past_loss[{point - 1}]", f"past_loss[{point}]", f"grad_norm@{at}")
    if point == here // history.updates:  # the next epoch would show it
        refs = (f"past_train_loss[{point - 2}]", f"past_train_loss[{point - 1}]", f"grad_norm@{at}")
    evidence = case.evidence(*refs)
    before, after, norm = (one.value for one in evidence)
    settings, params = case.timeline.owner(at).trainer.settings, case.timeline.state(at).params
    cause = (
        f"This run's loss jumped from {worded(before, 3)} to {worded(after, 3)} at {history.unit} "
        f"{point:,}{'' if recent is not None else ', though it has come down since'}"
    )
    if settings.clip == "norm":
        limit, clips = settings.clip_limit, norm > settings.clip_limit
        told = "clipped at" if clips else "not clipped, as it is under the limit"
        cause += f": ‖g‖ was {worded(norm, 3)}, {told} {worded(limit)}"
    else:
        cause += f": ‖g‖ was {worded(norm, 3)}, and clipping by norm is off"
    if has_radius(params.layout):
        (radius,) = case.evidence(f"rho@{at}")
        cause += f"; the spectral radius of W_hh (ρ) was {worded(radius.value, 3)}"
        evidence += (radius,)
    cure = "Go back before it and clip lower (cure halve halves the learning rate)"
    yield Finding("jump", cause, Severity.WARNING, evidence, cure, "cure clip")
