"""All that the Text screen shows of one moment, worked out once: written, read, and asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rnn_tui.arrays import Floats
from rnn_tui.present.tables.tables import of_rows
from rnn_tui.present.text.text_lens import Lens, Looked
from rnn_tui.present.text.text_tables import NextTable
from rnn_tui.session.text.units import TOKEN, VARIANCE, Ranking, orders, ranked
from rnn_tui.session.text.writing import (
    Manner,
    Passage,
    current_text,
    held_text,
    next_tokens,
    written,
)
from rnn_tui.session.view import StepView

LENGTH = 800  # tokens of a sample


@dataclass(frozen=True)
class UnitChoice:
    """How a unit is looked at.

    `by` is what the units are sorted by, one of `orders`, and `token` the one to be told
    where that is it; `second` lays the unit over the sample instead of the validation
    text, or over one labelled example instead of all. It is a unit of a layer's `state`.
    """

    by: str = VARIANCE
    token: str = ""
    second: bool = False
    layer: int = -1
    state: str = "h"

    def seen(self) -> UnitChoice:
        """The same, without a token that makes no difference."""
        return self if self.by == TOKEN else replace(self, token="")


@dataclass(frozen=True, eq=False)
class Scene:
    """A view, the text that its network writes (None where it doesn't), and the one it reads."""

    view: StepView
    manner: Manner | None
    writing: Passage | None
    held: Passage

    @classmethod
    def of(cls, view: StepView, manner: Manner | None, before: Scene | None = None) -> Scene:
        """The scene of a moment; what the one before it has in common with it is taken over."""
        held, writing = None, None
        if before is not None and _same_weights_and_texts(before.view, view):
            held = before.held
            writing = before.writing if before.manner == manner else None
        if manner is not None and writing is None:
            writing = written(view, manner, LENGTH)
        return cls(view, manner, writing, held_text(view) if held is None else held)

    @property
    def labelled(self) -> bool:
        """Whether the network answers about examples, each of which it begins anew."""
        return self.view.experiment.stream is None

    def orders(self) -> tuple[str, ...]:
        """What the units may be sorted by."""
        return orders(self.view, self.held)

    def ranking(self, choice: UnitChoice) -> Ranking:
        """The units by what they tell over the validation text, or all examples."""
        states = self._states(self.held, choice)
        return ranked(self.view, self.held, choice.by, choice.token, states)

    def _states(self, passage: Passage, choice: UnitChoice) -> Floats:
        """The state (T, H) that is looked at, after each token of a passage."""
        network, wanted = self.view.network, (choice.layer % self.view.network.depth, choice.state)
        parts = network.state_slices(self.view.params.layout)
        return next(passage.states[:, part] for *own, part in parts if tuple(own) == wanted)

    def lens(self, choice: UnitChoice, unit: int, example: int | None = None) -> Lens:
        """A unit over a text; the cursor is to go to the beginning of a labelled example."""
        held = "validation text" if self.view.experiment.test else "training text"
        other = "one example" if self.writing is None else "sample"
        of = of_rows(self.view)
        names = (f"examples{of}", f"{other}{of}") if self.labelled else (held, "sample")
        passage, place = self.held, None
        if choice.second:
            names = names[::-1]
            passage = current_text(self.view) if self.writing is None else self.writing
        elif self.labelled and example is not None and example < len(self.held.starts):
            place = self.held.starts[example]
        states = self._states(passage, choice)
        unit = min(unit, states.shape[1] - 1)
        looked = Looked.of(self.view.network, choice.layer, choice.state)
        return Lens(*names, passage, self.ranking(choice), unit, states, looked, place)

    def next(self, passage: Passage, place: int) -> NextTable | None:
        """What may follow the token at `place`; None where that isn't finite."""
        temperature = 1.0 if self.manner is None else self.manner.temperature
        state = passage.states[place]
        p, plain = next_tokens(self.view, state, temperature), next_tokens(self.view, state, 1.0)
        if p is None or plain is None:
            return None
        came = passage.tokens[place + 1] if place + 1 < len(passage) else None
        return NextTable(self.view.experiment.labels, p, plain, temperature, came)


def _same_weights_and_texts(before: StepView, view: StepView) -> bool:
    if before.params is not view.params:
        return False
    if view.experiment.stream is not None:
        return True
    old, new = before.examples, view.examples
    return len(old) == len(new) and old[-1] is new[-1]  # the last one may be typed
