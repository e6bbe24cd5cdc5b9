"""What a change by hand comes to, in words: before it is made, and after."""

from __future__ import annotations

import math

from rnn_tui.characters import visible
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.experiments import TrainingConfig
from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.digits import percent, short, signed, size
from rnn_tui.present.real_answers import outputs
from rnn_tui.session.answers import answer
from rnn_tui.session.edits.changes import RHO_SHOWN, EditBase, NewPatches, Plan
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.edits.numbers import is_state
from rnn_tui.session.edits.settings import DRAWN, written
from rnn_tui.session.program.patched import moved
from rnn_tui.session.view import StepView

AFTER_EDIT = "{again} repeat this pass · {epoch} train on · {undo} undo · {train_page} compare"
FREED = "Patch removed: all hidden values are the network's own · {undo} undo"
AFTER_PATCH = "{undo} undo · training ignores the patch"
DROPPED = "The patch ended with the pass it was made in · {undo} return to it"


def patch_text(view: StepView) -> str:
    """`p(positive) 55.8% → 61.2%, loss …; 6 states move, most h[3,2] by −0.31`."""
    found, text = moved(view), "no other state changes"
    top = view.program.algorithm.top("h")
    if found.states:
        moving = "1 state changes" if found.states == 1 else f"{found.states} states change"
        text = f"{moving}, most {top}[{found.t},{found.unit}] by {signed(found.by)}"
    if view.known.answered:
        return f"{_answers(view)}; {text}"
    return sentence_case(text) + ("" if found.states else " yet")


def changed_text(view: StepView) -> str:
    """What the newest edit changed: `learning_rate 0.5 → 3`; of many numbers their array."""
    made = view.time.edits[-1].changes if view.time.edits else ()
    many = {one.name for one in made if one.before is None and one.after is None}
    return ", ".join(one.name if one.name in many else _arrow(one) for one in made)


def after_change(view: StepView, name: str) -> str:
    """What was changed, and what to do to see its effect, with `{verb}` where a key belongs."""
    if not is_state(name):
        return f"{changed_text(view)}.  {AFTER_EDIT}"
    return f"{patch_text(view)}.  {AFTER_PATCH}" if view.patches else FREED


def _answers(view: StepView) -> str:
    assert view.unpatched is not None
    if not view.experiment.has_classes:
        moved_to = " → ".join(outputs(trace.answer[-1]) for trace in _both(view))
        losses = f", loss {' → '.join(size(trace.loss) for trace in _both(view))}"
        return f"output {moved_to}{losses if view.current.labelled else ''}"
    labels, found = view.experiment.labels, answer(view.network, view.unpatched.p[-1], view.current)
    place = found.said or 0 if found.target is None else found.target
    if view.experiment.output_size == 1:
        place, label = 0, labels[1]
    else:
        label = labels[place]
    before, after = (percent(float(trace.p[-1][place])) for trace in _both(view))
    moved_to = f"p({visible(label)}) {before} → {after}"
    if found.target is None:
        return moved_to
    return f"{moved_to}, loss {' → '.join(size(trace.loss) for trace in _both(view))}"


def _both(view: StepView) -> tuple[Trace, Trace]:
    assert view.unpatched is not None
    return view.unpatched, view.known.trace


def effect_text(base: EditBase, plan: Plan, view: StepView) -> str:
    """What a change that is possible would do, in a line, as far as that is cheap to say."""
    if isinstance(plan, NewPatches):
        change = plan.change
        return f"{_arrow(change)}: replaces the computed value, in this pass only"
    change = plan.changes[0]
    return f"{_arrow(change)}{_consequence(base, plan.changes[0], view)}"


def _arrow(change: Change) -> str:
    return f"{change.name} {_value(change.before)} → {_value(change.after)}"


def _value(value: object) -> str:
    return short(value) if isinstance(value, float) else written(value)


def _consequence(base: EditBase, change: Change, view: StepView) -> str:
    name = change.name
    if name == RHO_SHOWN:
        return f": W_hh × {short(float(str(change.after)) / float(str(change.before)))}"
    if name in DRAWN:
        optimizer = base.experiment.network.optimizer
        kept = [optimizer.body.line(slot).words.partition(":")[0] for slot in optimizer.slots]
        verb = "is" if len(kept) == 1 else "are"
        return f": redraws all weights; {' and '.join(kept)} {verb} set to 0"
    if idle := _idle(name, base.experiment.training):
        return f": no effect while {idle}"
    return _clipping(view, change) if name in ("clip", "clip_limit") else ""


def _idle(name: str, settings: TrainingConfig) -> str:
    """Which other setting leaves this one without effect, if any does."""
    idle = {
        "clip_limit": (settings.clip == "none", "clip is none"),
        "lr_decay": (settings.lr_decay_every == 0, "lr_decay_every is 0"),
        "lr_decay_every": (settings.lr_decay == 1, "lr_decay is 1"),
    }
    without, why = idle.get(name, (False, ""))
    return why if without else ""


def _clipping(view: StepView, change: Change) -> str:
    """Whether the newest gradient norm would be clipped by a limit on the norm."""
    settings = view.experiment.training
    norms = view.history.grad_norm
    kind = change.after if change.name == "clip" else settings.clip
    limit = change.after if change.name == "clip_limit" else settings.clip_limit
    if kind != "norm" or not len(norms) or not math.isfinite(float(norms[-1])):
        return ""
    norm, most = float(norms[-1]), float(str(limit))
    inside = norm <= most
    return f": the last ‖g‖ {size(norm)} {'≤' if inside else '>'} {short(most)} would " + (
        "not be clipped" if inside else "be clipped"
    )
