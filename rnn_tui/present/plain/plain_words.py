"""Sentences in plain characters, as pipes want them and a screen reader says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.digits import EMPTY, signed, size
from rnn_tui.present.spelling import signs_spelled, spoken
from rnn_tui.present.tables.cells import Line
from rnn_tui.present.tokens import reads_rows, told_text
from rnn_tui.session.view import StepView

MOST_NUMBERS = 12  # of a row that is read out
PLAIN = {
    "−": "-", "‖": "|", "·": "*", "ᵀ": "^T", "σ": "sigmoid", "√": "sqrt ", "Σ": "sum of ",
    "Π": "product of ", "≈": "is about", "→": " to ", "“": '"', "”": '"', "×": "x",
    "′": "'", "’": "'", "…": "...", "ρ": "rho",
    "²": "^2", "³": "^3", "δ": "delta", "ε": "epsilon",
    "≤": "at most", "∞": "inf", "θ": "theta", "±": "plus or minus ", "–": "-",
    "Δ": "change of ", "∂": "d", "λ": "lambda", "ᵢ": "_i", "ⱼ": "_j", "₂": "_2", "⊙": "*",
    "§": "section ", "∅": "nothing", "°": " degrees", "✓": "right", "✗": "wrong", "●": "",
    "▸": "", "⌊": "floor(", "⌋": ")", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip
_TABLE = str.maketrans(PLAIN)


def plainly(text: str) -> str:
    """The program's own words without signs that a screen reader skips."""
    return " ".join(signs_spelled(text).translate(_TABLE).split())


def line_plainly(line: Line) -> str:
    """A line with a formula as text."""
    return plainly("".join(span.text for span in line))


def parts_plainly(line: Line) -> str:
    """A line of several facts as text, with a comma after each."""
    text = "".join("not yet" if span.text == EMPTY else span.text for span in line).strip()
    return plainly(re.sub(r"\s*(?: {2,}| · )\s*", ", ", text))


def read_aloud(view: StepView, t: int) -> str:
    """What is read at a timestep: a token, or a row with its numbers."""
    return plainly(told_text(view, t)) if reads_rows(view) else spoken(view.current.tokens[t])


def figure(x: float, decimals: int = 4) -> str:
    """A number with its sign."""
    return plainly(signed(float(x), decimals))


def amount(x: float | Floats, decimals: int = 4) -> str:
    """A number that can't be negative."""
    return plainly(size(float(x), decimals))


def row(values: Floats | Sequence[float]) -> str:
    """Numbers side by side; of a long row the first ones, and how long it is in all."""
    numbers = np.ravel(np.asarray(values))
    said = " ".join(figure(x) for x in numbers[:MOST_NUMBERS])
    if len(numbers) <= MOST_NUMBERS:
        return said
    norm = amount(float(l2_norm(numbers)))
    return f"{said} and {len(numbers) - MOST_NUMBERS} more, norm {norm}"


def sentence(text: str) -> str:
    """One that ends."""
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def listed(parts: Iterable[str]) -> str:
    """`a, b and c`."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
