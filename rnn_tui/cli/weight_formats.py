"""The two kinds of files that hold named arrays. Neither can run code when it is read."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import shown

ABOUT = "rnn_tui"  # the entry that says what the arrays are for
INSTALL = "pip install 'rnn-tui[safetensors]'"

Array = np.ndarray[Any, Any]


class Format(Protocol):
    """A kind of file: named arrays, and one text about them."""

    def content(self, arrays: Mapping[str, Array], about: str) -> bytes:
        """The bytes of a file."""
        ...

    def entries(self, path: Path) -> tuple[str | None, dict[str, Array]]:
        """The text, None where there is none, and the arrays. Raises ExperimentError."""
        ...


def format_of(path: Path, flag: str) -> Format:
    """The format that a file's name asks for. Raises ExperimentError."""
    made = _FORMATS.get(path.suffix.lower())
    if made is None:
        expected = "expected a file that ends in .npz or .safetensors"
        raise ExperimentError(f"{expected}, found {shown(str(path))}", key=flag)
    try:
        return made()
    except ImportError:
        wanted = f"expected the library safetensors for this file: {INSTALL}"
        raise ExperimentError(wanted, file=str(path)) from None


class Npz:
    """NumPy's zip of arrays, the text one of them."""

    def content(self, arrays: Mapping[str, Array], about: str) -> bytes:
        """The bytes of a file."""
        buffer = io.BytesIO()
        np.savez(buffer, **{**arrays, ABOUT: np.array(about)})  # type: ignore[arg-type]
        return buffer.getvalue()

    def entries(self, path: Path) -> tuple[str | None, dict[str, Array]]:
        """The text and the arrays. Raises ExperimentError."""
        with _reading("an .npz file"), np.load(path, allow_pickle=False) as file:
            arrays = _all(file.files, file.__getitem__)
        about = arrays.pop(ABOUT, None)
        is_text = about is not None and about.dtype.kind == "U" and about.ndim == 0
        return (str(about) if is_text else None), arrays


class Safetensors:
    """Tensors behind a JSON header, the text in its metadata. Raises ImportError without them."""

    def __init__(self) -> None:
        self._library = import_module("safetensors")
        self._numpy = import_module("safetensors.numpy")

    def content(self, arrays: Mapping[str, Array], about: str) -> bytes:
        """The bytes of a file."""
        return bytes(self._numpy.save(dict(arrays), metadata={ABOUT: about}))

    def entries(self, path: Path) -> tuple[str | None, dict[str, Array]]:
        """The text and the arrays. Raises ExperimentError."""
        what = "a .safetensors file"
        with _reading(what), self._library.safe_open(path, framework="np") as file:
            return (file.metadata() or {}).get(ABOUT), _all(file.keys(), file.get_tensor)


_FORMATS: dict[str, Callable[[], Format]] = {".npz": Npz, ".safetensors": Safetensors}


def _all(names: Iterable[str], entry: Callable[[str], Array]) -> dict[str, Array]:
    found = {}
    for name in names:
        try:
            with _reading("an array"):
                found[name] = entry(name)
        except ExperimentError as error:
            raise error.at(key=name) from None
    return found


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Damage makes libraries raise nearly anything, and warn: here it is one ExperimentError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ExperimentError:
        raise
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) else None
        told = f"can't be read: {reason.lower()}" if reason else f"damaged, expected {what}"
        raise ExperimentError(told) from None
