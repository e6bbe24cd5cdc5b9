"""The card of a lesson's step: its text, what was said to it, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rnn_tui.lessons.choices import Choice, is_address
from rnn_tui.lessons.lesson import Do, Find, Lesson, Predict, Read, Write
from rnn_tui.lessons.lines import SIGNS, blanked, known_before
from rnn_tui.lessons.prose import filled_where_known
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.lessons.taking.taken import Exam
from rnn_tui.present.learning.card import Card, Does, Paragraph, Row
from rnn_tui.present.learning.markup import done_by, inline, paragraphs
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.commands.command_lines import commands_in

FIND = "In a table: tab and the arrows, then enter. Any number: {why} and its name."
TEST = "No hints, one attempt. The network stands where the question needs it."
TESTED = "You knew it: {questions} questions right. The lesson is done."
CARRIED_OUT = "The step was done for you, in the network beside."
LEFT_HERE = "You left the lesson at this step. ↺ The whole lesson again: from step 1."
MOST_LINES = 2  # of code above the one that is to be written


def step_card(play: Play, keys: Mapping[str, str], after: Lesson | None = None) -> Card:
    """The step at hand; `after` is the lesson that comes after this one."""
    rows = tuple(_rows(play, keys, after))
    is_open = not play.here.over and not isinstance(play.step.task, Read)
    question = _question(play)
    text = *_text(play, keys), *([(question,)] if question and not is_open else [])
    first = next((n for n, row in enumerate(rows) if row.is_open), None)
    field = play.step.task.line if isinstance(play.step.task, Write) and is_open else ""
    return Card(
        title=f"Learn · {where(play)}",
        paragraphs=text,
        said=tuple((line,) for line in _said(play, keys)),
        asked=question if is_open else (),
        rows=rows,
        field=f"{field} =" if field else "",
        written=play.here.written,
        first=None if is_open else first,
    )


def broken_card(why: str, play: Play) -> Card:
    """A step that can't be shown: what is wrong with its file, and the ways on."""
    rows = Row(Does.PREVIOUS, (Span("← Step before"),)), *_ways_out()
    return Card(f"Learn · {where(play)}", (((Span(why, Role.BAD),),),), rows, first=0)


def where(play: Play) -> str:
    """The step at hand, or the question of the test-out, by its number."""
    if play.exam is not None:
        return f"test-out, {play.exam.name}"
    return f"step {play.place + 1} of {len(play.lesson.steps)}"


# The text


def _text(play: Play, keys: Mapping[str, str]) -> Iterator[Paragraph]:
    lesson, task = play.lesson, play.step.task
    if play.is_examined:
        yield (Span(lesson.title, Role.ACCENT),), (Span(TEST, Role.MUTED),)
    elif play.place == 0:
        minutes = f"about {lesson.minutes} minutes" if lesson.minutes else ""
        told = ((Span(minutes, Role.MUTED),),) if minutes else ()
        yield (Span(lesson.title, Role.ACCENT),), *told
        yield from paragraphs(play.asked.intro, keys)
    elif play.place == play.gone_on_at and not play.here.over:
        yield ((Span(LEFT_HERE, Role.MUTED),),)
    yield ((Span(play.step.title, Role.STRONG),),)
    yield from paragraphs(play.asked.prose, keys)
    if isinstance(task, Write):
        yield tuple(_code(play, task))
    elif play.is_looked_for:
        yield (inline(FIND, keys),)


def _question(play: Play) -> Line:
    """What a prediction asks; nothing at another step."""
    task = play.step.task
    return (Span(asked(task, play), Role.ACCENT),) if isinstance(task, Predict) else ()


def asked(task: Predict, play: Play) -> str:
    """A prediction's question, in words where it is the address of a number."""
    if is_address(task.ask, play.session.view):
        return f"What is {task.ask}?"
    return filled_where_known(task.ask, play.asked.view, play.key)


def _code(play: Play, task: Write) -> Iterator[Line]:
    """The lines above the one that is to be written, and the names that it may have."""
    cell = play.session.view.network.layers[-1].cell
    line = blanked(cell, task.line)
    above = [one for one in cell.backward_body.lines if one.number < line.number]
    yield from ((Span(one.text, Role.CODE),) for one in above[-MOST_LINES:])
    sign = "+=" if line.accumulates else "="
    yield (Span(f"{line.target} {sign} …", Role.ACCENT),)
    names = " ".join(known_before(cell, line))
    yield (Span(f"From {names}, by {SIGNS} .T", Role.MUTED),)


def _said(play: Play, keys: Mapping[str, str]) -> Iterator[Line]:
    """Hints, why wrong answers are wrong, and how the step has ended."""
    here = play.here
    for hint in play.attempt.hints:
        yield Span("", Role.MUTED), *inline(hint, keys)
    yield from struck_lines(here.struck)
    if here.passed:
        if not isinstance(play.step.task, Read):
            yield Span("✓ ", Role.GOOD), *inline(play.attempt.told or "Right.", keys)
    elif here.revealed:
        yield Span("Solution: ", Role.STRONG), *_solution(play, keys)
        if here.carried_out:
            yield (Span(CARRIED_OUT, Role.MUTED),)
        if (here.carried_out or isinstance(play.step.task, Predict | Write)) and play.attempt.told:
            yield inline(play.attempt.told, keys)
    elif here.said is not None and not here.struck:
        mark = Span("▸ ", Role.ACCENT) if here.said.is_half else Span("✗ ", Role.BAD)
        yield mark, *inline(here.said.say, keys)
    if play.exam is not None:
        if play.exam.is_over:
            yield (Span(TESTED.format(questions=len(play.exam.places)), Role.STRONG),)
    elif here.over and play.place + 1 == len(play.lesson.steps):
        yield (Span(over(play), Role.STRONG),)


def over(play: Play) -> str:
    """How a lesson went: how many steps are passed, and which were shown."""
    shown = [str(n) for n, one in enumerate(play.taken, start=1) if one.revealed]
    *most, last = shown or [""]
    listed = f"{', '.join(most)} and {last}" if most else last
    told = f"; the answer to step {listed} was shown" if shown else ""
    return f"The lesson is over: {play.passed} of {len(play.taken)} steps passed{told}."


def _solution(play: Play, keys: Mapping[str, str]) -> Line:
    """What a step is done by: keys and commands; or the answer."""
    answer = play.attempt.answer_key
    if isinstance(play.step.task, Find):
        return Span(answer, Role.CODE), Span(f"  ({keys['why']} {answer} goes there)", Role.MUTED)
    if not isinstance(play.step.task, Do):
        return (Span(answer, Role.CODE),)
    spans: list[Span] = []
    for command in commands_in(answer):
        spans += [*([Span("  ")] if spans else []), *done_by(command, keys)]
    return tuple(spans)


# The rows


def _rows(play: Play, keys: Mapping[str, str], after: Lesson | None) -> Iterator[Row]:
    here, task = play.here, play.step.task
    last = play.place + 1 == len(play.lesson.steps)
    if isinstance(task, Predict):
        for number, one in enumerate(play.asked.choices, start=1):
            yield choice_row(one, number, here.struck, over=here.over)
    if play.exam is not None:
        yield from _rows_of_exam(play, play.exam, after)
        return
    if here.over or isinstance(task, Read):
        if not (last and here.over):
            yield Row(Does.NEXT, (Span("→ " + ("End" if last else "Next step")),))
        elif after is not None:
            yield _next_lesson(after)
    else:
        if isinstance(task, Write):
            yield Row(Does.WRITE, (Span("✎ Write the line"),))
        if here.hints < (count := len(play.step.hints)):
            yield Row(Does.HINT, (Span(f"? Hint {here.hints + 1} of {count}"),))
        yield Row(Does.SOLUTION, (Span("! Show the solution"),))
    if play.can_test_out:
        about = f"Know this? Test out: {len(play.lesson.questions)} questions"
        yield Row(Does.TEST_OUT, (Span(f"{keys['test_out']} ", Role.STRONG), Span(about)))
    if play.place:
        yield Row(Does.PREVIOUS, (Span("← Step before"),))
    yield Row(Does.AGAIN, (Span("↺ This step again"),))
    yield Row(Does.RESTART, (Span("↺ The whole lesson again"),))
    yield from _ways_out()


def _rows_of_exam(play: Play, exam: Exam, after: Lesson | None) -> Iterator[Row]:
    """Neither hints nor a solution, but the way to the lesson itself."""
    if isinstance(play.step.task, Write) and not play.here.over:
        yield Row(Does.WRITE, (Span("✎ Write the line"),))
    if exam.is_over and after is not None:
        yield _next_lesson(after)
    elif play.here.over and not exam.is_over:
        yield Row(Does.NEXT, (Span("→ Next question"),))
    if exam.is_over:
        yield Row(Does.PREVIOUS, (Span("← Step before"),))
    yield Row(Does.RESTART, (Span("↺ Take the lesson from its start"),))
    yield from _ways_out()


def _next_lesson(after: Lesson) -> Row:
    return Row(Does.LESSON, (Span("→ Next lesson: "), Span(after.title, Role.STRONG)), after.id)


def _ways_out() -> Iterator[Row]:
    yield Row(Does.COURSE, (Span("≡ All lessons"),))
    yield Row(Does.LEAVE, (Span("× Back to your own session"),))


def struck_lines(struck: Mapping[str, str]) -> Iterator[Line]:
    """The choices that were wrong, each with the reason if there is one."""
    for text, why in struck.items():
        yield Span(f"✗ {text}", Role.BAD), Span(f": {why}" if why else "")


def choice_row(one: Choice, number: int, struck: Mapping[str, str], *, over: bool) -> Row:
    """A choice: open, struck out as it was wrong, or once all is `over` right or not."""
    if one.text in struck:
        line: Line = Span("✗ ", Role.BAD), Span(one.text, Role.STRUCK)
        return Row(Does.CHOOSE, line, one.text, number, is_open=False)
    if over:
        mark = Span("✓ ", Role.GOOD) if one.right else Span("  ")
        role = Role.STRONG if one.right else Role.MUTED
        return Row(Does.CHOOSE, (mark, Span(one.text, role)), one.text, number, is_open=False)
    return Row(Does.CHOOSE, (Span(f"{number} ", Role.STRONG), Span(one.text)), one.text, number)
