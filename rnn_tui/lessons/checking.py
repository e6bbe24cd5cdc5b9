"""A lesson checked by playing it: its solution passes, its beginning does not.

Whatever is wrong is told with the file, the line and the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.lessons import lines
from rnn_tui.lessons.choices import is_address
from rnn_tui.lessons.lesson import FAULT, TRUE, Do, Find, Lesson, Predict, Read, Step, Write
from rnn_tui.lessons.prose import addresses, number_in
from rnn_tui.lessons.prose import commands as commands_in
from rnn_tui.lessons.prose import numbers as numbers_in
from rnn_tui.lessons.reading import LessonError
from rnn_tui.lessons.taking.judging import SEEN
from rnn_tui.lessons.taking.moments import condition
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.lessons.taking.taken import Said
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import VerbError, parse
from rnn_tui.session.commands.forms import PANES
from rnn_tui.session.moment import Refused
from rnn_tui.session.why.kinds import kinds
from rnn_tui.session.why.refs import RefError, check, read


def check_lesson(lesson: Lesson, report: Callable[[int], object] = lambda _: None) -> None:
    """Play a lesson to its end, right and wrong. Raises LessonError for the first thing amiss.

    `report` is told how many steps are done.
    """
    play = Play(lesson)
    _check_text(play, lesson.steps[0], lesson.intro)
    for place, step in enumerate(lesson.steps):
        _check_text(play, step, step.prose, *step.hints, *_asked(step))
        _check_names(play, step)
        _check_highlight(play, step)
        with _at(lesson, step):
            _CHECKS[type(step.task)](play, step)
        _solve(play, step)
        report(place + 1)
        if place + 1 < len(lesson.steps) and not play.next():
            raise LessonError("the step can't be left", file=f"{lesson.path}:{step.line}")
    _check_test_out(lesson)


@contextmanager
def _at(lesson: Lesson, step: Step, key: str = "") -> Iterator[None]:
    """Says of what is refused in which step it is."""
    place = f"{lesson.path}:{step.line}"
    try:
        yield
    except LessonError:
        raise
    except ExperimentError as error:
        raise LessonError(error.expected, key=error.key or key, file=place) from None
    except (RefError, Refused, ConditionError, VerbError) as error:
        raise LessonError(str(error), key=key, file=place) from None


def _fail(play: Play, key: str, what: str) -> LessonError:
    return LessonError(what, key=key, file=f"{play.lesson.path}:{play.step.line}")


def _asked(step: Step) -> tuple[str, ...]:
    """The question of a prediction."""
    return (step.task.ask,) if isinstance(step.task, Predict) else ()


def _check_text(play: Play, step: Step, *texts: str) -> None:
    """Every number in a text is one that there is, and every command one that can be given."""
    for live in (number for text in texts for number in numbers_in(text)):
        with _at(play.lesson, step, "prose"):
            number_in(play.session.view, live)
    for command in (one for text in texts for one in commands_in(text)):
        with _at(play.lesson, step, "prose"):
            if " " in command:
                parse(command)


def _check_names(play: Play, step: Step) -> None:
    """What is said after a step names numbers that there can be, if not yet."""
    view = play.session.view
    names = (*kinds(view), *view.params.layout.shapes)
    said = ("say", step.say), *(("wrong", one.say) for one in step.wrong)
    for key, text in ((key, ref) for key, said_then in said for ref in addresses(said_then)):
        with _at(play.lesson, step, key):
            name = read(text).name
        if name not in names:
            raise _fail(play, key, f"there is no {shown(name)} here{nearest(name, names)}")


def _solve(play: Play, step: Step) -> None:
    """The solution passes the step."""
    play.look()
    if isinstance(step.task, Do) and play.here.passed:
        raise _fail(play, "until", "the beginning of the step satisfies it already")
    with _at(play.lesson, step, "solution"):
        said = play.solve()
    if said is None or not said.passed:
        found = f": {said.say}" if said is not None else ""
        raise _fail(play, "solution", f"it does not pass the step{found}")
    _check_text(play, step, step.say, *(one.say for one in step.wrong))


def _check_highlight(play: Play, step: Step) -> None:
    """What lights up is a pane, or a number that there is."""
    if step.highlight and step.highlight not in PANES:
        with _at(play.lesson, step, "highlight"):
            check(read(step.highlight), play.session.view)


def _predict(play: Play, step: Step) -> None:
    """Every choice can be computed, one is right, and each wrong answer is one of them."""
    task = step.task
    assert isinstance(task, Predict)
    computed = [one for one in task.choices if one == TRUE or one.startswith(FAULT)]
    if computed and not is_address(task.ask, play.session.view):
        raise _fail(play, "ask", f"expected an address, as a choice is {computed[0]}")
    known = {text for one in play.asked.choices for text in (one.text, one.written)}
    for wrong in step.wrong:
        if wrong.when not in known:
            raise _fail(play, "wrong", f"no choice is {wrong.when}")
        if any(one.right and wrong.when in (one.text, one.written) for one in play.asked.choices):
            raise _fail(play, "wrong", f"{wrong.when} is the right choice")
    for one in play.asked.choices:
        if not one.right:
            said = Play(play.lesson, play.session, place=play.place)
            assert not said.answer(one.written).passed


def _do(play: Play, step: Step) -> None:
    assert isinstance(step.task, Do)
    with _at(play.lesson, step, "until"):
        condition(step.task.until, play.session.view)
    for one in step.task.look:
        with _at(play.lesson, step, "look"):
            if one not in PANES:
                read(one)
            elif one not in SEEN:
                raise _fail(play, "look", f"expected one of {', '.join(SEEN)}, or an address")
    for wrong in step.wrong:
        with _at(play.lesson, step, "wrong"):
            condition(wrong.when, play.session.view)


def _find(play: Play, step: Step) -> None:
    assert isinstance(step.task, Find)
    for key, ref in (("ref", step.task.ref), *(("wrong", one.when) for one in step.wrong)):
        with _at(play.lesson, step, key):
            check(read(ref), play.session.view)


def _write(play: Play, step: Step) -> None:
    """Each wrong line that was foreseen runs and is wrong; or it names an array that can be off."""
    assert isinstance(step.task, Write)
    view = play.session.view
    line = lines.blanked(view.network.layers[-1].cell, step.task.line)
    for wrong in step.wrong:
        if wrong.when.removeprefix("d") in view.before.layout.shapes:
            continue
        with _at(play.lesson, step, "wrong"):
            found = lines.check(wrong.when, line.target, view)
        if found.right:
            raise _fail(play, "wrong", f"{wrong.when} is right")


# The test-out


def _check_test_out(lesson: Lesson) -> None:
    """Right answers to its questions are the lesson done; a wrong one begins it where it says."""
    for at, place in enumerate(lesson.questions):
        play = Play(lesson)
        play.test_out()
        _answer_right(play, at)
        with _at(lesson, play.step, "test_out"):
            said = _answer_wrong(play)
        if said is None or said.passed:
            raise _fail(play, "test_out", "a wrong answer passes the question")
        if play.exam is not None or play.place != lesson.taught_at(place) or play.here.over:
            raise _fail(play, "test_out", "a wrong answer does not begin the lesson")
    if lesson.questions:
        play = Play(lesson)
        play.test_out()
        _answer_right(play, len(lesson.questions))
        if not (play.is_tested and play.is_over):
            raise _fail(play, "test_out", "right answers do not pass the lesson")


def _answer_right(play: Play, count: int) -> None:
    """So many questions, in their order."""
    for _ in range(count):
        said = play.solve()
        if said is None or not said.passed:
            raise _fail(play, "test_out", "the solution does not pass the question")
        play.next()


def _answer_wrong(play: Play) -> Said | None:
    """A wrong choice; another number; or the right line, doubled."""
    match play.step.task:
        case Predict():
            return play.answer(next(one.written for one in play.asked.choices if not one.right))
        case Find(ref=ref):
            foreseen = [one.when for one in play.step.wrong]
            return play.look(foreseen[0] if foreseen else "rho" if ref == "loss" else "loss")
        case Write():
            _, _, right = play.attempt.answer_key.partition("=")
            return play.answer(f"2 * ({right.strip()})")
    return None


_CHECKS: dict[type, Callable[[Play, Step], None]] = {
    Read: lambda _play, _step: None, Predict: _predict, Do: _do, Find: _find, Write: _write,
}  # fmt: skip
