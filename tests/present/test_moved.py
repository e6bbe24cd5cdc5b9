"""What an epoch moved is told with numbers that `why` confirms."""

import numpy as np
import pytest

from rnn_tui.experiments import load
from rnn_tui.present.digits import signed, size
from rnn_tui.present.sentences.happened.happened import happened, hint_after
from rnn_tui.present.sentences.moved import change_text, moved_text, worse_text
from rnn_tui.present.tables.tables import WORSE, ExamplesTable
from rnn_tui.present.tables.weights import CHANGE, NEWEST, MatrixTable, ways
from rnn_tui.session.moved import before_newest, most_moved, newest_from, worse
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain

OPENED = (("sentiment", 38), ("gates", 3), ("hello", 4), ("phrases", 2))


def trained(name: str, epochs: int) -> tuple[StepView, StepView]:
    """A run before and after its last epoch."""
    session = Session(load(name))
    if epochs > 1:
        session.epochs(epochs - 1)
    before = session.view
    session.do("epoch")
    return before, session.view


@pytest.mark.parametrize(("name", "epochs"), OPENED)
def test_the_weight_that_moved_most_is_the_one_that_why_confirms(name: str, epochs: int) -> None:
    before, view = trained(name, epochs)
    moved = most_moved(before.params, view.params)
    assert moved is not None
    first, last = before.in_force, view.in_force
    assert float(explain(view, moved.ref(first, last)).value) == moved.by
    assert float(explain(view, f"{moved.address}@{first}").value) == moved.before
    assert float(explain(view, moved.address).value) == moved.after
    assert abs(moved.by) == np.abs(view.params.flat - before.params.flat).max()
    assert hint_after(before, view).endswith(f" what changed · {moved_text(moved)}")
    assert signed(moved.after) in moved_text(moved)
    assert change_text(view, CHANGE.measure) != "no weight moved"


@pytest.mark.parametrize(("name", "epochs"), OPENED)
def test_the_change_of_the_newest_epoch_is_what_its_addresses_say(name: str, epochs: int) -> None:
    _, view = trained(name, epochs)
    way = next(one for one in ways(view) if one.measure == NEWEST.measure)
    for array in view.params.layout.shapes:
        table = MatrixTable(view, array, way)
        assert table.values is not None
        ref = table.ref(0, 1)
        assert f"@{newest_from(view)}:{view.in_force}" in ref
        assert float(explain(view, ref).value) == float(table.values.ravel()[0])


def test_answers_stand_beside_what_they_were() -> None:
    before, view = trained("sentiment", 1)
    assert before.training is not None
    assert view.training is not None
    assert worse(before.training, view.training) == [0]
    assert happened(before, view).endswith("; example 1 got worse.")
    table = ExamplesTable(view)
    assert table.columns[-1].title == "before epoch 1"
    for row, p in enumerate(before.training.p):
        ref = f"p[3,0]#{row + 1}@0"
        assert float(explain(view, ref).value) == pytest.approx(float(p[0]), rel=1e-12)
        text = table.cells(row, 0, len(table.columns))[-1].text
        assert text == size(float(p[0])) + (WORSE if row == 0 else "")


def test_many_that_got_worse_are_counted() -> None:
    before, view = trained("phrases", 40)
    assert before.training is not None
    assert view.training is not None
    found = worse(before.training, view.training)
    assert len(found) > 3
    assert worse_text(before.training, view.training, "example") == (
        f"{len(found)} of {len(view.training.losses)} examples got worse"
    )


def test_before_the_first_epoch_nothing_was_before() -> None:
    view = Session(load("sentiment")).view
    assert before_newest(view) is None
    assert ExamplesTable(view).columns[-1].title == "says"
    assert change_text(view, NEWEST.measure) == ""
