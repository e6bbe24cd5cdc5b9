"""`rnn-tui doctor`: why a network doesn't learn."""

from __future__ import annotations

import shlex
from argparse import Namespace

from rnn_tui.cli.arguments import Parser, add_experiment
from rnn_tui.cli.output import bar, console, to_json
from rnn_tui.cli.trained import opened
from rnn_tui.diagnosis import Case, Finding, diagnose
from rnn_tui.experiments import Experiment, ExperimentError, load, shell_command
from rnn_tui.experiments.schema.overrides import with_overrides
from rnn_tui.present.sentences import diagnosis as words
from rnn_tui.session.edits.settings import SETTINGS
from rnn_tui.session.session import Session


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    parser.add_argument("--weights", metavar="FILE", help="begin with the weights of a file")
    parser.epilog = (
        "Each cause comes with numbers that `rnn-tui why` confirms and a command that trains with "
        "the cure (in JSON, shell; verb is that of the explorer and `plain`, command opens it "
        "anew). Exit code 0 where the loss falls and nothing was found, 1 where there is "
        "a cause, or no progress. JSON: causes, the loss, and whether it learns."
    )


def run(options: Namespace) -> int:
    """Diagnose the first updates of an experiment; 1 if a cause was found, or no progress."""
    session = Session(opened(options))
    with bar("updates", quiet=False) as tell:

        def report(done: int, of: int, doing: str) -> None:
            tell(done, of, doing)

        found = diagnose(Case.of(session, report))

    def shell(one: Finding) -> str:
        return training_cured(session.experiment, one, options.weights)

    if options.json:
        told = found.as_json()
        for one, cause in zip(found.findings, told["causes"], strict=True):
            if command := shell(one):
                cause["shell"] = command
        print(to_json({"summary": words.summary(found)} | told))
    else:
        out = console()
        for line in words.lines(found, shell):
            is_command = line.startswith(words.RUN)  # which is to be copied in one piece
            out.print(line, highlight=False, soft_wrap=is_command)
        if found.later is not None and found.later.holds and options.weights is None:
            unit, count = words.planned(found, found.later.updates)
            longer = f"{shell_command(session.experiment, 'train')} --{unit}s {count}"
            out.print(f"{words.RUN}{longer}", highlight=False, soft_wrap=True)
    return 0 if found.is_well else 1


def training_cured(experiment: Experiment, one: Finding, weights: str | None = None) -> str:
    """The shell's command that trains an experiment with a cure; empty where none does.

    By `train` where the cure is a setting of the file; else `plain` does it and trains then.
    """
    if (put := _overrides(experiment, one)) is not None and weights is None:
        return shell_command(experiment, "train", overrides=put)
    word, _, rest = one.verb.partition(" ")
    if word == "goto":
        unit, number = rest.split()
        return f"{_begun(experiment, 'train', weights)} --{unit}s {number}" if not weights else ""
    if not word:
        return one.command
    settings = experiment.training
    far = f"update {settings.steps}" if settings.steps else f"epoch {settings.epochs}"
    done = shlex.quote(f"{one.verb}; {far}")
    return f"{_begun(experiment, 'plain', weights)} --do {done}"


def _begun(experiment: Experiment, word: str, weights: str | None) -> str:
    command = shell_command(experiment, word)
    return f"{command} --weights {shlex.quote(weights)}" if weights else command


def _overrides(experiment: Experiment, one: Finding) -> tuple[str, ...] | None:
    """All overrides with which the file has a cure; None where none has, or it refuses them."""
    put = one.reopening.overrides
    if not put:
        word, _, rest = one.verb.partition(" ")
        name, _, value = rest.partition(" ")
        if word == "mend" and experiment.training.fault != "none":
            name, value = "training.fault", "none"
        elif word != "set" or name not in SETTINGS.values():
            return None
        put = with_overrides(experiment.overrides, [f"{name}={value}"])
    try:
        load(experiment.path, put)
    except ExperimentError:
        return None
    return put
