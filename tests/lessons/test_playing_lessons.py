"""A lesson that is taken: predictions, lines that are written, what is done, found, shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from hypothesis import given
from hypothesis import strategies as st
from refusing import one_line

from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import ExperimentError, load
from rnn_tui.experiments.order import parts
from rnn_tui.lessons import lines
from rnn_tui.lessons.checking import check_lesson
from rnn_tui.lessons.choices import choices, faulty
from rnn_tui.lessons.courses import TOUR, Course, bundled_course, course_of, lesson_named
from rnn_tui.lessons.faces import PLAIN, SCREEN, read_on
from rnn_tui.lessons.lesson import Do as Doing
from rnn_tui.lessons.lesson import Find, Lesson, Predict, Step
from rnn_tui.lessons.prose import addresses, filled, whole_value
from rnn_tui.lessons.reading import LessonError, parse
from rnn_tui.lessons.taking import progress
from rnn_tui.lessons.taking.moments import condition, holds
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.lessons.template import TEMPLATE
from rnn_tui.session.commands.command_lines import commands_in
from rnn_tui.session.commands.command_lines import parse as parse_command
from rnn_tui.session.commands.verbs import NAMES
from rnn_tui.session.session import Session
from rnn_tui.session.why.refs import RefError


def play_at(place: int) -> Play:
    play = Play(parse(TEMPLATE.format(id="mine"), Path("mine.md")))
    play.go_to(place)
    return play


DO, PREDICT, FIND, WRITE = range(1, 5)


def test_nothing_moves_on_by_itself_and_nothing_goes_on_unsolved() -> None:
    play = play_at(DO)
    assert not play.next()
    play.session.do("finish_forward")
    said = play.look()
    assert said is not None
    assert said.passed
    assert said.say == f"It says {play.session.view.known.trace.p[0, 0]:.1%}."
    assert play.place == DO
    assert play.next()
    assert play.previous()


def test_what_was_done_too_early_counts_where_it_is_asked_for() -> None:
    play = Play(lesson_named("bptt"))
    for verb in ("finish_forward", "backward"):
        play.session.do(verb)
    play.look()
    play.session.do("finish_backward")  # which the sixth step asks for
    assert play.next()
    while isinstance(play.step.task, Predict):
        play.answer(play.step.solution)
        assert play.next()
    assert play.place == 5, "nothing moves on by itself"
    assert play.here.passed
    assert play.here.said is not None
    assert play.here.said.say == play.attempt.told


def test_a_wrong_choice_is_struck_out_with_its_reason_and_attempts_end() -> None:
    play = play_at(PREDICT)
    wrong = [one for one in play.asked.choices if not one.right]
    first = play.answer("fault:no-slope")
    assert not first.passed
    assert "That leaves out the slope" in first.say
    assert list(play.here.struck) == [next(o.text for o in wrong if o.written == "fault:no-slope")]
    second = play.answer("fault:untransposed")
    assert FAULTS["untransposed"].slip in second.say
    right = next(one.text for one in play.asked.choices if one.right)
    assert f"The right answer: {right}." in second.say
    assert play.here.over
    assert not play.here.passed
    assert play.next(), "one may go on"


def test_a_choice_is_what_the_code_computes_with_that_bug_in_it() -> None:
    view = Session(load("sentiment")).view
    task = Predict("dh[0,1]", ("true", *(f"fault:{name}" for name in ("no-slope", "untransposed"))))
    found = {one.written: one.text for one in choices(task, "true", view)}
    wrong = faulty(view.whole(), "untransposed")
    assert found["fault:untransposed"] == f"{wrong.known.trace.dh[0, 1]:+.4f}".replace("-", "−")
    assert found["true"] == f"{whole_value(view, 'dh[0,1]'):+.4f}".replace("-", "−")
    live = Predict("What is it?", ("{h[1,1]:+.2f}", "{pre[1,1]:+.2f}"))
    texts = {one.text: one.right for one in choices(live, "{h[1,1]:+.2f}", view)}
    assert texts == {"+0.47": True, "+0.51": False}, "numbers in a choice are the network's own"
    again = choices(task, "true", view)
    assert [one.text for one in again] == list(found.values()), "the same order each time"


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("delta = dh * (1 - h_t**2)", ()),
        ("dh − h_t·h_t·dh", ()),
        ("dh * slope(h_t)", ()),
        ("dh", ("dW_xh", "dW_hh", "db_h")),
        ("dh * (1 - h_t)", ("dW_xh", "dW_hh", "db_h")),
    ],
)
def test_a_line_that_is_written_runs_under_the_gradient_check(text: str, off: tuple[str]) -> None:
    assert lines.check(text, "delta", Session(load("sentiment")).view).off == off


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("__import__('os')", "expected names, numbers"),
        ("dh.T.T", "expected names, numbers"),
        ("dh if 1 else 0", "expected names, numbers"),
        ("[dh]", "expected names, numbers"),
        ("dh % 2", "expected no other signs"),
        ("(lambda: dh)()", "expected names, numbers"),
        ("delta", 'there is no "delta"'),
        ("dh = dh", "expected delta on the left"),
        ("'x' * dh", "expected numbers and names"),
        ("dh *", "expected an expression"),
        ("dh" * 200, "expected at most 200 characters"),
    ],
)
def test_nothing_else_is_evaluated(text: str, told: str) -> None:
    with pytest.raises(ExperimentError, match=told.replace("(", r"\(")):
        lines.check(text, "delta", Session(load("sentiment")).view)


@given(st.text(alphabet="dh_tW(). *@+-1x[]'\"lambda:,", max_size=40))
def test_whatever_is_written_is_checked_or_refused(text: str) -> None:
    with np.errstate(all="ignore"):
        try:
            lines.check(text, "delta", VIEW)
        except ExperimentError as error:
            one_line(error)


VIEW = Session(load("sentiment")).view


def test_a_line_that_does_not_fit_says_so() -> None:
    play = play_at(WRITE)
    said = play.answer("delta = W_xh @ dh")
    assert not said.passed
    assert "shapes do not fit: 3 numbers against 2" in said.say
    assert "shapes do not fit: (3,) and (2,)" in play.answer("dh * x_t").say
    assert "dW_hh" in play.answer("dh").say
    assert "not 1 − h" in play.answer("dh * (1 - h_t)").say
    assert "delta is an array, and that makes none" in play.answer("1 - 1").say
    assert "can't be computed" in play.answer("dh * 9**9**9").say, "at once, and not for hours"
    assert play.answer("dh*(1-h_t**2)").passed


def test_a_number_is_found_by_going_there() -> None:
    play = play_at(FIND)
    assert play.look() is None
    other = play.look("dh_norm[2]")
    assert other is not None
    assert not other.passed
    found = play.look("dh_norm[ 3 ]")
    assert found is not None
    assert found.passed
    assert play.look("dh_norm[3]") is None, "it is said once"


def test_hints_come_one_by_one_and_a_solution_ends_the_step() -> None:
    play = play_at(DO)
    assert [play.attempt.hint() for _ in range(3)] == [
        "Hint 1 of 2: finish_forward reads to the end.", "Hint 2 of 2: Or forward 4.",
        "Hint 2 of 2: Or forward 4.",
    ]  # fmt: skip
    assert play.solution() == "finish_forward"
    assert play.next()


@pytest.mark.parametrize("before", [(), ("forward", "finish_forward", "update")])
def test_what_was_to_be_done_is_done_once_it_is_shown(before: tuple[str, ...]) -> None:
    play = Play(lesson_named("bptt"))
    for verb in before:
        play.session.do(verb)
    assert play.solution() == "finish_forward; backward"
    assert (play.session.view.update, play.session.view.known.gradients_from) == (0, 3)
    assert play.here.carried_out
    assert play.look() is None
    assert (play.done.passed, play.here.over) == (0, True), "shown, and not passed"
    play.session.undo()
    assert play.session.view.known.gradients_from == 4, "it can be undone"


def test_a_step_begun_again_is_the_moment_at_which_it_was_begun() -> None:
    play = play_at(DO)
    before = play.session.view.done
    play.session.do("forward")
    play.session.epochs(2)
    play.reset_step()
    assert (play.session.view.done, play.session.view.update) == (before, 0)
    play.session.undo()
    assert play.session.view.update == 2, "what was done there is not lost"


def test_a_step_may_open_a_session_of_its_own_and_the_one_before_is_kept() -> None:
    play = play_at(WRITE)
    first = play.session
    play.solution()
    first.epochs(1)
    assert play.next()
    assert play.session is not first
    assert play.session.view.experiment.training.learning_rate == 0.05
    assert play.session.view.update == 0
    play.session.epochs(3)
    play.reset_step()
    assert play.session.view.update == 0
    play.session.epochs(10)
    said = play.look()
    assert said is not None
    assert said.passed
    assert play.previous()
    assert play.session is first
    assert first.view.update == 1, "as it was left"
    assert play.next()
    assert play.session.view.update == 10


def test_an_experiment_that_there_is_none_of_is_refused_where_a_step_opens_it() -> None:
    text = TEMPLATE.format(id="mine").replace('experiment = "sentiment"\nset', 'experiment = "no"')
    text = text.replace(' = { "training.learning_rate" = 0.05 }', "")
    play = Play(parse(text, Path("mine.md")))
    play.go_to(WRITE)
    play.solution()
    line = text[: text.index("## Another")].count("\n") + 1
    with pytest.raises(LessonError, match=rf"^mine\.md:{line}: experiment: .*no"):
        play.next()
    assert play.place == WRITE, "one stays"


def test_what_is_said_to_a_prediction_has_the_numbers_of_when_it_was_asked() -> None:
    text = TEMPLATE.format(id="mine").replace("That leaves out", "At {h[3,0]:.4f} that leaves out")
    play = Play(parse(text, Path("mine.md")))
    play.go_to(PREDICT)
    h = play.session.view.whole().known.trace.h[4, 0]
    assert play.asked.choices
    play.session.epochs(5)
    assert play.answer("fault:no-slope").say.startswith(f"No: At {h:.4f} that")


def test_right_answers_to_the_test_out_are_the_lesson_done() -> None:
    play = play_at(0)
    assert play_at(0).can_test_out
    play.session.do("finish_forward")  # it begins at the beginning whatever was done
    play.test_out()
    assert (play.place, play.session.view.known.states) == (PREDICT, 4)
    assert play.attempt.hint() == "There is no hint here."
    assert "no solution in a test" in play.solution()
    assert not play.here.revealed
    assert not play.next()
    assert not play.previous()
    assert not play.answer("what?").is_try
    assert play.is_examined, "what is no choice is no attempt"
    assert play.answer("true").passed
    assert play.done == (0, 6, False, 0), "what is solved between questions is not passed"
    play.session.epochs(2)
    assert play.next()
    assert (play.place, play.session.view.update) == (WRITE, 0)
    assert not play.answer("dh *").is_try
    assert play.answer("dh * (1 - h_t**2)").passed
    assert play.is_over
    assert play.done == (6, 6, True, 0)
    assert not play.can_test_out
    assert not play.next(), "nothing moves on by itself"
    assert play.previous()
    assert play.done == (6, 6, True, 0)


def test_a_wrong_answer_begins_the_lesson_where_it_is_taught() -> None:
    play = play_at(0)
    play.test_out()
    said = play.answer("fault:no-slope")
    assert not said.passed
    assert "leaves out the slope 1 − h². That was question 1 of 2" in said.say
    right = next(one.text for one in play_at(PREDICT).asked.choices if one.right)
    assert right not in said.say
    assert (play.place, play.session.view.known.states) == (DO, 0)
    assert play.done == (1, 6, False, DO)
    assert not play.can_test_out
    play.session.do("finish_forward")
    play.look()
    assert play.next()
    assert not play.here.struck, "it is asked anew"

    again = play_at(0)
    again.test_out()
    again.answer("true")
    again.next()
    again.answer("dh")
    assert again.place == WRITE
    assert again.answer("dh * (1 - h_t**2)").passed
    assert again.done == (5, 6, False, 5)


def test_what_is_to_be_looked_at_is_looked_at_once_it_is_done() -> None:
    play = Play(lesson_named("vanishing"))
    assert play.look(shown=["factors"]) is None, "before there is anything to see"
    for verb in ("finish_forward", "finish_backward"):
        play.session.do(verb)
    half = play.look(shown=["gradients"])
    assert half is not None
    assert half.is_half
    assert half.say == "That is done. Now look at it: show factors."
    assert not play.next()
    play.session.undo()
    assert play.look() is None
    assert play.here.said is None, "it is not done any more"
    play.session.redo()
    whole = play.look(shown=["factors"])
    assert whole is not None
    assert whole.passed


def test_a_number_may_be_asked_why_once_it_is_there() -> None:
    play = Play(lesson_named("sharing"))
    for verb in ("finish_forward", "finish_backward"):
        play.session.do(verb)
    half = play.look("dW_hh[0,1]")
    assert half is not None
    assert half.say.endswith("why dW_hh[1,0].")
    assert play.look("dW_hh[1, 0]") == play.attempt.passed()


ASKS_TO_LOOK = re.compile(r"\b(look at|compare|watch|ask|hold .* against)\b", re.IGNORECASE)


@pytest.mark.parametrize("face", [SCREEN, PLAIN])
def test_a_lesson_says_what_is_done_on_the_face_on_which_it_is_read(face: str) -> None:
    """Of the other one it says nothing; what a step asks to look at, it waits for."""
    for lesson in map(lesson_named, (TOUR, *(one.id for one in bundled_course().lessons))):
        read = read_on(lesson, face)
        for step in read.steps:
            told = " ".join((step.prose, step.say, *step.hints, *(one.say for one in step.wrong)))
            assert not re.search(r"in `plain`|on the screen|\{(screen|plain):", told, re.IGNORECASE)
            if isinstance(step.task, Doing) and ASKS_TO_LOOK.search(step.prose):
                assert step.task.look, (lesson.id, step.title)


def test_a_part_of_a_text_may_be_for_one_face() -> None:
    text = TEMPLATE.format(id="mine").replace(
        "Read all four words", "Read{screen: {forward}}{plain: all} words"
    )
    lesson = parse(text, Path("mine.md"))
    on_screen, in_plain = (read_on(lesson, face).steps[1].prose for face in (SCREEN, PLAIN))
    assert on_screen.startswith("Read{forward} words")
    assert in_plain.startswith("Readall words")


class Stopped(Exception):  # noqa: N818 - nothing has failed
    """Nobody waits for what is trained any more."""


@pytest.mark.parametrize("place", [0, 1])
def test_an_act_that_is_stopped_leaves_the_lesson_as_it_was(place: int) -> None:
    """A solution, the test-out, and its next question: each after some updates of its training."""
    play = Play(lesson_named("training"))
    act: Callable[[], object] = play.solution
    if place:
        play.test_out()
        play.answer(play.step.solution)
        act = play.next
    for stopped in (act, *(() if place else (play.test_out,))):
        _stop(play, stopped)
    act()
    assert play.session.here == (30 if place else 10)


def _stop(play: Play, act: Callable[[], object]) -> None:
    taken = [one.copy() for one in play.taken]
    before = play.place, play.exam, play.session.moment

    def stop(done: int, of: int) -> None:
        assert of in (10, 20)
        if done + 5 >= of:
            raise Stopped

    with pytest.raises(Stopped), play.telling(stop):
        act()
    assert (play.place, play.exam, play.session.moment) == before
    assert play.taken == taken


def test_prose_has_the_numbers_of_the_network_and_the_keys_of_the_face() -> None:
    view = Session(load("sentiment")).view
    text = "{forward} gives {h[0,1]:.4f}, {dh[0,1]:+.1e} and {W_hh[1,0]:.1f}"
    trace = view.known.trace
    told = f"f gives {trace.h[1, 1]:.4f}, {trace.dh[0, 1]:+.1e} and -0.3".replace("-", "−")
    assert filled(text, view, {"forward": "f"}.__getitem__) == told
    assert filled("{forward}", view) == "forward"


def test_a_number_may_be_computed_from_several() -> None:
    view = Session(load("sentiment")).view
    h, x = view.known.trace.h, "{h[1,1] * (1 - h[0,0]#2) - h[-1,0] / 2:+.4f}"
    other = view.whole(None, 1).known.trace.h[1, 0]
    assert filled(x, view) == f"{h[2, 1] * (1 - other):+.4f}".replace("-", "−")
    assert [*addresses(f"{x} {{forward}} {{max(dh[0,1], loss@0):.2f}}")] == [
        "h[1,1]", "h[0,0]#2", "h[-1,0]", "dh[0,1]", "loss@0"
    ]  # fmt: skip
    for wrong in ("{h[1,1] * q[0,0]}", "{h[9,1] / 2}", "{__import__('os')}", "{h[1,1] < 1}"):
        with pytest.raises(RefError):
            filled(wrong, view)


def test_conditions_speak_of_the_moment() -> None:
    session = Session(load("sentiment"))

    def true(text: str) -> bool:
        return holds(condition(text, session.view), session)

    assert true("forward == 0 and backward == 0 and not updated and run == 1 and example == 1")
    assert not true("loss < 1"), "no update has been done"
    session.do("finish_forward")
    session.do("backward")
    assert true("forward == 4")
    assert true("backward == 1")
    session.epochs(3)
    assert true("epochs == 3 and loss < 0.75")
    session.set("training.learning_rate", "0.1")
    assert true("edited and run == 2")


def test_a_lesson_goes_on_where_it_was_left(tmp_path: Path) -> None:
    lesson, path = lesson_named("bptt"), tmp_path / "progress.txt"
    play = Play(lesson)
    play.session.do("finish_forward")
    play.session.do("backward")
    play.look()
    progress.keep(path, "bptt", play.done)
    assert path.read_text("utf-8") == "bptt 1/8\n"
    again = Play.going_on(lesson, progress.read(path)["bptt"])
    assert (again.place, again.gone_on_at, again.passed) == (1, 1, 1)
    assert again.session.view.known.gradients_from == 3, "what the step asks about is computed"
    again.solution()
    assert again.next()
    progress.keep(path, "bptt", again.done)
    assert path.read_text("utf-8") == "bptt 1/8 at 3\n", "a step that was shown is not passed"
    assert Play.going_on(lesson, progress.read(path)["bptt"]).place == 2
    progress.keep(path, "bptt", Play(lesson).done)
    assert progress.read(path)["bptt"] == (1, 8, False, 0), "begun again, it begins there"
    assert Play.going_on(lesson, progress.Done(2, 9, at=2)).place == 0, "it had other steps"


# The course


def slowly(lesson: Lesson) -> ParameterSet:
    """All but a few lessons are played only where there is time."""
    marks = [] if lesson.id in ("recurrence", "bptt", "morning", TOUR) else [pytest.mark.slow]
    return pytest.param(lesson, marks=marks, id=lesson.id)


@pytest.mark.parametrize("lesson", map(slowly, [*bundled_course().lessons, lesson_named(TOUR)]))
def test_every_lesson_plays_to_its_end_right_and_wrong(lesson: Lesson) -> None:
    check_lesson(lesson)


def test_the_course_has_every_file_of_its_folder() -> None:
    course = bundled_course()
    folder = course.lessons[0].path.parent
    assert {one.path for one in (*course.lessons, lesson_named(TOUR))} == set(folder.glob("*.md"))
    assert TOUR not in {one.id for one in course.lessons}, "it is not counted"
    assert course.named("1") is course.named("001") is course.lessons[0]
    with pytest.raises(LessonError, match="there is no lesson"):
        course.named("recurence")
    for number in ("0", "000", str(len(course.lessons) + 1), "9" * 5000):
        with pytest.raises(LessonError, match="there is no lesson"):
            course.named(number)


BRACED = re.compile(r"\{(\w+)")
# What is done by one verb may be named by another, which comes to the same there.
AS_WELL = {"example": "next_example", "finish_forward": "forward"}
ACTS = [
    pytest.param(step, id=f"{lesson.id}-{place}-{face}")
    for lesson in [*bundled_course().lessons, lesson_named(TOUR)]
    for face in (SCREEN, PLAIN)
    for place, step in enumerate(read_on(lesson, face).steps, start=1)
    if isinstance(step.task, Doing | Find) and step.solution
]


@pytest.mark.parametrize("step", ACTS)
def test_a_step_names_what_it_is_done_by(step: Step) -> None:
    """In its text, by a key or by the command that is typed: nobody has to ask for a hint."""
    named = {NAMES[verb] for verb in BRACED.findall(step.prose) if verb in NAMES}
    for command in commands_in(step.solution):
        verb = parse_command(command).verb
        known = {verb, AS_WELL.get(verb, verb)} & named
        assert known or f"`{command}`" in step.prose, command


PREDICTED = [
    pytest.param(step, id=f"{lesson.id}-{place}")
    for lesson in bundled_course().lessons
    for place, step in enumerate(lesson.steps, start=1)
    if isinstance(step.task, Predict) and any(map(list, map(addresses, step.hints)))
]


@pytest.mark.parametrize("step", PREDICTED)
def test_a_hint_is_made_of_numbers_that_the_step_has(step: Step) -> None:
    assert isinstance(step.task, Predict)
    had = {one for text in (step.prose, *step.task.choices) for one in addresses(text)}
    for hint in step.hints:
        assert set(addresses(hint)) <= had, hint


def test_a_source_is_named_in_one_way() -> None:
    """As the course has it: the book, and where; a network of its own names the place, too."""
    places = {*next(part for part in parts() if "sentiment" in part.see).see}
    for path in bundled_course().lessons[0].path.parent.glob("*.md"):
        text = " ".join(path.read_text("utf-8").split())
        assert not re.search(r"[Dd]ocument |chapter 16|\(section", text), path.name
        for place in re.findall(r"[Tt]he book \(([^)]*)\)", text):
            assert place in places or re.fullmatch(r"ch\. 16 §[12]", place), (path.name, place)


def write(folder: Path, name: str, more: str = "") -> None:
    text = TEMPLATE.format(id=name).replace("minutes = 5", f"minutes = 5\n{more}")
    (folder / f"{name}.md").write_text(text, "utf-8")


def test_a_folder_of_lessons_is_a_course(tmp_path: Path) -> None:
    write(tmp_path, "b", 'needs = ["a"]')
    write(tmp_path, "a")
    assert [one.id for one in course_of(tmp_path).lessons] == ["a", "b"]
    (tmp_path / "course.toml").write_text('title = "Mine"\nlessons = ["b", "a"]\n', "utf-8")
    with pytest.raises(LessonError, match="needs: expected a lesson that comes before"):
        course_of(tmp_path)
    (tmp_path / "course.toml").write_text('title = "Mine"\nlessons = ["a", "b"]\n', "utf-8")
    course = course_of(tmp_path)
    assert isinstance(course, Course)
    assert course.title == "Mine"
    (tmp_path / "b.md").write_text(TEMPLATE.format(id="a"), "utf-8")
    with pytest.raises(LessonError, match="id: expected another"):
        course_of(tmp_path)


def test_progress_is_kept_and_never_falls_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "progress.txt"
    progress.keep(path, "recurrence", progress.Done(3, 5))
    progress.keep(path, "recurrence", progress.Done(1, 5))
    progress.keep(path, "gates", progress.Done(4, 4))
    path.write_text(path.read_text("utf-8") + "nonsense\n\x00 3/\n", "utf-8")
    assert progress.read(path) == {
        "recurrence": (3, 5, False, 0), "gates": (4, 4, False, 0),
    }  # fmt: skip
    assert progress.read(path)["gates"].whole
    for done, kept in {(5, 5, True): True, (4, 5, False): True, (5, 5, False): False}.items():
        progress.keep(path, "recurrence", progress.Done(*done))
        assert progress.read(path)["recurrence"] == (5, 5, kept, 0)
    progress.keep(path, "recurrence", progress.Done(5, 5, tested=True))
    assert not progress.read(path)["recurrence"].tested, "done is more than tested out"
    assert progress.read(tmp_path / "none") == {}
