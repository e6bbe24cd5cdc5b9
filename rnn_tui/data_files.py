"""Where the files are that come with the program."""

from __future__ import annotations

from pathlib import Path


def data_root() -> Path:
    """The folder of bundled data: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent / "data"
