"""Runs that are done, kept as lines of JSON, so that a comparison goes on where it stopped.

{"rnn-tui comparison": 1}
{"key": "…", "name": "init=normal seed=42", "x": [300, …], "loss": [2.9, …], …}

Lines are only ever added. A key is a digest of all that a run depends on; of two lines
with the same one the later counts.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from rnn_tui.comparing.grid import GridCell
from rnn_tui.comparing.measuring import RunOutcome
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.drafts import check_writable
from rnn_tui.state import make_folder

FORMAT = 1
MAGIC = {"rnn-tui comparison": FORMAT}
SUFFIX = ".rnn-comparison"
_LISTS = {"x": int, "loss": float, "test_loss": float}
_FLOATS = ("accuracy", "test_accuracy", "grad_norm", "clipped", "radius", "seconds")


class Store:
    """The file that runs are kept in; with no path it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        """Open a file that may not exist yet. Raises ExperimentError where it is another's."""
        self.path = path
        self.damaged = 0  # lines that could not be read
        self._ends_well = True
        self._known = {} if path is None else self._read(path)

    def prepare(self) -> None:
        """Make the folder, and see that the file can be written. Raises ExperimentError."""
        if self.path is None:
            return
        try:
            make_folder(self.path.parent)
        except OSError as error:
            raise _unusable("written", self.path, error) from None
        check_writable(self.path)

    def outcome(self, cell: GridCell) -> RunOutcome | None:
        """What a run came to, if it was done before."""
        return self._known.get(cell.key)

    def add(self, cell: GridCell, outcome: RunOutcome) -> None:
        """Keep a run, out on the disk. Raises ExperimentError."""
        self._known[cell.key] = outcome
        if self.path is None:
            return
        seed = "" if cell.seed is None else f" seed={cell.seed}"
        head = {"key": cell.key, "name": f"{cell.setting.name}{seed}"}
        self._append(self.path, head | as_json(outcome))

    def forget(self, cells: Iterable[GridCell]) -> None:
        """Have these runs done anew; what they come to then takes the place of the old lines."""
        for cell in cells:
            self._known.pop(cell.key, None)

    def _read(self, path: Path) -> dict[str, RunOutcome]:
        lines = _lines(path)
        if lines and not _is_ours(lines[0]):
            raise ExperimentError(
                "expected a comparison of rnn-tui, found another file", file=str(path)
            )
        self._ends_well = not lines or lines[-1].endswith("\n")
        known = {}
        for line in lines[1:]:
            if _is_ours(line):
                continue  # two programs began the file at once
            try:
                entry = json.loads(line)
                known[str(entry["key"])] = from_json(entry)
            except (ValueError, KeyError, TypeError, RecursionError):
                self.damaged += 1
        return known

    def _append(self, path: Path, entry: Mapping[str, Any]) -> None:
        """One line at the end, in one piece, so that two programs may write the same file."""
        try:
            with path.open("ab", buffering=0) as file:
                begins = "" if self._ends_well else "\n"
                begins += "" if file.tell() else _line(MAGIC)
                file.write(f"{begins}{_line(entry)}".encode())
                os.fsync(file.fileno())
        except OSError as error:
            raise _unusable("written", path, error) from None
        self._ends_well = True


def as_json(outcome: RunOutcome) -> dict[str, Any]:
    """An outcome's fields; what is no number is null."""
    return {key: _plain(value) for key, value in vars(outcome).items()}


def from_json(entry: Mapping[str, Any]) -> RunOutcome:
    """The outcome that a line holds. Raises ValueError, KeyError or TypeError."""
    found = {field.name: entry[field.name] for field in fields(RunOutcome)}
    for name, kind in _LISTS.items():
        found[name] = tuple(_number(value, kind) for value in found[name])
    for name in _FLOATS:
        found[name] = _number(found[name], float)
    found["updates"] = _number(found["updates"], int)
    if found["broke"] is not None:
        found["broke"] = _number(found["broke"], int)
    if not (found["x"] or found["broke"] is not None):
        raise ValueError("nothing was measured")
    if len(found["loss"]) != len(found["x"]) or len(found["test_loss"]) not in (0, len(found["x"])):
        raise ValueError("curves of different lengths")
    return RunOutcome(**found)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: Any, kind: type[int] | type[float]) -> Any:
    if kind is float and value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, kind)):
        raise TypeError(f"expected {kind.__name__}")
    return kind(value)


def _line(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, allow_nan=False) + "\n"


def _lines(path: Path) -> list[str]:
    try:
        if path.exists() and not path.is_file():
            raise ExperimentError("expected a file", file=str(path))
        text = path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable("read", path, error) from None
    return text.splitlines(keepends=True)


def _is_ours(line: str) -> bool:
    try:
        return bool(json.loads(line) == MAGIC)
    except (ValueError, RecursionError):
        return False


def _unusable(what: str, path: Path, error: OSError) -> ExperimentError:
    reason = (error.strerror or str(error)).lower()
    return ExperimentError(f"can't be {what}: {reason}", file=str(path))
