"""What is said of a step of a lesson that is still open: what it wants, and what helps."""

from __future__ import annotations

from pathlib import Path

from rnn_tui.lessons.courses import lesson_named
from rnn_tui.lessons.lesson import Do
from rnn_tui.lessons.reading import parse
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.lessons.template import TEMPLATE
from rnn_tui.present.learning.steps import CARRIED_OUT, LEFT_HERE, step_card
from rnn_tui.present.learning.wanted import still_open
from rnn_tui.present.tables.cells import Line
from rnn_tui.tui.bindings import KEYS


def plain(lines: tuple[Line, ...]) -> str:
    return " ".join("".join(span.text for span in line) for line in lines)


def test_each_kind_of_step_says_what_it_wants() -> None:
    play = Play(parse(TEMPLATE.format(id="mine"), Path("mine.md")))
    told = []
    for place in range(1, 5):
        play.go_to(place)
        told.append(still_open(play))
    assert len(set(told)) == 4
    assert all(one.endswith(" · ! solution") and len(one) <= 78 for one in told)
    play.go_to(next(n for n, step in enumerate(play.lesson.steps) if isinstance(step.task, Do)))
    while play.here.hints < len(play.step.hints):
        assert "? hint" in still_open(play)
        play.attempt.hint()
    assert "? hint" not in still_open(play), "there is none left"


def test_a_card_says_what_was_done_for_the_learner_and_where_the_lesson_was_left() -> None:
    lesson = lesson_named("bptt")
    play = Play(lesson)
    play.solution()
    said = " ".join(map(plain, step_card(play, KEYS).said))
    assert CARRIED_OUT in said
    assert f"{play.session.view.known.trace.dh_norm[3]:.4f}" in said, "as the numbers are there"
    again = Play.going_on(lesson, play.done)
    assert LEFT_HERE in " ".join(map(plain, step_card(again, KEYS).paragraphs))
    again.previous()
    assert LEFT_HERE not in " ".join(map(plain, step_card(again, KEYS).paragraphs))
