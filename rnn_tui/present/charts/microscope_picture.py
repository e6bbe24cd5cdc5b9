"""The gradient under the microscope, drawn: walls between tokens, arrows, and a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rnn_tui.characters import cell_width, visible
from rnn_tui.present.charts.microscope_arrows import arrows
from rnn_tui.present.digits import size, size_width
from rnn_tui.present.sentences.microscope import NONE, degrees, names, share
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.microscope import GradientComparison, Variant, Way

HEAD = 12  # cells of the headings at the left
NARROWEST, WIDEST = 12, 24  # cells of a column
LOWEST, HIGHEST = 3, 5  # lines of the arrows
KEYS_OF = {Way.CUT: "← →", Way.NORM: "↑ ↓", Way.VALUE: ", ."}
WALL = "║"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


# Walls


def wall_lines(one: GradientComparison, width: int) -> tuple[Line, Line]:
    """The tokens with the states that pass all walls, and the gradients that stop there."""
    room = width - HEAD
    for gap in (" ", ""):
        pieces = _pieces(one, gap)
        if sum(cell_width(state) for state, _ in pieces) <= room:
            break
    else:
        pieces = _newest(pieces, room)
    states: list[Span] = [Span(f"{'states':<{HEAD}}", Role.MUTED)]
    back: list[Span] = [Span(f"{'gradient':<{HEAD}}", Role.MUTED)]
    for state, gradient in pieces:
        wall = WALL in state
        states.append(Span(state, Role.WARN if wall else Role.TOKEN))
        back.append(Span(gradient, Role.WARN if wall else Role.BAR))
    return tuple(states), tuple(back)


def _pieces(one: GradientComparison, gap: str) -> list[tuple[str, str]]:
    """What stands above and below, piece by piece: a token, an arrow, or a wall."""
    pieces: list[tuple[str, str]] = []
    arrow = f"{gap}→{gap}"
    wall = f"{gap}→{gap}{WALL}{gap}→{gap}", f"{gap} {gap}{WALL}{gap} {gap}"
    first = True  # of the tokens over which a gradient goes back together
    if one.carried:
        before = f"{one.beyond} before" if one.beyond else "…"
        pieces.append((before, "◀" + "─" * (len(before) - 1) if one.beyond else " "))
        pieces.append((arrow, "─" * len(arrow)) if one.beyond else wall)
        first = not one.beyond
    for t, token in enumerate(map(visible, one.example.tokens)):
        if t and t in one.walls:
            pieces.append(wall)
            first = True
        elif t:
            pieces.append((arrow, "─" * len(arrow)))
        pieces.append((token, ("◀" if first else "─") + "─" * (cell_width(token) - 1)))
        first = False
    return pieces


def _newest(pieces: Sequence[tuple[str, str]], room: int) -> list[tuple[str, str]]:
    """The last ones that fit, after an ellipsis."""
    shown: list[tuple[str, str]] = []
    room -= 2
    for piece in reversed(pieces):
        room -= cell_width(piece[0])
        if room < 0:
            break
        shown.insert(0, piece)
    return [("… ", "  "), *shown]


# The table


def column_width(width: int) -> int:
    """Cells of each of the columns."""
    return max(NARROWEST, min(WIDEST, (width - HEAD) // len(Way)))


def headings(one: GradientComparison, width: int) -> tuple[Line, Line]:
    """The ways, and under each its limit with the keys that move it."""
    named, columns = names(one), column_width(width)
    top: list[Span] = [Span(" " * HEAD)]
    below: list[Span] = [Span(" " * HEAD)]
    for way, (name, limit) in ((v.way, named[v.way]) for v in one.variants):
        top.append(Span(f"{name:<{columns}}", Role.STRONG))
        below.append(Span(limit, Role.ACCENT if way in KEYS_OF else Role.MUTED))
        hint = f" {KEYS_OF[way]}" if way in KEYS_OF else ""
        below.append(Span(f"{hint:<{max(0, columns - len(limit))}}", Role.MUTED))
    if len(one.variants) < len(Way):
        top[-1] = Span(f"{top[-1].text[:-2]} …", Role.STRONG)
    return tuple(top), tuple(below)


@dataclass(frozen=True)
class _Row:
    head: str
    cell: Callable[[Variant], Span]


def rows(one: GradientComparison, width: int) -> Iterator[Line]:
    """A line a quantity."""
    columns = column_width(width)
    for row in _rows(one, columns):
        spans = [Span(f"{row.head:<{HEAD}}", Role.MUTED)]
        for variant in one.variants:
            cell = row.cell(variant)
            spans += [cell, Span(" " * max(1, columns - len(cell.text)))]
        yield tuple(spans)


def _rows(one: GradientComparison, columns: int) -> Iterator[_Row]:
    room = max(size_width(), columns - len(" 100% "))
    yield _Row("length", lambda v: _length(one, v, room))
    yield _Row("angle", _turn)
    yield _Row("error", lambda v: Span(share(v.error)))
    yield _Row("changed", lambda v: Span(_changed(v)))
    yield _Row("step length", lambda v: Span(size(v.step), _fine(v.step)))
    yield _Row(f"loss {size(one.loss, room=HEAD - len('loss '))}", lambda v: _loss(one, v, room))


def _length(one: GradientComparison, variant: Variant, room: int) -> Span:
    text = f"{size(variant.norm, room=room)} {share(one.kept(variant)):>4}"
    return Span(text, _fine(variant.norm))


def _changed(variant: Variant) -> str:
    total = variant.gradient.size
    return f"of {total:,}" if variant.way is Way.FULL else f"{variant.changed:,}"


def _fine(x: float) -> Role:
    return Role.TEXT if math.isfinite(x) else Role.BAD


def _turn(variant: Variant) -> Span:
    text = degrees(variant.angle)
    if text in (NONE, "0°"):
        return Span(text)
    return Span(f"{text} ↺", Role.WARN)


def _loss(one: GradientComparison, variant: Variant, room: int) -> Span:
    if not math.isfinite(variant.loss):
        return Span(f"→ {size(variant.loss)}", Role.BAD)
    better = variant.loss < one.loss
    mark = "↓" if better else "=" if variant.loss == one.loss else "↑"
    role = Role.GOOD if better else Role.TEXT if mark == "=" else Role.BAD
    return Span(f"→ {size(variant.loss, room=room)} {mark}", role)


def share_lines(one: GradientComparison, width: int) -> Iterator[Line]:
    """Each array's part of the squared length, as bars."""
    columns = column_width(width)
    bar_room = columns - 6
    for name in one.variants[0].shares:
        spans = [Span(f"{f'{name:<5}share':<{HEAD}}", Role.MUTED)]
        for variant in one.variants:
            part = variant.shares[name]
            bar = _bar(part, bar_room)
            spans += [Span(bar, Role.BAR), Span(f"{share(part):>4}  ")]
        yield tuple(spans)


def _bar(part: float, room: int) -> str:
    """A bar to an eighth of a cell; something where it isn't 0."""
    if math.isnan(part):
        return " " * room
    eighths = max(round(8 * room * part), 1 if part > 0 else 0)
    whole, rest = divmod(eighths, 8)
    bar = "█" * whole + (_EIGHTHS[rest] if rest else "")
    return f"{bar:<{room}}"


def picture(one: GradientComparison, width: int, height: int) -> tuple[Line, ...]:
    """All of it in a width; the arrows take the height that is left over.

    Where the width does not hold all columns, the last ones are left out.
    """
    columns = max(1, (width - HEAD) // column_width(width))
    one = replace(one, variants=one.variants[:columns])
    above = [*wall_lines(one, width), *headings(one, width)]
    below = [*rows(one, width), *share_lines(one, width)]
    room = min(HIGHEST, max(LOWEST, height - len(above) - len(below)))
    spare = height - len(above) - len(below) - room
    gap: list[Line] = [()]
    return (
        *above[:2],
        *gap * (spare > 0),
        *above[2:],
        *((Span(" " * HEAD), *line) for line in arrows(one, column_width(width), room)),
        *gap * (spare > 1),
        *below[:6],
        *gap * (spare > 2),
        *below[6:],
        *gap * (spare > 3),
    )
