"""Which maker opens which file, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.opening import classifier, sequences, series, text
from rnn_tui.experiments.opening.source import Draft, Source
from rnn_tui.experiments.schema.overrides import override
from rnn_tui.experiments.texts import Files

# None where the file is none of its kind. Raises ExperimentError for one that is, with a mistake.
Maker = Callable[[Source], Draft | None]
TABLES = (".tsv", ".csv")
# By how names of files end, the makers that look at them, in this order.
MAKERS: Mapping[str, tuple[Maker, ...]] = {
    ".txt": (text.made,),
    ".text": (text.made,),
    ".md": (text.made,),
    ".tsv": (sequences.made, classifier.made, series.made),
    ".csv": (sequences.made, classifier.made, series.made),
}


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
    source = Source(path, files, wished)
    if path.suffix.lower() in TABLES and not source.text.strip():
        wrong = "expected rows of labels and texts, or of numbers, found an empty file"
        raise ExperimentError(wrong, file=str(path))
    for maker in MAKERS[path.suffix.lower()]:
        try:
            found = maker(source)
        except ExperimentError as error:
            raise error.at(file=str(path)) from None
        if found is not None:
            return found
    return None
