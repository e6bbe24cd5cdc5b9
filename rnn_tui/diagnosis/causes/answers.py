"""Answers from which nothing can be learnt, or not what is meant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.generalising import held_back
from rnn_tui.diagnosis.causes.naming import named
from rnn_tui.diagnosis.course import LEARNT
from rnn_tui.diagnosis.finding import NO_REOPENING, Finding, Severity
from rnn_tui.engine.checks import folds, material, twins

TELLS, BETTER = 0.9, 0.2  # how often a neighbour tells the answer, and by how much more
FEW = 20  # answers
FEWEST_ALIKE = 2  # examples
ALIKE = 0.98  # of the answers are what is read
EXACT = 1 - 1e-9  # R², which no mere likeness has
AGREE = 0.8  # of the answers to the same: less than that is as good as none, if no more than chance
DEVIATIONS = 2.0  # standard ones


def one_class(case: Case) -> Iterator[Finding]:
    """Answers that are all alike; of a single example that is no wonder."""
    one = case.experiment
    if not one.has_classes:
        yield from _one_number(case)
    if not one.has_classes or one.stream is not None or len(one.train) < FEWEST_ALIKE:
        return
    wanted = {target for example in one.train for target in np.asarray(example.targets).tolist()}
    if len(wanted) == 1:
        cause = f"All training examples have the same answer, “{one.labels[wanted.pop()]}”"
        if case.course.is_solved:
            cause += ": its low loss says nothing"
        evidence = case.evidence("constant_loss", "chance_loss")
        cure = "Add examples of the other classes, or check how labels are read"
        yield Finding("one-class", cause, Severity.ERROR, evidence, cure, see="show loss")


def _one_number(case: Case) -> Iterator[Finding]:
    """Numbers that are all the same."""
    one, wanted = case.experiment, material.targets_of(case.experiment)
    if len(wanted) < FEWEST_ALIKE or np.ptp(wanted, axis=0).any():
        return
    names = " and ".join(f"“{name}”" for name in one.output_names) or "the target"
    cause = f"All targets are the same number: {names} never changes in the training data"
    evidence = case.evidence("constant_loss", "target_scale[0]")
    cure = "Predict another column, or check how the file is read: a low loss says nothing here"
    yield Finding("one-class", cause, Severity.ERROR, evidence, cure, see="show loss")


def shifted_labels(case: Case) -> Iterator[Finding]:
    """Answers that the token before or after tells much better than the one they stand at."""
    one = case.experiment
    if not one.has_classes or one.stream is not None or one.task != "many-to-many":
        return
    if sum(len(example.targets) for example in one.train) < FEW or _names_tokens(case):
        return
    fits = {offset: material.label_fit(one, offset) for offset in material.OFFSETS}
    best = max((-1, 1), key=lambda offset: fits[offset])
    if fits[best] >= TELLS and fits[best] - fits[0] >= BETTER:
        side = "before" if best < 0 else "after"
        cause = f"Labels are shifted by one: the token {side} predicts each, not its own"
        cure = f"Move the labels one place {'back' if best < 0 else 'forward'} in the data"
        evidence = case.evidence(f"label_fit[{best}]", "label_fit[0]")
        yield Finding("shifted-labels", cause, Severity.ERROR, evidence, cure, see="show tokens")


def _names_tokens(case: Case) -> bool:
    """Whether answers are tokens themselves: the next one, say, is then meant."""
    return set(case.experiment.labels) <= set(case.experiment.vocabulary.tokens)


def echoed(case: Case) -> Iterator[Finding]:
    """Targets that are the inputs: what is learnt is to say again what is read."""
    one = case.experiment
    if sum(len(example.targets) for example in one.train) < FEW:
        return
    if not one.has_classes:
        yield from _told(case)
    elif twins.echo_share(one) >= ALIKE:
        cause = (
            "Targets equal inputs: each answer is the token read at its own timestep, so the "
            "network only learns to repeat it"
        )
        cure = (
            "Move the targets one place back, so that each is the next token: "
            'kind = "stream" does so'
        )
        evidence = case.evidence("echo_share", _last_loss(case))
        yield Finding("identity", cause, Severity.WARNING, evidence, cure, see="show tokens")


def _told(case: Case) -> Iterator[Finding]:
    """A number that one of the inputs has already, at most by another measure."""
    found = twins.told_by_inputs(case.experiment)
    if not found.size or not found.max() > EXACT:
        return
    o, i = (int(place) for place in np.unravel_index(int(np.argmax(found)), found.shape))
    columns, answers = case.experiment.vocabulary.columns, case.experiment.output_names
    name = columns[i] if i < len(columns) else f"{i}"
    cause = f"The input “{name}” has the answer “{answers[o]}” already, at the same timestep"
    cure, reopening = "Leave it out of the inputs, unless it is known beforehand", NO_REOPENING
    if case.experiment.units is not None and len(columns) > 1:
        kept = ", ".join(f'"{one}"' for one in columns if one != name)
        reopening = case.opened_with(f"data.columns=[{kept}]")
    evidence = case.evidence(f"told_by_input[{o},{i}]", _last_loss(case))
    yield Finding(
        "identity", cause, Severity.WARNING, evidence, cure, reopening=reopening, see="show tokens"
    )


def contradicted(case: Case) -> Iterator[Finding]:
    """Answers to the same that agree no more than by chance, as where labels were mixed up."""
    found = twins.twins(case.experiment)
    if found.answers < FEW or not found.fit < AGREE:
        return
    spread = DEVIATIONS * folds.share_error(found.chance, found.answers)
    held = held_back(case)
    if found.fit > found.chance + spread or (held and held.loss < LEARNT * held.constant):
        return
    severity = Severity.WARNING if case.course.learns else Severity.ERROR
    pair = twins.contradiction(case.experiment)
    assert pair is not None, "answers to the same differ"
    two = " and ".join(named(case, place) for place in pair)
    cause = (
        "Labels contradict each other: examples that read the same agree no more than by chance, "
        f"as {two}"
    )
    cure = "Check how labels and texts were joined: was one column sorted or shuffled alone?"
    evidence = case.evidence("twin_fit", "twin_chance")
    yield Finding("contradiction", cause, severity, evidence, cure)


def _last_loss(case: Case) -> str:
    """The address of the newest mean loss."""
    return f"past_loss[{case.point}]"
