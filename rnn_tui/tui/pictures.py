"""Where a picture of the screen is saved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from platformdirs import user_downloads_path


def picture_folder() -> Path:
    """The folder for downloads, or where there is none the first that can be written to."""
    tries = (user_downloads_path, Path.cwd, Path.home, _temporary)
    for find in tries:
        try:
            found = find()
        except (OSError, RuntimeError):  # a working folder that was deleted, nobody's home
            continue
        if found.is_dir() and os.access(found, os.W_OK | os.X_OK):
            return found
    return _temporary()


def _temporary() -> Path:
    return Path(tempfile.gettempdir())
