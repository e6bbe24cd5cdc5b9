"""What a cell's file says, as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from rnn_tui.equations.cells.biases import beside, partners, with_second
from rnn_tui.equations.lines import Body, body_of


@dataclass(frozen=True, eq=False)
class Cell:
    """A recurrent cell: the names in its file, and what is read off its lines.

    `parameters` gives each array's axes by letters, "HI" for (H, I); `states` are what one
    timestep hands to the next, the first of them, h, being what is read from it. Of a
    state s, `forward` reads `s_prev` and makes `s_t`; `backward` makes its gradient `ds`
    from `ds_next` of the timestep after it, and the `ds_next` for the one before. `fast`
    makes what the kernel asks for; a cell without it runs by its lines. `changes` are functions
    whose lines stand in the place of those of `forward` and `backward` that make the same.
    `torch_name` is its class in torch.nn, `torch_gates` the order of the gates in that.
    `settings` are the keys of a model that this cell alone, or few, have a use for; `starts`
    says of a parameter which of them it has for its first value. `second_biases` has the name of
    the one that is added beside a bias, by that one's. `formula` is the blackboard's,
    `used_by` who computes it so.
    """

    name: str
    parameters: Mapping[str, str]
    states: tuple[str, ...]
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    doc: str = ""
    fast: Any = None
    torch_name: str = ""
    faulty: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Callable[..., Any], Callable[..., Any]] | None = None
    torch_gates: str = ""
    settings: tuple[str, ...] = ()
    starts: Mapping[str, str] = field(default_factory=dict)
    second_biases: Mapping[str, str] = field(default_factory=dict)
    formula: str = ""
    used_by: str = ""

    def __post_init__(self) -> None:
        if self.states[:1] != ("h",):
            raise ValueError(f"{self.name}: expected h as the first of the states")

    @classmethod
    def of(cls, name: str, file: Any) -> Cell:
        """The cell that a module, or anything with its names, describes.

        All but PARAMETERS and STATES may be left out. FAULTY says of a fault's name which
        target's line it is in, where that is not the first one that it fits.
        """
        return cls(
            name, file.PARAMETERS, tuple(file.STATES), file.forward, file.backward,
            (file.__doc__ or "").strip(), getattr(file, "FAST", None),
            getattr(file, "TORCH_NAME", ""), getattr(file, "FAULTY", {}),
            torch_gates=getattr(file, "TORCH_GATES", ""),
            settings=getattr(file, "SETTINGS", ()), starts=getattr(file, "STARTS", {}),
            formula=getattr(file, "FORMULA", ""), used_by=getattr(file, "USED_BY", ""),
        )  # fmt: skip

    @property
    def forward_body(self) -> Body:
        """The lines of `forward`. Raises ValueError for a cell that lacks one."""
        return self._bodies[0]

    @property
    def backward_body(self) -> Body:
        """The lines of `backward`. Raises ValueError for a cell that lacks one."""
        return self._bodies[1]

    @cached_property
    def _bodies(self) -> tuple[Body, Body]:
        """Both, when one of them is first asked for: to read them takes some 5 ms a cell."""
        bodies = self._body(self.forward, 0), self._body(self.backward, 1)
        made = {target for body in bodies for target in body.targets}
        wanted = {f"{s}_t" for s in self.states} | {f"d{s}" for s in self.states}
        wanted |= {f"d{s}_next" for s in self.states} | {f"d{name}" for name in self.parameters}
        if missing := wanted - made:
            raise ValueError(f"{self.name}: no line makes {', '.join(sorted(missing))}")
        return bodies

    @property
    def has_slope(self) -> bool:
        """Whether a gradient passes its activation, f′, on the way back."""
        return any("slope" in line.functions for line in self.backward_body.lines)

    def _body(self, function: Callable[..., Any], way: int) -> Body:
        body = body_of(function)
        if self.changes is not None:
            body = body.changed_by(body_of(self.changes[way]))
        return with_second(body, self.second_biases) if self.second_biases else body

    def with_two_biases(self) -> Cell:
        """The same cell with a second bias beside each that has none."""
        second = partners(self.parameters)
        parameters = beside(self.parameters, second)
        return replace(self, parameters=parameters, second_biases=second)
