"""The two kinds of files that hold named arrays. Neither can run code when it is read."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rnn_tui.experiments.errors import ExperimentError, shown

ABOUT = "rnn_tui"  # the entry that says what the arrays are for
INSTALL = "pip install 'rnn-tui[safetensors]'"
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin")  # as torch.save writes them
MOST_BYTES = 2**30  # of an .npz file's arrays, unpacked
EXPORT = (
    "a pickle can run code and is never opened; in Python, "
    'safetensors.torch.save_file(model.state_dict(), "w.safetensors") writes what can be read'
)
UNNAMED = re.compile(r"arr_\d+")  # as np.savez calls what is given without a name
STARS = (
    "a pickled object, as np.savez(file, state) writes a dict; "
    "np.savez(file, **state), with two stars, writes what can be read"
)
HEADERS: Mapping[tuple[int, int], Callable[[Any], Any]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}

Array = np.ndarray[Any, Any]


class Format(Protocol):
    """A kind of file: named arrays, and one text about them."""

    def content(self, arrays: Mapping[str, Array], about: str | None) -> bytes:
        """The bytes of a file, without a text where there is none."""
        ...

    def entries(self, path: Path) -> tuple[str | None, dict[str, Array]]:
        """The text, None where there is none, and the arrays. Raises ExperimentError."""
        ...


def format_of(path: Path, flag: str) -> Format:
    """The format that a file's name asks for. Raises ExperimentError."""
    made = _FORMATS.get(path.suffix.lower())
    if made is None:
        expected = "expected a file that ends in .npz or .safetensors"
        pickled = not flag.endswith("save") and path.suffix.lower() in PICKLES
        why = f": {EXPORT}" if pickled else ""
        raise ExperimentError(f"{expected}, found {shown(str(path))}{why}", key=flag)
    try:
        return made()
    except ImportError:
        wanted = f"expected the library safetensors for this file: {INSTALL}"
        raise ExperimentError(wanted, file=str(path)) from None


class Npz:
    """NumPy's zip of arrays, the text one of them."""

    def content(self, arrays: Mapping[str, Array], about: str | None) -> bytes:
        """The bytes of a file."""
        buffer = io.BytesIO()
        text = {} if about is None else {ABOUT: np.array(about)}
        np.savez(buffer, **{**arrays, **text})  # type: ignore[arg-type]
        return buffer.getvalue()

    def entries(self, path: Path) -> tuple[str | None, dict[str, Array]]:
        """The text and the arrays. Raises ExperimentError."""
        with _reading("an .npz file"), np.load(path, allow_pickle=False) as file:
            _check_size(file)
            arrays = _all(file.files, lambda name: _member(file, name))
        about = arrays.pop(ABOUT, None)
        if about is None:
            return None, arrays
        return (str(about) if about.dtype.kind == "U" and about.ndim == 0 else ""), arrays


class Safetensors:
    """Tensors behind a JSON header, the text in its metadata. Raises ImportError without them."""

    def __init__(self) -> None:
        self._library = import_module("safetensors")
        self._numpy = import_module("safetensors.numpy")

    def content(self, arrays: Mapping[str, Array], about: str | None) -> bytes:
        """The bytes of a file."""
        text = None if about is None else {ABOUT: about}
        return bytes(self._numpy.save(dict(arrays), metadata=text))

    def entries(self, path: Path) -> tuple[str | None, dict[str, Array]]:
        """The text and the arrays. Raises ExperimentError."""
        what = "a .safetensors file"
        with _reading(what), self._library.safe_open(path, framework="np") as file:
            about = (file.metadata() or {}).get(ABOUT)
            return about, _all(file.keys(), lambda name: _tensor(file, name))


_FORMATS: dict[str, Callable[[], Format]] = {".npz": Npz, ".safetensors": Safetensors}


def _member(file: Any, name: str) -> Array:
    """An array of an .npz file. What may be there in its place is not opened."""
    if UNNAMED.fullmatch(name) and _is_object(file, name):
        raise ExperimentError(STARS)
    array = file[name]
    if not isinstance(array, np.ndarray):
        raise ExperimentError("expected an array, found other bytes")
    return array


def _is_object(file: Any, name: str) -> bool:
    """Whether an entry is one pickled object, by its header alone."""
    if f"{name}.npy" not in file.zip.namelist():
        return False
    with file.zip.open(f"{name}.npy") as entry:
        version = np.lib.format.read_magic(entry)
        shape, _, kind = HEADERS[version](entry)
    return bool(shape == () and kind.hasobject)


def _check_size(file: Any) -> None:
    """Refuse what would fill the memory, by the sizes that the file declares: it may be packed."""
    declared = sum(entry.file_size for entry in file.zip.infolist())
    if declared > MOST_BYTES:
        found = f"found {declared / 2**20:,.1f}"
        raise ExperimentError(f"expected at most {MOST_BYTES // 2**20:,} MiB of arrays, {found}")


def _tensor(file: Any, name: str) -> Array:
    """An array of a .safetensors file, unless NumPy has no numbers of its kind."""
    kind = file.get_slice(name).get_dtype()
    if kind.startswith(("BF", "F8")):
        raise ExperimentError(f"expected float64, float32 or float16 numbers, found {kind}")
    array: Array = file.get_tensor(name)
    return array


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
