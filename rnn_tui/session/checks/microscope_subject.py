"""The gradient under the microscope: of one pass, or of the batch of its update."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.passes.truncation import batch_cut_every, cut_every, reaching_back
from rnn_tui.engine.training.training import WARM_UP, Trainer
from rnn_tui.engine.update import Update, run_update
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, TrainingConfig
from rnn_tui.session.moment import no_label
from rnn_tui.session.passes import Pass, is_carried


@dataclass(frozen=True, eq=False)
class Subject:
    """The gradient under the microscope: of one pass, or of its update's batch.

    `reach` is the most timesteps that it can go back over, counted from the end;
    more than `length` where it goes on before a chunk.
    """

    one: Pass
    batch: bool
    length: int
    reach: int

    @property
    def trainer(self) -> Trainer:
        """That of the update under the cursor."""
        return self.one.timeline.owner(self.one.update).trainer

    @property
    def trace(self) -> Trace:
        """The pass under the cursor."""
        return self.one.known.trace

    @cached_property
    def full(self) -> Update:
        """The update that the gradient makes as it is."""
        return self.cut(self.length)

    def cut(self, k: int) -> Update:
        """The update that the gradient would make if it reached over k timesteps."""
        count = len(self.one.members) if self.batch else 1
        return self._update(self._total(k), count, self.trainer.settings)

    def stepped(self, gradient: Floats) -> Parameters:
        """The parameters after the optimizer's step from a gradient that is clipped already."""
        as_it_is = replace(self.trainer.settings, clip="none", reduction="sum")
        return self._update(gradient, 1, as_it_is).params

    def _update(self, total: Floats, count: int, settings: TrainingConfig) -> Update:
        one = self.one
        with np.errstate(all="ignore"):
            return run_update(
                one.network.optimizer, one.before, one.slots_before, total, count, settings,
                one.update + 1, one.network.fault,
            )  # fmt: skip

    def beyond(self, k: int) -> int:
        """How many timesteps before the pass a reach of k takes in, as far as there are any."""
        return max(0, min(k, self.reach) - self.length)

    def _total(self, k: int) -> Floats:
        if self.batch:
            return batch_cut_every(self.one.before, self.one.network, self.examples, k)
        if self.beyond(k):
            return reaching_back(self.trace, self._earlier, self.beyond(k))
        return cut_every(self.trace, k)

    @property
    def examples(self) -> tuple[Example, ...]:
        """What the gradient is of."""
        one = self.one
        return tuple(one.experiment.train[m] for m in one.members) if self.batch else (one.current,)

    @cached_property
    def _earlier(self) -> Trace:
        """The text before a chunk, read with the parameters of its pass."""
        stream, trace = self.one.experiment.stream, self.trace
        assert stream is not None
        ids = stream.before(self.one.example, WARM_UP)
        tokens = tuple(stream.vocabulary.tokens[row] for row in ids)
        text = Example("", tokens, ids, stream.vocabulary.embed(ids), (), ())
        return trace_example(trace.params, trace.net, text)


def subject(one: Pass, batch: bool = False) -> Subject:
    """The gradient of a pass, or of its batch. Raises Refused where a pass has no label."""
    if not batch and not one.program.labels:
        raise no_label("no gradient")
    if batch:
        lengths = [one.experiment.train[m].length for m in one.members]
        return Subject(one, True, max(lengths), max(lengths))
    T = one.current.length
    return Subject(one, False, T, T + _text_before(one))


def has_batch(one: Pass) -> bool:
    """Whether an update trains on more than one example."""
    return len(one.members) > 1


def _text_before(one: Pass) -> int:
    stream = one.experiment.stream
    if stream is None or not is_carried(one.experiment, one.example):
        return 0
    return len(stream.before(one.example, WARM_UP))
