"""Experiment files: found, read, and turned into an Experiment."""

from __future__ import annotations

import hashlib
import shlex
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from rnn_tui.arrays import frozen
from rnn_tui.data_files import SESSION_SUFFIX, data_root
from rnn_tui.experiments.data.labelled import made
from rnn_tui.experiments.data.stream import next_token
from rnn_tui.experiments.documents import Document, document_in
from rnn_tui.experiments.errors import ExperimentError, nearest, shown
from rnn_tui.experiments.example import Example
from rnn_tui.experiments.exclusions import take_away, take_weights_away
from rnn_tui.experiments.experiment import Experiment
from rnn_tui.experiments.opening import drafted, is_data
from rnn_tui.experiments.schema.assemble import assemble
from rnn_tui.experiments.schema.overrides import FLAG, Override, blamed, override
from rnn_tui.experiments.texts import Files, read_bytes, read_text
from rnn_tui.experiments.weights.formats import EXPORT, PICKLES
from rnn_tui.experiments.writing import from_here, toml_of

_WEIGHTS = "weights: rnn-tui EXPERIMENT --weights FILE, or model.weights_file in it"
_ROWS = "rows of numbers: name the file in an experiment, as rows_file of an example"
_TABLE = "a table that has neither labels and texts nor columns of numbers"
# What files are for that are no experiments, by how their names end.
PURPOSES = {
    ".tsv": _TABLE,
    ".csv": _TABLE,
    ".npy": _ROWS,
    ".npz": _WEIGHTS,
    ".safetensors": _WEIGHTS,
    SESSION_SUFFIX: "a saved session: rnn-tui FILE or rnn-tui plain FILE goes on with it",
} | dict.fromkeys(PICKLES, f"weights: {EXPORT}")


@cache
def bundled() -> tuple[Path, ...]:
    """The experiment files that come with the program, by name."""
    return tuple(sorted((data_root() / "experiments").glob("*.toml")))


@cache
def title_of(path: Path) -> str:
    """The title of a bundled experiment file, without the rest of it being made."""
    return str(tomllib.loads(path.read_text("utf-8"))["title"])


def shell_command(
    experiment: Experiment, word: str = "", overrides: Sequence[str] | None = None
) -> str:
    """`rnn-tui WORD NAME --set …`, a file by its path as given; its own overrides by default."""
    given = experiment.name if experiment.path in bundled() else str(experiment.path)
    sets = experiment.overrides if overrides is None else overrides
    words = [part for one in sets for part in ("--set", one)]
    return shlex.join(["rnn-tui", *([word] if word else []), given, *words])


def load(source: str | Path, overrides: Sequence[str] = (), *, waits: bool = True) -> Experiment:
    """The experiment of a bundled name, of a .toml file or of a file of data.

    `overrides` are `KEY=VALUE` strings such as `training.clip_limit=1.0`, put in before anything
    is checked; a path for a bundled one is from the working folder. One that `waits` may read
    pipes, others are refused. Raises ExperimentError.
    """
    path, read = find(str(source)), Files(waits=waits)
    if path in bundled():
        overrides = [from_here(one) for one in overrides]
    text, words, instead = _written(path, read, overrides)
    made = parse(text, name=path.stem, path=path, overrides=overrides, read=read)
    otherwise = f"; {instead}" if instead else ""
    note = f"{words}: {_chosen(made)}{otherwise}"
    return replace(made, notes=(note, *made.notes)) if words else made


def _written(path: Path, read: Files, overrides: Sequence[str]) -> tuple[str, str, str]:
    """The text of an experiment file; of a file of data the one that opens it.

    Then what it is in words, and how to have it otherwise.
    """
    if not is_data(path):
        return read(path), "", ""
    draft = drafted(path, read, overrides)
    if draft is None:
        raise no_experiment(str(path))
    return toml_of(draft.document), draft.words, draft.instead


def _chosen(experiment: Experiment) -> str:
    """The settings that a file of data is opened with, in words."""
    model, training = experiment.model, experiment.training
    chunks = "" if experiment.stream is None else f", chunks of {training.sequence_length}"
    updates = f"{training.optimizer} at {training.learning_rate:g}"
    network = f"{model.cell} of {model.hidden_size} units"
    return f"{network}{chunks}, {updates} (as a file: export --toml)"


def no_experiment(source: str) -> ExperimentError:
    """What a file is, by its name, that can't be opened as an experiment."""
    what = PURPOSES[Path(source).suffix.lower()]
    return ExperimentError(f"expected an experiment (.toml), found {what}", file=source)


def is_file_name(source: str) -> bool:
    """Whether what was typed names a file, and no bundled experiment."""
    is_known = Path(source).suffix.lower() in {".toml", *PURPOSES} or is_data(source)
    return is_known or "/" in source or "\\" in source


def find(source: str) -> Path:
    """The file that a name or a path means, of an experiment or of data.

    Raises ExperimentError for what is neither.
    """
    if is_data(source):
        return Path(source)
    if Path(source).suffix.lower() in PURPOSES:
        raise no_experiment(source)
    if is_file_name(source):
        return Path(source)
    names = {path.stem: path for path in bundled()}
    if source not in names:
        known = ", ".join(names)
        hint = nearest(source, names)
        raise ExperimentError(
            f"no experiment {shown(source)}{hint}, expected one of: {known}, or the path of a "
            ".toml, .txt, .tsv or .csv file"
        )
    return names[source]


def parse(
    text: str,
    *,
    name: str,
    path: Path,
    overrides: Sequence[str] = (),
    read: Callable[[Path, str], str] = read_text,
    document: Document | None = None,
) -> Experiment:
    """An experiment from the text of its file. `read` reads others.

    `document` is what the text says, where somebody has looked at it already; overrides are put
    into it. Raises ExperimentError.
    """
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode())  # as TOML reads it
    contents: dict[Path, str] = {}

    def read_noted(file: Path, encoding: str) -> str:
        if file not in contents:
            contents[file] = read(file, encoding)
            digest.update(b"\0" + contents[file].encode())
        return contents[file]

    def note(file: Path) -> None:
        digest.update(b"\1" + read_bytes(file))

    document = document_in(text, path) if document is None else document
    done, notes = _overridden(document, overrides)

    def assembled() -> Experiment:
        return assemble(document, name=name, path=path, read=read_noted, note=note)

    try:
        try:
            whole = assembled()
        except ExperimentError:
            dropped = take_weights_away(document, done)
            if not dropped:
                raise
            notes, whole = (*notes, dropped), assembled()
    except ExperimentError as error:
        raise error.at(file=FLAG if blamed(error.key, done) else str(path)) from None
    told = (*notes, *whole.notes)
    return replace(whole, overrides=tuple(overrides), digest=digest.hexdigest(), notes=told)


def _overridden(
    document: Document, overrides: Sequence[str]
) -> tuple[list[Override], tuple[str, ...]]:
    """Put overrides into a document: what each did, and what is to be said of it."""
    done = [override(document, one) for one in overrides]
    return done, take_away(document, done)


def document_of(experiment: Experiment) -> Document:
    """What the file of an experiment says, its overrides put in. Raises ExperimentError."""
    path, overrides = experiment.path, experiment.overrides
    document = document_in(_written(path, Files(), overrides)[0], path)
    done, _ = _overridden(document, overrides)
    if experiment.model.weights is None:
        take_weights_away(document, done)  # where they were given, they didn't fit
    return document


def _unanswered(experiment: Experiment, text: str) -> Example:
    """A text whose answers are numbers that nobody has said."""
    if experiment.stream is not None:
        raise ExperimentError("a series is read from its file: nothing can be typed")
    vocabulary, once = experiment.vocabulary, experiment.answers_once
    outputs = 1 if once else len(vocabulary.tokenize(text))
    nothing = frozen(np.zeros((outputs, experiment.output_size)))
    example = made(vocabulary, None, experiment.task, text, nothing)
    return replace(example, labelled=False)


def encode(
    experiment: Experiment,
    text: str,
    target: int | None = None,
    answers: tuple[int, ...] | None = None,
) -> Example:
    """A text of the user's as an example, of class `target` where one answer is wanted.

    Where more are wanted, `answers` are their classes; with neither it has no label. In a
    stream every token but the first is the answer to those before it, so there must be two.
    Raises ExperimentError.
    """
    vocabulary = experiment.vocabulary
    if not experiment.has_classes:
        return _unanswered(experiment, text)
    if experiment.stream is None:
        wanted = (target or 0,) if answers is None else answers
        example = made(vocabulary, experiment.answering, experiment.task, text, wanted)
        return replace(example, labelled=(target, answers) != (None, None))
    tokens = vocabulary.tokenize(text)
    ids = vocabulary.ids(tokens)
    if len(ids) < 2:
        raise ExperimentError("expected at least two tokens, the second to be predicted")
    return next_token(vocabulary, ids)
