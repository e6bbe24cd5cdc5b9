"""Pieces of Python source: literals within a line's width, and sections put together."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from rnn_tui.arrays import Floats
from rnn_tui.characters import BRAILLE_BLANK, is_seen, safe
from rnn_tui.experiments import Experiment, shell_command

WIDTH = 96
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
INDENT = "    "


def lines(*parts: str | None) -> str:
    """The parts one under another; those that are None are left out."""
    return "\n".join(part for part in parts if part is not None)


def section(title: str, *parts: str | None) -> str:
    """Parts under a comment that says what they are, its own line however long."""
    return lines(f"# --- {title} ---", *parts)


def program(*sections: str) -> str:
    """Sections with two blank lines between them."""
    return "\n\n\n".join(sections) + "\n"


def comment(text: str) -> str:
    """A text as a comment, wrapped; no character of it can end the comment."""
    kept = [safe(one.rstrip()) for one in text.splitlines()]
    wrapped = [
        line
        for one in kept
        for line in textwrap.wrap(one, WIDTH - 2, replace_whitespace=False) or [""]
    ]
    return "\n".join(f"# {line}".rstrip() for line in wrapped)


def string(text: str) -> str:
    """A text as a literal in double quotes; what can't be seen in it is written as an escape."""
    return "".join(('"', *map(_in_literal, text), '"'))


def _in_literal(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if is_seen(character) and character != BRAILLE_BLANK:
        return character
    return f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"


def strings(name: str, values: Sequence[str]) -> str:
    """`name = ["a", "b"]`, on several lines where one is too short."""
    return listed(f"{name} = [", map(string, values), "]")


def listed(opening: str, items: Iterable[str], closing: str) -> str:
    """Items between brackets: on one line, or as many on each as there is room for."""
    items = list(items)
    whole = f"{opening}{', '.join(items)}{closing}"
    if len(whole) <= WIDTH:
        return whole
    rows, row = [], INDENT
    for item in items:
        if row.strip() and len(row) + len(item) + 1 > WIDTH:
            rows.append(row.rstrip())
            row = INDENT
        row += f"{item}, "
    return "\n".join((opening, *rows, row.rstrip(), closing))


def long_string(name: str, text: str) -> str:
    """`name = "…"`, in pieces that Python joins where it is long."""
    if len(string(text)) + len(name) + 3 <= WIDTH:
        return f"{name} = {string(text)}"
    pieces, room = [""], WIDTH - len(INDENT) - 2
    left = room
    for character in text:
        width = len(string(character)) - 2
        if width > left:
            pieces.append("")
            left = room
        pieces[-1] += character
        left -= width
    return lines(f"{name} = (", *(f"{INDENT}{string(piece)}" for piece in pieces), ")")


def numbers(array: Floats) -> list[str]:
    """Numbers that read back to the bit."""
    return [repr(float(one)) for one in array]


def array(name: str, values: Floats) -> str:
    """`name = np.array(…)` of a vector or a matrix; zeros by their shape."""
    if not values.any():
        shape = values.shape[0] if values.ndim == 1 else values.shape
        return f"{name} = np.zeros({shape})"
    if values.ndim == 1:
        return listed(f"{name} = np.array([", numbers(values), "])")
    rows = [textwrap.indent(listed("[", numbers(row), "],"), INDENT) for row in values]
    return lines(f"{name} = np.array([", *rows, "])")


def command(experiment: Experiment) -> str:
    """What prints the same losses: `rnn-tui train NAME --set …`, a file by its path as given."""
    return shell_command(experiment, "train")
