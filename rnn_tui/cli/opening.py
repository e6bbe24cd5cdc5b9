"""What `rnn-tui EXPERIMENT` opens: first at a glance, for the first frame, and then in full."""

from __future__ import annotations

import json
import tomllib
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tui.cli.commands import COMMANDS
from rnn_tui.data_files import SESSION_MAGIC, data_root, experiment_named, is_session
from rnn_tui.equations.unimported import cell_file
from rnn_tui.tui.sizes import Contents

if TYPE_CHECKING:
    from rnn_tui.session.session import Session
    from rnn_tui.tui.app import Opened

# Words that ask for an experiment of one's own: a file is written by another command.
BEGINNING = ("new", "create", "init", "add")
BEGIN = "rnn-tui export sentiment --toml -o my.toml writes one to change, rnn-tui my.toml opens it"
DEFAULT_LENGTH = 4  # timesteps, where a file doesn't say
SOON = 2**16  # bytes of TOML that take no more than a moment


def glance(source: str) -> dict[str, Any] | None:
    """What an experiment file says, unchecked; None where only its reader can tell what it is.

    Of a saved session, the file of the experiment that it was begun with.
    """
    own = Path(source)
    if is_session(source):
        begun_with = _begun_with(own)
        return None if begun_with is None else glance(begun_with) or {}
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


def short_name(source: str) -> str:
    """What an experiment is called before anything is known of it."""
    return Path(source).stem


def contents(document: Mapping[str, Any], source: str = "") -> Contents:
    """What the parts of the Step page will have to show, as far as a file says it.

    Its lists may stand in another file, beside that of `source`.
    """
    data, model = _table(document, "data"), _table(document, "model")
    examples, lengths = _examples(data, Path(source).parent), [DEFAULT_LENGTH]
    if data.get("kind") == "stream":
        longest = _table(document, "training").get("sequence_length", 25)
    else:
        lengths = [len(words) for words in examples] or lengths
        longest = max(lengths)
    units, layers = model.get("hidden_size"), model.get("layers", 1)
    if isinstance(units, list) and units:
        units, layers = units[-1], len(units)
    cell = cell_file(str(model["cell"])) if "cell" in model else None
    states = len(cell.states) if cell is not None else 1
    return Contents(
        examples=len(examples) if document.get("task") == "many-to-one" else None,
        timesteps=longest if isinstance(longest, int) else DEFAULT_LENGTH,
        units=units if isinstance(units, int) else 0,
        states=states,
        layers=layers if isinstance(layers, int) else 1,
        tables=states + (cell is not None and cell.has_gates),
    )


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _examples(data: Mapping[str, Any], folder: Path) -> list[Sequence[str]]:
    """The tokens of each training example that a file names, or that stands in a file beside it."""
    train, named = data.get("train"), data.get("train_file")
    texts = []
    if isinstance(train, list):
        texts = [one.get("text", "") for one in train if isinstance(one, dict)]
    elif isinstance(named, str):
        with suppress(OSError, ValueError):
            path = folder / named
            lines = path.read_text("utf-8").splitlines() if path.stat().st_size < SOON else []
            texts = [line.split("\t")[-1] for line in lines if line and not line.startswith("#")]
    whole = (text for text in texts if isinstance(text, str))
    return [text if data.get("tokenizer") == "char" else text.split() for text in whole]


def opened(
    options: Namespace,
    tell: Callable[[str], object] = lambda _: None,
    learn: str | None = None,
    *,
    offer: bool = False,
) -> Opened:
    """What the explorer shows, and where it keeps sessions. Raises ExperimentError.

    `learn` and `offer` are as in `Opened`.
    """
    from rnn_tui.present.sentences.kept import kept_last  # noqa: PLC0415
    from rnn_tui.session.commands.keeping import folder  # noqa: PLC0415
    from rnn_tui.tui.app import Opened  # noqa: PLC0415

    session, told = session_for(options, tell)
    goes_on = getattr(options, "resume", False) or is_session(options.experiment)
    named = "" if offer else session.experiment.name  # nothing was asked for
    last = None if goes_on or learn is not None else kept_last(folder(), named)
    return Opened(session, folder(), told, learn, offer, last)


def session_for(
    options: Namespace, tell: Callable[[str], object] = lambda _: None
) -> tuple[Session, str]:
    """The session to open, and what is to be said of it. Raises ExperimentError.

    What takes long is told.
    """
    from rnn_tui.cli.sessions import experiment_of, session_of  # noqa: PLC0415
    from rnn_tui.experiments import ExperimentError  # noqa: PLC0415
    from rnn_tui.session.session import Session  # noqa: PLC0415

    resumed, told = session_of(
        options, lambda done, of: tell(f"replaying: {done} of {of} commands")
    )
    if resumed is not None:
        return resumed, told
    try:
        experiment = experiment_of(options)
        return Session(experiment), "; ".join(experiment.notes)
    except ExperimentError as error:
        close = get_close_matches(options.experiment, COMMANDS, n=1, cutoff=0.7)
        if options.experiment in BEGINNING and not error.file:
            raise ExperimentError(f'no experiment "{options.experiment}": {BEGIN}') from None
        if close and not error.file:
            hint = f'{error.expected} (or the command "{close[0]}"?)'
            raise ExperimentError(hint) from None
        raise
