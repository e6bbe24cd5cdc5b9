"""`rnn-tui doctor`: why a network doesn't learn."""

from __future__ import annotations

from argparse import Namespace

from rnn_tui.cli.arguments import Parser, add_experiment
from rnn_tui.cli.output import bar, console, to_json
from rnn_tui.cli.trained import opened
from rnn_tui.diagnosis import Case, diagnose
from rnn_tui.present.sentences import diagnosis as words
from rnn_tui.session.session import Session


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    parser.add_argument("--weights", metavar="FILE", help="begin with the weights of a file")
    parser.epilog = (
        "Each cause comes with numbers that `rnn-tui why` confirms and a command that helps: of "
        "`rnn-tui plain` (in JSON, verb) or, where it has to be opened anew, of the shell "
        "(command). Exit code 0 where the loss falls and nothing was found, 1 where there is "
        "a cause, or no progress. JSON: causes, the loss, and whether it learns."
    )


def run(options: Namespace) -> int:
    """Diagnose the first updates of an experiment; 1 if a cause was found, or no progress."""
    session = Session(opened(options))
    with bar("updates", quiet=False) as tell:

        def report(done: int, of: int, doing: str) -> None:
            tell(done, of, doing)

        found = diagnose(Case.of(session, report))
    if options.json:
        print(to_json({"summary": words.summary(found)} | found.as_json()))
    else:
        out = console()
        for line in words.lines(found):
            is_command = line.startswith(words.OPEN)  # which is to be copied in one piece
            out.print(line, highlight=False, soft_wrap=is_command)
    return 0 if found.is_well else 1
