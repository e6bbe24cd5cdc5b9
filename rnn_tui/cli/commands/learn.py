"""`rnn-tui learn`: the lessons beside the explorer, or in plain sentences, which take answers."""

from __future__ import annotations

import sys
from argparse import Namespace

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.commands import explore
from rnn_tui.cli.conversation import OK, converse, lessons_kept, say
from rnn_tui.cli.output import bar
from rnn_tui.experiments import load
from rnn_tui.lessons.courses import lesson_named
from rnn_tui.session.session import Session


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "name", nargs="?", metavar="NAME",
        help="the id or number of a lesson, or a .md file (lists them all)",
    )  # fmt: skip
    parser.add_argument(
        "--plain", action="store_true",
        help="in sentences, as without a terminal, and not beside the explorer",
    )  # fmt: skip
    parser.add_argument(
        "--do", metavar="COMMANDS",
        help="in sentences: such as 'continue; forward', or 'test; answer 1' (reads stdin)",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Open the explorer with the lessons beside it; or go on line by line, or list them."""
    is_plain = options.plain or options.json or options.do is not None
    if not is_plain and sys.stdin.isatty() and sys.stdout.isatty():
        if options.name is not None:
            lesson_named(options.name)  # a wrong name never opens the screen
        return explore.open_explorer(explore.parser().parse_args([]), options.name or "")
    lessons = lessons_kept()
    if options.name is None and options.do is None:  # where no more lines are read
        lessons.learn = "rnn-tui learn"
    line = f"learn {options.name or ''}".rstrip()
    with bar("updates") as tell:
        reply = lessons.reply(line, tell)
    session = lessons.play.session if lessons.play is not None else Session(load("sentiment"))
    say(session, line, reply, as_json=options.json)
    if options.name is None and options.do is None:
        return OK
    return converse(session, lessons, options.do, as_json=options.json)[0]
