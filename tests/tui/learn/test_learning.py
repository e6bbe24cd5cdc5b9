"""The lessons beside the explorer: a lesson by its keys, and every lesson to its end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui.contrast import below
from waiting import computed, until

from rnn_tui.experiments import Experiment
from rnn_tui.lessons.choices import Choice
from rnn_tui.lessons.courses import TOUR, bundled_course, lesson_named
from rnn_tui.lessons.lesson import Do, Find, Predict, Read, Write
from rnn_tui.lessons.reading import LessonError, parse
from rnn_tui.lessons.taking import progress
from rnn_tui.lessons.taking.judging import SEEN
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.lessons.template import TEMPLATE
from rnn_tui.present.learning.card import Card, Does, Row
from rnn_tui.present.learning.markup import LOOKS, broken, inline, key_left, paragraphs
from rnn_tui.present.learning.spoken import spoken_of
from rnn_tui.present.learning.steps import step_card
from rnn_tui.present.notation import NOTATIONS
from rnn_tui.present.sentences.commanding import line_completions
from rnn_tui.present.tables.cells import Line, Role
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.quiz import QuizScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.learn.dock import LearnDock
from rnn_tui.tui.learn.lesson_text import LessonText
from rnn_tui.tui.learn.room import Wanted, dock_cells, left_over, size_classes
from rnn_tui.tui.learn.rows import Rows
from rnn_tui.tui.panes.program import ProgramPane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import SPELLING
from rnn_tui.tui.widgets.keys import KeyLine
from rnn_tui.tui.widgets.text_view import TextView

WIDE, LOW = (120, 36), (80, 24)


def top(pilot: Pilot[None]) -> ExplorerScreen:
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen


def card(pilot: Pilot[None]) -> Card:
    dock = top(pilot).query_one(LearnDock)
    assert dock.card is not None
    return dock.card


def text(lines: tuple[Line, ...]) -> str:
    return " ".join("".join(span.text for span in line) for line in lines)


def said(pilot: Pilot[None]) -> str:
    return " ".join(map(text, card(pilot).said))


def play(pilot: Pilot[None]) -> Play:
    found = top(pilot).controllers.learning.play
    assert found is not None
    return found


def own_dock(pilot: Pilot[None]) -> LearnDock:
    """That of the explorer, over which a dialog may lie."""
    return next(
        screen.query_one(LearnDock)
        for screen in reversed(pilot.app.screen_stack)
        if isinstance(screen, ExplorerScreen)
    )


def dock_border(pilot: Pilot[None]) -> str:
    return str(top(pilot).query_one(LearnDock).border_subtitle)


async def to_lesson(pilot: Pilot[None], name: str) -> Play:
    """Begin a lesson on a screen of its own."""
    before = pilot.app.screen
    await top(pilot).controllers.learning.learn(name)
    await until(pilot, lambda: pilot.app.screen is not before)
    await until(pilot, lambda: isinstance(pilot.app.focused, Rows | Input))
    return play(pilot)


@pytest.mark.slow
async def test_a_lesson_by_its_keys(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, do, predict wrong and right, find; leave, look around in one's own, come back."""
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    async with Explorer(sentiment).run_test(size=WIDE) as pilot:
        await pilot.press("f", "5")
        own = top(pilot)
        assert re.match(r"0 of \d+ lessons done", text(card(pilot).paragraphs[0]))
        assert own.room == (78, 36)
        assert own.query_one("#pages").outer_size.width == 78
        moment = own.session.moment
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is not own and play(pilot) is not None)
        await until(pilot, lambda: isinstance(pilot.app.focused, Rows))
        table = top(pilot).query_one("#hidden-table", TableView)
        assert table.spoken == {(0, 2), (0, 3), (0, 4)}, "the row that the text speaks of"
        assert top(pilot).query_one("#hidden").has_class("-spoken")

        await pilot.press("enter", "right", "f")  # read; the next step is open; it is done
        assert play(pilot).place == 1
        assert "Three numbers came out" in said(pilot)
        await pilot.press("enter", "2")
        assert top(pilot).pages.current == "step", "a digit marks a choice here"
        chosen = card(pilot).rows[1]
        await pilot.press("enter")
        struck = card(pilot).rows[1]
        assert (struck.given, struck.is_open) == (chosen.given, False)
        assert text((struck.line,)).startswith("✗")
        await pilot.press("2")
        assert top(pilot).pages.current == "step", "nor does that of one that is struck out"
        right = next(n for n, one in enumerate(play(pilot).asked.choices, 1) if one.right)
        await pilot.press(str(right), "enter", "enter", "f", "enter")
        assert play(pilot).place == 4
        assert isinstance(pilot.app.focused, TableView), "where a number is looked for"
        await pilot.press("up", "right", "enter")
        explained = pilot.app.screen.query_one(".dialog").region
        assert not explained.overlaps(own_dock(pilot).region), "the lesson is to be read beside it"
        await pilot.press("escape")
        assert "One row further down" in said(pilot)
        await pilot.press("down", "enter", "escape", "enter", "enter")
        assert play(pilot).is_over
        assert "6 of 6 steps passed" in said(pilot)
        assert progress.read(tmp_path / "progress.txt")["recurrence"].whole

        await pilot.press("5")
        assert pilot.app.screen is own
        assert own.session.moment is moment
        assert own.room == (120, 36)
        await pilot.press("5")
        assert re.match(r"1 of \d+ lessons done", text(card(pilot).paragraphs[0]))
        assert text((card(pilot).rows[0].line,)).startswith("✓")


@pytest.mark.slow
async def test_a_lesson_is_left_and_gone_on_with(sentiment: Experiment) -> None:
    """At any size, by keys and by mouse; a line that is written; hints, solution, from the start."""
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        await pilot.pause()
        own = top(pilot)
        taken = await to_lesson(pilot, "bptt")
        dock = top(pilot).query_one(LearnDock)
        assert top(pilot).room == (80, 14)
        await pilot.press("(", "(")
        assert dock.outer_size.height == 12
        await pilot.mouse_down(offset=(40, dock.region.y))
        await pilot.hover(offset=(40, dock.region.y + 3))
        await pilot.mouse_up(offset=(40, dock.region.y))
        assert dock.outer_size.height == 9
        await pilot.press("right")
        assert taken.place == 0, "nothing goes on unsolved"
        taken.go_to(6)
        top(pilot).session = taken.session
        top(pilot).show()
        top(pilot).controllers.learning.step.look()
        await pilot.press("left", "right")
        assert isinstance(pilot.app.focused, Input)
        assert top(pilot).query_one(ProgramPane).blank == "dh_next"
        assert dock_border(pilot).startswith("page down: more · ⏎ check")
        await pilot.press("pagedown")
        assert top(pilot).query_one(LessonText).scroll_offset.y > 0, "from the field, too"
        await pilot.press(*"W_hh", "space", "@", "space", *"delta", "enter")
        assert "dW_hh" in said(pilot)
        assert "published program" in said(pilot)
        await pilot.press("down", "down", "down", "enter")
        assert "Hint 1 of 2" in said(pilot)
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert top(pilot).query_one("#pages").outer_size.width == 78
        assert not below(pilot.app, 4.5)

        pilot.app.screen.query_one(LearnDock).action_release()
        await pilot.press("2", "5", "5")
        assert pilot.app.screen is own
        assert not own.query(LearnDock)
        await pilot.press("5")
        assert play(pilot) is taken, "one key comes back"
        assert taken.here.hints == 1
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("down")
        rows = top(pilot).query_one(Rows)
        rows.highlighted = next(
            n for n, one in enumerate(card(pilot).rows) if one.does is Does.SOLUTION
        )
        await pilot.press("enter")
        assert "W_hh.T @ delta" in said(pilot)
        assert not top(pilot).query_one(ProgramPane).blank
        await pilot.press("right")
        assert taken.place == 7


@pytest.mark.slow
async def test_an_open_step_says_what_helps_and_its_keys_do(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        await pilot.pause()
        taken = await to_lesson(pilot, "bptt")
        screen = top(pilot)
        await pilot.press("right")
        assert "Still open: do what the text asks" in hint(pilot)
        await pilot.press("exclamation_mark", "right")
        assert taken.place == 1
        view = screen.view
        assert view is not None
        assert view.known.gradients_from == 3, "what was to be done is done"
        reading, question = screen.query_one(LessonText), screen.query_one("#lesson-asked")
        assert reading.scroll_offset.y == 0, "the text is read from its beginning"
        assert dock_border(pilot).startswith("page down: more")
        assert question.display
        assert screen.query_one(LearnDock).region.contains_region(question.region), "in sight"
        await pilot.press("pagedown")
        assert dock_border(pilot).startswith("page up: more")
        await pilot.press("enter")
        assert "Still open: mark a choice" in hint(pilot)
        await pilot.press("question_mark")
        assert "Hint 1 of 1" in said(pilot)
        await pilot.press("question_mark")
        assert pilot.app.screen is not screen, "without another one it is the key of the help"


@pytest.mark.slow
async def test_a_lesson_is_tested_out_of_in_a_dock_that_fills_the_screen(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        await pilot.pause()
        await pilot.press("K")
        assert "skips a lesson" in hint(pilot)
        taken = await to_lesson(pilot, "recurrence")
        screen = top(pilot)
        dock, pages = screen.query_one(LearnDock), screen.query_one("#pages")
        assert any(row.does is Does.TEST_OUT for row in card(pilot).rows)
        await pilot.press("z")
        await pilot.pause()
        assert (dock.outer_size.width, dock.outer_size.height, pages.display) == (80, 21, False)
        assert "Learn fills the screen" in hint(pilot)
        assert "esc" in str(screen.query_one(KeyLine).content)

        await pilot.press("K")
        assert card(pilot).title == "Learn · test-out, question 1 of 2"
        does = {row.does for row in card(pilot).rows}
        assert not does & {Does.HINT, Does.SOLUTION, Does.NEXT, Does.PREVIOUS, Does.AGAIN}
        await pilot.press("right")
        assert "one attempt, no hints" in hint(pilot)
        right = next(n for n, one in enumerate(taken.asked.choices, 1) if one.right)
        await pilot.press(str(right), "enter")
        assert dock.outer_size.width == 80, "nothing moves on by itself"
        await pilot.press("enter")
        assert taken.place == 4
        assert pages.display, "a number is looked for there"
        assert isinstance(pilot.app.focused, TableView)
        assert "Learn fills" not in hint(pilot)
        assert dock_border(pilot) == "5, then page down: more"
        await pilot.press("right", "enter", "escape")
        assert taken.is_tested
        assert "You knew it: 2 questions right" in said(pilot)
        assert dock_border(pilot) == "⏎ choose · ←→ step · 5 leave"
        await pilot.press("5", "5")
        assert any("tested out" in text((row.line,)) for row in card(pilot).rows)

        await pilot.press("z", "1")
        assert top(pilot).query_one("#pages").display
        taken = await to_lesson(pilot, "forward")
        await pilot.press("K")
        wrong = next(n for n, one in enumerate(taken.asked.choices, 1) if not one.right)
        await pilot.press(str(wrong), "enter")
        assert taken.place == 0
        view = top(pilot).view
        assert view is not None
        assert view.known.states == 0, "the screen is where the lesson begins"
        assert "That was question 1 of 2: the lesson begins here" in said(pilot)


async def test_the_colon_line_takes_a_lesson_and_the_quiz(sentiment: Experiment) -> None:
    """In the words of `plain`."""
    async with Explorer(sentiment).run_test(size=WIDE) as pilot:
        own = top(pilot)
        known = dict(
            line_completions(own.session, "learn ls") + line_completions(own.session, "le")
        )
        assert known["learn lstm-back"] == lesson_named("lstm-back").title
        assert set(known) == {"learn", "learn lstm-back"}
        (quiz,) = line_completions(own.session, "quiz dh[1")
        assert quiz == ("quiz dh[1,", dict(line_completions(own.session, "why dh[1"))["why dh[1,"])
        for line, told in {
            "quiz W_hh[0,0]": "choose a number of the pass",
            "learn x": "no lesson",
        }.items():
            await pilot.press(":", *line, "enter")
            assert told in hint(pilot)
        await pilot.press(":", *"quiz h[1,1]", "enter")
        assert isinstance(pilot.app.screen, QuizScreen)
        assert pilot.app.screen.question.ref == "h[1,1]"
        await pilot.press("escape", ":", *"learn 1", "enter")
        await until(pilot, lambda: pilot.app.screen is not own)
        assert play(pilot).lesson.id == "recurrence"


@pytest.mark.slow
async def test_the_keys_go_to_the_pane_where_a_number_is_looked_for(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        await pilot.pause()
        taken = await to_lesson(pilot, "outputs")
        taken.go_to(5)
        assert isinstance(taken.step.task, Find)
        top(pilot).session = taken.session
        top(pilot).show()
        top(pilot).controllers.learning.step.look()
        await pilot.press("left", "right")
        assert taken.place == 5
        focused = pilot.app.focused
        assert isinstance(focused, TableView)
        assert top(pilot).query_one("#gradient") in focused.ancestors


async def test_a_step_gives_hints_and_its_solution_wherever_the_keys_are(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("exclamation_mark")
        assert "No lesson is at a step" in hint(pilot)
        await to_lesson(pilot, "bptt")
        footer = top(pilot).query_one(KeyLine)
        assert "? hint" in str(footer.content)
        await pilot.press("escape")
        page = pilot.app.focused
        assert isinstance(page, TableView)
        await pilot.press("question_mark")
        assert "Hint 1 of 2" in said(pilot)
        assert pilot.app.focused is page, "the keys stay"
        lesson = top(pilot)
        await pilot.press("f1")
        assert pilot.app.screen is not lesson, "help is there meanwhile"
        await pilot.press("escape", "question_mark")
        assert "? help" in str(footer.content), "without another hint"
        await pilot.press("exclamation_mark")
        assert "The step was done for you" in said(pilot)
        assert isinstance(pilot.app.focused, Rows), "the next act is there"

        taken = play(pilot)
        taken.go_to(6)
        assert isinstance(taken.step.task, Write)
        top(pilot).session = taken.session
        await pilot.press("left", "right", "question_mark", "a")
        assert "Hint 1 of 2" in said(pilot)
        assert top(pilot).query_one(Input).value == "a", "a field has them, too"


async def test_why_not_is_said_no_longer_than_until_a_number_is_explained(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f")
        asking = top(pilot).controllers.asking
        asking.explain("h[2,1]")
        assert "not been computed yet" in hint(pilot)
        asking.explain("h[0,1]")
        await pilot.press("escape")
        assert "not been computed yet" not in hint(pilot)


OFFERED = "New here?"


def hint(pilot: Pilot[None]) -> str:
    notice = top(pilot).notice
    assert notice is not None
    return text((notice,))


def why(pilot: Pilot[None]) -> str:
    return top(pilot).query_one("#why-text", TextView).text.plain


async def test_the_tour_is_offered_once_and_taken_at_any_time(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Explorer(sentiment, offer=True).run_test(size=LOW) as pilot:
        await pilot.pause()
        assert OFFERED not in hint(pilot), "where nothing is kept it would come each time"
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        await pilot.pause()
        assert OFFERED not in hint(pilot), "an experiment was named"
    async with Explorer(sentiment, offer=True).run_test(size=WIDE) as pilot:
        await until(pilot, lambda: OFFERED in hint(pilot))
        assert "New here?  T  a sixty-second tour" in why(pilot)
        await pilot.press("2", "1")
        assert OFFERED in hint(pilot), "nothing was done yet"
        await pilot.press("f", "u")
        await pilot.pause()
        assert OFFERED not in hint(pilot)
        assert why(pilot).startswith(" f  reads “I”"), "and no tour"
    assert progress.read(tmp_path / "progress.txt")["tour"].passed == 0
    async with Explorer(sentiment, offer=True).run_test(size=LOW) as pilot:
        await pilot.pause()
        assert OFFERED not in hint(pilot), "never again"
        own = top(pilot)
        await pilot.press("f", "T")
        await until(pilot, lambda: isinstance(pilot.app.focused, Rows))
        assert play(pilot).lesson.id == "tour"
        await pilot.press("enter", "f", "enter", "enter", "F", "B", "enter", "enter", "e")
        await computed(pilot)
        await pilot.press("enter", "enter", "u")
        await until(pilot, lambda: play(pilot).is_over)
        assert play(pilot).passed == 8
        await pilot.press("5")
        assert top(pilot) is own
        assert own.session.view.known.states == 1, "as it was"
    (tmp_path / "progress.txt").unlink()
    async with Explorer(sentiment, offer=True).run_test(size=WIDE) as pilot:
        await until(pilot, lambda: OFFERED in hint(pilot) and OFFERED in why(pilot))
        own = top(pilot)
        assert await pilot.click("#why-text", offset=(12, 0)), "its key"
        await until(pilot, lambda: top(pilot) is not own)
        assert play(pilot).lesson.id == "tour"
        await pilot.press("5")
        assert top(pilot) is own
        assert OFFERED not in hint(pilot)
        assert OFFERED not in why(pilot)
    assert "tour" in progress.read(tmp_path / "progress.txt")


async def test_the_offer_comes_with_the_first_moment_and_not_after_it(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    drawn: list[str] = []
    draw = ExplorerScreen.draw

    def watched(screen: ExplorerScreen, view: StepView) -> None:
        draw(screen, view)
        assert screen.notice is not None
        drawn.append(text((screen.notice,)))

    monkeypatch.setattr(ExplorerScreen, "draw", watched)
    async with Explorer(sentiment, offer=True).run_test(size=LOW) as pilot:
        await until(pilot, lambda: bool(drawn))
    assert OFFERED in drawn[0]


async def test_a_step_is_done_once_what_it_asks_to_look_at_is_looked_at(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=WIDE) as pilot:
        await pilot.pause()
        taken = await to_lesson(pilot, "vanishing")
        shown = text(tuple(line for lines in card(pilot).paragraphs for line in lines))
        assert "v  until the BPTT pane says “factors”" in shown
        assert "plain" not in shown
        await pilot.press("F", "B")
        await until(pilot, lambda: bool(said(pilot)))
        assert said(pilot).startswith("▸ That is done. Now look at it:  v  until")
        assert not taken.here.over
        while not taken.here.passed:
            await pilot.press("v")
        title = str(top(pilot).query_one("#gradient").border_title)
        assert "factors" in title
        assert said(pilot).startswith("✓")


def test_a_command_in_prose_is_what_does_it_on_the_screen() -> None:
    def shown(command: str) -> list[tuple[str, Role]]:
        return [(span.text.strip(), span.role) for span in inline(key_left(command), KEYS)]

    key, typed = KEYS["command"], [(KEYS["command"], Role.KEY)]
    assert shown("epoch 10") == [*typed, ("epoch 10", Role.CODE)]
    assert shown("set h[-1,0] 0.1") == [*typed, ("set h[-1,0] 0.1", Role.CODE)]
    assert shown("mend") == [*typed, ("mend", Role.CODE)]
    assert shown("why h[1,0]") == [(KEYS["why"], Role.KEY), ("h[1,0]", Role.CODE)]
    forward = (KEYS["forward"], Role.KEY)
    assert shown("forward 2") == [forward, ("", Role.TEXT), forward]
    for pane in SEEN:
        act, *_ = shown(f"show {pane}")
        assert act[1] is Role.KEY
        assert act[0] not in (key, "")


@pytest.mark.slow
async def test_a_step_opens_a_network_of_its_own(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        own = top(pilot)
        taken = await to_lesson(pilot, "morning")
        first = taken.session
        await pilot.press("F", "B")
        await until(pilot, lambda: taken.here.passed)
        await pilot.press("right")
        taken.solution()
        await pilot.press("right")
        await until(pilot, lambda: top(pilot).session.experiment.name == "sine")
        await until(pilot, lambda: isinstance(pilot.app.focused, Rows))
        assert "Patient 2" in text(card(pilot).paragraphs[0])
        await pilot.press("s", "N", "left")
        await until(pilot, lambda: top(pilot).session is first)
        assert SPELLING.speller is not None
        assert SPELLING.speller.notation is NOTATIONS[1], "as chosen there"
        assert "dh_next" in said(pilot), "as it was left"
        assert first.view.known.gradients_from == 0
        await until(pilot, lambda: isinstance(pilot.app.focused, Rows))
        await pilot.press("right")
        await until(pilot, lambda: top(pilot).session is not first)
        assert top(pilot).session.view.update == 1, "that one, too"
        await until(pilot, lambda: isinstance(pilot.app.focused, Rows))
        await pilot.press("5")
        assert top(pilot) is own


# With each kind of step, cell and data; all lessons are played below, and in tests/lessons.
PLAYED = "recurrence", "bptt", "outputs", "truncation", "lstm-back", "morning"


@pytest.mark.slow
async def test_lessons_to_their_end_in_the_explorer(sentiment: Experiment) -> None:
    """One program for all of them: what a key would send is sent without it."""
    async with Explorer(sentiment).run_test(size=LOW) as pilot:
        await pilot.pause()
        for one in map(lesson_named, PLAYED):
            taken = await to_lesson(pilot, one.id)
            for place, step in enumerate(one.steps):
                assert taken.place == place
                await until(pilot, lambda: top(pilot).session is play(pilot).session)
                await until(pilot, lambda: top(pilot).is_mounted and bool(top(pilot).query(Rows)))
                learning = top(pilot).controllers.learning
                await solve(pilot, taken)
                assert taken.here.passed or isinstance(step.task, Read), (one.id, place)
                learning.choose(Row(Does.NEXT, ()))
            assert taken.is_over, one.id
            assert f"{len(one.steps)} of {len(one.steps)} steps passed" in said(pilot)
        done = learning.learner.done
        assert all(done[name].whole for name in PLAYED)


VIEWS = 6  # of a pane, at most


async def solve(pilot: Pilot[None], taken: Play) -> None:
    """Do what a step asks for, as its solution has it."""
    screen, task = top(pilot), taken.step.task
    learning = screen.controllers.learning
    if isinstance(task, Predict):
        right = next(one for one in taken.asked.choices if one.right)
        learning.choose(Row(Does.CHOOSE, (), right.text))
    elif isinstance(task, Write):
        learning.step.write(taken.step.solution)
    elif isinstance(task, Do):
        taken.perform(taken.step.solution)
        screen.show()
        await computed(pilot)
        for _ in range(VIEWS * len(task.look)):
            if not taken.here.passed:
                act, _ = LOOKS[task.look[0]]
                await screen.action_act(act)
                await pilot.pause()
    elif isinstance(task, Find):
        taken.perform(taken.step.solution)
        screen.controllers.asking.explain(task.ref)
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.press("escape")


# Without a screen


def test_a_text_has_strong_words_code_and_keys() -> None:
    lines = paragraphs(
        "Do {forward}, **then** `x`.\ngo on\n\n- one\n- two\n```\na\n b\n```\n", {"forward": "f"}
    )
    assert [text(one) for one in lines] == ["Do  f , then x. go on", "- one", "- two", "a  b"]
    assert [span.role for span in lines[0][0]][1:4] == [Role.KEY, Role.TEXT, Role.STRONG]
    assert len(lines[3]) == 2


@pytest.mark.parametrize("width", [12, 20, 80])
def test_a_row_is_broken_between_words(width: int) -> None:
    line = paragraphs("1 An answer at **every step**: who sends how much", {})[0][0]
    lines = broken(line, width, 2)
    assert all(len(text((one,))) <= width for one in lines)
    assert all(text((one,)).startswith("  ") for one in lines[1:])
    assert " ".join(text((one,)).strip() for one in lines) == text((line,))


def test_a_verb_in_prose_is_its_key_and_an_alias_that_asks_has_its_own() -> None:
    told = "".join(map(key_left, ("epoch", "epochs", "step")))
    keys = [KEYS["epoch"], KEYS["epochs"], KEYS["update"]]
    assert [span.text.strip() for span in inline(told, KEYS)] == keys


@pytest.mark.slow
def test_every_lesson_has_its_cards_to_the_end() -> None:
    course = bundled_course()
    for lesson in (*course.lessons, lesson_named(TOUR)):
        taken = Play(lesson, key=key_left)
        for step in lesson.steps:
            spoken = spoken_of(taken)
            assert spoken.blank == (step.task.line if isinstance(step.task, Write) else "")
            asked = step_card(taken, KEYS, course.after(lesson))
            assert not any("{" in text(lines) for lines in (*asked.paragraphs, (asked.asked,)))
            assert (asked.first is None) == (not isinstance(step.task, Read))
            taken.solve()
            done = step_card(taken, KEYS, course.after(lesson))
            assert done.first is not None or step is lesson.steps[-1]
            assert not done.field
            taken.next()
        assert f"{len(lesson.steps)} of {len(lesson.steps)} steps" in text(done.said[-1])


def test_a_step_keeps_its_question_whatever_is_done_meanwhile() -> None:
    taken = Play(lesson_named("bptt"))
    taken.go_to(1)
    asked: tuple[Choice, ...] = taken.asked.choices
    taken.session.epochs(3)
    assert taken.asked.choices == asked
    other = Session(taken.session.experiment)
    for row in range(3):
        for column in range(3):
            other.set(f"W_hh[{row},{column}]", "0")
    stray = Play(lesson_named("bptt"), other)
    stray.place = 1  # where all choices would be alike, those of the lesson are asked
    assert stray.asked.choices == asked


def test_a_lesson_that_nobody_has_checked_says_what_is_wrong_with_it() -> None:
    source = TEMPLATE.format(id="mine").replace("forward == 4", "froward == 4")
    taken = Play(parse(source.replace("Read all four", "{h[9,9]} four"), Path("mine.md")))
    taken.place = 1
    said = taken.look()
    assert said is not None
    assert not said.passed
    assert "froward" in said.say
    with pytest.raises(LessonError, match=r"mine\.md:\d+: prose: h\[9,9\]"):
        step_card(taken, KEYS)


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (117, 30), (118, 24), (160, 45), (300, 90)])
@pytest.mark.parametrize("wanted", [None, 1, 20, 1000])
def test_pages_and_dock_share_the_screen(size: tuple[int, int], wanted: int | None) -> None:
    cells = dock_cells(*size, Wanted(wanted, wanted))
    width, height = left_over(*size, cells)
    assert min(width, height) > 0
    assert sum(size_classes(width, height).values()) == 2
    assert (width, height) != size
