"""The ops of one pass in their order, found by arithmetic: a pass of any length costs nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from rnn_tui.session.program.ops import Algorithm, Op, OpKind, Phase


@dataclass(frozen=True)
class Program:
    """Forward over T timesteps with outputs at some, back over them, then the update.

    `trains` is False for an example that the current update does not train on:
    its program ends with its gradients. Without `labels` there is no loss and nothing to
    send back: the program ends with the answers. The timesteps before `encoder_length` are
    the encoder's. `begins` says whether the pass starts from the network's own first states. A
    position counts the ops already run.
    """

    algorithm: Algorithm = field(compare=False)  # made anew for a network that is equal
    length: int
    outputs: tuple[int, ...]
    trains: bool = True
    encoder_length: int = 0
    labels: bool = True
    begins: bool = True

    def __len__(self) -> int:
        return self.backward_end + len(self.update_ops)

    @property
    def update_ops(self) -> tuple[OpKind, ...]:
        """The ops of the update."""
        return self.algorithm.update if self.trains else ()

    @property
    def freezes(self) -> bool:
        """Whether parameters are held."""
        return "freeze" in self.algorithm.kinds

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

    def _count(self, phase: Phase, encoded: int, others: int, outputs: int, first: int) -> int:
        """Ops of so many timesteps and outputs, the first of which is at `first`."""
        at, answering = self.algorithm.at, self.encodes(first)
        labels = self.labels
        silent = [len(at(phase, encodes=e, answers=False, labels=labels)) for e in (False, True)]
        whole = len(at(phase, encodes=answering, answers=True, labels=labels))
        extra = whole - silent[answering]
        return silent[True] * encoded + silent[False] * others + extra * outputs

    def _at_start(self, phase: Phase) -> int:
        """How many ops run only where the pass starts."""
        if not (self.begins and self.algorithm.starting):
            return 0
        at = self.algorithm.at
        counts = (
            len(at(phase, encodes=False, answers=False, labels=self.labels, starts=starts))
            for starts in (True, False)
        )
        more, fewer = counts
        return more - fewer

    def _forward_before(self, t: int) -> int:
        """Forward ops of the timesteps before t."""
        encoded = min(t, self.encoder_length)
        outputs = bisect_left(self.outputs, t)
        first = self._at_start(Phase.FORWARD) if t > 0 else 0
        return first + self._count(Phase.FORWARD, encoded, t - encoded, outputs, 0)

    def _backward_before(self, t: int) -> int:
        """Backward ops of the timesteps after t, which come first."""
        later = self.length - 1 - t
        encoded = max(0, min(self.length, self.encoder_length) - 1 - t)
        outputs = len(self.outputs) - bisect_left(self.outputs, t + 1)
        last = self._at_start(Phase.BACKWARD) if t < 0 else 0
        return last + self._count(Phase.BACKWARD, encoded, later - encoded, outputs, t)

    def has_output(self, t: int) -> bool:
        """Whether the network answers at timestep t."""
        place = bisect_left(self.outputs, t)
        return place < len(self.outputs) and self.outputs[place] == t

    def kinds_at(self, phase: Phase, t: int) -> tuple[OpKind, ...]:
        """The ops of one timestep in one direction, in order."""
        return self.algorithm.at(
            phase, encodes=self.encodes(t), answers=self.has_output(t), labels=self.labels,
            starts=t == 0 and self.begins,
        )  # fmt: skip

    def names_at(self, phase: Phase, t: int) -> tuple[str, ...]:
        """Their names."""
        return tuple(kind.name for kind in self.kinds_at(phase, t))

    def start_of(self, phase: Phase, t: int) -> int:
        """The position just before a timestep's first op in one direction."""
        if phase is Phase.FORWARD:
            return self._forward_before(t)
        return self.forward_end + self._backward_before(t)

    def end_of(self, phase: Phase, t: int) -> int:
        """The position just after a timestep's last op in one direction."""
        return self.start_of(phase, t) + len(self.kinds_at(phase, t))

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
            return Op(self.update_ops[position - self.backward_end], None)
        return Op(self.kinds_at(phase, t)[position - self.start_of(phase, t)], t)

    def kind(self, name: str, t: int | None = None) -> OpKind | None:
        """The op of a name at a timestep; None if there is no such op anywhere."""
        return self.algorithm.kind(name, encodes=t is not None and self.encodes(t))

    def position(self, name: str, t: int | None = None) -> int | None:
        """Where the op `name` of timestep t stands; None if there is no such op."""
        kind = self.kind(name, t)
        if kind is None:
            return None
        if kind.phase is Phase.UPDATE:
            names = [one.name for one in self.update_ops]
            return self.backward_end + names.index(name) if name in names else None
        if t is None or not 0 <= t < self.length:
            return None
        at = self.names_at(kind.phase, t)
        return self.start_of(kind.phase, t) + at.index(name) if name in at else None
