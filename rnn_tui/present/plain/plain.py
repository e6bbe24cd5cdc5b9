"""What a command did, in whole sentences: each says enough to be heard alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.equations.norms import l2_norm
from rnn_tui.experiments import Example
from rnn_tui.present.answers import NO_LABEL, said
from rnn_tui.present.digits import counted, percent, short
from rnn_tui.present.plain.plain_states import (
    of_states,
    other_gradients,
    states_after,
    what_is_kept,
)
from rnn_tui.present.plain.plain_words import (
    amount,
    figure,
    line_plainly,
    plainly,
    read_aloud,
    row,
    sentence,
)
from rnn_tui.present.real_answers import in_units, numbers, outputs, real_answer
from rnn_tui.present.sentences.status import op_line
from rnn_tui.present.spelling import spelled, spoken
from rnn_tui.present.unseen import right_of_unseen
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.edits.settings import written
from rnn_tui.session.edits.typed import wanted_in
from rnn_tui.session.view import StepView
from rnn_tui.session.why.metrics.metrics import measured

LONG = 25  # timesteps that are read out one by one


def opening(view: StepView) -> Iterator[str]:
    """The example that is stepped."""
    experiment = view.experiment
    yield sentence(plainly(spelled(f"{experiment.name}: {experiment.title}")))
    yield (
        f"{view.params.flat.size} parameters, {view.params.layout.hidden_size} hidden units, "
        f"activation {view.network.layers[-1].activation.name}, "
        f"{counted(len(experiment.train), experiment.item_name)}."
    )
    yield looking_at(view)


def looking_at(view: StepView) -> str:
    """Which example, its tokens and its target."""
    current, labels = view.current, view.experiment.labels
    which = f"{view.experiment.item_name} {view.example + 1} of {len(view.experiment.train)}"
    if view.typed:
        which = "typed text"
    text = spelled(view.experiment.vocabulary.join(current.tokens))
    target = ""
    if not view.experiment.has_classes:
        target = f", target {_spoken(current)}"
    elif len(current.outputs) == 1:
        target = f", target {spoken(labels[current.targets[-1]])}"
    if (
        view.experiment.has_classes
        and view.experiment.stream is None
        and not view.experiment.answers_once
    ):
        text = spelled(current.text)
        target = f", target {spelled(wanted_in(view.experiment, current))}"
    target = target if current.labelled else f", {NO_LABEL}"
    return f"{which}: {text}{target}."


def _spoken(current: Example) -> str:
    """Targets that are numbers, of many the last."""
    before = "the last of them " if len(current.outputs) > 1 else ""
    return f"{before}{plainly(numbers(np.asarray(current.targets[-1])))}"


# One pass


def steps_forward(before: StepView, view: StepView) -> Iterator[str]:
    """The timesteps whose state is new, and what was answered there."""
    known = view.known
    first = before.known.states if _same_pass(before, view) else 0
    if known.states - first > LONG:
        yield f"{known.states - first - LONG} timesteps before these: show hidden names them."
        first = known.states - LONG
    for t in range(first, known.states):
        said = read_aloud(view, t)
        yield f"t={t} input {said}: {states_after(view, t)}."
        if kept := what_is_kept(view, t):
            yield sentence(kept)
        if view.program.has_output(t) and known.answers(t):
            yield answer(view, t)


def answer(view: StepView, t: int) -> str:
    """What the network says at an output, and what it should say."""
    known, labels = view.known, view.experiment.labels
    k = known.output_index(t)
    here = f"answer at t={t}{', patched' if view.patches else ''}"
    if not view.experiment.has_classes:
        return _numbers(view, k, here)
    found = judged(view.network, known.trace.p[k], view.current, k)
    answered = f"{here}: {spoken(said(found, labels))}"
    answered += "" if found.said is None else f" {percent(found.p)}"
    if found.target is None:
        return f"{answered}; {NO_LABEL}, so no loss."
    verdict = "right" if found.right else f"wrong, the target is {spoken(labels[found.target])}"
    return f"{answered}, {verdict}; loss {amount(float(known.trace.losses[k]), 6)}."


def _numbers(view: StepView, k: int, here: str) -> str:
    """An answer that is numbers, what was wanted and how far it is off."""
    found = real_answer(view, k)
    answered = f"{here}: {plainly(outputs(found.output))}"
    if found.target is None:
        return f"{answered}; no target, so no loss."
    loss = amount(float(view.known.trace.losses[k]), 6)
    wanted = plainly(numbers(found.target))
    return f"{answered}, target {wanted}, off by {amount(found.off)}; loss {loss}."


def steps_back(before: StepView, view: StepView) -> Iterator[str]:
    """The timesteps whose gradient is new, the last one first."""
    known, T = view.known, view.current.length
    last = before.known.gradients_from if _same_pass(before, view) else T
    first = known.gradients_from
    if last - first > LONG:
        yield f"{last - first - LONG} timesteps after these: show gradients names them."
        last = first + LONG
    for t in range(last - 1, first - 1, -1):
        yield gradient(view, t)
    if view.done == view.program.backward_end and before.done < view.done:
        norm = amount(l2_norm(known.trace.grads.flat))
        yield f"backpropagation is done: this example's gradient has norm {norm}."


def gradient(view: StepView, t: int) -> str:
    """How long the gradient is at a timestep, and where it comes from."""
    trace = view.known.trace
    local = float(l2_norm(trace.dh_local[t])) if view.program.has_output(t) else 0.0
    future = float(l2_norm(trace.dh_next[t + 1])) if t + 1 < view.current.length else 0.0
    came = f"own output {amount(local)}, later timesteps {amount(future)}"
    if not future:
        came = "all from its own output"
    elif not local:
        came = "all from later timesteps"
    said = read_aloud(view, t)
    others = "".join(other_gradients(view, t))
    name = view.program.algorithm.called("dh", -1)
    return f"backward t={t} {said}: |{name}| = {amount(l2_norm(trace.dh[t]))}, {came}{others}."


def op_done(view: StepView) -> str:
    """What the last op computed."""
    op = view.op
    if op is None:
        return "nothing has been computed yet."
    if op.t is None:
        value = view.update_value(op.name)
        flat = np.ravel(np.asarray(value if value is not None else []))
        said = figure(float(flat[0]), 6) if len(flat) == 1 else f"norm {amount(l2_norm(flat))}"
        return sentence(f"op {op.name} of the update: {said}")
    value = view.known.get(op.name, op.t)
    array = np.asarray(value)
    said = row(array) if array.ndim == 1 else f"norm {amount(l2_norm(np.ravel(array)))}"
    example = line_plainly(op_line(view, 0)) if array.ndim == 1 else ""
    detail = f", unit 0: {example}" if example and array.size > 1 else ""
    return sentence(f"op {op.name} at t={op.t}: {said}{detail}")


def _same_pass(before: StepView, view: StepView) -> bool:
    return (
        before.known.trace is view.known.trace
        or (before.timeline, before.update, before.current, before.patches)
        == (view.timeline, view.update, view.current, view.patches)
    ) and before.done <= view.done


def standing(view: StepView) -> str:
    """How the training stands: epoch or step, loss, accuracy, gradient."""
    here = f"step {view.update}" if view.history.unit == "step" else f"epoch {view.epoch}"
    if view.history.unit == "epoch" and view.updates_per_epoch > 1:
        inside = view.update % view.updates_per_epoch
        here += f", {inside} of {view.updates_per_epoch} updates done" if inside else ""
    if view.updated:
        here += ", the update done"
    parts = _losses(view)
    if (norm := view.newest_norm) is not None:
        parts += [f"norm {amount(norm.value)}", "clipped" if norm.clipped else "not clipped"]
    return f"{here}: {', '.join(parts)}."


def _losses(view: StepView) -> list[str]:
    if view.training is not None:
        loss = amount(measured(view, "train_loss"), 6)
        if not view.experiment.has_classes:
            return [f"loss {loss}", *_errors(view)]
        total, right = int(view.training.outputs.sum()), int(view.training.right.sum())
        parts = [f"loss {loss}", f"{right} of {total} right"]
        if view.experiment.test:
            parts.append(f"test {right_of_unseen(view, view.unseen)} right")
        return parts
    history, newest = view.history, view.history.newest_loss
    parts = ["no loss yet"] if newest is None else [f"loss {amount(newest)}"]
    if history.unit == "step" and history.count > 1:
        parts.append(f"mean of the last {history.recent} {amount(measured(view, 'recent_loss'))}")
    if view.unseen is not None:
        parts.append(f"validation loss {amount(measured(view, 'test_loss'))}")
        if not view.experiment.has_classes:
            parts.append(f"validation mean error {_error(view, view.unseen)}")
    if view.experiment.floor is not None:
        parts.append(f"floor {amount(view.experiment.floor)}")
    return parts


def _errors(view: StepView) -> list[str]:
    """How far answers that are numbers are off."""
    assert view.training is not None
    parts = [f"mean error {_error(view, view.training)}"]
    return [*parts, f"test {_error(view, view.unseen)}"] if view.unseen is not None else parts


def _error(view: StepView, found: Evaluation) -> str:
    told = f", R squared {figure(found.r2)}" if np.isfinite(found.r2) else ""
    return f"{amount(found.mae)}{in_units(view, found.mae)}{told}"


def place(view: StepView) -> str:
    """Where in its pass the cursor stands."""
    kind = "typed text" if view.typed else f"{view.experiment.item_name} {view.example + 1}"
    if view.op is None:
        return f"{kind}, not begun."
    if view.updated:
        return f"{kind}, the update is done."
    if view.done >= view.program.backward_end and view.program.labels:
        return f"{kind}, forward and backward done."
    if view.done == view.program.forward_end:
        return f"{kind}, forward done."
    return f"{kind}, {view.phase.value.lower()}, t={view.t} of {view.current.length - 1}."


def change(one: Change) -> str:
    """What was changed by hand."""
    if one.before is None and one.after is None:
        return f"{one.name} changed"
    before, after = map(_value, (one.before, one.after))
    return f"{one.name} was {before}, is {after}"


def _value(value: object) -> str:
    return plainly(short(value, 6)) if isinstance(value, float) else written(value)


def data(view: StepView) -> dict[str, Any]:
    """The numbers of a moment, for machines.

    `pass_loss` is of the pass as it stands, patches and all, `pass_loss_sum` what its
    gradients are of; all else follows from the weights in force, `example_loss` too.
    """
    known = view.known
    made: dict[str, Any] = {}
    if view.t is not None:
        made |= of_states(view, view.t)
    if known.answered and view.current.labelled:
        made["pass_loss"] = known.trace.loss
        made["pass_loss_sum"] = float(known.trace.losses.sum())
    if view.evaluation is not None and view.current.labelled:
        made["example_loss"] = float(view.evaluation.losses[view.example])
    if view.training is not None:
        made["loss"] = measured(view, "train_loss")
        if view.experiment.has_classes:
            made["right"] = int(view.training.right.sum())
        else:
            made["mae"], made["r2"] = measured(view, "mae"), measured(view, "r2")
        made["outputs"] = int(view.training.outputs.sum())
    if view.unseen is not None:
        made["test_loss"] = measured(view, "test_loss")
        for name in ("accuracy",) if view.experiment.has_classes else ("mae", "r2"):
            made[f"test_{name}"] = measured(view, f"test_{name}")
    if (norm := view.newest_norm) is not None:
        made["grad_norm"], made["clipped"] = norm.value, norm.clipped
    made["learning_rate"] = view.learning_rate
    newest = view.history.newest_loss
    if view.evaluation is None and newest is not None:
        made["loss"] = newest
        made["mean_loss"] = measured(view, "recent_loss")
    if has_radius(view.params.layout):
        made["rho"] = measured(view, "rho")
    return made
