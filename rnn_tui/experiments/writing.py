"""A document as TOML: the text of an experiment file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDEST = 100  # characters of a list on one line
# Keys of paths from the folder of the file that they stand in.
PATHS = {
    "data": ("text_file", "train_file", "test_file", "file"),
    "model": ("weights_file",),
}


def toml_of(document: Mapping[str, Any]) -> str:
    """The text that TOML reads as this document, tables after values."""
    return "".join(f"{line}\n" for line in _table(document, ())).lstrip("\n")


def relocated(document: Mapping[str, Any], old: Path, new: Path) -> dict[str, Any]:
    """A document whose paths were written from one folder, as it is from another."""
    moved = dict(document)
    for table, keys in PATHS.items():
        said = moved.get(table)
        if isinstance(said, dict):
            paths = {key: _path(said[key], old, new) for key in keys if key in said}
            moved[table] = said | paths
    data = moved.get("data", {})
    for key in ("train", "test"):
        if isinstance(data.get(key), list):
            data[key] = [_moved_rows(one, old, new) for one in data[key]]
    return moved


def from_here(override: str) -> str:
    """A `KEY=VALUE` whose value is a path, as one from the root."""
    key, equals, value = override.partition("=")
    table, _, name = key.strip().partition(".")
    written = value.strip().strip("\"'")
    if not equals or name not in PATHS.get(table, ()) or os.path.isabs(written):
        return override
    return f"{key}={json.dumps(os.path.abspath(written))}"


def _moved_rows(one: Any, old: Path, new: Path) -> Any:
    if not isinstance(one, dict) or "rows_file" not in one:
        return one
    return one | {"rows_file": _path(one["rows_file"], old, new)}


def _path(written: str, old: Path, new: Path) -> str:
    """A path from the new folder where it lies in it, or else from the root."""
    file = Path(os.path.abspath(old / written))
    folder = Path(os.path.abspath(new))
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)


def _table(table: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    values = {key: value for key, value in table.items() if key not in inner}
    if place and (values or not inner):
        yield ""
        yield f"[{'.'.join(map(_key, place))}]"
    for key, value in values.items():
        yield f"{_key(key)} = {_value(value)}"
    for key, below in inner.items():
        yield from _table(below, (*place, key))


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    match value:
        case str():
            return _string(value)
        case bool():
            return str(value).lower()
        case Mapping():
            pairs = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            written = [_value(one) for one in value]
            line = f"[{', '.join(written)}]"
            if len(line) <= WIDEST:
                return line
            return "".join(("[\n", *(f"    {one},\n" for one in written), "]"))
    return repr(value) if isinstance(value, float) else str(value)


def _string(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for one more character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
