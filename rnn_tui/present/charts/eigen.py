"""The eigenvalues of W_hh against the unit circle, drawn, and in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.charts.raster import ACROSS, DOWN, Canvas
from rnn_tui.present.digits import counted, left, signed, size, times
from rnn_tui.present.tables.cells import Line, Role, Span, width_of
from rnn_tui.session.checks.recurrence import Spectrum

MARGIN = 1.15  # of what is drawn, beyond the circle or the farthest eigenvalue
OUTSIDE = 1 + 1e-9  # from which size on an eigenvalue counts as outside the circle
HARDLY = 1000  # steps to halve a signal, from which on it hardly fades
# Of the table of what is left after some timesteps: which, and cells of a column and of the bar.
POWERS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100)
FEWEST_POWERS, HEADING = 4, 2
NOTHING_LEFT = 0.001  # below which there is no more to see
AFTER, LEFT, LEAST_BAR = len("100 timesteps"), 12, 20
GROWN = len("grown to 9.9e999×") + 2
BETWEEN = 4  # cells from a column of eigenvalues to the next
FARTHEST = 4.0  # an eigenvalue that lies beyond is drawn at the edge


def plane(found: Spectrum, width: int, height: int) -> tuple[ChartRow, ...]:
    """The complex plane, `height` lines of `width` cells: axes, unit circle, eigenvalues.

    A terminal cell is about twice as high as it is wide, so a dot of braille is square.
    Those inside the circle are ●, those outside ◆.
    """
    if width < 3 or height < 2:
        return ()
    canvas = Canvas(width, height)
    # 0 is in the middle of a cell, as marks are, so that one on an axis stands on it
    right, up = (ACROSS * ((width - 1) // 2) + 0.5, DOWN * ((height - 1) // 2) + 1.5)
    reach = MARGIN * max(1.0, min(FARTHEST, found.radius))
    scale = min(right, up) / reach

    def dots(z: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        x = np.rint(right + scale * z.real).astype(np.int64)
        return x, np.rint(up + scale * z.imag).astype(np.int64)

    line = np.arange(-reach, reach, 3 / scale)
    canvas.dots(*dots(line.astype(np.complex128)), Ink.AXIS)
    canvas.dots(*dots(1j * line), Ink.AXIS)
    turn = np.exp(2j * np.pi * np.arange(0, 1, 1 / max(8, 8 * scale)))
    canvas.dots(*dots(turn), Ink.LEVEL)
    at = np.clip(found.values.real, -reach, reach) + 1j * np.clip(found.values.imag, -reach, reach)
    for x, y, value in zip(*(row.tolist() for row in dots(at)), found.values.tolist(), strict=True):
        outside = abs(value) > OUTSIDE
        mark, ink = ("◆", Ink.ALERT) if outside else ("●", Ink.FIRST)
        canvas.put(x // ACROSS, y // DOWN, mark, ink)
    return tuple(tuple(Inked(text, ink) for text, ink in line) for line in canvas.lines())


def spectrum_lines(
    found: Spectrum, room: int, of: str = "W_hh", width: int = 0, aside: str = ""
) -> tuple[Line, ...]:
    """The radius and what it means, the largest stretch, and the first eigenvalues.

    What holds for the matrix alone says so by `aside`, such as “without tanh′”.
    Of a matrix that is the same at every timestep, what is left after some stands below, where
    there are lines and `width` for it.
    """
    radius = found.radius
    role = Role.WARN if radius > OUTSIDE else Role.STRONG
    lines: list[Line] = [
        _told((Span(f"ρ({of}) ", Role.MUTED), Span(size(radius), role)),
              _meaning(radius), aside, width),
        _told((Span(f"‖{of}‖₂ ", Role.MUTED), Span(size(found.stretch))),
              f"one step: at most {left(found.stretch)} is left", aside, width),
        (),
    ]  # fmt: skip
    pairs = _conjugates(found.values)
    lines += _eigenvalue_lines(pairs, room - len(lines), width)
    if of == "W_hh":
        sizes = sorted((abs(value) for value, _ in pairs), reverse=True)
        lines += _powers(sizes, room - len(lines) - HEADING, width)
    return tuple(lines)


def _told(head: Line, meaning: str, aside: str, width: int) -> Line:
    """A figure and what it means, with what it leaves aside where there is room."""
    line = (*head, Span(f"  {meaning}"))
    whole = (*line, Span(f" ({aside})", Role.MUTED)) if aside else line
    return line if 0 < width < width_of(whole) else whole


def _powers(sizes: list[float], rows: int, width: int) -> list[Line]:
    """A table of |λ|^k: what is left along an eigenvector after k timesteps; the largest first.

    The bars are the largest's: its share of 1, and of one that grows the logarithm.
    """
    wide = GROWN if max(sizes, default=0.0) > OUTSIDE else LEFT
    count = min(len(sizes), (width - AFTER - LEAST_BAR) // wide)
    if rows < FEWEST_POWERS or count < 1:
        return []
    cells = width - AFTER - count * wide - 2
    names = "".join(f"{f'|λ| {size(one, 3)}':>{wide}}" for one in sizes[:count])
    lines: list[Line] = [
        (), (Span(f"{'left after':>{AFTER}}{names}  {_bars_of(sizes[0], cells)}", Role.MUTED),)
    ]  # fmt: skip
    for k in POWERS[:rows]:
        with np.errstate(over="ignore"):
            kept = [float(np.float64(one) ** k) for one in sizes[:count]]
        shares = "".join(f"{_kept(share):>{wide}}" for share in kept)
        length = k / POWERS[:rows][-1] if sizes[0] > OUTSIDE else min(1.0, kept[0])
        bar = "█" * round(cells * length)  # of what grows, log |λ|^k = k log |λ|
        after = Span(f"{counted(k, 'timestep'):>{AFTER}}", Role.MUTED)
        lines.append((after, Span(f"{shares}  "), Span(bar, Role.BAR)))
        if kept[0] < NOTHING_LEFT:
            break
    return lines


def _bars_of(largest: float, room: int) -> str:
    """Whose bars these are, and on which scale they grow, as far as there is room."""
    name = f"|λ| {size(largest, 3)}"
    if largest <= OUTSIDE:
        return name
    scales = (f"{name}, log scale from 1× at the left", f"{name}, log scale")
    return next((one for one in scales if len(one) <= room), name)


def _kept(share: float) -> str:
    """`8.6%`, or `grown to 7.60×`."""
    return f"grown to {times(share)}" if share > OUTSIDE else left(share)


def _meaning(radius: float) -> str:
    if radius > OUTSIDE:
        return "long run: can grow (ρ > 1)"
    if radius == 0:
        return "no memory along W_hh"
    half = np.log(0.5) / np.log(radius) if radius < 1 else np.inf
    if half > HARDLY:
        return "long run: hardly fades"
    return f"long run: halves every {half:.1f} timesteps"


def _conjugates(values: NDArray[np.complex128]) -> list[tuple[complex, bool]]:
    """Each eigenvalue once, a pair a ± bi as the one above the axis."""
    return [(z, z.imag > 0) for z in values.tolist() if z.imag >= 0]


def _eigenvalue_lines(pairs: list[tuple[complex, bool]], rows: int, width: int) -> list[Line]:
    """The largest first; where there are more than `rows`, in columns, as far as these fit."""
    told = [_eigenvalue_line(value, twice) for value, twice in pairs]
    wide = max(map(width_of, told), default=0) + BETWEEN
    columns = max(1, (width + BETWEEN) // wide)
    has_more = len(told) > rows * columns
    down = max(0, rows - has_more)
    shown, lines = told[: down * columns], list[Line]()
    for place in range(min(down, len(shown))):
        line: Line = ()
        for one in shown[place::down]:
            line += (Span(" " * (-width_of(line) % wide)), *one) if line else one
        lines.append(line)
    if has_more:
        lines.append((Span(f"… {len(told) - len(shown)} more", Role.MUTED),))
    return lines


def _eigenvalue_line(value: complex, pair: bool) -> Line:
    size_of = abs(value)
    mark = Span("◆ ", Role.BAD) if size_of > OUTSIDE else Span("● ", Role.BAR)
    text = signed(value.real) + (f" ± {size(value.imag)} i" if pair else "")
    turns = np.degrees(np.angle(value))
    about = f"  rotates {turns:.0f}° a timestep" if pair else ""
    if not pair and value.real < 0:
        about = "  changes sign each timestep"
    return (
        mark,
        Span(f"{text:<18}"),
        Span(f"  |λ| {size(size_of)}", Role.MUTED),
        Span(about, Role.MUTED),
    )
