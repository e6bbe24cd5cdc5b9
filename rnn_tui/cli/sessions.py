"""Saved sessions on the command line."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from rnn_tui.data_files import is_session
from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.experiments.exclusions import refuse_idle
from rnn_tui.experiments.weights.formats import format_of
from rnn_tui.session.commands.keeping import folder, kept
from rnn_tui.session.commands.saving import opened, read
from rnn_tui.session.session import Session

INEXACT = (
    "slightly different numbers than when it was saved: another NumPy, processor or thread count "
    "rounds otherwise"
)


def session_of(
    options: Namespace, report: Callable[[int, int], object] = lambda _done, _of: None
) -> tuple[Session | None, str]:
    """The session that the arguments name, if they name one, and what is to be said of it.

    `report` is told how many of its commands have been done again, and of how many. Raises
    ExperimentError.
    """
    resume = getattr(options, "resume", False)
    if not (resume or is_session(options.experiment)):
        return None, ""
    for flag, value in (("--set", options.set), ("--weights", options.weights)):
        if value:
            raise ExperimentError("expected none, as a session brings its own", key=flag)
    path = _newest() if resume else Path(options.experiment)
    saved = read(path)
    report(0, len(saved.journal))
    found = opened(saved, lambda done: report(done, len(saved.journal)))
    assert found is not None, "nothing cancels it"
    return found.session, "" if found.exact else f"{path}: {INEXACT}"


def experiment_of(options: Namespace) -> Experiment:
    """The experiment that the arguments name, with the weights of a file if they name one.

    The file is then an override like others, which a saved session brings back. Raises
    ExperimentError.
    """
    overrides = list(options.set)
    if options.weights is not None:
        file = Path(options.weights).absolute()
        format_of(file, "--weights")
        overrides.append(f"model.weights_file={json.dumps(str(file))}")
    experiment = load(options.experiment, overrides)
    refuse_idle(experiment)
    return experiment


def _newest() -> Path:
    sessions = kept(folder())
    if not sessions:
        raise ExperimentError("there is no session to go on with yet", key="--resume")
    return sessions[0]
