"""Target against output, and the errors: the charts of answers that are numbers."""

from __future__ import annotations

from rnn_tui.characters import visible
from rnn_tui.present.charts.plot import Curve, Ink, Level, Plot, Stroke
from rnn_tui.present.digits import size
from rnn_tui.present.real_answers import share
from rnn_tui.session.text.outputs import Outputs
from rnn_tui.session.view import StepView


def output_chart(outputs: Outputs, o: int) -> Plot:
    """One number of every answer as it was wanted and as it is given."""
    curves = (
        Curve.of("target", outputs.x, outputs.targets[:, o], Ink.SECOND, Stroke.DASHED),
        Curve.of("output", outputs.x, outputs.outputs[:, o]),
    )
    return _plot(outputs, curves)


def error_chart(outputs: Outputs, o: int) -> Plot:
    """How far each output is above what was wanted."""
    curve = Curve.of("output − target", outputs.x, outputs.errors[:, o])
    return _plot(outputs, (curve,), (Level("", 0.0),))


def _plot(outputs: Outputs, curves: tuple[Curve, ...], levels: tuple[Level, ...] = ()) -> Plot:
    first, last = float(outputs.x[0]), float(outputs.x[-1])
    return Plot(
        curves, levels, unit=outputs.unit, first=first, last=max(last, first + 1.0),
        from_zero=False,
    )  # fmt: skip


def output_title(view: StepView, outputs: Outputs, o: int) -> str:
    """`Output: sales, validation part`."""
    names = view.experiment.output_names
    which = f" ({o + 1} of {len(names)})" if len(names) > 1 else ""
    return f"Output: {visible(names[o])}{which}, {outputs.name}"


def error_title(outputs: Outputs, o: int) -> str:
    """`Error · mean 0.0312 · largest 0.11 · R² 0.93`, of what is shown."""
    one = outputs.number(o)
    off = one.off
    if not len(off):
        return "Error"
    return (
        f"Error · mean absolute {size(one.mae)} · largest {size(float(off.max()))}"
        f" · R² {share(one.r2)}"
    )
