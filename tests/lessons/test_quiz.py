"""The quiz: wrong choices are what a bug in the code or a slip in the arithmetic comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import Experiment, load
from rnn_tui.lessons.choices import Choice
from rnn_tui.lessons.quiz import slips
from rnn_tui.lessons.taking import progress
from rnn_tui.present.digits import signed
from rnn_tui.present.learning.quiz import asked, question_lines
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import Call, Number, Product, Quotient, Sum, evaluate
from rnn_tui.session.why.refs import RefError


def choices_of(session: Session, ref: str) -> dict[str, Choice]:
    return {one.text: one for one in asked(session.view, ref).choices}


def after_a_pass(session: Session) -> Session:
    session.do("finish_forward")
    session.do("finish_backward")
    return session


@pytest.mark.parametrize("ref", ["dh[1,0]", "delta[1,1]", "dW_hh[1,0]"])
def test_wrong_choices_are_what_the_code_with_a_bug_computes(
    sentiment: Experiment, ref: str
) -> None:
    found = choices_of(Session(sentiment), ref)
    by_bugs = {}
    for name, fault in FAULTS.items():
        broken = Session(sentiment)
        if not fault.fits(broken.view.network.layers[-1].cell):
            continue
        broken.break_it(name)
        value = float(explain(after_a_pass(broken).view, ref).value)
        by_bugs[signed(value + 0.0)] = fault.slip
    assert len(found) == 4
    for text, one in found.items():
        assert one.right or by_bugs[text] == one.why_not
    (right,) = (text for text, one in found.items() if one.right)
    assert right == signed(float(explain(after_a_pass(Session(sentiment)).view, ref).value))


def test_a_state_is_asked_before_it_is_computed_without_its_formula(sentiment: Experiment) -> None:
    session = Session(sentiment)
    quiz = asked(session.view, "h[0,0]")
    assert {one.text: one.why_not for one in quiz.choices} == {
        "+0.4621": "",  # tanh(0.5)
        "+0.5000": "tanh(…) is left out",
        "0.0000": "that is h[-1,0], of another timestep",
        "+0.1974": "that is h[0,1], of another unit",
    }
    assert not quiz.computed
    shown = ["".join(span.text for span in line) for line in question_lines(session.view, quiz)]
    assert shown[0] == "What is h[0,0]?"
    assert shown[2] == "Made of pre[0,0] = 0.5"
    session.do("finish_forward")
    assert asked(session.view, "h[0,0]").computed


@pytest.mark.parametrize(
    ("name", "refs"),
    [
        ("gates", "h[1,0] c[1,1] f[2,0] dc[1,1] dh_norm[1] loss[3] ledger[3,1]"),
        ("hello", "p[3,0] y[1,2] loss[3] loss dW_hy[0,1] g_W_hh[1,0] grad_norm"),
        ("sine", "h[2,1] z[3,0] dh_next[1,1]"),
    ],
)
def test_one_choice_is_right_and_each_other_says_why_not(name: str, refs: str) -> None:
    session = Session(load(name))
    for ref in refs.split():
        found = asked(session.view, ref).choices
        texts = [one.text for one in found]
        assert 2 <= len(set(texts)) == len(texts) <= 4, ref
        assert [bool(one.why_not) for one in found] == [not one.right for one in found]
        assert sum(one.right for one in found) == 1


def test_what_is_left_out_is_named() -> None:
    a, b = Number(2.0, "a[0]"), Number(5.0, "b[1]@3")
    product = Product((a, Call("tanh", Number(0.5, "c[0]"))))
    found = {why: evaluate(wrong) for wrong, why in slips(Quotient(Sum((a, b)), Number(4.0)))}
    assert found == {"not divided by 4": 7.0, "b[1] is left out": 0.5, "b[1] is subtracted": -0.75}
    assert [why for _, why in slips(product)] == [
        "not multiplied by tanh(c[0])",
        "not multiplied by a[0]",
    ]


def test_what_can_not_be_asked_is_refused(sentiment: Experiment) -> None:
    session = Session(sentiment)
    for ref, why in {
        "W_hh[1,0]": "choose a number of the pass",
        "x[1,0]": "it is given",
        "loss": "no mistake changes it",  # the mean of one loss
    }.items():
        with pytest.raises(Refused, match=why):
            asked(session.view, ref)
    with pytest.raises(RefError):
        asked(session.view, "h[9,9]")
    session.break_it("no-slope")
    with pytest.raises(Refused, match="while a bug is in"):
        asked(session.view, "h[1,0]")


def test_the_tally_is_kept_beside_the_lessons(tmp_path: Path) -> None:
    path = tmp_path / "progress.txt"
    progress.keep(path, "gates", progress.Done(1, 4))
    for first in (True, False, True):
        progress.keep_quiz(path, progress.with_answer(progress.read(path), first=first))
    progress.keep(path, "gates", progress.Done(2, 4))
    assert progress.read(path) == {"gates": (2, 4, False, 0), progress.QUIZ: (2, 3, False, 0)}
