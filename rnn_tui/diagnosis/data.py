"""What can't be learnt from the data as it is, whatever the network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.finding import Finding, Severity
from rnn_tui.engine.checks import material
from rnn_tui.experiments import Experiment

LEAKED_NAME = "same-example"
LEAKED = 0.05  # of the data held back
DEVIATIONS = 2.0  # standard ones, up to which a count may be chance
TELLS, BETTER = 0.9, 0.2  # how often a neighbour tells the answer, and by how much more
FEW = 20  # answers


def no_numbers(case: Case) -> Iterator[Finding]:
    """What is read or wanted and is inf or NaN."""
    for place, one in enumerate(islice(case.experiment.train, material.MOST_EXAMPLES)):
        wanted = np.asarray(one.targets, float)
        for kind, rows in (("x", one.inputs), ("target", wanted)):
            if rows is None or rows.ndim != 2 or np.isfinite(rows).all():
                continue
            row, column = (int(i) for i in np.argwhere(~np.isfinite(rows))[0])
            t = row if kind == "x" else one.outputs[row]
            ref = f"{kind}[{t},{column}]#{place + 1}@{case.start}"
            cause = f"The data has no number where one is needed: {kind} at timestep {t}"
            cure = "Fill the gap in the data, or leave the row out"
            evidence = case.evidence(ref)
            yield Finding("no-number", cause, Severity.ERROR, evidence, cure)
            return


def one_class(case: Case) -> Iterator[Finding]:
    """Answers that are all alike."""
    one = case.experiment
    if not one.has_classes or case.experiment.stream is not None:
        return
    wanted = {target for example in one.train for target in np.asarray(example.targets).tolist()}
    if len(wanted) == 1:
        name = one.labels[wanted.pop()]
        cause, severity = f"All training examples have the same answer, “{name}”", Severity.ERROR
        if case.course.is_solved:  # nothing keeps it from learning, and there is nothing to learn
            cause, severity = f"{cause}: its low loss says nothing", Severity.WARNING
        evidence = case.evidence("constant_loss", "chance_loss")
        cure = "Add examples of the other classes, or check how labels are read"
        yield Finding("one-class", cause, severity, evidence, cure, see="show loss")


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
        cause = f"Labels are shifted by one: the token {side} tells each, not its own"
        cure = f"Move the labels one place {'back' if best < 0 else 'on'} in the data"
        evidence = case.evidence(f"label_fit[{best}]", "label_fit[0]")
        yield Finding("shifted-labels", cause, Severity.ERROR, evidence, cure, see="show tokens")


def _names_tokens(case: Case) -> bool:
    """Whether answers are tokens themselves: the next one, say, is then meant."""
    return set(case.experiment.labels) <= set(case.experiment.vocabulary.tokens)


def leaked(case: Case) -> Iterator[Finding]:
    """Examples of the data held back that are trained on too, more than texts repeat anyway."""
    one = case.experiment
    count, total = len(material.seen(one)), len(one.test)
    if count and count >= LEAKED * total and not are_repeats(one):
        cause = f"{count} of {total} test examples are trained on too"
        cure = "Take them out of the training data, or the test says nothing of what is new"
        evidence = case.evidence("seen_share", "repeated_share")
        yield Finding(LEAKED_NAME, cause, Severity.WARNING, evidence, cure)


def are_repeats(experiment: Experiment) -> bool:
    """Whether no more of the data held back is trained on too than the training data repeats."""
    share, total = material.repeated_share(experiment), len(experiment.test)
    likely = share * total + DEVIATIONS * np.sqrt(share * (1 - share) * total)
    return bool(len(material.seen(experiment)) <= likely)
