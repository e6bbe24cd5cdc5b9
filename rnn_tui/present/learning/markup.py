"""The little Markdown that the prose of a lesson has, as lines with a meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from rnn_tui.characters import cell_width
from rnn_tui.lessons.reading import FENCE
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.commands.verbs import NAMES

PIECE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\{(?P<verb>\w+)\}")


def key_left(verb: str) -> str:
    """A verb in prose, left in it for `inline` to put its key there."""
    return f"{{{NAMES[verb]}}}"


def paragraphs(text: str, keys: Mapping[str, str]) -> tuple[Line, ...]:
    """A text as paragraphs, the items of a list and the lines of code each one of their own."""
    return tuple(inline(one, keys) if not code else (Span(one, Role.CODE),)
                 for one, code in _blocks(text))  # fmt: skip


def inline(text: str, keys: Mapping[str, str]) -> Line:
    """A paragraph: **strong**, `code`, and {verb}, which is the key that does it."""
    return tuple(_spans(text, lambda verb: Span(f" {keys.get(verb, verb)} ", Role.KEY, act=verb)))


def plain_text(text: str) -> str:
    """A text without its marks, for who hears it."""
    return PIECE.sub(lambda found: found["strong"] or found["code"] or found[0], text)


def broken(line: Line, width: int, indent: int) -> tuple[Line, ...]:
    """A line in lines of at most so many cells, broken between words; all but the first indented.

    A word that is longer than that is left as it is.
    """
    lines: list[list[Span]] = [[]]
    used, is_begun = 0, False
    for span in line:
        for word in re.findall(r" *[^ ]+ *$| *[^ ]+| +", span.text):
            cells = cell_width(word)
            if is_begun and used + cell_width(word.rstrip()) > width:
                lines.append([Span(" " * indent)])
                word = word.lstrip()  # noqa: PLW2901 - the blank is where it is broken
                used, cells = indent, cell_width(word)
            lines[-1].append(replace(span, text=word))
            used += cells
            is_begun = is_begun or used > indent
    return tuple(map(tuple, lines))


def _spans(text: str, key: Callable[[str], Span]) -> Iterator[Span]:
    end = 0
    for found in PIECE.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        if found["verb"]:
            yield key(found["verb"])
        elif found["strong"]:
            yield Span(found["strong"], Role.STRONG)
        else:
            yield Span(found["code"], Role.CODE)
        end = found.end()
    if end < len(text):
        yield Span(text[end:])


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Paragraphs, their lines joined, and lines of code, which are told apart."""
    words: list[str] = []
    is_code = False
    for line in (*text.split("\n"), ""):
        ends = line.startswith((FENCE, "- ")) or not line.strip() or is_code
        if ends and words:
            yield " ".join(words), False
            words = []
        if line.startswith(FENCE):
            is_code = not is_code
        elif is_code:
            yield line, True
        else:
            words += line.split()
