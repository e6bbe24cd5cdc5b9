"""A conversation in plain sentences: lines of the one grammar in, what they came to out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rnn_tui.cli.arguments import BAD_INPUT
from rnn_tui.cli.output import bar, to_json
from rnn_tui.cli.streams import message
from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons.taking import progress
from rnn_tui.present.plain import learning
from rnn_tui.present.plain.learning import Lessons
from rnn_tui.present.plain.quizzing import Quizzes
from rnn_tui.present.plain.speaking import Reply, perform
from rnn_tui.session.commands.command_lines import VerbError, commands_in, parse
from rnn_tui.session.session import Session

OK, REFUSED = 0, 1
LEAVING = ("quit", "exit")


def lessons_kept() -> Lessons:
    """Lessons whose progress is kept where the user's sessions are."""
    return Lessons(progress.user_file())


def converse(
    session: Session, lessons: Lessons, script: str | None, *, as_json: bool = False
) -> tuple[int, Session]:
    """Line after line of a script, or of stdin; the code, and the session by then.

    The code is 1 if any was refused, 2 at the first line that is no command. Another session is
    that of a lesson which a line has begun.
    """
    code, quizzes = OK, Quizzes(lessons.kept)
    for line in _lines(script):
        if line.lower() in LEAVING:
            return code, session
        if quizzes.takes(line, in_lesson=lessons.play is not None):
            reply = quizzes.reply(line, session.view)
        elif lessons.takes(line):
            quizzes.question = None  # what is answered now is the lesson's question
            with bar("updates") as tell:
                reply = lessons.reply(line, tell)
            session = lessons.play.session if lessons.play is not None else session
        else:
            try:
                command = parse(line)
            except VerbError as error:
                message(str(error))
                if script is None and sys.stdin.isatty():
                    continue
                return BAD_INPUT, session
            with bar("numbers" if command.verb == "check" else "updates") as tell:
                reply = perform(session, command, tell)
            lists = command.verb == "help" and not any(command.arguments)
            more = learning.USAGE if lists else ()
            reply = replace(reply, said=(*reply.said, *more, *lessons.after(command)))
        say(session, line, reply, as_json=as_json)
        code = code if reply.ok else REFUSED
    return code, session


def _lines(script: str | None) -> Iterator[str]:
    if script is not None:
        yield from commands_in(script)
        return
    mark = "\ufeff"  # which Windows' programs put before a text
    while True:
        if sys.stdin.isatty():
            print("> ", end="", file=sys.stderr, flush=True)
        try:
            text = sys.stdin.readline()
        except UnicodeDecodeError:
            raise ExperimentError("expected UTF-8 text", key="stdin") from None
        if not text:
            return
        yield from commands_in(text.removeprefix(mark))
        mark = ""


def say(session: Session, line: str, reply: Reply, *, as_json: bool = False) -> None:
    """Print what a line came to."""
    if as_json:
        print(to_json(_as_json(session, line, reply)), flush=True)
        return
    for said in reply.said:
        print(said, flush=True)


def _as_json(session: Session, line: str, reply: Reply) -> dict[str, Any]:
    view = session.view
    return {
        "do": line,
        "ok": reply.ok,
        "epoch": view.epoch,
        "step": view.update,
        "updated": view.updated,
        "example": view.example + 1,
        "phase": view.phase.value,
        "t": view.t,
        "said": list(reply.said),
        "data": reply.data,
    }
