"""What can't be learnt from the data as it is, whatever the network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import exp, factorial

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.finding import Finding, Severity, column_name
from rnn_tui.engine.checks import material, splits
from rnn_tui.experiments import Experiment
from rnn_tui.numerals import worded

LEAKED_NAME = "same-example"
OUTLIER = "outlier"
FAR, FARTHER = 20.0, 5.0  # robust standard deviations; times those of the numbers next to it
LEAKED = 0.05  # of the data held back
CHANCE = 1e-3  # Poisson's, of as many repeats or more


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


def outlying(case: Case) -> Iterator[Finding]:
    """A number or a few of a file that lie far from all others of their column: slips, likely."""
    one = case.experiment
    far = [each for each in material.outliers(one) if each.z > max(FAR, FARTHER * each.next)]
    for each in sorted(far, key=lambda each: -each.z)[:1]:
        name = column_name(one.vocabulary.columns, each.column)
        cause = (
            f"A number lies far from all others: the input {name} at "
            f"{one.vocabulary.places[each.row]} is {worded(each.z, 2)} robust standard deviations "
            f"from the median, the next ones {worded(each.next, 2)}"
        )
        cure = "Check that row: correct the number, or leave the row out"
        evidence = case.evidence(f"input_outlier[{each.column}]")
        yield Finding(OUTLIER, cause, Severity.WARNING, evidence, cure)


def leaked(case: Case) -> Iterator[Finding]:
    """Examples of the data held back that are trained on too, more than texts repeat anyway."""
    one = case.experiment
    count, total = len(splits.seen(one)), len(one.test)
    if count and count >= LEAKED * total and not are_repeats(one):
        cause = f"{count} of {total} test examples are trained on too"
        cure = "Take them out of the training data, or the test says nothing of what is new"
        evidence = case.evidence("seen_share", "repeated_share")
        yield Finding(LEAKED_NAME, cause, Severity.WARNING, evidence, cure)


def are_repeats(experiment: Experiment) -> bool:
    """Whether it may be chance that so much of the data held back is trained on too.

    Texts that are often alike are so in both splits: how many are to be expected, the training
    data tells by how often it repeats itself. Where it never does, one may be chance, no more.
    """
    count, share = len(splits.seen(experiment)), splits.repeated_share(experiment)
    if not share:
        return count <= 1
    expected = share * len(experiment.test)
    fewer = sum(expected**k / factorial(k) for k in range(count)) * exp(-expected)
    return 1 - fewer > CHANCE
