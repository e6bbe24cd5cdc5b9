"""Values put in by hand: where they stand, and what they do to the lines that run there."""

from __future__ import annotations

from typing import Any, NamedTuple

from rnn_tui.engine.passes.walking import AfterLine, Runner
from rnn_tui.equations.lines import Line
from rnn_tui.equations.network import Network


class Patch(NamedTuple):
    """A value put in by hand: a unit after token t, or for t = -1 in the first state.

    `state` is the name of the state, `layer` counts from 0, or from the last one back.
    """

    t: int
    unit: int
    value: float
    state: str = "h"
    layer: int = -1

    def place(self, net: Network) -> tuple[int, int, str, int]:
        """Its timestep, unit, state and layer, this counted from 0."""
        return self.t, self.unit, self.state, self.layer % net.depth


def _patched_here(net: Network, patches: tuple[Patch, ...], t: int, runner: Runner) -> list[Patch]:
    if not patches or runner.block.part != "layer":
        return []
    depth = runner.block.depth
    return [patch for patch in patches if patch.t == t and patch.place(net)[-1] == depth]


def putting(net: Network, patches: tuple[Patch, ...], t: int, runner: Runner) -> AfterLine | None:
    """Puts values in as soon as the line that makes their state has run."""
    here = _patched_here(net, patches, t, runner)
    if not here:
        return None

    def put(line: Line, scope: dict[str, Any]) -> None:
        for patch in here:
            if line.target == f"{patch.state}_t":
                state = scope[line.target] = scope[line.target].copy()
                state[patch.unit] = patch.value

    return put


def ending(net: Network, patches: tuple[Patch, ...], t: int, runner: Runner) -> AfterLine | None:
    """Ends the gradient of a state where a value was put in, once what reaches it is kept."""
    here = _patched_here(net, patches, t, runner)
    if not here:
        return None

    def end(line: Line, scope: dict[str, Any]) -> None:
        state = line.target[1:]
        units = [patch.unit for patch in here if patch.state == state]
        if units and line.target == f"d{state}":
            runner.keep(line.target, t, scope[line.target])
            passed = scope[line.target] = scope[line.target].copy()
            passed[units] = 0.0

    return end
