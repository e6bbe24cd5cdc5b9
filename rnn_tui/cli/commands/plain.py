"""`rnn-tui plain`: the explorer's verbs as a stream of sentences."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rnn_tui.cli.arguments import Parser, add_set
from rnn_tui.cli.conversation import converse, lessons_kept
from rnn_tui.cli.loading import tell
from rnn_tui.cli.output import bar
from rnn_tui.cli.sessions import experiment_of, session_of
from rnn_tui.cli.streams import message
from rnn_tui.data_files import SESSION_SUFFIX, is_session
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.drafts import check_writable
from rnn_tui.present.plain import plain
from rnn_tui.session.commands.saving import save
from rnn_tui.session.session import Session


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "experiment", nargs="?", default="sentiment", metavar="EXPERIMENT",
        help="a name, a .toml file, data of your own or a saved session (sentiment)",
    )  # fmt: skip
    add_set(parser)
    parser.add_argument(
        "--do", metavar="COMMANDS",
        help="such as 'forward 4; backward 4; quiz; learn 1' (reads stdin)",
    )  # fmt: skip
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
    code, session = converse(session, lessons_kept(), options.do, as_json=options.json)
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
