"""What lies in a folder of the user's: experiments, none of which is made, and saved sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rnn_tui.data_files import SESSION_SUFFIX
from rnn_tui.experiments.documents import document_in
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.texts import Files

LARGEST = 2**20  # bytes of a file that is looked into
MOST_LOOKED_AT = 100  # files of a folder
TABLES = {"data", "model"}  # what every experiment has, and hardly another TOML file


def experiments_in(folder: Path) -> dict[Path, str]:
    """The experiments in a folder, each with its title; other TOML files are left out."""
    titles: dict[Path, str] = {}
    for path in _files(folder, ".toml"):
        with suppress(ExperimentError):
            document = document_in(Files(waits=False)(path), path)
            if document.keys() >= TABLES:
                titles[path] = str(document.get("title", path.stem))
    return titles


def sessions_in(folder: Path) -> tuple[Path, ...]:
    """The sessions that were saved in a folder."""
    return tuple(_files(folder, SESSION_SUFFIX))


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    """Small ones, and no pipe; none of a folder that can't be looked into."""
    with suppress(OSError):
        for path in sorted(folder.glob(f"*{suffix}"))[:MOST_LOOKED_AT]:
            with suppress(OSError):
                if path.is_file() and path.stat().st_size <= LARGEST:
                    yield path
