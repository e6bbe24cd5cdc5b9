"""Experiment files: found, read, and turned into an Experiment."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_tui.experiments.assemble import assemble
from rnn_tui.experiments.data_files import data_root
from rnn_tui.experiments.errors import ExperimentError, nearest, shown
from rnn_tui.experiments.experiment import Example, Experiment

LARGEST = 64 * 2**20  # bytes of an experiment file


def bundled() -> tuple[Path, ...]:
    """The experiment files that come with the program, by name."""
    return tuple(sorted((data_root() / "experiments").glob("*.toml")))


def load(source: str | Path, overrides: Sequence[str] = ()) -> Experiment:
    """The experiment of a bundled name or of a .toml file.

    `overrides` are `KEY=VALUE` strings such as `training.clip_limit=1.0`, put in
    before anything is checked. Raises ExperimentError.
    """
    path = find(str(source))
    return parse(read_text(path), name=path.stem, path=path, overrides=overrides)


def find(source: str) -> Path:
    """The file that a name or a path means."""
    if source.endswith(".toml") or "/" in source or "\\" in source:
        return Path(source)
    names = {path.stem: path for path in bundled()}
    if source not in names:
        known = ", ".join(names)
        hint = nearest(source, names)
        raise ExperimentError(
            f"no experiment {shown(source)}{hint}, expected one of: {known}, or the path of a "
            ".toml file"
        )
    return names[source]


def read_text(path: Path) -> str:
    """A UTF-8 file's text. Raises ExperimentError that names the file."""
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise ExperimentError(f"expected at most {LARGEST // 2**20} MiB", file=str(path))
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ExperimentError(
            f"expected UTF-8 text, found byte 0x{byte:02x} at position {error.start}",
            file=str(path),
        ) from None
    except (OSError, ValueError) as error:
        if isinstance(error, ExperimentError):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ExperimentError(f"can't be read: {reason.lower()}", file=str(path)) from None


def parse(text: str, *, name: str, path: Path, overrides: Sequence[str] = ()) -> Experiment:
    """An experiment from the text of its file. Raises ExperimentError."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ExperimentError(f"expected TOML: {error}", file=str(path)) from None
    for override in overrides:
        _override(document, override)
    try:
        return assemble(document, name=name, path=path, read=read_text)
    except ExperimentError as error:
        raise error.at(file="--set" if _is_set(error.key, overrides) else str(path)) from None


def encode(experiment: Experiment, text: str, target: int) -> Example:
    """A sentence of the user's as an example of class `target`. Raises ExperimentError."""
    vocabulary = experiment.vocabulary
    tokens = vocabulary.tokenize(text)
    inputs = vocabulary.embed(tokens)
    return Example(text, tokens, inputs, (len(tokens) - 1,), (target,))


def _override(document: dict[str, Any], override: str) -> None:
    key, equals, written = override.partition("=")
    parts = [part.strip() for part in key.split(".")]
    if not equals or not all(parts):
        raise ExperimentError(
            f"expected KEY=VALUE such as training.learning_rate=0.1, found {shown(override)}",
            file="--set",
        )
    table = document
    for part in parts[:-1]:
        below = table.setdefault(part, {})
        if not isinstance(below, dict):
            raise ExperimentError(f"{part} is not a table", key=key, file="--set")
        table = below
    table[parts[-1]] = _value(written)


def _value(written: str) -> Any:
    """A TOML value, or the text itself where it is none."""
    try:
        document = tomllib.loads(f"value = {written}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return written.strip()
    return document["value"] if len(document) == 1 else written.strip()


def _is_set(key: str, overrides: Sequence[str]) -> bool:
    keys = {override.partition("=")[0].strip() for override in overrides}
    return any(key == one or key.startswith((f"{one}.", f"{one}[")) for one in keys)
