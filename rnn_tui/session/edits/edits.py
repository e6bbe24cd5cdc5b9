"""What was changed by hand, and where on a run."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

from rnn_tui.experiments import Experiment, TrainingConfig


class Change(NamedTuple):
    """What an edit changed: a setting, one number such as `W_hh[1,0]`, or many of an array.

    Of many, `before` and `after` are None.
    """

    name: str
    before: object
    after: object


class Edit(NamedTuple):
    """Changes made by hand before an update."""

    update: int
    changes: tuple[Change, ...]


def settings_changes(before: TrainingConfig, after: TrainingConfig) -> tuple[Change, ...]:
    """The settings of training in which two differ."""
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(before))
    return tuple(Change(name, old, new) for name, old, new in pairs if old != new)


OF_MODEL = ("activation", "init", "init_scale", "seed", "forget_bias")


def experiment_changes(before: Experiment, after: Experiment) -> tuple[Change, ...]:
    """The settings in which two experiments of a session differ, those of the model last."""
    pairs = ((name, getattr(before.model, name), getattr(after.model, name)) for name in OF_MODEL)
    model = tuple(Change(name, old, new) for name, old, new in pairs if old != new)
    return (*settings_changes(before.training, after.training), *model)
