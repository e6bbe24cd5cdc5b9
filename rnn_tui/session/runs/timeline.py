"""Parameters by update: any past moment again, bit for bit, in bounded memory.

What an update does is a pure function of the state before it, so a state can be
forgotten and computed again. A timeline keeps checkpoints, evenly spaced; when
they outgrow the budget of its family every second one goes and the spacing doubles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.engine.update import Update
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.reports import Report, say_nothing
from rnn_tui.session.runs.checkpoints import Checkpoints
from rnn_tui.session.runs.head import Head, Keeping, Stretch
from rnn_tui.session.runs.records import Observations, Records
from rnn_tui.session.runs.run_tree import BUDGET, Family


@dataclass(frozen=True, eq=False)
class Fork:
    """Where a timeline left another: before update `at` of `parent`, by which changes."""

    parent: Timeline
    at: int
    changes: tuple[Change, ...] = ()


class Timeline:
    """One run of training: the state before each update, from `start` on.

    `number` is its place among the runs of its `family`, from 1. `broken` is the first
    update that made something inf or NaN: its loss, its gradient or what it left; None
    while there is none. A fork belongs to the family of its parent, whose budget holds.
    """

    def __init__(
        self,
        trainer: Trainer,
        origin: TrainingState,
        start: int = 0,
        fork: Fork | None = None,
        budget: int = BUDGET,
    ) -> None:
        self.trainer = trainer
        self.start = start
        self.fork = fork
        self.records: Records = fork.parent.records.copy(start) if fork else Records()
        observed = fork.parent.observations.fork(trainer, start) if fork else Observations(trainer)
        self.observations: Observations = observed
        self._head = Head(trainer, origin, start)
        self._frontier = self._seen = start
        self._checkpoints = Checkpoints(start, origin)
        self._stride = 1
        self._recent: tuple[int, TrainingState] = (start, origin)
        before = fork.parent.broken if fork else None
        self.broken: int | None = before if before is not None and before < start else None
        self.family: Family = fork.parent.family if fork else Family(budget)
        self._lock = self.family.lock
        self._observe(self.keeping)
        self.number = self.family.join(self)
        self.family.thin()

    @property
    def frontier(self) -> int:
        """The number of updates done so far on this timeline, those before the fork included."""
        return self._frontier

    @property
    def seen(self) -> int:
        """How many of them someone trained or went to, rather than looked ahead at."""
        return self._seen

    @property
    def nbytes(self) -> int:
        """Bytes held in checkpoints."""
        return len(self._checkpoints) * self._head.state.nbytes

    @property
    def every(self) -> int:
        """How many updates lie between two checkpoints."""
        return self._stride

    @property
    def keeping(self) -> Keeping:
        """Which moments are kept and measured, as things are now."""
        measured = self.observations
        return Keeping(self.start, self._stride, measured.every, measured.radius_every)

    def head(self) -> Head:
        """The newest state, to go on from elsewhere."""
        with self._lock:
            return Head(self.trainer, self._head.state, self._head.k)

    def extend(self, *, seen: bool = True) -> None:
        """Do one more update at the end, not `seen` if to look ahead. Any thread may call it."""
        with self._lock:
            record = self._head.advance()
            self.records.append(record)
            keeping = self.keeping
            self._observe(keeping)
            self._reach(self._head.broken)
            if keeping.keeps(self._frontier):
                self._checkpoints.add(self._frontier, self._head.state)
                self.family.thin()
            if seen:
                self._seen = self._frontier

    def take(self, stretch: Stretch) -> None:
        """Go on by updates that were done elsewhere; those known here are left out.

        It has to begin at the frontier or before it. Safe to call from a worker thread.
        """
        with self._lock:
            known, layout = self._frontier, self._head.state.params.layout
            if stretch.end <= known:
                return
            self.records.extend(stretch.rows[known - stretch.first :])
            for one in stretch.observed:
                if one.update > known:
                    self.observations.add(one)
            k, newest = stretch.newest.at(0, layout)
            self._head = Head(self.trainer, newest, k)
            if stretch.kept is not None:
                updates = stretch.kept.updates
                self._checkpoints.take(
                    stretch.kept.where(self.keeping.kept(updates) & (updates > known))
                )
            self._reach(stretch.broken)
            self.family.thin()
            self._seen = self._frontier

    def _observe(self, keeping: Keeping) -> None:
        if keeping.measures(self._head.k):
            self.observations.add(keeping.observed(self._head))

    def _reach(self, broken: int | None) -> None:
        """The frontier is raised last, so that who reads it finds all the rest in place."""
        if self.broken is None:
            self.broken = broken
        self._frontier = self._head.k

    def thin(self) -> bool:
        """Give up every second checkpoint; False where only the first is left."""
        if len(self._checkpoints) < 2:
            return False
        self._stride *= 2
        self._checkpoints.thin(self.keeping)
        return True

    def owner(self, k: int) -> Timeline:
        """The timeline that update k belongs to: this one, or the ancestor it was made on.

        Raises IndexError for a moment before the first of them began.
        """
        timeline = self
        while k < timeline.start:
            if timeline.fork is None:
                raise IndexError(f"no update {k}")
            timeline = timeline.fork.parent
        return timeline

    def state(self, k: int, tell: Report = say_nothing) -> TrainingState:
        """The state before update k, computed again or for the first time if need be.

        Before each update that is computed `tell` is told how many are, and of how many; what it
        raises ends that, and what is computed by then is at hand. Raises IndexError for a
        moment before this timeline and its ancestors began.
        """
        if (owner := self.owner(k)) is not self:
            return owner.state(k, tell)
        recent, state = self._recent
        if recent == k:
            return state  # without waiting for a thread that extends
        self.reach(k, seen=False, tell=tell)
        place, state = self._nearest(k)
        for i in range(place, k):
            tell(i - place, k - place)
            _, state = self.trainer.advance(state, i)
            # What is known by itself leaves the place to what was computed, or recalled.
            self._recent = (i + 1, state)
        return state

    def past_state(self, k: int, check: Callable[[], object] = lambda: None) -> TrainingState:
        """The state before an update that has been done, for a thread beside who stands elsewhere.

        What is at hand stays at hand. `check` is called before each update that is done again.
        """
        owner = self.owner(k)
        place, state = owner._nearest(k)
        for i in range(place, k):
            check()
            _, state = owner.trainer.advance(state, i)
        return state

    def reach(self, k: int, *, seen: bool = True, tell: Report = say_nothing) -> None:
        """Go on until update k is the next one, if this has not come so far, and tell of it."""
        first = self._frontier
        while self._frontier < k:
            tell(self._frontier - first, k - first)
            self.extend(seen=seen)
        if seen:
            self.show(k)

    def show(self, k: int) -> None:
        """The moment before update k has been seen, as far as this run has come by itself."""
        if self._seen < k <= self._frontier:
            self._seen = k

    def recall(self, k: int, state: TrainingState) -> None:
        """Have the state before update k at hand, as `state` gave it to a thread."""
        self._recent = (k, state)

    def _nearest(self, k: int) -> tuple[int, TrainingState]:
        """The latest known state at or before k."""
        with self._lock:
            if k == self._frontier:
                return k, self._head.state
            recent, state = self._recent
            place, kept = self._checkpoints.latest(k)
            return (recent, state) if place < recent <= k else (place, kept)

    def update(self, k: int) -> Update:
        """Update k with all it computes on the way."""
        owner = self.owner(k)
        return owner.trainer.step(owner.state(k), k).update
