"""Saved sessions on the command line."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rnn_tui.experiments import ExperimentError
from rnn_tui.session.keeping import folder, kept
from rnn_tui.session.saving import is_session, opened, read
from rnn_tui.session.session import Session

INEXACT = "not the same bits as when it was saved: another NumPy rounds otherwise"


def session_of(options: Namespace) -> tuple[Session | None, str]:
    """The session that the arguments name, if they name one, and what is to be said of it.

    Raises ExperimentError.
    """
    resume = getattr(options, "resume", False)
    if not (resume or is_session(options.experiment)):
        return None, ""
    if options.set:
        raise ExperimentError("expected none, as a session brings its own", key="--set")
    path = _newest() if resume else Path(options.experiment)
    found = opened(read(path))
    assert found is not None, "nothing cancels it"
    return found.session, "" if found.exact else f"{path}: {INEXACT}"


def _newest() -> Path:
    sessions = kept(folder())
    if not sessions:
        raise ExperimentError("there is no session to go on with yet", key="--resume")
    return sessions[0]
