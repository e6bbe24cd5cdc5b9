"""The growing end of a run: update by update, and what came of several in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints, frozen
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.session.runs.records import Observation, Records, figures, observe
from rnn_tui.session.runs.soundness import Soundness


class Head:
    """The newest state of a run, that before update `k`.

    `broken` is the first update since this began that made something inf or NaN.
    """

    def __init__(self, trainer: Trainer, state: TrainingState, k: int) -> None:
        self.trainer = trainer
        self.state = state
        self.before: TrainingState | None = None  # the last update, if one has been done
        self.k = k
        self.broken: int | None = None
        self._soundness = Soundness(trainer, state)

    def advance(self) -> Record:
        """Do one more update; what is kept of it."""
        self.before = self.state
        record, self.state = self.trainer.advance(self.state, self.k)
        if self.broken is None and not self._soundness.after(record, self.state, self.k):
            self.broken = self.k
        self.k += 1
        return record


class Keeping(NamedTuple):
    """Which moments of a run are kept or measured, counted in updates.

    A state every `stride` from `start` on; test figures every `every`, and the
    spectral radius with those at every `radius_every`.
    """

    start: int
    stride: int
    every: int
    radius_every: int

    def keeps(self, k: int) -> bool:
        """Whether the state before update k is a checkpoint."""
        return (k - self.start) % self.stride == 0

    def kept(self, updates: Ints) -> Bools:
        """The same of many."""
        kept: Bools = (updates - self.start) % self.stride == 0
        return kept

    def measures(self, k: int) -> bool:
        """Whether the state before update k is to be measured."""
        return k % self.every == 0

    def observed(self, head: Head) -> Observation:
        """Measure the state at a head."""
        due = head.k % self.radius_every == 0
        return observe(head.trainer, head.k, head.state, head.before, measures_radius=due)


@dataclass(frozen=True, eq=False)
class States:
    """The states before some updates, ascending, a row each: compact, to be kept or handed on."""

    updates: Ints
    flat: Floats
    slots: Mapping[str, Floats]  # the optimizer's vectors
    carry: Floats | None

    @classmethod
    def of(cls, states: Sequence[tuple[int, TrainingState]]) -> States:
        """One or more, all with a carry or none."""
        carries = [state.carry for _, state in states if state.carry is not None]
        return cls(
            np.array([k for k, _ in states]),
            _rows([state.params.flat for _, state in states]),
            {
                name: _rows([state.slots[name] for _, state in states])
                for name in states[0][1].slots
            },
            _rows(carries) if carries else None,
        )

    @property
    def nbytes(self) -> int:
        """Memory held by the vectors."""
        carried = 0 if self.carry is None else self.carry.nbytes
        return self.flat.nbytes + sum(slot.nbytes for slot in self.slots.values()) + carried

    def at(self, row: int, layout: Layout) -> tuple[int, TrainingState]:
        """One of them, which keeps no other in memory, and its update."""
        carry = None if self.carry is None else _alone(self.carry, row)
        params = Parameters(layout, _alone(self.flat, row))
        slots = {name: _alone(slot, row) for name, slot in self.slots.items()}
        state = TrainingState(params, slots, carry)
        return int(self.updates[row]), state

    def where(self, wanted: Bools) -> States:
        """Those that are wanted; itself if all are."""
        if wanted.all():
            return self
        carry = None if self.carry is None else self.carry[wanted]
        slots = {name: slot[wanted] for name, slot in self.slots.items()}
        return States(self.updates[wanted], self.flat[wanted], slots, carry)

    def fits(self, more: States) -> bool:
        """Whether others can stand in the same arrays: a text begins without a carry."""
        return (self.carry is None) == (more.carry is None)

    def with_more(self, more: States) -> States:
        """These, and later ones that fit."""
        carry = None
        if self.carry is not None and more.carry is not None:
            carry = np.concatenate((self.carry, more.carry))
        return States(
            np.concatenate((self.updates, more.updates)),
            np.concatenate((self.flat, more.flat)),
            {name: np.concatenate((slot, more.slots[name])) for name, slot in self.slots.items()},
            carry,
        )


def _rows(arrays: Sequence[Floats]) -> Floats:
    return np.stack(arrays) if len(arrays) > 1 else arrays[0][np.newaxis]


def _alone(rows: Floats, row: int) -> Floats:
    return frozen(rows[row].copy() if len(rows) > 1 else rows[0])


@dataclass(frozen=True, eq=False)
class Stretch:
    """Updates in a row, from update `first` on, and what is kept of them.

    `rows` (n, 6) are their records. `newest` is the state that they leave; `broken`
    the first of them that made something inf or NaN.
    """

    first: int
    rows: Floats
    newest: States
    kept: States | None
    observed: tuple[Observation, ...]
    broken: int | None

    @property
    def end(self) -> int:
        """The update that comes next."""
        return self.first + len(self.rows)

    @property
    def states(self) -> int:
        """How many states it holds."""
        return 1 if self.kept is None else 1 + len(self.kept.updates)


class Gathering:
    """A stretch in the making."""

    def __init__(self, head: Head, keeping: Keeping) -> None:
        self.keeping = keeping
        self._head = head
        self._begin()

    def _begin(self) -> None:
        self._first = self._head.k
        self._rows: list[tuple[float, ...]] = []
        self._kept: list[tuple[int, TrainingState]] = []
        self._observed: list[Observation] = []

    @property
    def nbytes(self) -> int:
        """Bytes of the states that are kept so far."""
        return len(self._kept) * self._head.state.nbytes

    def extend(self) -> None:
        """Do one more update."""
        head = self._head
        self._rows.append(figures(head.advance()))
        if self.keeping.keeps(head.k):
            self._kept.append((head.k, head.state))
        if self.keeping.measures(head.k):
            self._observed.append(self.keeping.observed(head))

    def stretch(self) -> Stretch:
        """What was done since the last one; the next begins."""
        made = Stretch(
            self._first,
            np.array(self._rows, dtype=float).reshape(-1, len(Records.COLUMNS)),
            States.of([(self._head.k, self._head.state)]),
            States.of(self._kept) if self._kept else None,
            tuple(self._observed),
            self._head.broken,
        )
        self._begin()
        return made
