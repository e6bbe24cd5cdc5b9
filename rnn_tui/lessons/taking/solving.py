"""The commands of a solution, carried out."""

from __future__ import annotations

from rnn_tui.lessons.reading import LessonError
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import VerbError, commands_in, parse
from rnn_tui.session.commands.performing import exactly, watched
from rnn_tui.session.commands.verbs import VERBS
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.why.refs import RefError


def perform(session: Session, script: str, file: str) -> frozenset[str]:
    """Carry out commands; `file` is where they stand. What they look at: panes, and numbers.

    Raises LessonError.
    """
    looked: set[str] = set()
    try:
        for line in commands_in(script):
            command = parse(line)
            if VERBS[command.verb].asks:
                looked |= {*command.arguments}
                continue
            for _ in range(command.times):
                run = watched if command.verb in ("run", "back") else exactly
                run(session, command.once)
    except (VerbError, Refused, RefError, ConditionError) as error:
        raise LessonError(f"{line}: {error}", key="solution", file=file) from None
    return frozenset(looked)
