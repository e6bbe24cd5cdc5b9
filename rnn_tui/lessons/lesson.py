"""What a lesson's file says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TRUE, FAULT = "true", "fault:"  # computed choices: what the code computes, and what a bug would


@dataclass(frozen=True)
class Read:
    """Something to read."""


@dataclass(frozen=True)
class Predict:
    """A question with choices, asked before the answer is there.

    `ask` is an address, whose value is asked for, or a question. Where it is an address, choices
    may be "true" or "fault:NAME": what the right code computes, and what it would with that bug.
    """

    ask: str
    choices: tuple[str, ...]
    attempts: int = 2


@dataclass(frozen=True)
class Do:
    """Something to be done until a condition on the moment is true.

    It is passed once all of `look` was looked at by then, too: panes as `show` names them, each in
    the view of that name, and addresses of numbers, asked why.
    """

    until: str
    look: tuple[str, ...] = ()


@dataclass(frozen=True)
class Find:
    """A number to be gone to."""

    ref: str


@dataclass(frozen=True)
class Write:
    """A line of the cell to be written: its target."""

    line: str


Task = Read | Predict | Do | Find | Write


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that was foreseen: `when` it is given, `say` why not."""

    when: str
    say: str


@dataclass(frozen=True)
class Step:
    """One section of a lesson. `line` is where it begins in the file, from 1.

    `highlight` is a pane, or the address of a number, that it speaks of beside those in its prose.
    `hints` are given one by one, `solution` is shown on request or after passing: commands, or
    the answer. `say` is said once it is passed. A step that `opens` a session of its own has an
    `experiment`, that of the lesson if it is empty, with these `settings`; the steps after it
    stay in that session. A question of the test-out has the heading of the step where the lesson
    begins after a wrong answer in `taught_in`: its own, or one before it.
    """

    title: str
    prose: str
    task: Task
    line: int
    say: str = ""
    hints: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    solution: str = ""
    highlight: str = ""
    taught_in: str | None = None
    experiment: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def opens(self) -> bool:
        """Whether it begins a session of its own."""
        return bool(self.experiment or self.settings)


@dataclass(frozen=True)
class Lesson:
    """A lesson: an experiment with some `settings`, and steps in their order.

    `needs` are the lessons that come before it, `minutes` how long it takes.
    """

    id: str
    title: str
    experiment: str
    path: Path
    steps: tuple[Step, ...]
    intro: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    minutes: int = 0

    def opened_at(self, place: int) -> int:
        """Which step opened the session that the one at `place` is in; 0 for the lesson's own."""
        return next((n for n in range(place, 0, -1) if self.steps[n].opens), 0)

    @property
    def questions(self) -> tuple[int, ...]:
        """The places of the steps that the test-out asks; none where there is no test-out."""
        return tuple(place for place, step in enumerate(self.steps) if step.taught_in is not None)

    def taught_at(self, place: int) -> int:
        """The place of the step that teaches what the question at a place asks."""
        titles = [step.title for step in self.steps[: place + 1]]
        wanted = self.steps[place].taught_in
        return next(n for n in reversed(range(place + 1)) if titles[n] == wanted)
