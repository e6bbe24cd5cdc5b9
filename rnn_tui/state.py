"""Where the program keeps things between two runs: sessions, measurements, the theme."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "RNN_TUI_STATE"  # the environment variable that names another folder; empty: keep nothing


def folder(kind: str = "sessions") -> Path | None:
    """Where things of a kind are kept: in the user's folder for the state of programs.

    None for nowhere. A folder that the user names is for all kinds.
    """
    asked = os.environ.get(FOLDER)
    if asked is not None:
        return Path(asked) if asked else None
    from platformdirs import user_state_path  # noqa: PLC0415 - only where it is needed

    return user_state_path("rnn-tui", appauthor=False) / kind


def make_folder(place: Path) -> None:
    """Make a folder that nobody else can look into, if there is none. Raises OSError."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
