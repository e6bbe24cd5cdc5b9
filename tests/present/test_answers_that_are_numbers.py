"""Where answers are numbers nothing is right or wrong on any face, and figures agree all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from cli.running import run
from present.faces import _lines, read
from present.test_one_figure import says, true_value

from rnn_tui.experiments import Experiment, load, parse
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.plain import plain
from rnn_tui.present.plain.plain_show import shown
from rnn_tui.present.sentences import stops
from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.status import answer, metrics, status_line
from rnn_tui.present.sentences.train_words import legend
from rnn_tui.present.tables.cells import Line, Table
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tables.runs import RunsTable
from rnn_tui.present.tables.strip import likeliest, strip
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.present.tables.weights import tables, ways
from rnn_tui.session.breakpoints.breakpoints import Gauge, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse as parse_condition
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import commands_in
from rnn_tui.session.commands.command_lines import parse as parse_command
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.text.outputs import outputs_of
from rnn_tui.session.view import StepView
from rnn_tui.session.why.metrics.metrics import measured

JUDGED = re.compile(r"\bright\b|\bwrong\b|rightly|accurac|✓|✗", re.IGNORECASE)

ONCE = """
task = "many-to-one"
[data]
kind = "labelled"
train = [{ text = "a b", target = [0.3] }, { text = "b b a", target = [0.7] }]
test = [{ text = "b a", target = [0.4] }]
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
output = "linear"
[training]
learning_rate = 0.1
"""
STATE = (
    ONCE.replace("many-to-one", "many-to-many")
    .replace("[0.3]", "[[0.3, 1], [0.2, -1]]")
    .replace("[0.7]", "[[0, 1], [1, 0], [0.5, 0.5]]")
    .replace("[0.4]", "[[0, 0], [1, 1]]")
    .replace('"linear"', '"state"\nloss = "half-squared"')
)
LABELS = (
    ONCE.replace("[0.3]", "[0, 1]")
    .replace("[0.7]", "[1, 1]")
    .replace("[0.4]", "[1, 0]")
    .replace("train =", 'labels = ["red", "big"]\ntrain =')
    .replace('"linear"', '"sigmoid"')
)
SERIES = """
task = "many-to-many"
[data]
kind = "series"
file = "s.csv"
predict = ["a"]
[model]
hidden_size = 2
[training]
sequence_length = 4
learning_rate = 0.01
"""
KINDS = {"once": ONCE, "state": STATE, "labels": LABELS, "series": SERIES}


@pytest.fixture(params=sorted(KINDS))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Experiment:
    rows = "\n".join(f"{np.sin(i / 3) * 5 + 20},{i % 3}" for i in range(40))
    (tmp_path / "s.csv").write_text(f"a,b\n{rows}\n")
    path = tmp_path / "my.toml"
    path.write_text(KINDS[request.param])
    return parse(path.read_text(), name="my", path=path)


def session_after(experiment: Experiment, lines: str) -> Session:
    session = Session(experiment)
    for command in map(parse_command, commands_in(lines)):
        for _ in range(command.times):
            with suppress(Refused):  # a pass may be complete already
                exactly(session, command.once)
    return session


def text_of(line: Line) -> str:
    return "".join(span.text for span in line)


def table_text(table: Table) -> Iterator[str]:
    yield from (column.title for column in table.columns)
    for row in range(table.row_count):
        yield from (cell.text for cell in table.cells(row, 0, len(table.columns)))


def everything(session: Session) -> Iterator[str]:
    """The words of all faces at a moment; the gradient check is right or wrong of the code."""
    view = session.view
    yield text_of(status_line(view))
    yield from map(text_of, (*metrics(view), *strip(view, 300).lines, likeliest(view)))
    yield hint(view)
    if view.experiment.answers_once:
        yield text_of(answer(view))
        yield from table_text(ExamplesTable(view))
    yield from plain.opening(view)
    yield plain.standing(view)
    yield str(plain.data(view))
    for t in view.current.outputs:
        if view.known.answers(t):
            yield plain.answer(view, t)
    for pane in ("here", "tokens", "hidden", "loss", "runs"):
        yield from shown(session, pane)
    yield from table_text(RunsTable(session.runs))
    if len(view.current.outputs) > 1:
        yield from table_text(LedgerTable(view))
    for table in tables(view, ways(view)[0]).values():
        yield from table_text(table)
    for metric in Charted:
        yield from (piece.text for piece in legend(chart(view, metric, Wish())))
    yield stops.about(scope_of(view))
    for example in stops.EXAMPLES:
        with suppress(ConditionError):
            yield parse_condition(example, scope_of(view)).text
    outputs = outputs_of(view, second=False)
    yield outputs.name


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines", ["", "forward", "finish_forward", "finish_forward; finish_backward; op 3",
              "update 3; again; finish_forward", "epoch 2; again; finish_forward; finish_backward"]
)  # fmt: skip
def test_nothing_is_right_or_wrong_on_any_face(made: Experiment, lines: str) -> None:
    for said in everything(session_after(made, lines)):
        assert not JUDGED.search(said), said


@pytest.mark.parametrize(
    "lines", ["finish_forward", "epoch 2; again; finish_forward; finish_backward"]
)
def test_a_figure_of_a_line_is_what_why_explains(made: Experiment, lines: str) -> None:
    session = session_after(made, lines)
    compared = 0
    for one in _lines(session.view):
        number = read(one.text)
        value = true_value(session, one.name) if number is not None else None
        if number is not None and value is not None:
            assert says(number, value), one
            compared += 1
    assert compared > 5


def test_neither_in_the_commands(made: Experiment) -> None:
    path = str(made.path)
    for arguments in (["trace", path], ["trace", path, "--json"], ["train", path],
                      ["train", path, "--json"]):  # fmt: skip
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        assert not JUDGED.search(done.stdout), done.stdout
    data = json.loads(run("trace", path, "--json").stdout)
    assert "outputs" in data
    assert not {"logits", "probs"} & {*data}


def test_nor_where_settings_are_compared(made: Experiment, tmp_path: Path) -> None:
    asked = ["compare", str(made.path), "--vary", "training.learning_rate=0.1,0.2", "--seeds", "1",
             "--jobs", "1", "--epochs", "1", "--store", str(tmp_path / "runs")]  # fmt: skip
    for more in ([], ["--json"]):
        said = run(*asked, *more).stdout
        assert not JUDGED.search(said), said


def test_conditions_speak_of_errors(made: Experiment) -> None:
    session = session_after(made, "update 2")
    scope = scope_of(session.view)
    assert parse_condition("mae < 0.5 and test_r2 < 1", scope)
    with pytest.raises(ConditionError, match="expected a name"):
        parse_condition("accuracy == 1", scope)
    last = session.view.timeline.records.rows(2)[1]
    value = Gauge(session.view.timeline).at(2)
    assert value("mae") == last[1] / last[2]


def mean_error(view: StepView) -> tuple[float, float]:
    """By its own definition, from the Output view's own numbers."""
    outputs = outputs_of(view, second=False)
    off = np.abs(outputs.outputs - outputs.targets)
    varies = np.square(outputs.targets - outputs.targets.mean(axis=0)).sum()
    return float(off.mean()), float(1 - np.square(off).sum() / varies)


def test_the_output_view_shows_the_errors_that_are_measured(made: Experiment) -> None:
    view = session_after(made, "update 2").view
    outputs = outputs_of(view, second=False)
    assert np.isfinite(outputs.outputs).all()
    mae, r2 = mean_error(view)
    assert outputs.mae == pytest.approx(mae)
    assert outputs.r2 == pytest.approx(r2)
    if made.answers_once:
        assert measured(view, "mae") == pytest.approx(mae)
        assert measured(view, "r2") == pytest.approx(r2)
    elif made.units is not None:
        assert measured(view, "test_mae") * made.units.sizes[0] == pytest.approx(mae)
        assert measured(view, "test_r2") == pytest.approx(r2)


def test_what_is_read_out_of_the_output_page_is_what_it_draws() -> None:
    session = Session(load("sine"))
    session.updates(3)
    said = list(shown(session, "output"))
    drawn = outputs_of(session.view, second=False)
    first, last = re.fullmatch(r"Row (\d+) y: output (\S+), target (\S+), off by (\S+)\.",
                               said[0][:1].upper() + said[0][1:]), said[-1]  # fmt: skip
    assert first is not None
    assert float(first[2]) == pytest.approx(drawn.outputs[0, 0], abs=6e-5)
    assert float(first[3]) == pytest.approx(drawn.targets[0, 0], abs=6e-5)
    assert f"mean absolute error {drawn.mae:.4f}" in last
    assert f"R squared {drawn.r2:+.4f}" in last
    classes = Session(load("sentiment"))
    assert list(shown(classes, "output")) == [
        "this network answers with classes: show tokens reads them out."
    ]
