"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnn_tui.experiments.errors import ExperimentError, shown


def check_writable(path: Path) -> None:
    """Raise ExperimentError unless a file can be put there; nothing is left behind."""
    with _draft(path) as (_, draft):
        if path.exists() and not path.is_file():
            raise ExperimentError("can't be written: not a regular file", file=str(path))
        draft.open("xb").close()


def write_whole(path: Path, content: bytes) -> None:
    """Write a draft in the same folder out to the disk, then move it over the file.

    Raises ExperimentError; whatever happens, the file is the old one or the new one.
    """
    with _draft(path) as (target, draft):
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)


@contextmanager
def _draft(path: Path) -> Iterator[tuple[Path, Path]]:
    """The file that a path means, links followed, and the name of a draft beside it."""
    target, draft = path, None
    if "\0" in str(path):
        raise ExperimentError("can't be written: a NUL in its name", file=str(path))
    try:
        target = Path(os.path.realpath(path))
        draft = target.with_name(f".rnn-tui-{secrets.token_hex(6)}.tmp")
        yield target, draft
    except ExperimentError:  # a ValueError too
        raise
    except FileNotFoundError:
        reason = f"can't be written: there is no folder {shown(str(target.parent))}"
        raise ExperimentError(reason, file=str(path)) from None
    except OSError as error:
        reason = f"can't be written: {(error.strerror or str(error)).lower()}"
        raise ExperimentError(reason, file=str(path)) from None
    except ValueError:
        expected = f"expected a name that a file can have, found {shown(path.name)}"
        raise ExperimentError(expected) from None
    finally:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def is_taken(path: Path) -> bool:
    """Whether something is there; not where nobody can look: writing says what is in the way."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def whole_path(text: str) -> Path:
    """A path as a user writes it, from the root on. Raises ExperimentError."""
    path = Path(os.path.expanduser(text))
    try:
        return path.absolute()
    except OSError:
        expected = "expected a path that begins with /, as the working folder is gone"
        raise ExperimentError(expected, file=text) from None
