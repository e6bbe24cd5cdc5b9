"""How the methods of a session stand in its journal: each as the command that does the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from rnn_tui.experiments import Example, TrainingConfig
from rnn_tui.session.checks.spikes import trouble
from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.edits.settings import settings_table
from rnn_tui.session.edits.typed import wanted_in

Method = TypeVar("Method", bound=Callable[..., Any])


def recorded(command: Callable[..., Command]) -> Callable[[Method], Method]:
    """A method of a session that stands in its journal as this command, made once it is done."""

    def decorate(method: Method) -> Method:
        @wraps(method)
        def performed(session: Any, *args: Any, **named: Any) -> Any:
            with session.journal.doing(lambda: command(session, *args, **named)):
                return method(session, *args, **named)

        return cast("Method", performed)

    return decorate


def plainly(verb: str, *before: str) -> Callable[..., Command]:
    """The command of a method whose arguments are those of the verb, after some fixed ones."""

    def command(_: object, *arguments: object) -> Command:
        return Command(verb, (*before, *(str(one) for one in arguments if one is not None)))

    return command


def move(_: object, verb: str) -> Command:
    """The command of a move without arguments."""
    return Command(verb, ("1",) if verb in ("update", "epoch") else ())


def place(session: Any, update: int) -> Command:
    """The command that goes to an update, by the word for what training is counted in here."""
    units, inside = divmod(update, session.updates_per_unit)
    where = ("update", update) if inside else (session.unit, units)
    return Command("goto", (where[0], str(where[1])))


def run_at(session: Any, number: int, _: int | None = None) -> Command:
    """The command that goes to a run at the update where this one came to stand.

    Which that is hangs on how far the run had been computed, of which a journal knows nothing.
    """
    return Command("goto", ("run", str(number), str(session.moment.cursor.update)))


def cured(session: Any, name: str, broken: int | None = None) -> Command:
    """The command that cures what went wrong in the run that was left, at the update that did."""
    at = trouble(session.moment.timeline.fork.parent) if broken is None else broken
    return Command("cure", (name, str(at)))


def changed(_: object, name: str, value: str) -> Command:
    """The command that changes what a name stands for, the name without blanks."""
    return Command("set", ("".join(name.split()), value))


def example_at(_: object, example: int) -> Command:
    """The command that looks at an example, which a person counts from 1."""
    return Command("example", (str(example + 1),))


def typed(session: Any, example: Example) -> Command:
    """The command that reads this sentence; of a stream, its last token is the last target."""
    if session.experiment.stream is not None and session.experiment.has_classes:
        vocabulary = session.experiment.vocabulary
        last = vocabulary.tokens[example.targets[-1]]
        return Command("input", (vocabulary.join((*example.tokens, last)),))
    if not example.labelled:
        return Command("input", (example.text,))
    return Command("input", (example.text, wanted_in(session.experiment, example)))


def number_put(_: object, name: str, index: tuple[int, ...], value: float) -> Command:
    """The command that puts a number where it is, or changes it."""
    return Command("put", (f"{name}[{','.join(map(str, index))}]", repr(float(value))))


def trained_by(_: object, settings: TrainingConfig) -> Command:
    """The command that trains on by these settings, all of them."""
    table = settings_table(settings, settings.optimizer)
    return Command("settings", (json.dumps(table, separators=(",", ":")),))


def broken_by(_: object, name: str | None) -> Command:
    """The command that puts a bug in, or takes it out."""
    return Command("mend") if name is None else Command("break", (name,))
