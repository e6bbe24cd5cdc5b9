"""Every figure that the faces of the debugger show of a moment, with the address it goes by."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from rnn_tui.engine.spectrum.moving import followed
from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.equations.gates import gates
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.plain import plain
from rnn_tui.present.plain.plain_show import shown
from rnn_tui.present.sentences.changes import patch_text
from rnn_tui.present.sentences.proof import proof_line
from rnn_tui.present.sentences.status import answer, metrics, op_line
from rnn_tui.present.sentences.train_words import value_text
from rnn_tui.present.tables.cells import Line, Table, address
from rnn_tui.present.tables.gate_heat import GateHeat
from rnn_tui.present.tables.gradient_views import gradient_views
from rnn_tui.present.tables.line_values import LineValues
from rnn_tui.present.tables.runs import RunsTable
from rnn_tui.present.tables.states import GateTable, StateTable
from rnn_tui.present.tables.strip import likeliest, strip
from rnn_tui.present.tables.tables import ExamplesTable, of_pass
from rnn_tui.present.tables.weights import MatrixTable, ways
from rnn_tui.present.text.text_scene import Scene, UnitChoice
from rnn_tui.session.breakpoints.breakpoints import Gauge
from rnn_tui.session.program.code import code, row_of
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import derive
from rnn_tui.session.why.line_now import LineNow
from rnn_tui.session.why.state_norms import name_of_figure


class Shown(NamedTuple):
    """A figure on a face: its address, and what is printed, a float where it is a number."""

    face: str
    name: str
    text: str | float


class Read(NamedTuple):
    """A printed number, and what its last digit is worth."""

    value: float
    digit: float


NUMBER = re.compile(r"([+−<>-]?)(\d[\d,]*)(?:\.(\d+))?(?:e([+−-]?\d+))?(%?)")
SHARE = re.compile(r"(\d+) of (\d+)")


def read(text: str | float) -> Read | None:
    """A number as one reads it from the screen; None where nothing, or a word, is printed."""
    if isinstance(text, float):
        return Read(text, 0.0)
    text = text.strip()
    if found := re.match(r"([+−-]?)(∞|inf|NaN)", text):
        value = math.nan if found[2] == "NaN" else math.inf
        return Read(-value if found[1] in ("−", "-") else value, 0.0)
    if found := SHARE.match(text):
        return Read(int(found[1]) / int(found[2]), 0.0)
    if not (found := NUMBER.match(text)):
        return None
    sign, whole, decimals, exponent, percent = found.groups()
    power = int((exponent or "0").replace("−", "-")) - 2 * bool(percent)
    digits = f"{whole.replace(',', '')}.{decimals or '0'}"
    value = float(f"{digits}e{power}")
    if sign in ("<", ">"):  # what would be rounded to 0 or to all: less than half of the last digit
        half = 0.5 * 10.0 ** (power - len(decimals or ""))
        return Read(value + half * (1.5 if sign == ">" else -1.5), half)
    return Read(-value if sign in ("−", "-") else value, 10.0 ** (power - len(decimals or "")))


def faces(session: Session) -> Iterator[Shown]:
    """All of them."""
    view = session.view
    parts = (
        _lines, _tables, _examples, _charts, _sentences, _numbers, _lens, _conditions, _code,
    )  # fmt: skip
    shown_here = chain(*(part(view) for part in parts), _runs(session), _read_out(session))
    for one in shown_here:
        if one.name != "rho" or has_radius(view.params.layout):
            yield one


def _of_line(face: str, line: Line) -> Iterator[Shown]:
    for span in line:
        if span.ref:
            yield Shown(face, span.ref, span.text)


def _lines(view: StepView) -> Iterator[Shown]:
    """The lines of the Step page."""
    for waits in (True, False):
        for line in metrics(view, waits):
            yield from _of_line("Loss pane", line)
    if view.experiment.answers_once:
        yield from _of_line("Tokens: the answer", answer(view))
    else:
        for line in (*strip(view, 400).lines, likeliest(view)):
            yield from _of_line("Tokens: the strip", line)
    for width in (60, 120):
        yield from _of_line("gradient check", proof_line(view, 0, width))
    if view.op is not None and (found := derive(view, view.op.name, view.t, 0)) is not None:
        line = op_line(view, 0)
        if found.ref and not line[-1].text.startswith("["):
            yield Shown("op line", found.ref, line[-1].text)


def _of_table(face: str, table: Table) -> Iterator[Shown]:
    columns = range(table.frozen_columns, len(table.columns))
    for row in range(table.row_count):
        cells = table.cells(row, 0, len(table.columns))
        for column in columns:
            if cells[column].bar is None and (ref := address(table, row, column)):
                yield Shown(face, ref, cells[column].text)


def _tables(view: StepView) -> Iterator[Shown]:
    """Hidden state, the four views of BPTT, the Weights page."""
    for layer in view.network.layers:
        for state in layer.cell.states:
            for wide in (False, True):
                table = StateTable(view, layer.depth, wide=wide, state=state)
                yield from _of_table(f"State {state}", table)
        if gates(layer.cell):
            yield from _of_table("Gates", GateTable(view, layer.depth))
            yield from _of_table("Gates over time", GateHeat(view, layer.depth))
        for way in gradient_views(view.network):
            yield from _of_table(way.title, way.of(view, layer.depth)[0])
    for name in view.params.layout.shapes:
        for weights in ways(view):
            matrix = MatrixTable(view, name, weights)
            yield from _of_table(f"Weights: {weights.measure}", matrix)


def _examples(view: StepView) -> Iterator[Shown]:
    if view.evaluation is None or not view.experiment.answers_once:
        return
    table, labels = ExamplesTable(view), view.experiment.labels
    titles = [column.title for column in table.columns]
    for row in range(table.row_count):
        cells = dict(zip(titles, table.cells(row, 0, len(titles)), strict=True))
        p, loss, says = (cells[title] for title in (table._p_title, "loss", "says"))
        yield Shown("Tokens: examples", f"example_p[{row + 1}]", p.text)
        yield Shown("Tokens: examples", f"example_loss[{row + 1}]", loss.text)
        if row != view.example or of_pass(view) or not view.known.answered:
            continue
        above = "".join(span.text for span in answer(view))
        assert says.text in above, "the same answer, right or wrong alike"
        assert any(label in says.text for label in labels) or "NaN" in says.text


def _charts(view: StepView) -> Iterator[Shown]:
    """The legends of the Train page."""
    last = view.history.count - 1
    on_the_way = "past_loss[{}]", "past_accuracy[{}]"
    now = ("train_loss", "accuracy") if view.history.updates == 1 else on_the_way
    seen = now if view.training is not None else on_the_way
    names = {
        (Charted.LOSS, "train"): seen[0], (Charted.ACCURACY, "train"): seen[1],
        (Charted.LOSS, "train, epoch mean"): on_the_way[0],
        (Charted.ACCURACY, "train, epoch mean"): on_the_way[1],
        (Charted.NORM, "‖g‖"): "past_norm[{}]", (Charted.RADIUS, "ρ(W_hh)"): "rho",
        (Charted.RATE, "lr"): f"learning_rate@{view.update}",
    }  # fmt: skip
    made = [one.update - 1 for one in view.history.observed if one.ratios]
    for name in followed(view.params) if made else ():
        names[Charted.RATIO, name] = f"update_ratio_{name}@{made[-1]}"
    for name in ("test", "validation"):
        names |= {(Charted.LOSS, name): "test_loss", (Charted.ACCURACY, name): "test_accuracy"}
    for metric in Charted:
        for running in (False, True):
            plot = chart(view, metric, Wish(), running=running)
            for curve in plot.curves:
                address = names.get((metric, curve.name))
                if address is not None and len(curve.points):
                    text = value_text(curve.now, plot)
                    yield Shown(f"Train: {metric}", address.format(last), text)


def _sentences(view: StepView) -> Iterator[Shown]:
    """What `plain` says."""
    last, said = view.history.count - 1, plain.standing(view)
    loss = "train_loss" if view.evaluation is not None else f"past_loss[{last}]"
    norm = view.newest_norm
    for pattern, name in (
        (r": loss ([^,]+),?", loss), (r"validation loss ([^,]+)", "test_loss"),
        (r"mean of the last \d+ ([^,]+)", "recent_loss"), (r", (\d+ of \d+) right", "accuracy"),
        (r"test (\d+ of \d+) right", "test_accuracy"),
        (r"norm ([^,]+)", norm.ref if norm else ""),
    ):  # fmt: skip
        if found := re.search(pattern, said.rstrip(".")):
            yield Shown("plain: standing", name, found[1])
    for t in view.current.outputs:
        if view.known.answers(t) and (found := re.search(r"; loss (.+)\.", plain.answer(view, t))):
            yield Shown("plain: answer", f"loss[{t}]", found[1])
    for t in range(view.known.gradients_from, view.current.length):
        first, *others = plain.gradient(view, t).removesuffix(".").split("; |")
        norms = re.fullmatch(r".*\|dh\w*\| = ([^,]+), (.*)", first)
        assert norms
        top = view.network.depth - 1
        yield Shown("plain: backward", name_of_figure("norm", "h", top) + f"[{t}]", norms[1])
        for other in others:
            found = re.match(r"d([a-z])(?:_(\d+))?\| = ([^,]+),", other)
            assert found
            name = name_of_figure("norm", found[1], int(found[2] or 0))
            yield Shown("plain: backward", f"{name}[{t}]", found[3])
        if parts := re.fullmatch(r"local (.+), from later timesteps (.+)", norms[2]):
            for part, text in zip(("local_norm", "future_norm"), parts.groups(), strict=True):
                yield Shown("plain: backward", name_of_figure(part, "h", top) + f"[{t}]", text)
    if view.patches and view.known.answered and view.current.labelled:
        yield Shown("patch", "loss", re.search(r"loss .+ → ([^;]+)", patch_text(view))[1])  # type: ignore[index]


def _numbers(view: StepView) -> Iterator[Shown]:
    """What `plain --json` gives to machines."""
    data, last = plain.data(view), view.history.count - 1
    apart, norm = view.evaluation is not None, view.newest_norm
    names = {
        "loss": "train_loss" if apart else f"past_loss[{last}]", "pass_loss": "loss",
        "pass_loss_sum": "total_loss", "example_loss": f"example_loss[{view.example + 1}]",
        "mean_loss": "recent_loss", "rho": "rho", "test_loss": "test_loss",
        "test_accuracy": "test_accuracy", "grad_norm": norm.ref if norm else "",
        "learning_rate": f"learning_rate@{view.update}",
    }  # fmt: skip
    if apart:
        yield Shown("JSON", "accuracy", data["right"] / data["outputs"])
    for key, name in names.items():
        if key in data:
            yield Shown("JSON", name, data[key])
    called = view.program.algorithm.called
    states = [(called(s, layer.depth), called(f"d{s}", layer.depth))
              for layer in view.network.layers for s in layer.cell.states]  # fmt: skip
    for key in (name for pair in states for name in pair):
        for unit, value in enumerate(data.get(key, ())):
            yield Shown("JSON", f"{key}[{view.t},{unit}]", float(value))


def _lens(view: StepView) -> Iterator[Shown]:
    """The Text page, over examples that it reads one after the other."""
    if view.experiment.stream is not None:
        return
    scene = Scene.of(view, None)
    lens = scene.lens(UnitChoice(), 0)
    place, h = 0, view.network.name_of("h", view.network.depth - 1)
    for number, example in enumerate(view.examples, start=1):
        for t in range(example.length):
            here = view.patches and number - 1 == view.example and not view.updated
            if place < len(lens.passage) and not here:
                text = lens.value(place)[-1].text
                yield Shown("Text: a unit", f"{h}[{t},0]#{number}@{view.in_force}", text)
            place += 1


def _conditions(view: StepView) -> Iterator[Shown]:
    """What breakpoints see."""
    value, last = Gauge(view.timeline).at(view.in_force), view.history.count - 1
    names = {"rho": "rho"}
    if view.history.count and view.history.updates == 1:
        names |= {"loss": f"past_loss[{last}]", "accuracy": f"past_accuracy[{last}]"}
        names |= {"grad_norm": f"past_norm[{last}]"}
    if view.experiment.test:
        names |= {"test_loss": "test_loss", "test_accuracy": "test_accuracy"}
    for name, ref in names.items():
        yield Shown("condition", ref, value(name))


def _runs(session: Session) -> Iterator[Shown]:
    """The row of the run under the cursor, if that stands at its end."""
    view = session.view
    if view.in_force != view.timeline.seen or view.in_force % view.history.updates:
        return
    table, last = RunsTable(session.runs), view.history.count - 1
    titles = [column.title for column in table.columns]
    cells = table.cells(table.current_row or 0, 0, len(titles))
    names = {
        "epoch’s loss": f"past_loss[{last}]", "epoch’s right": f"past_accuracy[{last}]",
        "unseen": "test_loss", "ρ(W_hh)": "rho",
    }  # fmt: skip
    for title, cell in zip(titles, cells, strict=True):
        if title in names:
            yield Shown("Runs", names[title], cell.text)


def _read_out(session: Session) -> Iterator[Shown]:
    """Panes that `plain` reads out in words of its own."""
    *points, _ = shown(session, "loss")
    for said in points:
        found = re.match(r"during \w+ (\d+): mean loss ([^,]+), norm ([^,]+), ", said)
        assert found
        yield Shown("plain: show loss", f"past_loss[{found[1]}]", found[2])
        yield Shown("plain: show loss", f"past_norm[{found[1]}]", found[3])
    for said in shown(session, "weights"):
        if found := re.match(r"(\w+)(?:\[(\d+)\])?: ([^a-z]+)\.$", said):
            for place, number in enumerate(found[3].split()):
                index = f"{found[2]},{place}" if found[2] else str(place)
                yield Shown("plain: show weights", f"{found[1]}[{index}]", number)
    found = re.match(r"loss (\S+) before", next(shown(session, "microscope")))
    if found and session.view.known.answered:
        yield Shown("microscope", "loss", found[1])


def _code(view: StepView) -> Iterator[Shown]:
    """The lines that ran last and run next; what a timestep adds is a term, and no figure."""
    rows = code(view.program)
    for op in (view.op, view.next_op):
        place = row_of(rows, op)
        if place is None:
            continue
        line = LineNow(view, rows[place], unit=1)
        table = LineValues(line)
        for row in range(table.frozen_rows if line.adds else table.row_count):
            for column in range(table.frozen_columns, len(table.columns)):
                if ref := table.ref(row, column):
                    (cell,) = table.cells(row, column, column + 1)
                    yield Shown("code", ref, cell.text)
