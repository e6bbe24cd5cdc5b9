"""What a diagnosis comes to: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from rnn_tui.experiments import Experiment


class Severity(StrEnum):
    """How bad a cause is.

    With an error the network can't learn what it is meant to; with a warning it learns, but more
    slowly than it could, or something else than is meant, or so that what it shows can't be
    trusted; what is possible explains what was seen, but its cure has not helped.
    """

    ERROR = "error"
    WARNING = "warning"
    POSSIBLE = "possible"


class Evidence(NamedTuple):
    """A number that proves a cause: its address, as `why` takes it, and its value."""

    ref: str
    value: float


class Tried(NamedTuple):
    """What came of a cure: the loss in so many updates with it, and of `against` without it.

    It is the mean of the last tenth of these, without it of the last `over` ones; where it is `of`
    something, the loss of that after the last one. `held` are the losses on data held back, without
    it and with it, where these were looked at; the first one is None where the run broke. `right`
    are the shares of it that are answered right.
    """

    updates: int
    loss: float
    cured: float
    of: str = ""
    against: int = 0
    over: int = 0
    held: tuple[float | None, float] | None = None
    right: tuple[float | None, float] | None = None


class Reopening(NamedTuple):
    """How an experiment is opened anew: the command of the shell, and the overrides in it.

    `put` are those that were not there before.
    """

    command: str = ""
    overrides: tuple[str, ...] = ()
    put: tuple[str, ...] = ()


NO_REOPENING = Reopening()


@dataclass(frozen=True)
class Finding:
    """A cause. `name` is its short name, `cause` says it in words, `cure` what helps.

    `verb` is the command of the session that does it. Where none can, as the experiment has to be
    opened in another way, `reopening` says how; where the data or the code has to be changed,
    both are empty. `see` is a question whose answer shows what is wrong. `failed` are the cures
    that were tried and didn't help.
    """

    name: str
    cause: str
    severity: Severity
    evidence: tuple[Evidence, ...]
    cure: str
    verb: str = ""
    tried: Tried | None = None
    reopening: Reopening = NO_REOPENING
    see: str = ""
    failed: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The shell's command that opens the experiment in another way; empty where none does."""
        return self.reopening.command

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        found: dict[str, Any] = {
            "name": self.name, "cause": self.cause, "severity": self.severity.value,
            "evidence": [one._asdict() for one in self.evidence],
            "cure": self.cure,
        }  # fmt: skip
        commands = {"verb": self.verb, "command": self.command, "see": self.see}
        found |= {name: command for name, command in commands.items() if command}
        found |= {"failed": list(self.failed)} if self.failed else {}
        return found if self.tried is None else found | {"tried": self.tried._asdict()}


class Cure(NamedTuple):
    """One thing to be changed, in words, and the command of the session that does it.

    Where no command can, the experiment `instead` is tried, which `reopening` opens.
    """

    words: str
    verb: str = ""
    instead: Experiment | None = None
    reopening: Reopening = NO_REOPENING


NO_CURE = "No cure tried helped"


@dataclass(frozen=True)
class Suspicion:
    """A cause that is believed only if one of its `cures` helps, which are tried in their order.

    `refs` are the addresses of what speaks for it. The lower its `rank`, the more special it is:
    of two whose cures help alike, the one that is rarer by itself is the cause. Of one that
    `speaks` for itself it is told even if no cure helps.
    """

    name: str
    cause: str
    refs: tuple[str, ...]
    cures: tuple[Cure, ...]
    rank: int
    speaks: bool = True


class HeldBack(NamedTuple):
    """The last loss on data held back, that of the best constant answer, and how many examples.

    `again` of these are in the training data too, as texts repeat. Where they are too few to tell,
    `left_out` is the share of all examples that are answered right when they are left out in turn,
    and `commonest` how often the commonest answer is right.
    """

    loss: float
    constant: float
    examples: int
    again: int = 0
    left_out: float | None = None
    commonest: float | None = None


class Watched(NamedTuple):
    """How many updates were watched in all, and the mean loss of the last `over` ones.

    `held` is how the data held back fares then, where that was looked at, and `spoils` whether that
    is clearly worse than when the plan ended.
    """

    updates: int
    last: float
    over: int = 1
    held: HeldBack | None = None
    spoils: bool = False

    @property
    def holds(self) -> bool:
        """Whether what is learnt holds for data that is held back, if there is some."""
        return self.held is None or (self.held.loss < self.held.constant and not self.spoils)


@dataclass(frozen=True)
class Diagnosis:
    """All that was found, the likeliest cause first; nothing where `findings` is empty.

    The mean loss was `first`, and `last` over the last `over` of the `updates` that were watched,
    of so many `planned`; `each` of them make an epoch, 0 in a stream. `known` is the loss of the
    best answer that is always the same. `learns` says whether it fell well below both, `moves`
    whether it fell below them at all. `held` is how data held back fared,
    `later` when a run learns after all whose plan ends before that. `failed` are checks that raised
    an error, and it. `done` of the updates the run had done itself, the others are a trial.
    """

    findings: tuple[Finding, ...]
    updates: int
    first: float
    last: float
    known: float
    learns: bool
    moves: bool
    planned: int
    each: int
    held: HeldBack | None = None
    later: Watched | None = None
    over: int = 1
    failed: tuple[str, ...] = ()
    done: int = 0

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to be said against it."""
        if self.later is not None and not self.later.holds:
            return False
        return (self.moves or self.later is not None) and not self.findings

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        told = {"held_back": self.held, "later": self.later}
        found: dict[str, Any] = {name: x._asdict() for name, x in told.items() if x is not None}
        if self.later is not None:
            held = self.later.held
            found["later"]["held"] = None if held is None else held._asdict()
        found |= {"failed": list(self.failed)} if self.failed else {}
        return found | {
            "learns": self.learns, "progress": self.moves,
            "updates": self.updates, "planned": self.planned,
            "loss": {"first": self.first, "last": self.last, "constant": self.known},
            "causes": [one.as_json() for one in self.findings],
        }  # fmt: skip


def column_name(names: Sequence[str], place: int) -> str:
    """A column in a sentence: by its name, or by its place where it has none."""
    return f"“{names[place]}”" if place < len(names) else f"{place}"
