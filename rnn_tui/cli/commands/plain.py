"""`rnn-tui plain`: the explorer's verbs as a stream of sentences."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnn_tui.cli.arguments import BAD_INPUT, Parser, add_set
from rnn_tui.cli.loading import tell
from rnn_tui.cli.output import bar, to_json
from rnn_tui.cli.sessions import experiment_of, session_of
from rnn_tui.cli.streams import message
from rnn_tui.data_files import SESSION_SUFFIX, is_session
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.drafts import check_writable
from rnn_tui.present.plain import plain
from rnn_tui.present.plain.learning import USAGE, Lessons
from rnn_tui.present.plain.speaking import Reply, perform
from rnn_tui.session.commands.command_lines import VerbError, commands_in, parse
from rnn_tui.session.commands.keeping import folder
from rnn_tui.session.commands.saving import save
from rnn_tui.session.session import Session

OK, REFUSED = 0, 1
LEAVING = ("quit", "exit")
PROGRESS = "progress.txt"


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "experiment", nargs="?", default="sentiment", metavar="EXPERIMENT",
        help="a name, a .toml file, data of your own or a saved session (sentiment)",
    )  # fmt: skip
    add_set(parser)
    parser.add_argument(
        "--do", metavar="COMMANDS", help="such as 'forward 4; backward 4; epoch 10' (reads stdin)"
    )
    parser.add_argument("--save", metavar="FILE", help="save the session then: .rnn-session")
    parser.add_argument("--weights", metavar="FILE", help="begin with the weights of a file")


def run(options: Namespace) -> int:
    """Say what each command did; 1 if any was refused, 2 at the first line that is none."""
    target = _target(options)
    with bar("commands") as report:
        session, told = session_of(options, report)
    session = session or Session(experiment_of(options))
    tell([*([told] if told else []), *session.experiment.notes])
    if not options.json:
        for said in plain.opening(session.view):
            print(said)
    code, session = _converse(session, options)
    if target is not None:
        save(session, target)
        message(f"saved {target}")
    return code


def _target(options: Namespace) -> Path | None:
    if options.save is None:
        return None
    if not is_session(options.save):
        raise ExperimentError(f"expected a file that ends in {SESSION_SUFFIX}", key="--save")
    check_writable(Path(options.save))
    return Path(options.save)


def _converse(session: Session, options: Namespace) -> tuple[int, Session]:
    """Line after line; the code, and the session by then, which a lesson may have begun."""
    code, where = OK, folder("lessons")
    lessons = Lessons(None if where is None else where / PROGRESS)
    for line in _lines(options):
        if line.lower() in LEAVING:
            return code, session
        if lessons.takes(line):
            reply = lessons.reply(line)
            session = lessons.play.session if lessons.play is not None else session
        else:
            try:
                command = parse(line)
            except VerbError as error:
                message(str(error))
                if options.do is None and sys.stdin.isatty():
                    continue
                return BAD_INPUT, session
            reply = perform(session, command)
            more = USAGE if command.verb == "help" and not any(command.arguments) else ()
            reply = replace(reply, said=(*reply.said, *more, *lessons.after(command)))
        _say(session, line, reply, options.json)
        code = code if reply.ok else REFUSED
    return code, session


def _lines(options: Namespace) -> Iterator[str]:
    if options.do is not None:
        yield from commands_in(options.do)
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


def _say(session: Session, line: str, reply: Reply, as_json: bool) -> None:
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
