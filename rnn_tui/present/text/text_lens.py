"""One unit over a text: how much it is on after each token, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, visible
from rnn_tui.equations.network import Network
from rnn_tui.present.digits import signed, size
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.text.units import TOKEN, Ranking
from rnn_tui.session.text.writing import Passage


@dataclass(frozen=True)
class Looked:
    """Which of the network's states is looked at: one of a layer's, called `name` where it says so.

    `after` is the state that comes after it in turns, if there is another, `layers` how many
    layers there are. `bounded` is whether its numbers can't leave −1 to 1; others are shown
    against the largest of the unit over the passage.
    """

    layer: int
    state: str
    name: str
    after: str
    layers: int
    bounded: bool

    @classmethod
    def of(cls, network: Network, layer: int, state: str) -> Looked:
        """A state of a layer, counted from 0 or from the last."""
        own, depth = network.layers[layer], layer % network.depth
        states = own.cell.states
        after = states[(states.index(state) + 1) % len(states)]
        several = network.depth > 1 or len(states) > 1
        return cls(
            depth, state, network.name_of(state, depth) if several else "",
            after if after != state else "", network.depth,
            state == "h" and own.activation.bounded,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lens:
    """A passage, called `name`, and the unit that it is coloured by.

    `other` is the name of the text that may be put in its place. `looked` is the state that the
    unit is of, and `states` (T, H) that state after each token. `place` is the token that the
    cursor is to go to, None where it is to stay.
    """

    name: str
    other: str
    passage: Passage
    ranking: Ranking
    unit: int
    states: Floats
    looked: Looked
    place: int | None = None

    @cached_property
    def shares(self) -> Floats:
        """The unit's activation after each token as a share of the largest possible, (T,)."""
        values = self.states[:, self.unit]
        if self.looked.bounded:
            return values
        top = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
        return values / (top or 1.0)

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The unit's activation after each token."""
        return tuple(map(signed, self.states[:, self.unit].tolist()))

    @property
    def of(self) -> str:
        """` of c`, where the network has more states than one."""
        return f" of {self.looked.name}" if self.looked.name else ""

    def title(self, room: int) -> str:
        """The unit, its score, its place among the others and the text, as far as there is room."""
        place = ordinal(self.ranking.rank(self.unit) + 1)
        parts = (
            f"Unit {self.unit}{self.of}",
            score_text(self.ranking, self.unit),
            f"{place} of {len(self.ranking.units)}",
            f"over the {self.name}",
        )
        return next(
            (
                text
                for n in range(len(parts), 1, -1)
                if cell_width(text := " · ".join(parts[:n])) <= room
            ),
            parts[0],
        )

    def value(self, place: int) -> Line:
        """The token under the cursor and the unit's activation after it."""
        value = float(self.states[place, self.unit])
        return Span(f"“{visible(self.passage.tokens[place])}” "), Span(signed(value), Role.ACCENT)


def told(ranking: Ranking) -> str:
    """What the units are sorted by: `variance`, `word ends`, `“e”`."""
    if ranking.by == TOKEN:
        return f"“{visible(ranking.what)}”"
    return ranking.what or ranking.by


def score_text(ranking: Ranking, unit: int) -> str:
    """`detects spaces: AUC 0.98 ↑`, with ↓ where the unit is low there; `variance 0.2130`."""
    score = float(ranking.scores[unit])
    if ranking.auc is None:
        return f"{told(ranking)} {size(score)}"
    if not np.isfinite(score):
        return f"{told(ranking)}: no AUC"
    return f"detects {told(ranking)}: AUC {score:.2f} {'↑' if ranking.auc[unit] >= 0.5 else '↓'}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    last = 0 if 10 < number % 100 < 20 else number % 10
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(last, 'th')}"
