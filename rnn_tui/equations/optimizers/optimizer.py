"""What an optimizer is: its lines, and the vectors that one update hands to the next."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from rnn_tui.arrays import Floats
from rnn_tui.equations.lines import Body, body_of

Slots = Mapping[str, Floats]  # an optimizer's vectors by name, each with the parameters' layout


class Settings(Protocol):
    """What optimizers read of the `[training]` table."""

    @property
    def momentum(self) -> float:
        """How much of the velocity is kept."""

    @property
    def beta_1(self) -> float:
        """How much of the mean gradient is kept."""

    @property
    def beta_2(self) -> float:
        """How much of Adam's mean square is kept."""

    @property
    def alpha(self) -> float:
        """How much of RMSprop's mean square is kept."""

    @property
    def epsilon(self) -> float:
        """What keeps a division from one by 0."""

    @property
    def lr_decay(self) -> float:
        """What the learning rate is multiplied by, again and again."""

    @property
    def lr_decay_every(self) -> int:
        """After how many updates it is, 0 for never."""


class Reach(NamedTuple):
    """What is known of an update before it is made.

    `learning_rate` and `k` = 1, 2, … are its own; no number of the gradient is larger than
    `step`, and no weight has been moved by more than `before` in the update before it.
    """

    learning_rate: float
    k: int
    step: float
    before: float


class InPlace(Protocol):
    """An update to the bit in memory that is there: of a part of the vectors, all alike in size.

    What the lines make of `theta` goes into `moved`, each slot into `after`. `step` may be
    overwritten, and so may `room`, which overlaps nothing.
    """

    def __call__(
        self, theta: Floats, before: Slots, step: Floats, learning_rate: float, k: int,
        settings: Settings, after: Slots, moved: Floats, room: Floats,
    ) -> None:  # fmt: skip
        """What `Optimizer` says of its `in_place`."""


@dataclass(frozen=True, eq=False)
class Optimizer:
    """A way from the clipped gradient to the next parameters.

    `function` has its lines: from `theta`, the vectors named in `slots` (all zero at first),
    `step`, `learning_rate`, `k` = 1, 2, … and any key of the `[training]` table they make
    `theta` and each slot anew. Lines of `instead` take the place of those that make the same.
    `in_place` does the same; without it training runs the lines.

    `settings` are the keys of the table that are its own, `epsilon` what that one is if it is
    left out. `symbols` are the variables' names on the blackboard, where they are others.
    `farthest` is how far one update can move a weight, None where nobody can tell.
    `epsilon_inside` is the same optimizer with epsilon under the root.

    `torch_name` is its class in `torch.optim`, "" if it has none; `torch_slots` what that one
    calls each slot, `torch_options` what it takes: keys of the table by its names for them.
    `torch_has` says whether its step is the same under some settings; where it is left out, it is.
    Where torch keeps something else in place of the slots, `torch_keeps` makes that of them, at a
    learning rate, and `torch_left` the slots anew of the parameters before and after its step.
    """

    name: str
    slots: tuple[str, ...]
    function: Callable[..., Any]
    in_place: InPlace | None = None
    torch_name: str = ""
    settings: tuple[str, ...] = ()
    epsilon: float = 1e-8
    symbols: Mapping[str, str] = field(default_factory=dict)
    farthest: Callable[[Settings, Reach], float] | None = None
    torch_slots: Mapping[str, str] = field(default_factory=dict)
    torch_options: Mapping[str, str] = field(default_factory=dict)
    torch_has: Callable[[Settings], bool] | None = None
    torch_keeps: Callable[[Slots, float], Slots] | None = None
    torch_left: Callable[[Floats, Floats], Slots] | None = None
    instead: Callable[..., Any] | None = None
    epsilon_inside: Optimizer | None = None

    @cached_property
    def body(self) -> Body:
        """Its lines."""
        body = body_of(self.function)
        return body if self.instead is None else body.changed_by(body_of(self.instead))

    @cached_property
    def vectors(self) -> tuple[str, ...]:
        """What its lines make before the parameters: a number for each of theirs."""
        return tuple(target for target in self.body.targets if target != "theta")

    @cached_property
    def added(self) -> str:
        """The vector that is added to the parameters, "" where there is none such."""
        match self.body.line("theta").value:
            case ast.BinOp(ast.Name("theta"), ast.Add(), ast.Name(name)):
                return name
        return ""

    def is_torchs(self, settings: Settings) -> bool:
        """Whether torch.optim has the very step of this one."""
        return bool(self.torch_name) and (self.torch_has is None or self.torch_has(settings))

    def kept_by_torch(self, slots: Slots, learning_rate: float) -> Slots:
        """What its class in torch.optim is given before a step, by the names there."""
        if self.torch_keeps is not None:
            return self.torch_keeps(slots, learning_rate)
        return {theirs: slots[ours] for ours, theirs in self.torch_slots.items()}

    def left_by_torch(self, kept: Slots, before: Floats, after: Floats) -> Slots:
        """The slots after a step of that class: of what it `kept`, and of the parameters."""
        if self.torch_left is not None:
            return self.torch_left(before, after)
        return {ours: kept[theirs] for ours, theirs in self.torch_slots.items()}

    def addresses(self, parameters: Iterable[str]) -> dict[str, tuple[str, str]]:
        """What is kept of each parameter by its name in addresses: `v_W_hh`: its slot, and it."""
        return {f"{self.symbol(slot)}_{name}": (slot, name)
                for slot in self.slots for name in parameters}  # fmt: skip

    def symbol(self, name: str) -> str:
        """What a variable is called on the blackboard, and a weight's number in an address."""
        return self.symbols.get(name, name)
