"""The operations of the algorithm: the lines that run, each with its name and its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from rnn_tui.engine.update import update_bodies
from rnn_tui.equations.lines import Body, Line, body_of
from rnn_tui.equations.network import Block, Network
from rnn_tui.equations.optimizers.reducing import SYMBOLS
from rnn_tui.experiments import TrainingConfig
from rnn_tui.session.program.equations import equation

UPDATE_NAMES = {"reduced": "reduce", "gradient": "freeze", "step": "clip", "theta": "update"}
DECAYING = UPDATE_NAMES | {"limited": "clip", "step": "decay"}  # where weights decay


class Phase(StrEnum):
    """The three parts of an update."""

    FORWARD = "FORWARD"
    BACKWARD = "BACKWARD"
    UPDATE = "UPDATE"


@dataclass(frozen=True)
class OpKind:
    """One line of the algorithm, in the block that it runs in; an update's lines have none.

    `name` is what it computes: the line's target, a state and an input without their `_t`, with
    the number of a layer above the first one at its end.
    `symbols` are what the variables of an update are called on the blackboard.
    """

    name: str
    phase: Phase
    line: Line = field(compare=False)
    body: Body = field(compare=False)
    block: Block | None = field(default=None, compare=False)
    symbols: Mapping[str, str] = field(default_factory=lambda: SYMBOLS, compare=False)

    @cached_property
    def equation(self) -> str:
        """The line as on the blackboard."""
        if self.block is None:
            return equation(self.line, {}, self.symbols)
        return equation(self.line, self.block.functions)

    @property
    def about(self) -> str:
        """What its number is, in a learner's words."""
        return self.line.words.partition(": ")[0].replace("dL/d", "∂L/∂")

    @property
    def aside(self) -> str:
        """What is to be said beside its formula; nothing of a line with a bug in it."""
        written = {line.text for line in body_of(self.body.function).lines}
        return self.line.words.partition(": ")[2] if self.line.text in written else ""

    @property
    def part(self) -> str:
        """What it is a part of: "start", "embedding", "layer", "readout", "head" or "update"."""
        return "update" if self.block is None else self.block.part

    @property
    def depth(self) -> int:
        """The layer whose arrays it works on."""
        return 0 if self.block is None else self.block.depth

    @property
    def needs_label(self) -> bool:
        """Whether it hangs on the answer that is wanted: the loss does, and all that goes back."""
        return self.phase is not Phase.FORWARD or "target" in self.line.reads

    @property
    def at_outputs(self) -> bool:
        """Whether it runs only at timesteps with an output."""
        return self.block is not None and self.block.at_outputs

    @property
    def at_start(self) -> bool:
        """Whether it runs only where a pass starts from states that are learned."""
        return self.part == "start"


@dataclass(frozen=True)
class Op:
    """One operation in its place. `t` is its timestep, None in the update."""

    kind: OpKind
    t: int | None

    @property
    def name(self) -> str:
        """The name of what it computes."""
        return self.kind.name

    @property
    def phase(self) -> Phase:
        """The part of the update it belongs to."""
        return self.kind.phase


@dataclass(frozen=True, eq=False)
class Algorithm:
    """The operations of a network and its training, by where they run.

    The lists are those of a timestep with an output, the encoder's or not; what runs only at
    outputs says so, and so does what runs only at the start. `freeze` is among those of the
    update only where something is frozen.
    """

    network: Network
    forward: tuple[tuple[OpKind, ...], tuple[OpKind, ...]]
    backward: tuple[tuple[OpKind, ...], tuple[OpKind, ...]]
    update: tuple[OpKind, ...]

    def at(
        self, phase: Phase, *, encodes: bool, answers: bool, labels: bool = True,
        starts: bool = False,
    ) -> tuple[OpKind, ...]:  # fmt: skip
        """The ops of one timestep in one direction, in order.

        Without `labels` there is no loss, and nothing that goes back; `starts` says whether a
        pass begins there.
        """
        return self._at[phase, encodes, answers, labels, starts]

    @cached_property
    def starting(self) -> bool:
        """Whether there is anything that runs only at the start."""
        return any(kind.at_start for kind in self.forward[0])

    def top(self, name: str) -> str:
        """What a number of the last layer is called."""
        return self.network.name_of(name, self.network.depth - 1)

    @cached_property
    def _at(self) -> dict[tuple[Phase, bool, bool, bool, bool], tuple[OpKind, ...]]:
        ways = ((Phase.FORWARD, self.forward), (Phase.BACKWARD, self.backward))
        return {
            (phase, encodes, answers, labels, starts): tuple(
                kind
                for kind in way[encodes]
                if (answers or not kind.at_outputs)
                and (labels or not kind.needs_label)
                and (starts or not kind.at_start)
            )
            for phase, way in ways
            for encodes in (False, True)
            for answers in (False, True)
            for labels in (False, True)
            for starts in (False, True)
        }

    @cached_property
    def kinds(self) -> dict[str, OpKind]:
        """Every op by its name; where an encoder has the same name for its own, not that one."""
        found: dict[str, OpKind] = {}
        for kinds in (*self.forward, *self.backward, self.update):
            for kind in kinds:
                found.setdefault(kind.name, kind)
        return found

    def kind(self, name: str, *, encodes: bool = False) -> OpKind | None:
        """The op of a name at a timestep, the encoder's or not; None if there is none."""
        return self._by_name[encodes].get(name)

    @cached_property
    def _by_name(self) -> tuple[dict[str, OpKind], dict[str, OpKind]]:
        both = (
            {kind.name: kind for kind in (*self.forward[e], *self.backward[e], *self.update)}
            for e in (False, True)
        )
        decoder, encoder = both
        return decoder, encoder

    def called(self, name: str, depth: int) -> str:
        """What a number of a layer is called, the last one's for a depth of -1."""
        return self.network.name_of(name, depth % self.network.depth)

    def follows(self, name: str) -> bool:
        """Whether an op runs where there is an output only, and belongs to it alone."""
        kind = self.kinds.get(name)
        return kind is not None and kind.at_outputs


@lru_cache(maxsize=64)
def algorithm_of(network: Network, settings: TrainingConfig) -> Algorithm:
    """The operations of a network that is trained so, a bug in its code included."""
    bodies = update_bodies(network.optimizer, settings, network.fault)
    names = DECAYING if settings.weight_decay else UPDATE_NAMES
    symbols = {**SYMBOLS, **network.optimizer.symbols}
    update = (
        OpKind(names.get(line.target, line.target), Phase.UPDATE, line, body, None, symbols)
        for body in bodies
        for line in body.lines
        if line.target != "gradient" or settings.freeze
    )
    first, last = network.start_blocks
    ahead, back = (
        tuple(tuple(_of(blocks, phase, network)) for blocks in both)
        for phase, both in (
            (Phase.FORWARD, [(*first, *network.forward_blocks(e)) for e in (False, True)]),
            (Phase.BACKWARD, [(*network.backward_blocks(e), *last) for e in (False, True)]),
        )
    )
    return Algorithm(network, ahead, back, tuple(update))  # type: ignore[arg-type]


def _of(blocks: tuple[Block, ...], phase: Phase, network: Network) -> Iterator[OpKind]:
    for block in blocks:
        states = network.layers[block.depth].cell.states
        for line in block.lines:
            name = name_of(line.target, states)
            if not line.adds_up and line.target not in network.output_axes:
                name = network.name_of(name, block.depth)
            yield OpKind(name, phase, line, block.body, block)


def name_of(target: str, states: tuple[str, ...]) -> str:
    """What a line's target is called: h_t is h, x_t and dx_t are x and dx."""
    short = target.removesuffix("_t")
    return short if short in (*states, "x", "dx") else target
