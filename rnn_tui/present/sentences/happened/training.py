"""What training did: the loss before, after and on the way, and how many answers are right."""

from __future__ import annotations

from rnn_tui.present.digits import size
from rnn_tui.present.sentences.moved import worse_text
from rnn_tui.session.checks.spikes import Peak, highest_peak, lowest_on_the_way
from rnn_tui.session.view import StepView
from rnn_tui.session.why.metrics.metrics import measured

# What helps where the loss jumped, with `{verb}` for keys.
BACK_AND_CLIP = "{command} cure clip: go back before it, and clip"


def trained(before: StepView, view: StepView) -> str:
    """`Epoch 3: loss 0.6931 → 0.6712, 2 of 4 right (was 1).`; of a text the newest chunk's loss."""
    name = _all_done(before, view)
    if view.training is None or before.training is None:
        return _stream(before, view, name)
    old, now = (measured(one, "train_loss") for one in (before, view))
    peak = peak_since(view, before.in_force)
    if peak is None or peak.loss < now:
        low = lowest_on_the_way(view.timeline, before.in_force, view.in_force, now)
        return f"{name}: {_way(view, old, low, now)}{_right(before, view)}{_worse(before, view)}."
    changed = _right(before, view) if _rights(before) != _rights(view) else ""
    return f"{name}: {_way(view, old, peak, now)}{changed}."


def _way(view: StepView, old: float, between: Peak | None, now: float) -> str:
    told = "" if between is None else peak_text(between, view.history.unit)
    return f"loss {' → '.join(filter(None, (size(old), told, size(now))))}"


def peak_since(view: StepView, start: int) -> Peak | None:
    """Where the loss jumped since an update of the run, and how high it went; None if nowhere."""
    return highest_peak(view.timeline, start, view.in_force)


def peak_text(peak: Peak, unit: str) -> str:
    """`0.9177 at epoch 32`."""
    return f"{size(peak.loss)} at {unit} {peak.point:,}"


def to_peak(peak: Peak) -> str:
    """What shows a jump of the loss, and what helps, with `{verb}` for keys."""
    return f"{{goto}} {peak.point} go there · {BACK_AND_CLIP}"


def _all_done(before: StepView, view: StepView) -> str:
    """`Epochs 6 to 30` where more than one was trained as one act; else what `done` says."""
    size_of = view.history.updates
    first, last = before.in_force // size_of + 1, view.in_force // size_of
    if view.in_force % size_of or last <= first:
        return done(view)
    return f"{view.history.unit.capitalize()}s {first} to {last}"


def done(view: StepView) -> str:
    """What the newest update ended: `Epoch 3`, `Update 2 of 5 in epoch 3`, `Step 12`."""
    unit, size_of = view.history.unit, view.history.updates
    units, inside = divmod(view.in_force, size_of)
    if inside:
        return f"Update {inside} of {size_of} in {unit} {units}"
    return f"{unit.capitalize()} {units}"


def _rights(view: StepView) -> int:
    return 0 if view.training is None else int(view.training.right.sum())


def _right(before: StepView, view: StepView) -> str:
    assert view.training is not None
    assert before.training is not None
    if not view.experiment.has_classes:
        old, new = (size(measured(one, "mae")) for one in (before, view))
        return f", mean error {old} → {new}"
    was, now = (int(one.right.sum()) for one in (before.training, view.training))
    total = int(view.training.outputs.sum())
    return f", {now} of {total} right" + (f" (was {was})" if was != now else "")


def _worse(before: StepView, view: StepView) -> str:
    """`; example 1 got worse`."""
    assert view.training is not None
    assert before.training is not None
    text = worse_text(before.training, view.training, view.experiment.item_name)
    return f"; {text}" if text else ""


def _stream(before: StepView, view: StepView, name: str) -> str:
    newest, count = view.history.newest_loss, view.history.count
    if newest is None:
        return f"{name}."
    old = before.history.newest_loss
    text = f"{name}: loss {size(newest)}"
    if old is not None and count > before.history.count:
        text = f"{name}: {_way(view, old, peak_since(view, before.in_force), newest)}"
    clipped = "; gradient clipped" if bool(view.history.clipped[-1]) else ""
    return f"{text}, measured before its update{clipped}."


def standing(view: StepView) -> str:
    """Where a move in time led: `Now at epoch 3: loss 0.6712, 2 of 4 right.`"""
    where = done(view)
    here = f"Now at {where[:1].lower()}{where[1:]}"
    if view.training is None:
        newest = view.history.newest_loss
        return f"{here}." if newest is None else f"{here}: loss {size(newest)}."
    text = f"{here}: loss {size(measured(view, 'train_loss'))}"
    if not view.experiment.has_classes:
        return f"{text}, mean error {size(measured(view, 'mae'))}."
    right, total = int(view.training.right.sum()), int(view.training.outputs.sum())
    return f"{text}, {right} of {total} right."
