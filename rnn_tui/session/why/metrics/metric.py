"""What a metric is: a named number with its words, its derivation and how a run measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.experiments import Experiment
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation


class Before(Protocol):
    """What can be measured of a run at the moment before an update."""

    @property
    def update(self) -> int:
        """How many updates have been done."""

    @property
    def epoch(self) -> int:
        """How many epochs have been done."""

    def recorded(self, column: str) -> float:
        """A column of Records for the update just done, if there is one."""

    def state(self) -> TrainingState:
        """The state that update left."""

    def unseen(self) -> Evaluation:
        """How the data held back fares."""


class Where(Enum):
    """What an experiment must have for a metric."""

    ANYWHERE = "anything"
    EXAMPLES = "examples that stand apart"
    STREAM = "a stream"
    HELD_BACK = "data held back"
    RECURRENT_MATRIX = "one recurrent matrix"
    SOURCE = "a source whose entropy is known"
    VECTORS = "tokens with vectors that are given"


class Of(Enum):
    """What answers a metric is of."""

    ANY = "answers of any kind"
    CLASSES = "answers that are right or wrong"
    NUMBERS = "answers that are numbers"


@dataclass(frozen=True)
class Metric:
    """A named number that sums up a moment, an update or an epoch.

    `about` are its words. By its address it can be asked for where it has a `why`, which tells
    how it came about: of "moment" it is given the view and the index, of "update" the pass, of
    "weights" the parameters; `axes` say what the index counts, `value` is the bare number.
    Conditions on runs may speak of those with a `reading`: true or false if it `is_flag`;
    `is_recorded` where it is of the update just done, `is_earlier` where that measured it before
    it changed the weights. It can be asked for `where` an experiment has what it is of.
    One that `is_norm` is the norm of a gradient, or the largest of some. `also` is what else the
    screen and the tables of `train` call it.
    """

    name: str
    about: str
    why: Callable[..., Derivation] | None = None
    of: str = "moment"
    axes: tuple[str, ...] = ()
    value: Callable[[StepView], float] | None = None
    reading: Callable[[Before], float] | None = None
    is_flag: bool = False
    is_recorded: bool = False
    is_earlier: bool = False
    where: Where = Where.ANYWHERE
    answers: Of = Of.ANY
    is_norm: bool = False
    also: tuple[str, ...] = ()

    def fits(self, experiment: Experiment) -> bool:
        """Whether it can be asked for in an experiment."""
        return self.is_of(experiment.has_classes) and self._has(experiment)

    def is_possible(self, classes: bool, one_matrix: bool) -> bool:
        """Whether a run can measure it: of such answers, with one recurrent matrix or several."""
        return self.is_of(classes) and (one_matrix or self.where is not Where.RECURRENT_MATRIX)

    def is_of(self, classes: bool) -> bool:
        """Whether it is of such answers: classes, or numbers."""
        return self.answers in (Of.ANY, Of.CLASSES if classes else Of.NUMBERS)

    def _has(self, experiment: Experiment) -> bool:
        match self.where:
            case Where.EXAMPLES:
                return experiment.stream is None
            case Where.STREAM:
                return experiment.stream is not None
            case Where.HELD_BACK:
                return bool(experiment.test)
            case Where.RECURRENT_MATRIX:
                return has_radius(experiment.layout)
            case Where.SOURCE | Where.VECTORS:
                known = experiment.floor, experiment.vocabulary.vectors
                return known[self.where is Where.VECTORS] is not None
        return True
