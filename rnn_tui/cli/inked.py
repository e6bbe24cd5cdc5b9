"""Charts on a terminal without a screen of ours: pieces of lines in Rich's styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnn_tui.characters import safe
from rnn_tui.present.charts.charts import ChartRow
from rnn_tui.present.charts.plot import Ink

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {
    Ink.FIRST: "bold cyan", Ink.SECOND: "yellow", Ink.PIN: "magenta", Ink.EDIT: "green",
    Ink.LEVEL: "green", Ink.RANGE: "dim", Ink.AXIS: "dim", Ink.NUMBER: "dim", Ink.ALERT: "bold red",
}  # fmt: skip


def line(row: ChartRow) -> Text:
    """A line of a chart."""
    from rich.text import Text  # noqa: PLC0415

    return Text.assemble(*((safe(piece.text), STYLES.get(piece.ink, "")) for piece in row))
