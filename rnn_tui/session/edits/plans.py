"""What a change by hand starts from and comes to, and how its values are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.errors import shown
from rnn_tui.experiments.schema.overrides import value_of
from rnn_tui.experiments.schema.reading import as_float
from rnn_tui.session.checks import recurrence
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.edits.settings import written
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.known import Known


@dataclass(frozen=True, eq=False)
class EditBase:
    """What a change starts from.

    The state before the update to come and the trainer of that update; the experiment
    as it was opened; and what is known of the pass that one looks at.
    """

    state: TrainingState
    trainer: Trainer
    opened: Experiment
    known: Known

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self.trainer.experiment

    @property
    def arrays(self) -> tuple[str, ...]:
        """The parameters by name."""
        return tuple(self.state.params.layout.shapes)

    @property
    def radius(self) -> float:
        """The spectral radius of W_hh."""
        return recurrence.radius(self.state.params)


@dataclass(frozen=True, eq=False)
class NewRun:
    """The run goes on from another state, or by another trainer."""

    state: TrainingState
    trainer: Trainer
    changes: tuple[Change, ...]


@dataclass(frozen=True, eq=False)
class NewPatches:
    """This pass is looked at with other hidden values put in; `change` is the newest."""

    patches: tuple[Patch, ...]
    change: Change


Plan = NewRun | NewPatches


def read(value: str, before: object) -> Any:
    """A value from what was typed; `+=0.1`, `-=`, `*=` and `/=` go on from the one before."""
    text = value.strip()
    old = as_float(before)
    if text[1:2] != "=" or text[0] not in "+-*/" or old is None:
        return value_of(text)
    by = as_float(value_of(text[2:]))
    if by is None or (text[0] == "/" and by == 0):
        raise Refused(f"expected a number after {text[:2]}, found {shown(text[2:].strip())}")
    result = {"+": old + by, "-": old - by, "*": old * by, "/": old / (by or 1.0)}[text[0]]
    return int(result) if isinstance(before, int) and result == int(result) else result


def refuse_same(name: str, before: object, after: object) -> None:
    """Refuse what is so already."""
    if before == after:
        raise Refused(f"{name} is already {written(before)}")
