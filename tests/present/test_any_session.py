"""Random commands on random experiments: all that there is to show can be shown, and is true."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import exploding_experiment, make_experiment, make_stream
from session.diverging import diverging_experiment
from session.seeing import seen
from session.test_why_laws import addresses, experiments, hold, not_made_yet

from rnn_tui.experiments import Experiment
from rnn_tui.present.charts import train_curves
from rnn_tui.present.charts.charts import draw
from rnn_tui.present.plain.plain_show import PANES, shown
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences import autopsy, hints, proof, train_words
from rnn_tui.present.sentences.status import metrics, op_line, status_line
from rnn_tui.present.tables import timeline
from rnn_tui.present.tables.cells import Table, address
from rnn_tui.present.tables.runs import RunsTable, memory_line
from rnn_tui.present.tables.weights import MatrixTable, ways
from rnn_tui.present.why.explanation import explanation
from rnn_tui.session.checks.cures import Cure, treatment
from rnn_tui.session.commands.command_lines import VerbError, parse
from rnn_tui.session.commands.performing import replay
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain

MADE = [
    make_experiment((1, 2), {"hidden_size": 1}, momentum=0.9),
    make_stream("abcabdabcd", 1),
    make_stream("abcab", 4, learned=2),
    make_stream("abcabdabcdabcbaabd", 2, parallel=3),
    diverging_experiment(),
    exploding_experiment(),
]
VALUES = [
    "0", "0.5", "-1", "1e300", "nan", "*=2", "free", "tanh", "relu", "norm", "none", "normal",
    "orthogonal", "3", '["W_hh"]', "sum", "no-dh-next", "no-mean", "{}", '"', "9" * 30,
]  # fmt: skip
NAMES = [
    "W_hh[0,0]", "b_y[0]", "W_xh[0,1]", "E[0,0]", "h[-1,0]", "h[0,0]", "h[1,0]", "rho", "clip",
    "clip_limit", "learning_rate", "momentum", "activation", "init", "seed", "freeze", "lr_decay",
    "reduction", "fault", "nothing",
]  # fmt: skip
LINES = st.one_of(
    st.sampled_from([
        "forward", "finish_forward", "backward", "finish_backward", "op 3", "again", "update 2",
        "epoch", "goto epoch 1", "goto step 2", "goto run 1", "scrub 1", "next", "undo", "undo 2",
        "redo", "reset", "break no-slope", "mend", "cure clip",
        "cure halve", "cure rescale", "pin", "pin 2", "run until loss < 1 for 3", "run until nan",
        "back until loss < 1",
    ]),
    st.sampled_from([
        "input abca", "input ab", "input abc as no", "input b", "input cab as de", "input a as bb",
        "input ba as yes no",
    ]),
    st.builds("set {} {}".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
)  # fmt: skip


def sentences(session: Session, lines: list[str]) -> Iterator[str]:
    for line in lines:
        try:
            command = parse(line)
        except VerbError as error:
            yield str(error)
            continue
        yield from perform(session, command).said


def read_all(table: Table) -> None:
    """Every cell and its address."""
    columns = len(table.columns)
    for row in range(table.row_count):
        assert len(table.cells(row, 0, columns)) == columns
        assert all(isinstance(address(table, row, column), str) for column in range(columns))


def show_all(session: Session) -> None:
    """What the panes beside the pass show, at narrow and wide sizes."""
    view = session.view
    assert hints.hint(view)
    assert status_line(view)
    assert metrics(view)
    assert op_line(view, 0) is not None
    read_all(RunsTable(session.runs))
    assert memory_line(session.runs)
    for name in view.params.layout.shapes:
        for way in ways(view):
            read_all(MatrixTable(view, name, way))
    for width in (1, 20, 120):
        assert len(timeline.lines(view, width, 4)) <= 4
        for column in (0, width - 1):
            at = timeline.update_at(view, width, column)
            assert at is None or 0 <= at <= view.time.frontier
        assert proof.proof_line(view, 0, width) is not None
    for metric in train_curves.Charted:
        plot = train_curves.chart(view, metric, train_curves.Wish())
        assert draw(plot, 40, 10) is not None
        assert train_words.legend(plot) is not None


def open_up(session: Session) -> None:
    """The card of a run that broke, and what each cure would do."""
    found = session.autopsy
    if found is None:
        return
    assert autopsy.card(found)
    assert sum(bool(autopsy.advice(found, cure)) for cure in Cure) == 1
    for cure in Cure:
        try:
            planned = treatment(session.moment.timeline, cure)
        except Refused:
            continue
        assert autopsy.remedy(planned, session.unit, session.updates_per_unit)


@pytest.mark.slow
@given(
    st.one_of(st.sampled_from(MADE), experiments()),
    st.lists(LINES, min_size=4, max_size=14),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=25, deadline=None)
def test_whatever_was_done_can_be_shown_explained_and_done_again(
    experiment: Experiment, lines: list[str], seed: int
) -> None:
    with np.errstate(all="ignore"):
        session = Session(experiment)
        for said in sentences(session, lines):
            assert said.strip()
            assert "\n" not in said
        show_all(session)
        open_up(session)
        for pane in PANES:
            assert all("\n" not in said for said in shown(session, pane))
        view = session.view
        for ref in addresses(view, np.random.default_rng(seed), most=1):
            try:
                hold(view, ref)
            except Refused:
                assert not_made_yet(view, ref) or ref.name == "ledger"
                continue
            read_all(explanation(view, explain(view, ref)).table)
        again = Session(experiment)
        assert replay(again, tuple(parse(one.text) for one in session.journal.entries))
        assert seen(again) == seen(session)
