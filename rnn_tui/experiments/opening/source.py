"""A file of data that is to be opened, and what `--set` says of it before anything is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rnn_tui.experiments.documents import Document
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.texts import UTF_8, Files, check_encoding, marked, unix_ends


@dataclass(frozen=True)
class Draft:
    """The document of an experiment, what the data is in words, and how to have it otherwise."""

    document: Document
    words: str
    instead: str = ""


@dataclass(frozen=True)
class Source:
    """A file of data; `wished` is what overrides put in."""

    path: Path
    files: Files
    wished: Mapping[str, Any]

    def wish(self, table: str, key: str, default: Any) -> Any:
        """What an override says of a key; checked when the whole experiment is."""
        found = self.wished.get(table, {})
        return found.get(key, default) if isinstance(found, Mapping) else default

    @cached_property
    def encoding(self) -> str:
        """As an override says, or the first bytes of the file, or else UTF-8.

        Raises ExperimentError.
        """
        said = self.wish("data", "encoding", None)
        if isinstance(said, str):
            return check_encoding(said)
        return marked(self.files.content(self.path)) or UTF_8

    @cached_property
    def text(self) -> str:
        """The file, decoded, its lines ended by newlines. Raises ExperimentError."""
        text = unix_ends(self.files(self.path, self.encoding))
        if "\0" in text:
            before = text[: text.index("\0")].split("\n")
            place = f"line {len(before)}, column {len(before[-1]) + 1}"
            raise ExperimentError(
                f"expected text, found the character U+0000 at {place}: no text, or in another "
                "encoding, such as --set data.encoding=utf-16",
                file=str(self.path),
            )
        return text

    def data(self, kind: str, **more: Any) -> Document:
        """The `[data]` table of a document."""
        encoded = {} if self.encoding == UTF_8 else {"encoding": self.encoding}
        return {"kind": kind, **more, **encoded}
