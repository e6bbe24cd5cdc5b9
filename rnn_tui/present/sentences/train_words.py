"""What is said about the charts of a training: legends, edits, empty states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rnn_tui.characters import cut
from rnn_tui.present.charts.charts import ChartRow, Inked, sparks
from rnn_tui.present.charts.plot import Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.scale import round_end
from rnn_tui.present.digits import EMPTY, measured, percent, size
from rnn_tui.session.edits.edits import experiment_changes
from rnn_tui.session.runs.branches import OtherRun
from rnn_tui.session.runs.history import Change, Edit
from rnn_tui.session.view import StepView

LEAST_SPAN = 10  # epochs or steps that an axis has at least, unless fewer are planned
SETTINGS = {"learning_rate": "lr", "clip_limit": "limit", "sequence_length": "length"}


def change_text(change: Change) -> str:
    """`lr 0.5→0.1`, `W_hh[1,0] −0.3→1.5`, or `W_hh` alone."""
    if change.name == "fault":
        return "bug out" if change.after == "none" else "bug in"
    name = SETTINGS.get(change.name, change.name)
    if change.before is None:
        return name
    return f"{name} {_value(change.before)}→{_value(change.after)}"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "+".join(map(str, value)) or "none"
    return measured(value).replace(".0e", "e") if isinstance(value, float) else str(value)


def edit_text(edit: Edit) -> str:
    """All that an edit changed."""
    return ", ".join(map(change_text, edit.changes))


def made_by_cure(before: StepView, view: StepView) -> tuple[Change, ...]:
    """All that a cure changed: settings that going back restored, too, and what it then set."""
    found = experiment_changes(before.experiment, view.experiment)
    named = {change.name for change in found}
    last = view.time.edits[-1].changes if view.time.edits else ()
    return (*found, *(change for change in last if change.name not in named))


def changes_text(changes: Sequence[Change]) -> str:
    """What set a run off from the one that it left."""
    return ", ".join(map(change_text, changes)) or "unedited"


def run_text(run: OtherRun, view: StepView) -> str:
    """Another run by its number and by what sets it apart."""
    if run.number == view.time.number:
        return f"run {run.number}, later"
    if run.after is not None:
        return f"run {run.number} before {edit_text(run.after)}"
    if not run.changes:
        return f"run {run.number}"
    return f"run {run.number} {changes_text(run.changes)} at {run.at // view.history.updates}"


def value_text(x: float, plot: Plot) -> str:
    """A value of a chart; a dot where there is none yet."""
    return percent(x) if plot.percent else size(x)


def legend(plot: Plot) -> tuple[Inked, ...]:
    """An entry a curve, each with its value now, or where the user reads."""
    return (*_reading(plot), *_entries(plot), *notes(plot))


def legends(plot: Plot) -> Iterator[tuple[Inked, ...]]:
    """The legend, then shorter ones, of which the first that fits is shown.

    Lines with letters are named to the last: without samples of their strokes, then without
    their mean, without values but that of the line which moved most, and at last all without.
    """
    yield legend(plot)
    lettered = [curve for curve in plot.curves if curve.letter]
    if not lettered:
        return
    place, last = tuple(_reading(plot)), tuple(notes(plot))
    full = [Inked(f"{one.name} {_now_text(one, plot)}", one.ink) for one in lettered]
    others = [one for one in plot.curves if one.name and not one.letter]
    beside = [Inked(f"{one.name} {_now_text(one, plot)}", one.ink) for one in others]
    most = max(range(len(lettered)), key=lambda k: lettered[k].jump)
    short = [Inked(one.letter, one.ink) for one in lettered]
    yield (*place, *full, *beside, *last)
    yield (*place, *full, *last)
    yield (*place, *short[:most], full[most], *short[most + 1 :], *last)
    yield tuple(short)


def _reading(plot: Plot) -> Iterator[Inked]:
    if plot.reading is not None:
        yield Inked(f"{plot.unit} {plot.reading:,.0f}", Ink.READING)


def _entries(plot: Plot) -> Iterator[Inked]:
    for curve in sorted(plot.curves, key=lambda one: one.ink is Ink.PIN):
        if not curve.name:
            continue
        entry = f"{curve.stroke.sample} {curve.name}"
        if curve.stroke is not Stroke.CROSSES:
            entry += f" {_now_text(curve, plot)}"
        yield Inked(entry, curve.ink)


def _now_text(curve: Curve, plot: Plot) -> str:
    """Its value now, or where the user reads."""
    value = curve.now if plot.reading is None else curve.at(plot.reading)
    return value_text(value, plot) if len(curve.points) else EMPTY


def notes(plot: Plot) -> Iterator[Inked]:
    """What a chart leaves out."""
    main = main_curve(plot)
    if (lost := main.points.first_lost()) is not None:
        x, ever = lost
        where = f"{plot.unit} {x:,.0f}"
        yield Inked(f"not finite {'from' if ever else 'at'} {where}", Ink.ALERT)
    if plot.log and (main.points.range(-np.inf, np.inf) <= 0).any():
        yield Inked("0 has no logarithm", Ink.ALERT)


def main_curve(plot: Plot) -> Curve:
    """The curve that a chart is about."""
    return next(curve for curve in plot.curves if curve.ink is Ink.FIRST)


def whole_curve(plot: Plot) -> Curve:
    """What stands for a chart in one line: of several lines with letters, their mean."""
    others = [curve for curve in plot.curves if not curve.letter]
    return others[0] if 0 < len(others) < len(plot.curves) else main_curve(plot)


def fitting(entries: tuple[Inked, ...], room: int) -> tuple[Inked, ...]:
    """As many of the first entries as there is room for, two cells before each."""
    used = 0
    for place, entry in enumerate(entries):
        used += len(entry.text) + 2
        last = place == len(entries) - 1
        if used + (0 if last else len("  +9")) > room:
            return (*entries[:place], Inked(f"+{len(entries) - place}", Ink.NUMBER))
    return entries


def on_two_lines(
    entries: tuple[Inked, ...], above: int, below: int
) -> tuple[tuple[Inked, ...], tuple[Inked, ...]]:
    """The entries with room on a first line, beside a title, and those left for a second one."""
    fits = 0
    while fits < len(entries) and (above := above - len(entries[fits].text) - 2) >= 0:
        fits += 1
    return entries[:fits], fitting(entries[fits:], below + 2)


def empty_text(view: StepView, large: bool) -> str:
    """What stands where there is no curve yet, with `{verb}` where a key belongs."""
    history = view.history
    if not large:
        return "not trained yet"
    if history.unit == "step":
        steps = planned(view)
        return f"Not trained yet.  {{update}} train one step,  {{run}} up to step {steps:,.0f}"
    return f"Not trained yet.  {{epoch}} train one epoch,  {{run}} all {planned(view):,.0f}"


def planned(view: StepView) -> float:
    """How many epochs or steps the experiment asks for."""
    return view.experiment.training.updates(view.updates_per_epoch) / view.history.updates


def end_of_axis(view: StepView, farthest: float) -> float:
    """A round end of an axis of epochs or steps, so far that the `farthest` of them is on it."""
    return round_end(max(farthest, min(LEAST_SPAN, planned(view))))


TITLE_WIDTH, NOW_WIDTH, RANGE_WIDTH = 20, 9, 19
LEAST_SPARKLINE = 6


def overview_line(title: str, plot: Plot, width: int, chosen: bool) -> ChartRow:
    """A chart in one line: its name, a sparkline, the value now, the least and the most."""
    curve = whole_curve(plot)
    ends = curve.points.range(-np.inf, np.inf).tolist()
    today = value_text(curve.now, plot) if len(curve.points) else EMPTY
    spark = Ink.FIRST if chosen else Ink.RANGE
    room = width - TITLE_WIDTH - NOW_WIDTH - RANGE_WIDTH - 6
    pieces = [
        Inked(f"{cut(title, TITLE_WIDTH):<{TITLE_WIDTH}}", Ink.READING if chosen else Ink.NUMBER)
    ]
    if room >= LEAST_SPARKLINE:
        pieces.append(Inked(sparks(curve.points, room) + "  ", spark))
    pieces.append(Inked(f"{today:>{NOW_WIDTH}}", Ink.READING))
    if width > TITLE_WIDTH + NOW_WIDTH + RANGE_WIDTH:
        texts = " … ".join(value_text(end, plot) for end in ends)
        pieces.append(Inked(f"  {texts:>{RANGE_WIDTH}}", Ink.NUMBER))
    return tuple(pieces)
