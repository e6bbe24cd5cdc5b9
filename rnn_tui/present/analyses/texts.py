"""Pictures of what a network makes of a text: memory, hit rate, error by position."""

from __future__ import annotations

import numpy as np

from rnn_tui.analyses.hits import Hits
from rnn_tui.analyses.memory import Memory
from rnn_tui.analyses.positions import Positions
from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, cut, padded, visible
from rnn_tui.present.analyses.parts import AnalysisPicture, chart, over_training, text
from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.eighths import block
from rnn_tui.present.charts.plot import Curve, Ink, Plot, Stroke
from rnn_tui.present.digits import percent, size
from rnn_tui.present.text.text_layout import running


def memory(found: Memory, source: str, width: int) -> AnalysisPicture:
    """Ablation and readout by distance."""
    reach = len(found.moved) - 1
    x = np.arange(reach + 1.0)
    plot = Plot(
        (
            Curve.of("guess: always the commonest token", x, found.guessed, Ink.PIN, Stroke.DOTTED),
            Curve.of("readout: tokens that a linear map of the state gets right", x,
                     found.read_out, Ink.SECOND, Stroke.DASHED),
            Curve.of("ablation: change of the prediction with another token there", x,
                     found.moved),
        ),
        unit="tokens back", last=float(reach), percent=True, low=0.0, high=1.0,
    )  # fmt: skip
    felt = "no token" if found.felt < 0 else f"tokens up to {found.felt} back"
    tried = ", as far as was tried" if found.felt == reach else ""
    read = "no token" if found.readable < 0 else f"tokens up to {found.readable} back"
    says = (
        f"Replacing a token changes the prediction by 1% or more: {felt}{tried}. "
        f"A linear readout of the state gets right, clearly better than a guess: {read}.",
    )
    return AnalysisPicture("Memory", says, tuple(chart("share", plot, width)))


def hits(found: Hits, source: str, width: int) -> AnalysisPicture:
    """The hit rate in training, and what is written."""
    now = found.rate[-1]
    wrote = f"Of {int(found.words[-1])} words that the network wrote"
    says = [f"{wrote}, {percent(float(now))} are in the training text."]
    if found.invented:
        says.append(f"Words of its own: {', '.join(map(visible, found.invented))}.")
    rows: list[ChartRow] = []
    if len(found.steps) > 1:
        plot = over_training("", found.steps, found.rate, percent=True, low=0.0, high=1.0)
        rows = chart("share of words written that are words", plot, width, 14)
    line = f"It writes: {running(found.text, '')}"
    return AnalysisPicture("Vocabulary hit rate", tuple(says), (*rows, text(cut(line, width))))


def positions(found: Positions, source: str, width: int) -> AnalysisPicture:
    """A bar for each position, and the loss along a passage."""
    losses = [*found.loss.tolist(), found.ending]
    names = [_ordinal(k + 1) + " letter" for k in range(len(found.loss))] + ["space behind"]
    wrong = [*found.wrong.tolist(), found.ending_wrong]
    room, top = max(10, width - 34), max((v for v in losses if np.isfinite(v)), default=1.0) or 1.0
    rows = [text(f"{'':12}   loss  wrong  mean loss in nats")]
    for name, loss, share in zip(names, losses, wrong, strict=True):
        bar = "█" * round(room * loss / top) if np.isfinite(loss) else ""
        rows.append((
            Inked(f"{name:<12} {size(loss, 3):>6} {percent(share):>6}  ", Ink.NUMBER),
            Inked(bar, Ink.FIRST),
        ))  # fmt: skip
    rows += [(), text("one passage, the loss over each character that had to be predicted")]
    rows += _columns(found.passage, found.passage_loss, width)
    says = (_falls(found),)
    return AnalysisPicture("Error by position in the word", says, tuple(rows))


def _falls(found: Positions) -> str:
    """What the losses do along a word, as measured."""
    first = f"The first letter of a word costs {size(float(found.loss[0]), 2)} nats"
    if len(found.loss) < 2:
        return f"{first}."
    second = float(found.loss[1])
    if second < found.loss[0]:
        return f"{first}, the second {size(second, 2)}: until it has begun, the word is unknown."
    told = "words are not recognised by their first letters yet"
    return f"{first}, the second {size(second, 2)}: {told}."


def _columns(passage: str, heights: Floats, width: int, rows: int = 5) -> list[ChartRow]:
    """A column of blocks over each character, two cells apart; as many as there is room for."""
    shown = [visible(character) for character in passage]
    ends = np.cumsum([cell_width(one) + 2 for one in shown])
    count = int((ends <= width).sum())
    heights = heights[:count]
    top = float(heights[np.isfinite(heights)].max(initial=0.0)) or 1.0
    eighths = [round(8 * rows * v / top) if np.isfinite(v) else 8 * rows for v in heights.tolist()]
    blocks = [[block(one, row) for one in eighths] for row in range(rows)]
    wide = [cell_width(one) for one in shown[:count]]
    return [
        *(text("  ".join(map(padded, line, wide)), Ink.FIRST) for line in reversed(blocks)),
        text("  ".join(shown[:count]), Ink.LEVEL),
    ]


def _ordinal(k: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(k, f"{k}th")
