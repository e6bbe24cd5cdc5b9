"""Where the files are that come with the program, and how those are told that it saves.

Here and not where they are read, as the first frame looks before anything else is imported.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

SESSION_SUFFIX = ".rnn-session"
SESSION_MAGIC = "rnn-tui session"  # what the text of a saved session begins with


@cache
def data_root() -> Path:
    """The folder of bundled data: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent / "data"


def is_session(source: str) -> bool:
    """Whether a name on the command line means a saved session."""
    return source.lower().endswith(SESSION_SUFFIX)


def experiment_named(named: str, session: Path) -> str:
    """The experiment that a session's file names, which may be by a path from its folder."""
    if named.startswith("./"):
        return str(Path(os.path.realpath(session)).parent / named)
    return named
