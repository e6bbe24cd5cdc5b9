"""The code of a whole pass: every line in the order in which it runs, and when it runs."""

from __future__ import annotations

import inspect
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rnn_tui.equations.lines import Body
from rnn_tui.session.program.known import Known
from rnn_tui.session.program.ops import Algorithm, Op, OpKind, Phase
from rnn_tui.session.program.program import Program

Stack = tuple[bool, bool]  # whether it is the encoder's, and whether it answers anywhere


@dataclass(frozen=True, eq=False)
class CodeRow:
    """A row of the code: a loop over timesteps, the head of a function, or a line that runs.

    A line has its `kind` and its function's `body`, a function its `body`, a loop neither.
    `kinds` are the lines in it. `encodes` says whether it belongs to the encoder's timesteps.
    """

    phase: Phase
    encodes: bool
    kinds: tuple[OpKind, ...]
    body: Body | None = None
    kind: OpKind | None = None

    @property
    def number(self) -> int | None:
        """Where it stands in its function, whose first line is 1; a loop is in none."""
        if self.body is None:
            return None
        return 1 if self.kind is None else self.body.place(self.kind.line)

    @property
    def words(self) -> str:
        """What is said of it where it is written: a line's comment, a function's first sentence."""
        if self.kind is not None:
            return self.kind.line.words
        if self.body is None:
            return ""
        return (inspect.getdoc(self.body.function) or "").partition("\n\n")[0].replace("\n", " ")


def code(program: Program) -> tuple[CodeRow, ...]:
    """The rows of all that runs in a pass: forward, back, and the update if it trains."""
    outputs, E = program.outputs, program.encoder_length
    encoder = (True, outputs[0] < E) if E else None
    rest = (False, outputs[-1] >= E) if program.length > E else None
    stacks = tuple(one for one in (encoder, rest) if one is not None)
    flags = program.labels, program.begins, bool(program.update_ops)
    return _code(program.algorithm, stacks, *flags)


@lru_cache(maxsize=32)
def _code(
    algorithm: Algorithm, stacks: tuple[Stack, ...], labels: bool, begins: bool, trains: bool
) -> tuple[CodeRow, ...]:
    rows: list[CodeRow] = []
    for phase, order in ((Phase.FORWARD, stacks), (Phase.BACKWARD, stacks[::-1])):
        for encodes, answers in order:
            starts = begins and (encodes, answers) == stacks[0]
            kinds = algorithm.at(
                phase, encodes=encodes, answers=answers, labels=labels, starts=starts
            )
            rows += _of_timesteps(phase, encodes, kinds)
    if trains:
        rows += _functions(Phase.UPDATE, False, algorithm.update)
    return tuple(rows)


def _of_timesteps(phase: Phase, encodes: bool, kinds: Sequence[OpKind]) -> Iterator[CodeRow]:
    """A loop and what runs in it; what runs only at the start of a pass stands outside."""
    once = tuple(kind for kind in kinds if kind.at_start)
    every = tuple(kind for kind in kinds if not kind.at_start)
    if phase is Phase.FORWARD:
        yield from _functions(phase, encodes, once)
    if every:
        yield CodeRow(phase, encodes, every)
        yield from _functions(phase, encodes, every)
    if phase is Phase.BACKWARD:
        yield from _functions(phase, encodes, once)


def _functions(phase: Phase, encodes: bool, kinds: Sequence[OpKind]) -> Iterator[CodeRow]:
    for _, grouped in groupby(kinds, key=lambda kind: id(kind.body)):
        lines = tuple(grouped)
        yield CodeRow(phase, encodes, lines, lines[0].body)
        for kind in lines:
            yield CodeRow(phase, encodes, (kind,), kind.body, kind)


def row_of(rows: Sequence[CodeRow], op: Op | None) -> int | None:
    """The row of an op's line; None without an op."""
    if op is None:
        return None
    return next((place for place, row in enumerate(rows) if row.kind is op.kind), None)


def timesteps(program: Program, row: CodeRow) -> Sequence[int]:
    """Those at which a line runs, or a loop goes through, in ascending order; of an update none."""
    E, T, kind = program.encoder_length, program.length, row.kind
    if row.phase is Phase.UPDATE:
        return ()
    if kind is not None and kind.at_start:
        return (0,)
    if kind is not None and kind.at_outputs:
        place = bisect_left(program.outputs, E)
        return program.outputs[:place] if row.encodes else program.outputs[place:]
    return range(E) if row.encodes else range(E, T)


def reached(known: Known, kind: OpKind, times: Sequence[int]) -> Sequence[int]:
    """The timesteps at which a line has run, of those at which it does, in ascending order."""

    def has(t: int) -> bool:
        return known.has(kind.name, t)

    if kind.phase is Phase.BACKWARD:
        return times[bisect_left(times, True, key=has) :]
    return times[: bisect_left(times, True, key=lambda t: not has(t))]


def here(known: Known, at: int | None, kind: OpKind, times: Sequence[int]) -> int | None:
    """The timestep whose numbers of a line are shown where one stands `at` a timestep.

    That one, if the line runs there, else where it ran last, else where it runs first; None
    of a line that runs at no timestep.
    """
    if not times:
        return None
    if at is not None and at in times:
        return at
    ran, back = reached(known, kind, times), kind.phase is Phase.BACKWARD
    if ran:
        return ran[0] if back else ran[-1]
    return times[-1] if back else times[0]
