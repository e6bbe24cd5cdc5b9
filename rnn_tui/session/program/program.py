"""The ops of one pass in their order, found by arithmetic: a pass of any length costs nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from rnn_tui.session.program.ops import (
    EMBED_BACK_OPS,
    EMBED_OPS,
    ENCODER_BACK_OPS,
    ENCODER_OPS,
    OPS,
    OUTPUT_BACK_OPS,
    OUTPUT_OPS,
    STATE_BACK_OPS,
    STATE_OPS,
    UPDATE_OPS,
    Op,
    Phase,
)


@dataclass(frozen=True)
class Program:
    """Forward over T timesteps with outputs at some, back over them, then the update.

    `trains` is False for an example that the current update does not train on:
    its program ends with its gradients. `freezes` says whether parameters are
    held, `embeds` whether the embedding is learned. Without `labels` there is no loss and
    nothing to send back: the program ends with the answers. The timesteps before
    `encoder_length` are the encoder's, whose ops are as many. A position counts the
    ops already run.
    """

    length: int
    outputs: tuple[int, ...]
    trains: bool = True
    freezes: bool = False
    embeds: bool = False
    encoder_length: int = 0
    labels: bool = True

    def __len__(self) -> int:
        return self.backward_end + len(self.update_ops)

    @property
    def update_ops(self) -> tuple[str, ...]:
        """The ops of the update; freeze is among them only when there is something to freeze."""
        if not self.trains:
            return ()
        return tuple(name for name in UPDATE_OPS if self.freezes or name != "freeze")

    @property
    def output_ops(self) -> tuple[str, ...]:
        """The forward ops of an output; the last one is the loss, where there is a label."""
        return OUTPUT_OPS if self.labels else OUTPUT_OPS[:-1]

    @property
    def state_ops(self) -> tuple[str, ...]:
        """The forward ops that every timestep has."""
        return EMBED_OPS + STATE_OPS if self.embeds else STATE_OPS

    @property
    def state_back_ops(self) -> tuple[str, ...]:
        """The backward ops that every timestep has, by their names at those of no encoder."""
        return STATE_BACK_OPS + EMBED_BACK_OPS if self.embeds else STATE_BACK_OPS

    def encodes(self, t: int) -> bool:
        """Whether timestep t is the encoder's."""
        return t < self.encoder_length

    @property
    def forward_end(self) -> int:
        """The position at which the forward pass is complete."""
        return self._forward_before(self.length)

    @property
    def backward_end(self) -> int:
        """The position at which BPTT is complete."""
        return self.forward_end + self._backward_before(-1)

    def _forward_before(self, t: int) -> int:
        """Forward ops of the timesteps before t."""
        return len(self.state_ops) * t + len(self.output_ops) * bisect_left(self.outputs, t)

    def _backward_before(self, t: int) -> int:
        """Backward ops of the timesteps after t, which come first."""
        if not self.labels:
            return 0
        later = self.length - 1 - t
        outputs = len(self.outputs) - bisect_left(self.outputs, t + 1)
        return len(self.state_back_ops) * later + len(OUTPUT_BACK_OPS) * outputs

    def has_output(self, t: int) -> bool:
        """Whether the network answers at timestep t."""
        place = bisect_left(self.outputs, t)
        return place < len(self.outputs) and self.outputs[place] == t

    def names_at(self, phase: Phase, t: int) -> tuple[str, ...]:
        """The ops of one timestep in one direction, in order."""
        if phase is Phase.FORWARD:
            return self.state_ops + (self.output_ops if self.has_output(t) else ())
        if not self.labels:
            return ()
        back = self.state_back_ops
        if self.encodes(t):
            back = ENCODER_BACK_OPS + back[len(STATE_BACK_OPS) :]
        return (OUTPUT_BACK_OPS if self.has_output(t) else ()) + back

    def start_of(self, phase: Phase, t: int) -> int:
        """The position just before a timestep's first op in one direction."""
        if phase is Phase.FORWARD:
            return self._forward_before(t)
        return self.forward_end + self._backward_before(t)

    def end_of(self, phase: Phase, t: int) -> int:
        """The position just after a timestep's last op in one direction."""
        return self.start_of(phase, t) + len(self.names_at(phase, t))

    def timestep_at(self, position: int) -> tuple[Phase, int | None]:
        """The direction and timestep of the op at `position`."""
        if position >= self.backward_end:
            return Phase.UPDATE, None
        T = self.length
        if position < self.forward_end:
            return Phase.FORWARD, bisect_right(range(T), position, key=self._forward_before) - 1
        back = position - self.forward_end
        last = bisect_right(range(T), back, key=lambda i: self._backward_before(T - 1 - i)) - 1
        return Phase.BACKWARD, T - 1 - last

    def op(self, position: int) -> Op:
        """The op at `position`, 0 ≤ position < len."""
        if not 0 <= position < len(self):
            raise IndexError(f"no op {position} in a program of {len(self)}")
        phase, t = self.timestep_at(position)
        if t is None:
            return Op(OPS[self.update_ops[position - self.backward_end]], None)
        kinds = ENCODER_OPS if self.encodes(t) else OPS
        return Op(kinds[self.names_at(phase, t)[position - self.start_of(phase, t)]], t)

    def position(self, name: str, t: int | None = None) -> int | None:
        """Where the op `name` of timestep t stands; None if there is no such op."""
        phase = OPS[name].phase
        if phase is Phase.UPDATE:
            names = self.update_ops
            return self.backward_end + names.index(name) if name in names else None
        if t is None or not 0 <= t < self.length:
            return None
        names = self.names_at(phase, t)
        return self.start_of(phase, t) + names.index(name) if name in names else None
