"""Which sentence a change of view calls for."""

from __future__ import annotations

from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.digits import size
from rnn_tui.present.sentences.changes import patch_text
from rnn_tui.present.sentences.happened import passes, training
from rnn_tui.present.sentences.moved import moved_text
from rnn_tui.present.sentences.train_words import change_text, edit_text, made_by_cure
from rnn_tui.present.spelling import quoted
from rnn_tui.present.tokens import token_text
from rnn_tui.session.moved import most_moved
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.metrics.metrics import measured

CHANGED = "{weights_page} {values} what changed"  # the first other way to look at the weights
WAYS = {"undo": "Undone.", "redo": "Redone."}


def happened(before: StepView | None, view: StepView, verb: str = "") -> str:
    """What led from one moment of a session to the next; nothing of the first, and of none.

    What was undone or redone by the `verb` trained nothing: it says so, and where it led.
    """
    if before is None or before is view:
        return ""
    if (way := WAYS.get(verb)) is None:
        return _done(before, view)
    same = view.timeline is before.timeline
    moved = same and view.in_force != before.in_force
    return f"{way} {training.standing(view) if moved else _done(before, view)}".rstrip()


def hint_after(before: StepView | None, view: StepView, verb: str = "") -> str:
    """What shows more of what was told, with `{verb}` for keys; most often nothing.

    After training, which weight moved most, and what else changed; where the loss jumped on the
    way, that comes first.
    """
    if before is None or verb in WAYS or view.timeline is not before.timeline:
        return ""
    if view.in_force <= before.in_force:
        return ""
    peak = training.peak_since(view, before.in_force)
    if peak is not None:
        return training.to_peak(peak)
    moved = most_moved(before.params, view.params)
    return CHANGED if moved is None else f"{CHANGED} · {moved_text(moved)}"


def _done(before: StepView, view: StepView) -> str:
    if view.timeline is not before.timeline:
        return _other_run(before, view)
    if view.in_force != before.in_force:
        later = view.in_force > before.in_force
        return training.trained(before, view) if later else training.standing(view)
    return _of_these_weights(before, view)


def _of_these_weights(before: StepView, view: StepView) -> str:
    """Another example, a patch, or a step of the pass."""
    if view.update == before.update and view.current is not before.current:
        return _other_example(view)
    if view.patches != before.patches:
        return f"{sentence_case(patch_text(view))}." if view.patches else "Patch removed."
    return _in_pass(before, view)


def _other_run(before: StepView, view: StepView) -> str:
    """A change, another run, or the way back from one."""
    is_new = view.timeline.seen == view.timeline.start == view.in_force
    if view.in_force < before.in_force and view.time.edits and is_new:
        return _gone_back(before, view)
    if len(view.time.edits) <= len(before.time.edits) or view.in_force != before.in_force:
        return f"Run {view.time.number}. {training.standing(view)}"
    text = edit_text(view.time.edits[-1])
    if view.training is None or before.training is None:
        return f"Changed: {text}."
    old, new = (size(measured(one, "train_loss")) for one in (before, view))
    return f"Changed: {text}; loss {old} → {new}."


def _gone_back(before: StepView, view: StepView) -> str:
    """A cure: from where, and all that is changed by it and by going back."""
    where = f"back to {view.history.unit} {view.in_force // view.history.updates:,}"
    text = ", ".join(map(change_text, made_by_cure(before, view)))
    return f"Run {view.time.number}, {where}: {text}."


def _other_example(view: StepView) -> str:
    current = view.current
    kind = view.experiment.item_name.capitalize()
    which = "Your text" if view.typed else f"{kind} {view.example + 1}"
    answer = passes.answered(view)
    return f"{which}, {quoted(current.text)}. {answer}".rstrip()


def _in_pass(before: StepView, view: StepView) -> str:
    op, fresh = view.op, view.update != before.update  # a pass with the weights of the last
    if op is None or (view.done < before.done and not fresh):
        return _back_to(view)
    if view.done == before.done and not fresh:
        return ""
    ends_step = view.t is not None and view.done == view.program.end_of(view.phase, view.t)
    if op.t is None or not ends_step:
        return passes.operation(view, op)
    if op.phase is Phase.FORWARD:
        return passes.forward(0 if fresh else before.known.states, view)
    return passes.backward(before.known.gradients_from, view)


def _back_to(view: StepView) -> str:
    """After an undo in a pass, or its beginning again."""
    if view.op is None or view.t is None:
        return "Back before the first token."
    if view.phase is Phase.FORWARD:
        return f"Back to {token_text(view, view.t)} in the forward pass."
    return f"Back to {token_text(view, view.t)} in backpropagation."
