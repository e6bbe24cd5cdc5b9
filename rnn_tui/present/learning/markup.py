"""The little Markdown that the prose of a lesson has, as lines with a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from rnn_tui.characters import cell_width
from rnn_tui.lessons.reading import FENCE
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.commands.command_lines import VerbError, parse
from rnn_tui.session.commands.verbs import NAMES

PIECE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\{(?P<does>[^{}]+)\}")
MOST_KEYS = 4  # of one key in a row, that are written out
TITLED = " until the BPTT pane says “{}”"
# What is pressed on the screen to look at a pane, in the view of that name where it has several.
LOOKS: dict[str, tuple[str, str]] = {
    "here": ("step_page", ""), "tokens": ("step_page", ""),
    "hidden": ("state_view", " until h is shown"),
    "gates": ("state_view", " until the gates are shown"),
    "gradients": ("gradient_view", TITLED.format("local + future")),
    "ledger": ("gradient_view", TITLED.format("ledger")),
    "factors": ("gradient_view", TITLED.format("factors")),
    "microscope": ("microscope", ""), "runs": ("runs", ""), "program": ("program", ""),
    "loss": ("train_page", ""), "probabilities": ("train_page", ""),
    "output": ("text_page", ""), "weights": ("weights_page", ""),
}  # fmt: skip


def key_left(command: str) -> str:
    """A command in prose, left in it for `inline` to put its keys there."""
    return f"{{{command}}}"


def paragraphs(text: str, keys: Mapping[str, str]) -> tuple[tuple[Line, ...], ...]:
    """A text as paragraphs of lines: code has several, all else one that is still to be broken."""
    return tuple(
        tuple((Span(line, Role.CODE),) for line in lines) if is_code else (inline(lines[0], keys),)
        for lines, is_code in _blocks(text)
    )


def inline(text: str, keys: Mapping[str, str]) -> Line:
    """A paragraph: **strong**, `code`, and {command}, which is what does it."""
    return tuple(_spans(text, keys))


def done_by(command: str, keys: Mapping[str, str]) -> Line:
    """The key of a command, as often as it is pressed; without one, what is typed."""
    name = command if command in keys else NAMES.get(command, command)  # some aliases have keys
    if name in keys:
        return (Span(f" {keys[name]} ", Role.KEY, act=name),)
    try:
        parsed = parse(command)
    except VerbError:
        return (Span(command, Role.CODE),)
    verb, arguments = parsed.verb, parsed.arguments
    if verb == "show" and arguments[0] in LOOKS:
        act, until = LOOKS[arguments[0]]
        return Span(f" {keys[act]} ", Role.KEY, act=act), Span(until)
    if verb == "why":
        return Span(f" {keys[verb]} ", Role.KEY, act=verb), Span(f" {arguments[0]}", Role.CODE)
    is_bare = not any(arguments) or arguments == ("1",)
    if not is_bare or verb not in keys or parsed.times > MOST_KEYS:
        typed = Span(f" {keys['command']} ", Role.KEY, act="command")
        return typed, Span(f" {command}", Role.CODE)
    key = Span(f" {keys[verb]} ", Role.KEY, act=verb)
    return tuple(one for _ in range(parsed.times) for one in (key, Span(" ")))[:-1]


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


def _spans(text: str, keys: Mapping[str, str]) -> Iterator[Span]:
    end = 0
    for found in PIECE.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        if found["does"]:
            yield from done_by(found["does"], keys)
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
