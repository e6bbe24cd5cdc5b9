"""The quiz by its keys: on a number to come, and on one that stands on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static
from waiting import until

from rnn_tui.experiments import Experiment
from rnn_tui.lessons.taking import progress
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.quiz import QuizScreen
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.learn.dock import LearnDock


async def quizzed(pilot: Pilot[None]) -> QuizScreen:
    await pilot.press("Q")
    await until(pilot, lambda: isinstance(pilot.app.screen, QuizScreen))
    await pilot.pause()
    assert isinstance(pilot.app.screen, QuizScreen)
    return pilot.app.screen


def top(pilot: Pilot[None]) -> ExplorerScreen:
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen


def number(quiz: QuizScreen, text: str) -> str:
    """The digit of a choice."""
    return str([one.text for one in quiz.question.choices].index(text) + 1)


async def test_a_quiz_by_its_keys(
    sentiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        explorer = top(pilot)
        moment = explorer.session.moment
        quiz = await quizzed(pilot)
        assert quiz.question.ref == "h[0,0]", "the first state is given; that after it is asked"
        assert quiz.styles.background.a < 1, "there is nothing to hide"
        await pilot.press(number(quiz, "+0.5000"), "enter", number(quiz, "+0.4621"), "enter")
        said = str(quiz.query_one("#quiz-said", Static).content)
        assert "+0.5000: tanh(…) is left out" in said
        assert "Right: h[0,0] = tanh(0.5) ≈ +0.4621" in said
        assert "Quiz: 0 of 1 right at the first try" in said
        await pilot.press("enter")
        assert pilot.app.screen is explorer, "it is not computed, so there is no why yet"
        assert explorer.session.moment is moment

        await pilot.press("f")
        quiz = await quizzed(pilot)
        assert quiz.styles.background.a == 1, "the answer is on the screen behind"
        await pilot.press(number(quiz, "+0.4621"), "enter", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WhyScreen))
        assert progress.read(tmp_path / "progress.txt") == {progress.QUIZ: (1, 2, False, 0)}
        await pilot.press("escape", "5")
        await until(pilot, lambda: bool(explorer.query(LearnDock)))
        card = explorer.query_one(LearnDock).card
        assert card is not None
        assert card.paragraphs[0][1][0].text == "Quiz: 1 of 2 right at the first try"

        await pilot.press("5", "X")
        explorer.session.break_it("no-slope")
        await pilot.press("escape", "Q")
        assert "while a bug is in the code" in str(explorer.notice)
