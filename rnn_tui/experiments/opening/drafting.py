"""Which maker opens which file, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnn_tui.experiments.documents import Document
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.opening import classifier, series, text
from rnn_tui.experiments.opening.source import Source
from rnn_tui.experiments.schema.overrides import override
from rnn_tui.experiments.texts import Files

# A maker gives the document of an experiment, with what the data is in words; None where the
# file is none of its kind. It raises ExperimentError for one that is, but has a mistake.
Maker = Callable[[Source], tuple[Document, str] | None]
# By how names of files end, the makers that look at them, in this order.
MAKERS: Mapping[str, tuple[Maker, ...]] = {
    ".txt": (text.made,),
    ".text": (text.made,),
    ".md": (text.made,),
    ".tsv": (classifier.made, series.made),
    ".csv": (classifier.made, series.made),
}


@dataclass(frozen=True)
class Draft:
    """The document of an experiment, and what the data is in words."""

    document: Document
    words: str


def is_data(path: str | Path) -> bool:
    """Whether a name means a file of data that can be opened as it is."""
    return Path(path).suffix.lower() in MAKERS


def drafted(path: Path, files: Files, overrides: Sequence[str]) -> Draft | None:
    """The experiment that a file of data is opened as; None where it is of no kind known.

    Raises ExperimentError.
    """
    wished: dict[str, Any] = {}
    for one in overrides:
        override(wished, one)
    tables = {key: value for key, value in wished.items() if isinstance(value, dict)}
    source = Source(path, files, tables)
    for maker in MAKERS[path.suffix.lower()]:
        try:
            found = maker(source)
        except ExperimentError as error:
            raise error.at(file=str(path)) from None
        if found is not None:
            return Draft(*found)
    return None
