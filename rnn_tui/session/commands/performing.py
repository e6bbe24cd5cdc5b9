"""Commands carried out on a session: the methods that the verbs stand for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import Example, ExperimentError
from rnn_tui.experiments.errors import nearest
from rnn_tui.session.breakpoints.breakpoints import Gauge, Hit, Watch, last_hits, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.breakpoints.conditions import Condition, ConditionError
from rnn_tui.session.checks.cures import Cure
from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.commands.forms import Arguments
from rnn_tui.session.edits.settings import with_training
from rnn_tui.session.edits.typed import typed_example
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session

Cancelled = Callable[[], bool]
COMPARES = re.compile(r"[<>=]")


@dataclass(frozen=True)
class Outcome:
    """What a command came to: conditions hit, `back` in time or on, or an update that broke.

    Of a run to its end, `missed` is the watch over what did not become true on the way.
    """

    hits: tuple[Hit, ...] = ()
    broke: bool = False
    back: bool = False
    missed: Watch | None = None


def exactly(session: Session, command: Command) -> None:
    """Do one act of a command, whatever comes of it. Raises Refused, the session unchanged."""
    if command.verb in ("run", "back"):
        raise Refused(f"{command.verb} until looks for a moment and is no move to one")
    _MOVES[command.verb](session, command.arguments)


def watched(session: Session, command: Command) -> Outcome:
    """Do one act of a command as for a person: training stops before what is not finite.

    Raises Refused, the session unchanged.
    """
    if command.verb == "run":
        return _run(session, *command.arguments)
    if command.verb == "back":
        return _back(session, command.arguments[0])
    timeline, start = session.moment.timeline, session.moment.cursor.update
    exactly(session, command)
    if command.verb not in ("update", "epoch", "goto") or session.moment.timeline is not timeline:
        return Outcome()
    broken = timeline.broken
    if broken is None or not start < broken < session.moment.cursor.update:
        return Outcome()
    session.undo()
    session.go_to_update(broken)
    return Outcome(broke=True)


def moves(verb: str) -> bool:
    """Whether a verb moves or changes a session by itself."""
    return verb in _MOVES


# Conditions


def _condition(session: Session, text: str) -> Condition:
    try:
        return parse(text, scope_of(session.view))
    except ConditionError as error:
        raise Refused(str(error)) from None


def _run(session: Session, text: str, most: str | None = None) -> Outcome:
    condition, size = _condition(session, text), session.updates_per_unit
    timeline, start = session.moment.timeline, session.moment.cursor.update
    target = session.planned * size if most is None else (start // size + int(most)) * size
    if target <= start:
        unit = session.unit
        raise Refused(f"the {session.planned} planned {unit}s are done: say how many more by for N")
    watch = Watch(Gauge(timeline), (condition,))
    watch.begin(start)
    session.begin_run()
    hits: tuple[Hit, ...] = ()
    broke = False
    try:
        for k in range(start, target):
            session.tell(k - start, target - start)
            if timeline.frontier <= k:
                timeline.extend()
            if broke := timeline.broken == k and k > start:
                break
            session.follow(k + 1)
            if hits := watch.after(k + 1):
                break
    finally:
        session.end_run()
    return Outcome(hits, broke, missed=None if hits or broke else watch)


def _back(session: Session, text: str) -> Outcome:
    condition, moment = _condition(session, text), session.moment
    here = reached = moment.cursor.update

    def reach(update: int) -> None:
        nonlocal reached
        reached = update

    def look() -> bool:
        session.tell(here - reached, here)  # which may raise
        return False

    hits = last_hits(moment.timeline, (condition,), here, reach, look)
    if not hits:
        raise Refused(f"{condition.text} never became true before here")
    session.go_to_update(hits[0].update)
    return Outcome(hits, back=True)


# Moves


def _goto(session: Session, arguments: Arguments) -> None:
    kind = arguments[0]
    number, *update = map(int, arguments[1:])
    if kind == "run":
        session.go_to_run(number, *update)
    elif kind == "epoch":
        session.go_to_epoch(number)
    else:
        session.go_to_update(number)


def _input(session: Session, arguments: Arguments) -> None:
    session.edit_input(_example(session, *arguments))


def _example(session: Session, text: str, label: str | None = None) -> Example:
    try:
        return typed_example(session.view, text, label)
    except ExperimentError as error:
        raise Refused(str(error)) from None


def _put(session: Session, arguments: Arguments) -> None:
    array, _, inside = arguments[0].removesuffix("]").partition("[")
    try:
        index, value = tuple(map(int, inside.split(","))), float(arguments[1])
    except ValueError:
        raise Refused("expected a number of an array, and its value") from None
    session.edit_parameter(array, index, value)


def _settings(session: Session, arguments: Arguments) -> None:
    try:
        table = json.loads(arguments[0])
        if not isinstance(table, dict):
            raise ValueError
        session.edit_settings(with_training(session.view.experiment, table))
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, ExperimentError) else "expected a table in JSON"
        raise Refused(why) from None


def _broken_by(session: Session, arguments: Arguments) -> None:
    name = arguments[0]
    if name not in FAULTS and _is_condition(session, name):
        raise Refused(f"break adds a bug; to stop at a condition: run until {name}")
    session.break_it(name)


def _is_condition(session: Session, text: str) -> bool:
    """Whether a condition was meant, be it one that can't be read."""
    try:
        parse(text, scope_of(session.view))
    except ConditionError:
        return bool(COMPARES.search(text))
    return True


def _cure(session: Session, arguments: Arguments) -> None:
    name, *broken = arguments
    if name not in tuple(Cure):
        raise Refused(f"cures are {', '.join(Cure)}{nearest(name, tuple(Cure))}")
    session.cure(name, *map(int, broken))


def _pin(session: Session, arguments: Arguments) -> None:
    session.pin(*map(int, arguments))


def _move(verb: str) -> Callable[[Session, Arguments], None]:
    return lambda session, _: session.do(verb)


_MOVES: dict[str, Callable[[Session, Arguments], None]] = {
    **{verb: _move(verb) for verb in Session.MOVES},
    "update": lambda session, arguments: session.updates(int(arguments[0])),
    "epoch": lambda session, arguments: session.epochs(int(arguments[0])),
    "undo": lambda session, _: session.undo(),
    "redo": lambda session, _: session.redo(),
    "reset": lambda session, _: session.reset(),
    "goto": _goto,
    "scrub": lambda session, arguments: session.scrub(int(arguments[0])),
    "example": lambda session, arguments: session.go_to_example(int(arguments[0]) - 1),
    "input": _input,
    "set": lambda session, arguments: session.set(*arguments),
    "put": _put,
    "settings": _settings,
    "break": _broken_by,
    "mend": lambda session, _: session.break_it(None),
    "cure": _cure,
    "pin": _pin,
}  # fmt: skip


def replay(
    session: Session,
    commands: tuple[Command, ...],
    report: Callable[[int], object] = lambda _: None,
    cancelled: Cancelled = lambda: False,
) -> bool:
    """Do everything again in a new session; False if it was cancelled on the way.

    `report` is told how many commands are done; before each of them, and each update that one
    trains, `cancelled` is asked. Raises ReplayError.
    """

    def look(*_: object) -> None:
        if cancelled():
            raise _Cancelled

    try:
        with session.telling(look):
            for done, command in enumerate(commands):
                _all_of(session, command, done, look)
                report(done + 1)
    except _Cancelled:
        return False
    return True


class _Cancelled(Exception):  # noqa: N818 - nothing has failed
    """Nobody waits for the session any more."""


def _all_of(session: Session, command: Command, place: int, look: Callable[[], None]) -> None:
    for _ in range(command.times):
        look()
        try:
            _once_more(session, command.once)
        except Refused as refused:
            raise ReplayError(place, f"{command.text}: {refused.why}") from None


def _once_more(session: Session, command: Command) -> None:
    """Do an act of a journal, for which the run had come far enough when it was done first."""
    if command.verb == "scrub":
        session.train_to(int(command.arguments[0]))
        session.moment.timeline.show(int(command.arguments[0]))
    exactly(session, command)


class ReplayError(ValueError):
    """A command of a journal that can't be done; `place` is its number, from 0."""

    def __init__(self, place: int, why: str) -> None:
        super().__init__(why)
        self.place = place
