"""Files of text: read once and whole, and decoded, or refused with the place of what is wrong."""

from __future__ import annotations

import codecs
import stat
from contextlib import suppress
from pathlib import Path

from rnn_tui.data_files import SESSION_SUFFIX
from rnn_tui.experiments.errors import ExperimentError, shown

LARGEST = 64 * 2**20  # bytes
UTF_8 = "utf-8"
# What begins a text in an encoding that says so itself; of two that begin alike the longer first.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ALWAYS_UTF_8 = (".toml", SESSION_SUFFIX)
HINT = "say which encoding it has, such as --set data.encoding=cp1252 or latin-1"


class Files:
    """Reads files, each once however often it is asked for, as a pipe can be read only once.

    One that does not `wait` refuses pipes.
    """

    def __init__(self, *, waits: bool = True) -> None:
        self._waits = waits
        self._contents: dict[Path, bytes] = {}

    def content(self, path: Path) -> bytes:
        """The bytes of a file. Raises ExperimentError that names it."""
        if path not in self._contents:
            if not self._waits:
                _refuse_pipe(path)
            self._contents[path] = _content(path)
        return self._contents[path]

    def __call__(self, path: Path, encoding: str = UTF_8) -> str:
        """The text of a file. Raises ExperimentError that names it."""
        return _decoded(self.content(path), encoding, path)


def check_file(path: Path) -> None:
    """Raise ExperimentError for all that is no regular file."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise ExperimentError(_unreadable(path, error).expected) from None
    if not regular:
        raise ExperimentError("can't be read: not a regular file")


def read_bytes(path: Path) -> bytes:
    """A file as it is, however large. Raises ExperimentError that names it."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def read_text(path: Path, encoding: str = UTF_8) -> str:
    """A file's text. Raises ExperimentError that names the file."""
    return Files()(path, encoding)


def read_file(path: Path, encoding: str = UTF_8) -> str:
    """The same of a file that nobody has to be waited for. Raises ExperimentError."""
    return Files(waits=False)(path, encoding)


def unix_ends(text: str) -> str:
    """A text whose lines all end with one newline, as Python reads text files."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def marked(content: bytes) -> str | None:
    """The encoding that a text's first bytes say it has, if they do and it isn't UTF-8."""
    return next((name for mark, name in MARKS.items() if content.startswith(mark)), None)


def check_encoding(name: str) -> str:
    """The name of a text encoding. Raises ExperimentError for what is none."""
    try:
        known = codecs.lookup(name)
        "".encode(name)  # only encodings of text can do that
    except (LookupError, ValueError, TypeError):
        expected = "expected an encoding such as utf-8, utf-16, cp1252 or latin-1"
        raise ExperimentError(f"{expected}, found {shown(name)}") from None
    return known.name


def _refuse_pipe(path: Path) -> None:
    with suppress(OSError):
        if path.is_fifo():
            raise ExperimentError("expected a file, found a pipe", file=str(path))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if len(content) > LARGEST:
        raise ExperimentError(f"expected at most {LARGEST // 2**20} MiB", file=str(path))
    return content


def _unreadable(path: Path, error: OSError | ValueError) -> ExperimentError:
    """What the system says of a file, or Python of a NUL in its name."""
    reason = getattr(error, "strerror", None) or str(error)
    return ExperimentError(f"can't be read: {reason.lower()}", file=str(path))


def _decoded(content: bytes, encoding: str, path: Path) -> str:
    """The text that bytes are, without a mark at its beginning. Raises ExperimentError."""
    name = encoding.upper()
    if encoding == UTF_8 and (other := marked(content)):
        found = f"found a text in {other.upper()}: --set data.encoding={other}"
        raise ExperimentError(f"expected {name} text, {found}", file=str(path))
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte, place = content[error.start], _place(content, encoding, error.start)
        found = f"found byte 0x{byte:02x} at {place}"
        hint = "" if path.suffix.lower() in ALWAYS_UTF_8 else f": {HINT}"
        raise ExperimentError(f"expected {name} text, {found}{hint}", file=str(path)) from None


def _place(content: bytes, encoding: str, position: int) -> str:
    """Line and column of a byte, both from 1."""
    lines = unix_ends(content[:position].decode(encoding, "ignore")).split("\n")
    return f"line {len(lines)}, column {len(lines[-1].removeprefix(chr(0xFEFF))) + 1}"
