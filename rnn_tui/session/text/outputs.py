"""Answers that are numbers, in their order: those wanted, and those that the network gives now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.batches import batch_of
from rnn_tui.engine.passes.reading import read_batch
from rnn_tui.engine.training.evaluating import told, variation
from rnn_tui.experiments import Example
from rnn_tui.experiments.data.series import Series
from rnn_tui.session.view import StepView

MOST_ROWS = 200  # of the training part of a series that are drawn: as many as can be told apart


@dataclass(frozen=True, eq=False)
class Outputs:
    """The answers to n inputs: `targets` and `outputs` (n, O), at the places `x` (n,).

    They are called `name`, and what else can be shown `other`; `unit` is what x counts. They are
    in the units of the file where there are such.
    """

    name: str
    other: str
    unit: str
    x: Floats
    targets: Floats
    outputs: Floats

    def number(self, o: int) -> Outputs:
        """The o-th number of every answer alone."""
        one = slice(o, o + 1)
        return replace(self, targets=self.targets[:, one], outputs=self.outputs[:, one])

    @property
    def errors(self) -> Floats:
        """How far each output is above what was wanted, (n, O)."""
        above: Floats = self.outputs - self.targets
        return above

    @property
    def off(self) -> Floats:
        """How far those are off of which that is known, one after the other."""
        return np.abs(self.errors[np.isfinite(self.errors)])

    @property
    def mae(self) -> float:
        """The mean absolute error of those of which it is known, of which there must be any."""
        return float(self.off.mean())

    @property
    def r2(self) -> float:
        """R² of all that is shown; NaN where the targets are alike, or some are not known."""
        return told(float(np.square(self.errors).sum()), variation(self.targets))


def outputs_of(view: StepView, second: bool) -> Outputs:
    """The answers under the weights in force.

    Of a series those on the validation part, or on the `second`, the beginning of the training
    part; of examples with an answer at each token those of the example under the cursor, or of
    all one after the other; else the one answer of each.
    """
    train, test = view.experiment.train, view.experiment.test
    if isinstance(train, Series):
        names = ("validation part", "training part")
        of_training = second or not test
        one = train.made_of(train.ids[: MOST_ROWS + 1]) if of_training else test[0]
        return _in_order(view, [one], names[::-1] if of_training else names, "row",
                         float(one.ids[0]))  # fmt: skip
    if view.experiment.answers_once:
        tested = second and bool(test)
        some = test if tested else [one for one in view.examples if one.labelled]
        names = ("test examples", "training examples")
        return _in_order(view, some, names if tested else names[::-1], "example", 1.0)
    names = ("this example", "all examples")
    if second:
        labelled = [one for one in view.examples if one.labelled]
        return _in_order(view, labelled, names[::-1], "token", 0.0)
    return _in_order(view, [view.current], names, "token", 0.0)


def _in_order(
    view: StepView, examples: Sequence[Example], names: tuple[str, str], unit: str, first: float
) -> Outputs:
    """The answers to some examples, one after the other."""
    head, answers = view.network.head, []
    with np.errstate(all="ignore"):
        for one in examples:
            reader = read_batch(view.params, view.network, batch_of([one], [0]))
            answers.append(head.probabilities(reader.logits(view.params)).copy())
    nothing = [np.full_like(answer, np.nan) for answer in answers]
    wanted = [
        np.asarray(one.targets) if one.labelled else none
        for one, none in zip(examples, nothing, strict=True)
    ]
    targets, outputs = np.concatenate(wanted), np.concatenate(answers)
    if (units := view.experiment.units) is not None:
        targets, outputs = units.of(targets), units.of(outputs)
    x = first + np.arange(len(outputs), dtype=np.float64)
    return Outputs(*names, unit, frozen(x), frozen(targets), frozen(outputs))
