"""What all analyses look at: a network at some moments of its training, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.sampling import read_example
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training.epochs import updates
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, Experiment

MOST_TOKENS = 4000  # of a text, which all analyses together read some dozens of times
MOST_EXAMPLES = 400
LOG_SPACED = EVEN = 20  # moments of a training
REACH = 25  # timesteps back that memory is followed, at most


class Unfit(Exception):  # noqa: N818 - nothing went wrong
    """An analysis does not fit an experiment; its text says why."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights after so many updates."""

    updates: int
    params: Parameters


def moments(count: int, every: int | None = None) -> tuple[int, ...]:
    """After which of `count` updates to look, 0 and the last included.

    With `every` after each so many, else at about 40 moments, half of them spaced evenly and
    half closer at the start, each by the same factor after the one before.
    """
    if every is not None:
        return tuple(sorted({*range(0, count + 1, every), count}))
    spaced = np.rint(np.linspace(0, count, EVEN + 1))
    closer = np.rint(np.geomspace(1, max(1, count), LOG_SPACED))
    found = {int(one) for one in (*spaced, *closer) if one <= count}
    return tuple(sorted(found))


def snapshots(trainer: Trainer, at: Sequence[int]) -> Iterator[Snapshot | None]:
    """Train once up to the last of these moments: an item before any update and after each.

    It is a snapshot at the moments asked for, else None.
    """
    wanted = set(at)
    yield Snapshot(0, trainer.initial_state().params) if 0 in wanted else None
    for done, (_, state) in enumerate(updates(trainer, max(wanted)), start=1):
        yield Snapshot(done, state.params) if done in wanted else None


@dataclass(frozen=True, eq=False)
class Study:
    """An experiment, its weights at ascending moments, at least one, and what is read.

    Of a stream that is the validation part as one long example, the training text where
    there is none, at most `MOST_TOKENS`; else the training examples.
    """

    experiment: Experiment
    net: Network
    snapshots: tuple[Snapshot, ...]

    @classmethod
    def of(cls, experiment: Experiment, seen: Sequence[Snapshot]) -> Study:
        """The study of snapshots of this experiment. Raises Unfit where they are not finite."""
        for one in seen:
            if not np.isfinite(one.params.flat).all():
                raise Unfit(f"the weights after update {one.updates} are not finite: look earlier")
        return cls(experiment, experiment.network, tuple(seen))

    @property
    def now(self) -> Parameters:
        """The weights at the last moment."""
        return self.snapshots[-1].params

    @property
    def steps(self) -> Ints:
        """After how many updates the snapshots are, (S,)."""
        return np.array([one.updates for one in self.snapshots], dtype=np.int64)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """What is read."""
        stream = self.experiment.stream
        if stream is None:
            return tuple(self.experiment.train[:MOST_EXAMPLES])
        ids = self.experiment.test[0].ids if self._is_unseen else stream.ids
        return (stream.made_of(ids[: MOST_TOKENS + 1]),)

    @property
    def source(self) -> str:
        """What the text is called that is read."""
        if self.experiment.stream is None:
            return "training examples"
        return "validation text" if self._is_unseen else "training text"

    @property
    def _is_unseen(self) -> bool:
        """Whether a stream has a validation part that is long enough to be read."""
        test = self.experiment.test
        return bool(test) and test[0].length > 1

    @cached_property
    def states_now(self) -> tuple[Floats, ...]:
        """The h of the last layer at the last moment."""
        return self.states(self.now)

    def traces(self, params: Parameters) -> tuple[Trace, ...]:
        """A pass over each example from nothing, by lines without a bug."""
        return self._traces_now if params is self.now else self._traced(params)

    @cached_property
    def _traces_now(self) -> tuple[Trace, ...]:
        return self._traced(self.now)

    def _traced(self, params: Parameters) -> tuple[Trace, ...]:
        net = replace(self.net, fault=None)
        return tuple(trace_example(params, net, one) for one in self.examples)

    def states(self, params: Parameters) -> tuple[Floats, ...]:
        """The h (T+1, H) of the last layer, reading each example. Raises Unfit if not finite."""
        return tuple(self.net.read_from(one, params.layout) for one in self.all_states(params))

    def all_states(self, params: Parameters) -> tuple[Floats, ...]:
        """All states (T+1, S) of reading each example from nothing, layer by layer.

        Raises Unfit where they are not finite.
        """
        vocabulary = self.experiment.vocabulary
        found = tuple(read_example(params, self.net, vocabulary, one) for one in self.examples)
        if not all(np.isfinite(one).all() for one in found):
            raise Unfit("its hidden states overflow")
        return found

    def running_text(self) -> Example:
        """The one example that a stream is. Raises Unfit for labelled data and for numbers."""
        if self.experiment.stream is None:
            raise Unfit("it needs a running text, and this has labelled examples")
        if not self.experiment.has_classes:
            raise Unfit("it needs a running text, and this has numbers in time")
        return self.examples[0]

    def spelt_text(self) -> Example:
        """A running text of characters with words between spaces. Raises Unfit for any other."""
        text = self.running_text()
        if self.experiment.vocabulary.tokenizer != "char":
            raise Unfit("it needs a text read by characters, and this is read by words")
        if len(text.text.split()) < 2 or " " not in self.experiment.vocabulary.tokens:
            raise Unfit("it needs words with spaces between them, and this text has none")
        return text
