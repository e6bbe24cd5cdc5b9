"""`rnn-tui` without a command: the explorer, on the screen before what it needs is imported."""

from __future__ import annotations

import gc
import json
import sys
import tomllib
from argparse import Namespace
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tui.cli.arguments import BAD_INPUT, COMMANDS
from rnn_tui.cli.streams import message
from rnn_tui.data_files import SESSION_MAGIC, data_root, experiment_named, is_session

if TYPE_CHECKING:
    from rnn_tui.session.session import Session
    from rnn_tui.tui.app import Opened

SOON = 2**16  # bytes of TOML that take no more than a moment


def run(options: Namespace) -> int:
    """Open the explorer; the exit code. Raises ExperimentError.

    What is plainly no experiment, and no session, never opens the screen.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        _session(options)
        names = ", ".join(COMMANDS)
        message(f"the explorer needs a terminal; without one: {names}")
        return BAD_INPUT
    gc.disable()  # until the explorer shows: what is imported is no garbage, and there is a lot
    name = "the last session" if options.resume else Path(options.experiment).stem
    document = {"title": ""} if options.resume else _glance(options.experiment)
    if document is None:
        start = _opened(options)
    from rnn_tui.tui.app import ToOpen, explore  # noqa: PLC0415

    if document is None:
        return explore(start)
    title = document.get("title")
    return explore(
        ToOpen(
            name=name,
            title=title if isinstance(title, str) else name,
            examples=_examples(document.get("data")),
            read=lambda tell: _opened(options, tell),
        )
    )


def _glance(source: str) -> dict[str, Any] | None:
    """What an experiment file says, unchecked; None where only its reader can tell what it is.

    Of a saved session, the file of the experiment that it was begun with.
    """
    own = Path(source)
    if is_session(source):
        begun_with = _begun_with(own)
        return None if begun_with is None else _glance(begun_with) or {}
    bundled = data_root() / "experiments" / f"{source}.toml"
    path = own if own.suffix.lower() == ".toml" else bundled
    try:
        if not path.is_file():
            return None
        return {} if path.stat().st_size > SOON else tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _begun_with(session: Path) -> str | None:
    """The experiment that a saved session names, unchecked; None where the file is none."""
    try:
        if not session.is_file():
            return None
        with session.open(encoding="utf-8") as file:
            first, *head = (file.readline(SOON) for _ in range(3))
        (experiment,) = (line for line in head if line.startswith("experiment "))
        named = json.loads(experiment.partition(" ")[2])
    except (OSError, ValueError, RecursionError):
        return None
    is_one = first.startswith(f"{SESSION_MAGIC} ") and isinstance(named, str)
    return experiment_named(named, session) if is_one else None


def _examples(data: object) -> int | None:
    """How many examples a file has for training; None for a stream, 0 where it doesn't say."""
    if not isinstance(data, dict) or data.get("kind") == "stream":
        return None
    train = data.get("train")
    return len(train) if isinstance(train, list) else 0


def _opened(options: Namespace, tell: Callable[[str], object] = lambda _: None) -> Opened:
    from rnn_tui.session.commands.keeping import folder  # noqa: PLC0415
    from rnn_tui.tui.app import Opened  # noqa: PLC0415

    session, told = _session(options, tell)
    return Opened(session, folder(), told)


def _session(
    options: Namespace, tell: Callable[[str], object] = lambda _: None
) -> tuple[Session, str]:
    """The session to open, and what is to be said of it. Raises ExperimentError.

    What takes long is told.
    """
    from rnn_tui.cli.sessions import experiment_of, session_of  # noqa: PLC0415
    from rnn_tui.experiments import ExperimentError  # noqa: PLC0415
    from rnn_tui.session.session import Session  # noqa: PLC0415

    resumed, told = session_of(
        options, lambda done, of: tell(f"does it all again: {done} of {of} commands")
    )
    if resumed is not None:
        return resumed, told
    try:
        experiment = experiment_of(options)
        return Session(experiment), "; ".join(experiment.notes)
    except ExperimentError as error:
        close = get_close_matches(options.experiment, COMMANDS, n=1, cutoff=0.7)
        if close and not error.file:
            hint = f'{error.expected} (or the command "{close[0]}"?)'
            raise ExperimentError(hint) from None
        raise
