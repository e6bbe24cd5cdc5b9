"""The states of a run that are kept, in few objects however many they are."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter

from rnn_tui.engine.training.training import TrainingState
from rnn_tui.session.runs.head import Keeping, States

BLOCK = 2**15  # bytes of states that are put together; larger ones stand alone, uncopied


class Checkpoints:
    """States by their updates, ascending; the first one always stays.

    Small states are put together in blocks, a row each. A hundred thousand of them as
    objects take three times the memory of their numbers, and what makes them, gives them up
    and looks for garbage among them has the screen wait for a quarter of a second.
    """

    def __init__(self, k: int, state: TrainingState) -> None:
        self._layout = state.params.layout
        self._blocks = [States.of([(k, state)])]
        self._firsts = [k]
        self._newest: list[tuple[int, TrainingState]] = []  # not in a block yet
        self._count = 1  # in the blocks

    def __len__(self) -> int:
        return self._count + len(self._newest)

    def add(self, k: int, state: TrainingState) -> None:
        """One more, at the end."""
        self._newest.append((k, state))
        if len(self._newest) * state.nbytes >= BLOCK:
            self._settle()

    def take(self, states: States) -> None:
        """More, at the end, or none."""
        self._settle()
        self._put(states)

    def latest(self, k: int) -> tuple[int, TrainingState]:
        """The last one at or before update k, which may not be before the first."""
        if self._newest and self._newest[0][0] <= k:
            return self._newest[bisect_right(self._newest, k, key=itemgetter(0)) - 1]
        block = self._blocks[bisect_right(self._firsts, k) - 1]
        return block.at(int(block.updates.searchsorted(k, "right")) - 1, self._layout)

    def thin(self, keeping: Keeping) -> None:
        """Give up what is not to be kept any more."""
        self._settle()
        blocks, self._blocks, self._firsts, self._count = self._blocks, [], [], 0
        for block in blocks:
            self._put(block.where(keeping.kept(block.updates)))

    def _settle(self) -> None:
        if self._newest:
            self._put(States.of(self._newest))
            self._newest = []

    def _put(self, states: States) -> None:
        """Add a block, to the last one if there is room."""
        if not len(states.updates):
            return
        self._count += len(states.updates)
        last = self._blocks[-1] if self._blocks else None
        if last and last.fits(states) and last.nbytes + states.nbytes <= BLOCK:
            self._blocks[-1] = last.with_more(states)
        else:
            self._blocks.append(states)
            self._firsts.append(int(states.updates[0]))
