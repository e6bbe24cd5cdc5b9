"""`rnn-tui compare`: an experiment under many settings, as a table and a chart."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tui.characters import safe
from rnn_tui.cli.arguments import Parser, add_experiment, add_length, positive
from rnn_tui.cli.compare_bars import bars
from rnn_tui.cli.inked import STYLES, line
from rnn_tui.cli.loading import tell
from rnn_tui.cli.output import console, table, to_json
from rnn_tui.cli.streams import message
from rnn_tui.comparing import (
    MOST_PROCESSES,
    Comparison,
    Grid,
    GridProgress,
    Length,
    Row,
    Store,
    axis_of,
    compare,
    grid_of,
)
from rnn_tui.comparing.measuring import RunOutcome
from rnn_tui.comparing.spread import Band, Spread
from rnn_tui.comparing.store import SUFFIX, as_json
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.present.analyses import comparing as words
from rnn_tui.present.charts.charts import draw
from rnn_tui.present.digits import counted
from rnn_tui.session.commands.keeping import folder

if TYPE_CHECKING:
    from rich.table import Table

CHART_ROWS, CHART_WIDEST = 18, 120


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    parser.add_argument(
        "--vary", action="append", required=True, metavar="KEY=V1,V2,…",
        help="values of a key, such as model.hidden_size=16,64; repeated: every combination",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", type=positive, metavar="N",
        help="random starts of each (3; 1 where nothing is random)",
    )  # fmt: skip
    add_length(parser, "epochs to train (as the experiment plans)", least=positive)
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="runs at a time (one for each processor)"
    )
    parser.add_argument(
        "--store", metavar="FILE", help="keep runs here, not in the folder for the program's state"
    )
    parser.add_argument("--fresh", action="store_true", help="do runs again that were done before")


def run(options: Namespace) -> int:
    """Run what was not run before, then show all of it."""
    if options.jobs is not None and options.jobs > MOST_PROCESSES:
        raise ExperimentError(f"expected at most {MOST_PROCESSES}", key="--jobs")
    axes = [axis_of(one) for one in options.vary]
    length = Length(options.epochs, options.steps)
    grid = grid_of(options.experiment, options.set, axes, options.seeds, length)
    tell(grid.notes)
    store = _store(options, grid)
    if options.fresh:
        store.forget(grid.cells)
    comparison = Comparison.of(grid, _compared(grid, store, options).outcomes)
    if options.json:
        print(to_json(_as_json(comparison, options)))
    else:
        _print(comparison)
    return 0


def _store(options: Namespace, grid: Grid) -> Store:
    """Where runs are kept: all those of one experiment, as its files are now, in one file."""
    if options.store is not None:
        store = Store(Path(options.store))
        store.prepare()
    else:
        store = _usual_store(grid.experiment)
    if store.damaged:
        message(f"{store.path}: {counted(store.damaged, 'line')} left out, damaged")
    return store


def _usual_store(experiment: Experiment) -> Store:
    """The file in the folder for state; nothing is kept where that can't be used."""
    where = folder("comparisons")
    if where is None:
        return Store(None)
    try:
        store = Store(where / f"{experiment.name}-{experiment.digest[:12]}{SUFFIX}")
        store.prepare()
    except ExperimentError as error:
        message(f"runs are not kept: {error}")
        return Store(None)
    return store


def _compared(grid: Grid, store: Store, options: Namespace) -> GridProgress:
    with closing(compare(grid, store, options.jobs)) as running:
        first = last = next(running)
        known = len(first.outcomes)
        if known:
            message(f"{known} of {len(grid.cells)} runs were done before")
        try:
            for last in bars(grid, first, running):  # noqa: B007 - the last counts
                pass
        except KeyboardInterrupt:
            message(f"interrupted; {_kept(grid, store)}")
            raise
    return last


def _kept(grid: Grid, store: Store) -> str:
    """What an interrupt left; the file says, for a run may end as the interrupt comes."""
    written = Store(store.path) if store.path else store
    done = sum(written.outcome(cell) is not None for cell in grid.cells)
    where = f"kept in {store.path}: the same command goes on" if store.path else "not kept"
    return f"{done} of {len(grid.cells)} runs are done, {where}"


# As JSON


def _as_json(comparison: Comparison, options: Namespace) -> dict[str, Any]:
    grid = comparison.grid
    best = comparison.best
    return {
        "experiment": grid.experiment.name,
        "set": list(options.set),
        "vary": {axis.key: [axis.read(k) for k in range(len(axis.values))] for axis in grid.axes},
        "unit": grid.unit,
        "floor": grid.experiment.floor,
        "ranked_by": "test_loss" if comparison.is_tested else "loss",
        "best": None if best is None else best.setting.name,
        "settings": [_row_as_json(comparison, row) for row in comparison.rows],
    }


def _row_as_json(comparison: Comparison, row: Row) -> dict[str, Any]:
    axes, setting = comparison.grid.axes, row.setting
    judges = comparison.grid.experiment.has_classes
    values = {axis.key: axis.read(k) for axis, k in zip(axes, setting.places, strict=True)}
    tested = {"test_loss": _spread(row.test_loss)} if row.is_tested else {}
    return {
        "name": setting.name,
        "values": values,
        "rank": 1 + comparison.ranked.index(row),
        "loss": _spread(row.loss),
        **tested,
        "accuracy" if judges else "mae": _spread(row.accuracy),
        "grad_norm": row.grad_norm,
        "clipped": row.median("clipped"),
        "radius": row.median("radius"),
        "seconds": row.median("seconds"),
        "broke": row.broke,
        "curve": _band(row.curve),
        "runs": [
            {"seed": cell.seed}
            | _of_run(one, judges)
            | {"steps_per_second": one.updates / one.seconds}
            for cell, one in zip(row.cells, row.outcomes, strict=True)
        ],
    }


def _of_run(one: RunOutcome, judges: bool) -> dict[str, Any]:
    """A run's own figures; where answers are no classes, errors in the place of accuracies."""
    found = as_json(one)
    return found if judges else {k.replace("accuracy", "mae"): v for k, v in found.items()}


def _spread(spread: Spread) -> dict[str, float]:
    return {"median": spread.median, "low": spread.low, "high": spread.high}


def _band(band: Band) -> dict[str, Any]:
    return {"x": band.x, "median": band.median, "low": band.low, "high": band.high}


# As a table and a chart


def _print(comparison: Comparison) -> None:
    out = console()
    unbounded = out.options.update(max_width=10_000)
    grid = comparison.grid
    title = f"{grid.experiment.name}: {len(grid.settings)} settings, {len(grid.cells)} runs"
    left_out: list[str] = []
    made = _table(title, comparison, left_out)
    while (
        len(left_out) < len(words.DROPPED)
        and out.measure(made, options=unbounded).maximum > out.width
    ):
        left_out.append(words.DROPPED[len(left_out)])
        made = _table(title, comparison, left_out)
    out.print(made)
    if left_out:
        out.print(f"Left out for want of room: {', '.join(left_out)}.")
    for note in words.notes(comparison):
        out.print(note)
    out.print()
    _print_chart(comparison)


def _table(title: str, comparison: Comparison, left_out: Sequence[str]) -> Table:
    """All columns but those left out."""
    headings = words.headings(comparison)
    kept = [place for place, heading in enumerate(headings) if heading not in left_out]
    text = 1 + len(comparison.grid.axes)
    made = table(title, *(headings[place] for place in kept), left=text)
    made.padding = (0, 1, 0, 0)  # with the line between columns, two blanks
    made.pad_edge = False
    for row, cells in zip(comparison.rows, words.table_rows(comparison), strict=True):
        style = "bold" if row is comparison.best else None
        made.add_row(*(cells[place] for place in kept), style=style)
    return made


def _print_chart(comparison: Comparison) -> None:
    from rich.text import Text  # noqa: PLC0415

    out, plot = console(), words.plot(comparison)
    out.print(words.chart_title(comparison))
    for row in draw(plot, min(out.width, CHART_WIDEST), CHART_ROWS):
        out.print(line(row), no_wrap=True, overflow="crop")
    for curve in plot.curves:
        sample = f"{curve.letter} {curve.stroke.sample} "
        least = f", {words.least_text(curve, plot.unit)}"
        out.print(Text.assemble((sample, STYLES.get(curve.ink, "")), safe(curve.name), least))
