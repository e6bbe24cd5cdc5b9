"""`rnn-tui learn`: a lesson in plain sentences, which takes answers."""

from __future__ import annotations

from argparse import Namespace

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.conversation import OK, converse, lessons_kept, say
from rnn_tui.experiments import load
from rnn_tui.session.session import Session


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME",
        help="the id or number of a lesson, or a .md file (lists them all)",
    )  # fmt: skip
    parser.add_argument(
        "--do", metavar="COMMANDS", help="such as 'continue; forward; continue' (reads stdin)"
    )


def run(options: Namespace) -> int:
    """Begin a lesson and go on line by line; without a name, list them."""
    lessons = lessons_kept()
    line = f"learn {options.name or ''}".rstrip()
    reply = lessons.reply(line)
    session = lessons.play.session if lessons.play is not None else Session(load("sentiment"))
    say(session, line, reply, as_json=options.json)
    if options.name is None and options.do is None:
        return OK
    return converse(session, lessons, options.do, as_json=options.json)[0]
