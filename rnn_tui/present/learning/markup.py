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
    return f"{{{verb}}}"


def paragraphs(text: str, keys: Mapping[str, str]) -> tuple[tuple[Line, ...], ...]:
    """A text as paragraphs of lines: code has several, all else one that is still to be broken."""
    return tuple(
        tuple((Span(line, Role.CODE),) for line in lines) if is_code else (inline(lines[0], keys),)
        for lines, is_code in _blocks(text)
    )


def inline(text: str, keys: Mapping[str, str]) -> Line:
    """A paragraph: **strong**, `code`, and {verb}, which is the key that does it."""

    def key(word: str) -> Span:
        verb = word if word in keys else NAMES.get(word, word)  # some aliases have keys
        return Span(f" {keys.get(verb, verb)} ", Role.KEY, act=verb)

    return tuple(_spans(text, key))


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


def _blocks(text: str) -> Iterator[tuple[list[str], bool]]:
    """Paragraphs and items of lists, a line each, and blocks of code, which are told apart."""
    lines: list[str] = []
    is_code = False
    for line in (*text.split("\n"), ""):
        fence = line.startswith(FENCE)
        if lines and (fence or (not is_code and (line.startswith("- ") or not line.strip()))):
            yield (lines if is_code else [" ".join(" ".join(lines).split())]), is_code
            lines = []
        if fence:
            is_code = not is_code
        elif is_code or line.strip():
            lines.append(line)
