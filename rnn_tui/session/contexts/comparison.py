"""Two passes of one network side by side, and one state of one layer in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.equations.norms import l2_norm
from rnn_tui.experiments import Example
from rnn_tui.experiments.data.exercises import MARK
from rnn_tui.session.contexts.alignment import Pair, aligned
from rnn_tui.session.edits.typed_rows import reads_rows
from rnn_tui.session.passes import trace_over
from rnn_tui.session.view import StepView

START = -1  # in place of a row: the states that the passes start from differ already


class StateChange(NamedTuple):
    """What a token does to a state (H,): its value before, after, and the change."""

    before: Floats
    after: Floats

    @property
    def by(self) -> Floats:
        """The change Δh = h_t − h_t−1, or that of another state."""
        with np.errstate(all="ignore"):
            change: Floats = self.after - self.before
        return change


class Other(NamedTuple):
    """What the pass under the cursor is compared with: `examples[place]`.

    `typed` says whether it was typed for this comparison, so that no number of it has an address.
    """

    examples: Sequence[Example]
    place: int
    typed: bool = False

    @property
    def example(self) -> Example:
        """What is read there."""
        return self.examples[self.place]


@dataclass(frozen=True, eq=False)
class Contexts:
    """The whole pass over the example under the cursor, and that over another one.

    Both are by the parameters in force, with values patched here where they still hold: what the
    Step page shows of each example that one goes to.
    """

    view: StepView
    other: Other
    here: Trace
    there: Trace

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows: timesteps side by side."""
        return aligned(self.here.example, self.there.example, by_timestep=self.is_of_numbers)

    @cached_property
    def is_of_numbers(self) -> bool:
        """Whether what is read are numbers, and no words: then rows are timesteps."""
        return of_numbers(self.view, self.here.example, self.there.example)

    def of(self, layer: int = -1, state: str = "h") -> StateContexts:
        """One state of one layer, in both."""
        return StateContexts(self, layer % self.here.net.depth, state)

    def ref(self, name: str, *index: int, there: bool = False) -> str:
        """The address of a number of one of the passes; nothing of a text typed for this.

        It leads to the whole pass, even while the one under the cursor is not that far.
        """
        view = self.view
        if there and self.other.typed:
            return ""
        if there:
            example = f"#{self.other.place + 1}"
        else:
            example = "" if view.done >= view.program.forward_end else f"#{view.example + 1}"
        moment = f"@{view.in_force}" if view.updated else ""
        return f"{name}[{','.join(map(str, index))}]{example}{moment}"


def of_numbers(view: StepView, *examples: Example) -> bool:
    """Whether what is read are numbers, and no words."""
    if reads_rows(view.experiment):
        return True
    given = view.experiment.vocabulary.kind == "vectors"
    return given and all(map(_is_number, (token for one in examples for token in one.tokens)))


def _is_number(token: str) -> bool:
    try:
        float(token.rstrip(MARK))
    except ValueError:
        return False
    return True


def contexts(view: StepView, other: Other) -> Contexts:
    """The pass under the cursor beside another one, both as a whole."""
    here = view.known.trace
    if view.updated:
        here = _trace(view, view.examples, view.example)
    return Contexts(view, other, here, _trace(view, other.examples, other.place))


def _trace(view: StepView, examples: Sequence[Example], place: int) -> Trace:
    """The whole pass over an example by the parameters in force."""
    k, timeline = view.in_force, view.timeline
    return trace_over(timeline, examples, k, place, timeline.state(k))


@dataclass(frozen=True, eq=False)
class StateContexts:
    """One state of one layer in both passes, row by row of `whole.pairs`."""

    whole: Contexts
    layer: int
    state: str

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows."""
        return self.whole.pairs

    @property
    def name(self) -> str:
        """The state in addresses: `h`, `h0` of the first of several layers."""
        return self.whole.view.program.algorithm.called(self.state, self.layer)

    def states(self, there: bool = False) -> Floats:
        """The states (T+1, H) of a pass; row 0 is what it starts from."""
        trace = self.whole.there if there else self.whole.here
        return trace.layers[self.layer][self.state]

    def timestep(self, row: int, there: bool = False) -> int | None:
        """The timestep of a pass that stands on a row."""
        return self.pairs[row].there if there else self.pairs[row].here

    def change(self, row: int, there: bool = False) -> StateChange | None:
        """What the token on a row does in a pass, if one stands there."""
        t, states = self.timestep(row, there), self.states(there)
        return None if t is None else StateChange(states[t], states[t + 1])

    def ref(self, row: int, unit: int, there: bool = False) -> str:
        """The address of a unit's state after the token on a row, if it has one."""
        t = self.timestep(row, there)
        return "" if t is None else self.whole.ref(self.name, t, unit, there=there)

    @cached_property
    def distance(self) -> Floats:
        """‖h − h′‖ (R,) after the tokens of each row; NaN where a row has one of them only."""
        return self._distances(after=1)

    @cached_property
    def met(self) -> Floats:
        """‖h − h′‖ (R,) of the states that the tokens of each row meet."""
        return self._distances(after=0)

    def _distances(self, after: int) -> Floats:
        found = np.full(len(self.pairs), np.nan)
        both = [(r, *pair[:2]) for r, pair in enumerate(self.pairs) if None not in pair[:2]]
        if both:
            rows, here, there = (np.array(one, dtype=int) for one in zip(*both, strict=True))
            with np.errstate(all="ignore"):
                apart = self.states()[here + after] - self.states(there=True)[there + after]
                found[rows] = l2_norm(apart, axis=1)
        return found

    def cosine(self, row: int) -> float:
        """That of the angle between the changes that the tokens of a row make; NaN without it."""
        here, there = self.change(row), self.change(row, there=True)
        if here is None or there is None:
            return float("nan")
        with np.errstate(all="ignore"):
            lengths = float(l2_norm(here.by)) * float(l2_norm(there.by))
            return float(here.by @ there.by) / lengths if lengths else float("nan")

    @cached_property
    def parts_at(self) -> int | None:
        """The first row after which the states differ, or START; None where none does.

        A row with a token on one side alone parts them, as that side has read more.
        """
        if not np.array_equal(self.states()[0], self.states(there=True)[0]):
            return START
        for row, pair in enumerate(self.pairs):
            if None in pair[:2] or self.distance[row] != 0:
                return row
        return None

    @cached_property
    def meeting(self) -> int | None:
        """The first row on which both read the same token and meet another state."""
        for row, pair in enumerate(self.pairs):
            if pair.same and self.met[row] != 0:
                return row
        return None

    @property
    def telling(self) -> int:
        """The row to look at first: where a word meets another state, else where they part."""
        return self.meeting if self.meeting is not None else max(0, self.parts_at or 0)

    def most_moved(self, row: int) -> int:
        """The unit whose changes on a row are farthest apart."""
        changes = [one.by for side in (False, True) if (one := self.change(row, side))]
        with np.errstate(all="ignore"):
            apart = changes[0] - changes[1] if len(changes) > 1 else changes[0]
        return int(np.nan_to_num(np.abs(apart), nan=-1.0).argmax())
