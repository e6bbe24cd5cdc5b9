"""A text with an answer at every timestep, in words: the strip, the ledger, the wall."""

from __future__ import annotations

import pytest
from making import FAULTS_OF_VANILLA, make_stream

from rnn_tui.experiments import Experiment, encode, load
from rnn_tui.present.digits import size
from rnn_tui.present.plain.plain import data, standing
from rnn_tui.present.sentences.happened.happened import happened
from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.status import metrics, status_line
from rnn_tui.present.tables.cells import Line, Table
from rnn_tui.present.tables.gradient_views import factor_summary, gradient_views
from rnn_tui.present.tables.gradients import FactorTable, GradientTable, SplitTable
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tables.runs import RunsTable
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tables.strip import likeliest, strip
from rnn_tui.present.why.explanation import what
from rnn_tui.session.checks.microscope import comparison
from rnn_tui.session.checks.microscope_limits import first_limits
from rnn_tui.session.checks.microscope_subject import subject
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain


def text(line: Line) -> str:
    return "".join(span.text for span in line).rstrip()


def rows(table: Table) -> list[list[str]]:
    columns = len(table.columns)
    return [[cell.text for cell in table.cells(row, 0, columns)] for row in range(table.row_count)]


def at(experiment: Experiment, *verbs: str) -> StepView:
    session = Session(experiment)
    for verb in verbs:
        session.do(verb)
    return session.view


@pytest.fixture(scope="module")
def hello() -> Experiment:
    return load("hello")


def test_each_column_has_what_is_read_wanted_and_said(hello: Experiment) -> None:
    assert [text(line) for line in strip(at(hello, "forward", "forward"), 60).lines] == [
        "reads      h    e    l  l",
        "target     e    l    l  o",
        "says       ✗h   ✗o   ·  ·",
        "p(target)  25%  25%  ·  ·",
    ]
    done = strip(at(hello, "finish_forward"), 60).lines
    assert text(done[2]) == "says       ✗h   ✗o   ✗o   ✓o"


def test_a_long_text_shows_the_columns_around_the_cursor() -> None:
    made = make_stream("abcdefghijklmnopqrstuvwxyz", 20)
    view = at(made, *["forward"] * 15)
    lines = [text(line) for line in strip(view, 50).lines]
    assert all(len(line) <= 50 for line in lines)
    assert "… " in lines[0]
    assert lines[0].endswith("…")
    read = lines[0].removeprefix("reads").replace("…", "").split()
    assert "o" in read, "the token under the cursor"
    assert read == sorted(read)
    assert lines[1].replace("…", "").split()[1:] == [chr(ord(token) + 1) for token in read]


def test_the_likeliest_next_tokens_are_those_at_the_cursor(hello: Experiment) -> None:
    assert text(likeliest(at(hello))) == "no answer yet"
    view = at(hello, "forward", "forward")
    assert text(likeliest(view)).startswith("after “he”  o ")
    back = at(hello, "finish_forward", *["backward"] * 4)
    assert text(likeliest(back)).startswith("after “h”  h ")
    shares = [float(part.rstrip("%")) for part in text(likeliest(back)).split() if "%" in part]
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert shares == sorted(shares, reverse=True)


def test_loss_is_that_of_the_last_update_wherever_it_is_said(hello: Experiment) -> None:
    session = Session(hello)
    assert text(metrics(session.view)[0]).startswith("loss ·   epoch 0")
    session.do("finish_forward")
    first = size(session.view.known.trace.loss)
    assert first == size(float(explain(session.view, "loss").value))
    assert text(metrics(session.view)[0]).startswith(f"loss {first}   epoch 0")
    session.epochs(20)
    loss = size(float(session.view.history.loss[-1]))
    found = subject(session.view)
    now = size(comparison(found, first_limits(found)).loss)
    assert text(metrics(session.view)[0]).startswith(f"loss {loss}   this pass {now}   epoch 20")
    assert standing(session.view).startswith(f"epoch 20: loss {loss}, norm")
    assert rows(RunsTable(session.runs))[0][4] == loss
    assert data(session.view)["loss"] == session.view.history.loss[-1]


def test_a_mean_of_losses_is_named_as_one() -> None:
    view = at(make_stream(), *["update"] * 3)
    losses = view.history.loss
    last, mean = size(float(losses[-1])), size(float(losses.mean()))
    assert last != mean
    first, second = metrics(view)
    assert text(first).startswith(f"loss {last}   epoch 1")
    assert text(second).endswith(f"   mean of 3 {mean}")
    assert standing(view).startswith(f"step 3: loss {last}, mean of the last 3 {mean},")
    assert data(view)["mean_loss"] == pytest.approx(losses.mean(), rel=1e-15)
    one = at(make_stream(), "update")
    assert "mean" not in text(metrics(one)[1]) + standing(one)


def test_the_ledger_fills_with_bptt_and_adds_up(hello: Experiment) -> None:
    table = LedgerTable(at(hello, "finish_forward", "backward", "backward"))
    assert [column.title for column in table.columns] == [
        "loss of", "loss", "h_0 h", "h_1 e", "h_2 l", "h_3 l",
    ]  # fmt: skip
    assert [row[:4] for row in rows(table)] == [
        ["L_0 e", "1.387", "·", ""],
        ["L_1 l", "1.390", "·", "·"],
        ["L_2 l", "1.383", "·", "·"],
        ["L_3 o", "1.377", "·", "·"],
        ["total", "5.537", "·", "·"],
    ]
    assert [row[4:] for row in rows(table)] == [
        ["", ""], ["", ""], ["0.041", ""], ["0.024", "0.198"], ["0.063", "0.198"],
    ]  # fmt: skip
    none = rows(LedgerTable(at(hello, "forward")))
    assert [row[1] for row in none] == ["1.387", "·", "·", "·", "·"], "no loss before its answer"


def test_the_split_and_the_factors(hello: Experiment) -> None:
    view = at(hello, "finish_forward", "finish_backward")
    assert [row[:5] for row in rows(SplitTable(view))][-1] == [
        "3",
        "l",
        "0.1979",
        "0.1979",
        "0.0000",
    ]
    norms = [[float(cell) for cell in row[2:5]] for row in rows(SplitTable(view))]
    assert all(total <= local + future + 2e-4 for total, local, future in norms)
    factors = rows(FactorTable(view))
    assert factors[-1][4] == "1.0000", "nothing is between the last state and itself"
    assert [column.title for column in FactorTable(view).columns][2:5] == [
        "slope",
        "‖J‖",
        "left at most",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS_OF_VANILLA)
@pytest.mark.parametrize("made", ["hello", "translation"])
def test_the_norm_of_the_weights_is_theirs_whatever_bug_is_in(made: str, fault: str) -> None:
    session = Session(load(made))
    session.epochs(3)
    session.set("fault", fault)
    session.do("again") if session.view.done else None
    session.do("finish_forward")
    session.do("finish_backward")
    said = text(factor_summary(session.view))
    own = size(float(explain(session.view, "sigma").value), 3)
    assert f"‖W_hh‖₂ {own}" in said
    assert ("nothing is passed back" in said) == (fault == "no-dh-next")
    if made == "translation":
        assert f"‖W_hh_enc‖₂ {size(float(explain(session.view, 'sigma_enc').value), 3)}" in said


def test_every_way_to_look_at_gradients_fits_every_moment(hello: Experiment) -> None:
    for verbs in ([], ["forward"], ["finish_forward"], ["finish_forward", "backward"], ["update"]):
        view = at(hello, *verbs)
        for way in gradient_views(view.network):
            table = way.table(view)
            for row in rows(table):
                assert len(row) == len(table.columns)
            assert text(way.summary(view))
            assert way.about


def test_the_gradient_is_cut_where_the_state_passes() -> None:
    made = make_stream()
    first = at(made, "finish_forward", "finish_backward")
    assert not first.carried
    assert rows(GradientTable(first))[0][:2] == ["0", "a"]
    assert rows(StateTable(first))[0][1] == "start"
    second = at(made, "update", "finish_forward")
    assert second.carried
    assert rows(GradientTable(second))[0] == ["–", "cut", "·", "", ""]
    assert rows(StateTable(second))[0][1] == "carried"
    assert rows(StateTable(second))[0][2] != "0.0000"
    back = at(made, "update", "finish_forward", "finish_backward")
    dropped = rows(GradientTable(back))[0][2]
    assert float(dropped) == pytest.approx(
        float((back.known.trace.dh_next[0] ** 2).sum() ** 0.5), abs=1e-4
    )
    wall = explain(back, GradientTable(back).ref(0, 2))
    assert "dropped" in wall.note
    assert wall.value == pytest.approx(float(dropped), abs=1e-4)
    assert "carried from chunk to chunk" in explain(back, StateTable(back).ref(0, 3)).note


def test_what_is_typed_starts_from_nothing() -> None:
    session = Session(make_stream())
    session.do("update")
    session.edit_input(encode(session.experiment, "abca"))
    view = session.view
    assert view.typed
    assert not view.carried
    assert text(status_line(view)) == "step 1 · typed text · FORWARD not begun"


def test_where_one_stands_is_counted_in_steps() -> None:
    view = at(make_stream(), "update", "forward")
    assert text(status_line(view)) == "step 1 · chunk 2 of 3 · FORWARD t=0 of 3"
    assert text(status_line(at(load("hello"), "forward"))) == "epoch 0 · FORWARD t=0 of 3"


def test_metrics_of_a_text() -> None:
    made = load("grammar", ["data.sentences=40", "model.hidden_size=4", "training.steps=2"])
    first = [text(line) for line in metrics(at(made))]
    assert first[0].startswith("loss ·   val 3.")
    assert first[0].endswith("floor 0.4216   step 0 of 2")
    assert text(metrics(at(made, "update", "update", "update"))[0]).endswith("step 3 (2 planned)")


def test_hints_say_what_was_expected(hello: Experiment) -> None:
    assert hint(at(hello, "forward")) == "It predicts “h”; correct is “e” · {forward} read “e”"
    assert "{update} train one step" in hint(at(make_stream()))
    done = at(make_stream(), "finish_forward", "finish_backward")
    assert hint(done).endswith("{update} train the step")


def test_rows_of_a_series_are_read_by_their_numbers() -> None:
    session = Session(load("sine", []))
    assert hint(session.view).startswith("{forward} read row 0 (y ")
    assert hint(session.view).endswith("{epoch} one pass over all rows")
    before = session.view
    session.do("forward")
    view = session.view
    assert happened(before, view).startswith("Row 0 moved unit ")
    assert "{forward} read row 1 (y " in hint(view)
    read = "".join(span.text for span in strip(view, 100).lines[0])
    assert view.current.inputs is not None
    first, second = (size(float(x)) for x in view.current.inputs[:2, 0])
    assert read.split()[1:3] == [first, second]
    states = StateTable(view, 0)
    assert states.columns[1].title == "reads"
    assert [states.cells(row, 1, 2)[0].text for row in range(3)] == ["start", first, second]
    assert f"row 0 (y {first})" in "".join(span.text for span in what(view, "h[0,1]"))


def test_the_norm_of_what_is_sent_names_the_line_that_makes_it(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    session.do("finish_backward")
    assert explain(session.view, "sent_norm[3]").op == "dh_next"
    assert explain(session.view, "dh_norm[3]").op == "dh"
