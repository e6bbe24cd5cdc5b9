"""Sessions kept without being asked, so that a closed terminal costs nothing."""

from __future__ import annotations

import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path

from rnn_tui.data_files import SESSION_SUFFIX
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.drafts import write_whole
from rnn_tui.state import FOLDER, folder, make_folder

__all__ = ["FOLDER", "Keeper", "folder", "kept", "new_place", "write"]

MOST_KEPT = 10
A_MILLISECOND = 1_000_000  # nanoseconds


def new_place(name: str, where: Path) -> Path:
    """A file of its own for a session: two programs never write the same one."""
    when = time.strftime("%Y%m%d-%H%M%S")
    return where / f"{name}-{when}-{secrets.token_hex(3)}{SESSION_SUFFIX}"


def kept(where: Path | None) -> tuple[Path, ...]:
    """The sessions kept, the newest first."""
    found: list[tuple[float, Path]] = []
    for path in _sessions_in(where):
        with suppress(OSError):
            if path.is_file():
                found.append((path.stat().st_mtime, path))
    return tuple(path for _, path in sorted(found, reverse=True))


def _sessions_in(where: Path | None) -> list[Path]:
    """None of a folder that can't be looked into."""
    try:
        return [] if where is None else list(where.glob(f"*{SESSION_SUFFIX}"))
    except OSError:
        return []


def write(path: Path, text: str) -> None:
    """Keep a session, and of all others in the folder the newest. Raises ExperimentError.

    It is the newest whatever the clock says, which may have been set back since the others.
    """
    try:
        make_folder(path.parent)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExperimentError(f"can't be written: {reason}", file=str(path)) from None
    write_whole(path, text.encode())
    others = [one for one in kept(path.parent) if one != path]
    with suppress(OSError):
        if others and (newest := others[0].stat().st_mtime_ns) >= path.stat().st_mtime_ns:
            os.utime(path, ns=(newest + A_MILLISECOND, newest + A_MILLISECOND))
    for old in others[MOST_KEPT - 1 :]:
        with suppress(OSError):
            old.unlink()


class Keeper:
    """Writes one session to its file as it goes on, from several threads.

    A slow disk may finish an older text after a newer one was asked for: the newer one stays.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._written = 0

    def write(self, text: str, number: int) -> None:
        """Keep a text, unless one with a higher number is there. Raises ExperimentError."""
        with self._lock:
            if number > self._written:
                write(self.path, text)
                self._written = number
