"""The explorer under a person's hands."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from session.seeing import evaluated
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input, Static
from waiting import computed, until

from rnn_tui.experiments import Experiment, bundled, load
from rnn_tui.present.sentences.hints import hint, with_keys
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import ACTS, KEYS
from rnn_tui.tui.dialogs.help import HelpScreen, key_list
from rnn_tui.tui.dialogs.open import OpenScreen
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.screen_acts import words_of
from rnn_tui.tui.table.table import TableView

PHASES: dict[str, list[str]] = {
    "start": [],
    "backward": ["finish_forward", "backward"],
    "in the update": ["finish_forward", "finish_backward", "op", "op"],
}


@asynccontextmanager
async def explorer(
    experiment: Experiment, size: tuple[int, int] = (80, 24), verbs: tuple[str, ...] = ()
) -> AsyncIterator[tuple[Pilot[None], ExplorerScreen]]:
    app = Explorer(experiment)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ExplorerScreen)
        for verb in verbs:
            app.screen.session.do(verb)
        app.screen.show()
        await pilot.pause()
        yield pilot, app.screen


def notice(screen: ExplorerScreen) -> str:
    return "".join(span.text for span in screen.notice or ())


def running(screen: ExplorerScreen) -> str:
    """The progress of a run as text; nothing when there is none."""
    return "".join(span.text for span in screen.progress or ())


def top(pilot: Pilot[None]) -> object:
    """The screen that has the keys."""
    return pilot.app.screen


SILENT = (
    "quit",
    "step_page",
    "unzoom",
)  # what has no more to do where the test stands, and needs no words


@pytest.mark.slow
@pytest.mark.parametrize("phase", list(PHASES))
async def test_every_key_does_something_or_says_why_not(sentiment: Experiment, phase: str) -> None:
    """Each key in two of the phases, which take turns."""
    turn = list(PHASES).index(phase)
    async with explorer(sentiment) as (pilot, screen):
        for place, act in enumerate(ACTS):
            if act.verb in SILENT or place % len(PHASES) == turn:
                continue
            await _settle(pilot, screen, PHASES[phase], sentiment)
            before, page, room = screen.view, screen.page, screen.room
            explained = "".join(span.text for span in with_keys(hint(screen.session.view), KEYS))
            await pilot.press(act.key.split(",")[0])
            await pilot.pause()
            effect = (
                screen.session.view is not before
                or screen.page is not page
                or pilot.app.screen is not screen
                or screen.page.zoomed is not None
                or bool(running(screen))
                or screen.room != room
            )
            assert effect or notice(screen) != explained, (phase, act.verb)


async def _settle(
    pilot: Pilot[None], screen: ExplorerScreen, verbs: list[str], e: Experiment
) -> None:
    """The screen as it is in a phase, whatever the last key did."""
    screen.pause()
    while pilot.app.screen is not screen:
        pilot.app.pop_screen()
        await pilot.pause()
    screen.page.zoom(None)
    await screen.action_act("step_page")
    screen.session = Session(e)
    for verb in verbs:
        screen.session.do(verb)
    screen.show()


async def test_stepping_forward_and_back(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("f", "f")
        await pilot.pause()
        assert screen.session.view.known.states == 2
        assert "“this”" in notice(screen)
        await pilot.press("F", "b", "b")
        await pilot.pause()
        assert screen.session.view.known.gradients_from == 2
        await pilot.press("B", "u", "u")
        await pilot.pause()
        assert screen.session.view.known.gradients_from == 3
        await pilot.press("U", "n", "a", "r", "u")
        await pilot.pause()
        assert screen.session.moment.cursor.done == 0
        assert screen.session.refusal("undo") is None


async def test_a_refused_key_says_what_to_press(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("b")
        await pilot.pause()
        assert notice(screen).startswith("Backpropagation starts from the loss.   F ")
        await pilot.press("9")
        await pilot.pause()
        assert notice(screen).startswith("“9” is not a key here")
        await pilot.press("f")
        await pilot.pause()
        assert notice(screen).startswith(" f  read “love”")


@pytest.mark.slow
async def test_running_pausing_and_taking_back(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press(*["plus"] * 4, "space")
        await pilot.pause()
        await until(pilot, lambda: screen.session.epoch == 30 and not running(screen))
        assert notice(screen).startswith("The 30 planned epochs are done")
        assert evaluated(screen.session.view).right.sum() == 4
        await pilot.press("space")
        await pilot.pause()
        await until(pilot, lambda: screen.session.epoch > 31)
        assert running(screen)
        await pilot.press("space")
        await pilot.pause()
        paused = screen.session.epoch
        assert not running(screen)
        await computed(pilot)
        assert screen.session.epoch == paused
        await pilot.press("u")
        await pilot.pause()
        assert screen.session.epoch == 30
        await pilot.press("u")
        await pilot.pause()
        assert screen.session.epoch == 0


@pytest.mark.slow
async def test_keys_work_while_it_runs(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("E", *"900000", "enter")
        await pilot.pause()
        await until(pilot, lambda: screen.session.epoch > 50)
        assert "epochs/s" in running(screen)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert screen.session.view.example == 1
        assert not running(screen), "a move pauses the run"


@pytest.mark.slow
async def test_many_epochs_and_going_to_one(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("E", "enter")
        await pilot.pause()
        await until(pilot, lambda: screen.session.epoch == 100 and not running(screen))
        await pilot.press("g", "3", "2", "enter")
        await pilot.pause()
        assert screen.session.epoch == 32
        assert evaluated(screen.session.view).loss == pytest.approx(0.9177, abs=5e-5)
        await pilot.press("g", "minus", "1", "enter")
        await pilot.pause()
        assert "an epoch from 0" in str(pilot.app.screen.query_one(".problem", Static).render())
        await pilot.press("escape")
        await pilot.pause()
        assert top(pilot) is screen


@pytest.mark.slow
async def test_a_sentence_of_ones_own(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("i")
        await pilot.pause()
        field = pilot.app.screen.query_one(Input)
        field.value = "this is gerat"
        await pilot.press("enter")
        await pilot.pause()
        problem = str(pilot.app.screen.query_one(".problem", Static).render())
        assert 'unknown word "gerat" (did you mean "great"?)' in problem
        field.value = "this is great"
        await pilot.press("enter")
        await pilot.pause()
        assert screen.session.view.typed
        await pilot.press("F")
        await pilot.pause()
        assert "No label, so no loss and no gradient" in notice(screen)
        await pilot.press("b")
        await pilot.pause()
        assert "This text has no label" in notice(screen)
        for key in ("P", "G"):
            await pilot.press(key)
            await pilot.pause()
            assert top(pilot) is screen, "there is nothing to check or to cut"
        await pilot.press("i", "tab", "right", "right", "enter", "F")
        await pilot.pause()
        assert "“great”" in notice(screen)
        assert screen.query_one("#examples", TableView).table.row_count == 5  # type: ignore[union-attr]


def why(screen: Screen[object]) -> str:
    assert isinstance(screen, WhyScreen)
    return str(screen.query_one(".dialog").border_title)


@pytest.mark.slow
async def test_why_by_key_and_by_mouse(sentiment: Experiment) -> None:
    async with explorer(sentiment, verbs=("finish_forward", "finish_backward")) as (pilot, screen):
        await pilot.press("ctrl+home", "down", "down", "right", "enter")
        await pilot.pause()
        assert why(pilot.app.screen) == "Why h[1,1]"
        await pilot.press("escape")
        await pilot.pause()
        assert screen.unit == 1
        await pilot.click("#gradient-table", offset=(12, 3), times=2)
        await pilot.pause()
        assert why(pilot.app.screen) == "Why dh_norm[2]"
        await pilot.press("escape")
        await pilot.pause()
        await pilot.click("#examples", offset=(12, 3))
        await pilot.pause()
        assert screen.session.view.example == 2


async def test_why_of_what_is_not_there_says_how_to_get_it(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert notice(screen).startswith("h[0,0] has not been computed yet.   f ")


@pytest.mark.slow
async def test_the_keys_can_be_clicked(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.click("KeyLine", offset=(3, 0))
        await pilot.pause()
        assert screen.session.view.known.states == 1


async def test_help_explains_the_focused_pane_and_all_keys(sentiment: Experiment) -> None:
    async with explorer(sentiment, (120, 36)) as (pilot, screen):
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(top(pilot), HelpScreen)
        text = "\n".join(str(widget.render()) for widget in pilot.app.screen.query(Static))
        assert HiddenPane.HELP_TEXT.split("\n")[0][:40] in text
        for act in ACTS:
            assert act.about in text
        rows = key_list("step").plain.split("\n")
        assert rows.index("On this page") < rows.index("Everyday keys") < rows.index("In tables")
        (row,) = (y for y, text in enumerate(rows) if text.endswith(words_of("forward")[1]))
        keys = pilot.app.screen.query_one(".keys")
        scroll = pilot.app.screen.query_one(VerticalScroll)
        scroll.scroll_to(y=keys.virtual_region.y + row, animate=False, immediate=True)
        await pilot.pause()
        await pilot.click(".keys", offset=(14, row))
        await pilot.pause()
        assert top(pilot) is screen
        assert screen.session.view.known.states == 1, "a row of the help can be clicked"


@pytest.mark.slow
async def test_help_that_was_open_before_is_that_of_another_pane(sentiment: Experiment) -> None:
    pictures = []
    for twice in (False, True):
        async with explorer(sentiment) as (pilot, _):
            if twice:
                await pilot.press("question_mark", "end", "escape")
            pilot.app.theme = "textual-light"
            await pilot.resize_terminal(90, 30)
            await pilot.press("tab", "question_mark")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HelpScreen)
            pictures.append(re.sub(r"terminal-\d+", "", pilot.app.export_screenshot()))
    assert "Help · BPTT" in pictures[0].replace("&#160;", " ")
    assert pictures[0] == pictures[1]


@pytest.mark.slow
async def test_opening_another_experiment(sentiment: Experiment, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "Mine"\ntask = "many-to-one"\n[data]\nkind = "labelled"\nlabels = ["a", "b"]\n'
        'train = [{ text = "x y", label = "a" }, { text = "y", label = "b" }]\n'
        '[embedding]\nkind = "one-hot"\n[model]\nhidden_size = 70\noutput = "softmax"\n',
        encoding="utf-8",
    )
    async with explorer(sentiment) as (pilot, _):
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(pilot.app.screen, OpenScreen)
        field = pilot.app.screen.query_one(Input)
        field.focus()
        field.value = str(tmp_path / "none.toml")
        await pilot.press("enter")
        await pilot.pause()
        assert "can't be read" in str(pilot.app.screen.query_one(".problem", Static).render())
        field.value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, ExplorerScreen)
        assert screen.session.experiment.title == "Mine"
        await pilot.press("F", "B", *["right"] * 40, "e")
        await pilot.pause()
        assert screen.unit == 40
        table = screen.query_one("#hidden-table", TableView)
        assert table.scroll_offset.x > 0


async def test_copying_a_table(sentiment: Experiment) -> None:
    async with explorer(sentiment, verbs=("finish_forward",)) as (pilot, _):
        await pilot.press("y")
        await pilot.pause()
        lines = pilot.app.clipboard.splitlines()
        assert lines[0] == "t\ttoken\th[0]\th[1]\th[2]"
        assert lines[1:3] == ["–\tstart\t0.0000\t0.0000\t0.0000", "0\tI\t+0.4621\t+0.1974\t-0.0997"]


async def test_zooming_and_back(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("z")
        await pilot.pause()
        assert _zoomed(screen) == "HiddenPane"
        await pilot.press("f", "z")
        await pilot.pause()
        assert _zoomed(screen) == "NoneType"
        assert screen.session.view.known.states == 1


def _zoomed(screen: ExplorerScreen) -> str:
    return type(screen.page.zoomed).__name__


async def test_quitting(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("E", "enter", "q")
        await pilot.pause()
        assert pilot.app.return_code == 0
        assert not running(screen)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 45), (60, 16)])
async def test_the_panes_fit_and_do_not_overlap(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    async with explorer(sentiment, size, ("finish_forward", "finish_backward")) as (_, screen):
        panes = [pane for pane in screen.query("Pane") if pane.display and pane.region.area]
        names = {pane.id for pane in panes}
        assert {"tokens", "hidden", "gradient"} <= names
        assert ("loss" in names) == (size[1] >= 20)
        assert ("why" in names) == (size[1] >= 36)
        assert ("program" in names) == (size[0] >= 160)
        for pane in panes:
            assert screen.region.contains_region(pane.region)
            overlapping = [p for p in panes if p is not pane and p.region.overlaps(pane.region)]
            assert not overlapping
        rows = screen.query_one("#hidden-table", TableView)
        if size[1] >= 24:
            assert rows.size.height >= 6, "all five states and the header"
            examples = screen.query_one("#examples", TableView)
            assert examples.size.height >= 5, "all four examples and the header"


@pytest.mark.slow
async def test_resizing_never_breaks_it(sentiment: Experiment) -> None:
    async with explorer(sentiment, (160, 45), ("finish_forward", "backward")) as (pilot, screen):
        for size in [(1, 1), (5, 3), (20, 8), (60, 16), (200, 60), (33, 50), (160, 5), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.press("n")
            await pilot.pause()
        assert screen.session.view.op is not None


@pytest.mark.slow
@pytest.mark.parametrize("key", ["o", "i", "E", "question_mark", "t", "ctrl+p"])
async def test_dialogs_survive_any_size(sentiment: Experiment, key: str) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press(key)
        for size in [(1, 1), (200, 60), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.press("down")
        await pilot.press("escape")
        await pilot.pause()
        assert top(pilot) is screen


@pytest.mark.slow
async def test_all_themes_draw(sentiment: Experiment) -> None:
    async with explorer(sentiment, verbs=("finish_forward", "finish_backward")) as (pilot, _):
        for theme in sorted(BUILTIN_THEMES):
            pilot.app.theme = theme
            await pilot.pause()
            assert "+0.5597" in pilot.app.export_screenshot(), theme


async def test_signs_are_readable_without_colour(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with explorer(sentiment, verbs=("finish_forward",)) as (pilot, _):
        picture = pilot.app.export_screenshot()
        assert "−0.0997" in picture
        assert "+0.4621" in picture


def test_every_pane_explains_itself() -> None:
    from rnn_tui.tui.panes import gradient, hidden, program, tokens, why
    from rnn_tui.tui.panes.charts import loss

    panes = (
        gradient.GradientPane,
        hidden.HiddenPane,
        loss.LossPane,
        program.ProgramPane,
        tokens.TokensPane,
        why.WhyPane,
    )
    assert all(len(pane.HELP_TEXT) > 100 and pane.TITLE for pane in panes)


@pytest.mark.slow
@pytest.mark.parametrize("path", bundled(), ids=lambda path: path.stem)
async def test_the_bundled_experiments_all_open(path: Path) -> None:
    experiment = load(str(path))
    async with Explorer(experiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        screen = pilot.app.screen
        assert isinstance(screen, ExplorerScreen)
        assert screen.session.experiment is experiment
        assert screen.session.moment.cursor.done > 0


@pytest.mark.slow
async def test_a_curve_of_one_point_says_that_training_has_begun() -> None:
    app = Explorer(load("phrases"))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        curve = app.screen.query_one("#curve", Static)
        assert str(curve.render()) == "Not trained yet: e trains one epoch"
        await pilot.press("e")
        await pilot.pause()
        assert str(curve.render()) == "The curve starts at the second epoch: e"


async def test_a_hint_is_of_what_is_in_front_now(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("F", "B")
        await pilot.pause()
        before, said = notice(screen), screen.happened
        assert said
        for leave in ("j", "shift+tab", "slash"):
            await pilot.press("j")
            await pilot.pause()
            assert notice(screen).startswith("↑↓ choose a line")
            await pilot.press(leave)
            await pilot.pause()
            assert notice(screen) == before
            assert screen.happened == said
            await pilot.press(*{"j": "", "slash": ("escape", "j")}.get(leave, "j"))
            await pilot.pause()
        await pilot.press("2")
        await pilot.pause()
        assert screen.happened == "", "it was said of the pass"
        await pilot.press("1")
        await pilot.pause()
        assert screen.happened == said
