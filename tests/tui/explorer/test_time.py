"""Time under a person's hands: scrubbing, runs, pins, and the card of a run that broke."""

from __future__ import annotations

import numpy as np
import pytest
from making import exploding_experiment, make_stream
from session.diverging import diverging_experiment
from session.test_branches import forked
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot
from textual.widgets import Static
from tui.explorer.test_explorer import explorer, notice, running, top
from waiting import until

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.tables.timeline import bar_width
from rnn_tui.tui.dialogs.finding.autopsy import AutopsyScreen
from rnn_tui.tui.dialogs.runs import RunsScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.charts.loss import LossCurve, LossPane
from rnn_tui.tui.panes.timeline import TimelinePane
from rnn_tui.tui.table.table import TableView

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "160x45": (160, 45)}
GRAMMAR = ["training.learning_rate=5", "training.clip=none", "model.activation=relu"]


def strip(screen: ExplorerScreen) -> str:
    return str(screen.query_one(TimelinePane).query_one(Static).render())


async def rest(pilot: Pilot[None], screen: ExplorerScreen) -> None:
    await pilot.pause()
    await until(pilot, lambda: not running(screen))
    await pilot.pause()


# Scrubbing


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES.values())
async def test_scrubbing_by_keys(sentiment: Experiment, size: tuple[int, int]) -> None:
    async with explorer(sentiment, size) as (pilot, screen):
        await pilot.press("less_than_sign")
        await pilot.pause()
        assert notice(screen).startswith("This is the beginning.")
        screen.session.epochs(200)
        await pilot.press("less_than_sign", "less_than_sign", "less_than_sign")
        await pilot.pause()
        assert screen.session.epoch == 197
        await pilot.press("greater_than_sign")
        await pilot.pause()
        assert screen.session.epoch == 198
        screen.query_one(TimelinePane).focus()
        await pilot.press("shift+left")
        await pilot.pause()
        assert screen.session.epoch == 196
        await pilot.press("home")
        await pilot.pause()
        assert screen.session.epoch == 0
        await pilot.press("right", "shift+right", "left")
        await pilot.pause()
        assert screen.session.epoch == 2
        await pilot.press("end")
        await pilot.pause()
        assert screen.session.epoch == 200
        await pilot.press("greater_than_sign")
        await pilot.pause()
        assert notice(screen).startswith("Nothing is trained beyond 200 yet.")
        assert screen.session.moment.timeline.frontier == 200
        await pilot.press("u")
        await pilot.pause()
        assert screen.session.epoch == 200
        assert screen.session.refusal("redo") is None, "one undo took all of it back"


async def test_scrubbing_with_the_mouse(sentiment: Experiment) -> None:
    async with explorer(sentiment, (120, 36)) as (pilot, screen):
        screen.session.epochs(40)
        screen.show()
        await pilot.pause()
        pane = screen.query_one(TimelinePane)
        start, cells = bar_width(screen.session.view, pane.content_size.width)
        await pilot.click(pane, offset=(1 + start + (cells - 1) // 2, 0))
        await pilot.pause()
        assert screen.session.epoch == 20
        for kind, expected in ((MouseScrollUp, 19), (MouseScrollUp, 18), (MouseScrollDown, 19)):
            pane.post_message(kind(pane, 0, 0, 0, 0, 0, False, False, False))
            await pilot.pause()
            assert screen.session.epoch == expected
        await pilot.click(pane, offset=(1, 0))
        await pilot.pause()
        assert screen.session.epoch == 19, "beside the bar is no place"


@pytest.mark.slow
async def test_steps_of_a_stream_are_scrubbed_one_by_one() -> None:
    async with explorer(make_stream()) as (pilot, screen):
        screen.session.go_to_update(5)
        await pilot.press("less_than_sign")
        await pilot.pause()
        assert screen.session.moment.cursor.update == 4


@pytest.mark.slow
async def test_the_middle_of_an_epoch_goes_to_its_start() -> None:
    async with explorer(load("phrases")) as (pilot, screen):
        session = screen.session
        size = session.updates_per_unit
        session.go_to_update(size + 3)
        await pilot.press("less_than_sign")
        await pilot.pause()
        assert session.moment.cursor.update == size
        await pilot.press("greater_than_sign")
        await pilot.pause()
        assert session.moment.cursor.update == size + 3, "the newest"


async def test_a_run_takes_the_place_of_the_line_where_that_is_a_border(
    sentiment: Experiment,
) -> None:
    async with explorer(sentiment) as (pilot, screen):
        assert strip(screen).startswith("╰ run 1 ●")
        await pilot.press(*["minus"] * 9, "space")  # so that it does not end by itself
        await pilot.pause()
        assert "▶" in strip(screen)
        await pilot.press("space")
        await pilot.pause()
        assert "▶" not in strip(screen)


async def test_the_old_future_stands_behind_the_sparkline(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        screen.session.epochs(20)
        screen.session.go_to_epoch(8)
        screen.session.set("training.learning_rate", "0.1")
        screen.show()
        await pilot.pause()
        curve = screen.query_one(LossCurve)
        assert (len(curve.values), len(curve.later)) == (9, 11)
        drawn = curve.render()
        first = str(drawn).splitlines()[0]
        scale = len("0.742┤")
        assert first.startswith("0.742┤")
        ends = [(span.start, span.end) for span in drawn.spans[:2]]
        own = 9 * (curve.content_size.width - scale) // 20
        assert ends == [(0, scale), (scale, scale + own)]
        assert len(first.rstrip()) > scale + own
        named = str(screen.query_one(LossPane).border_title)
        assert named == "Loss ─ dim: run 1 before lr 0.5→0.1"


# Runs


@pytest.mark.slow
async def test_the_table_leads_to_a_run(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        screen.session = session = forked(sentiment)
        screen.show()
        await pilot.press("R")
        await pilot.pause()
        assert isinstance(top(pilot), RunsScreen)
        await pilot.press("enter")
        await pilot.pause()
        problem = pilot.app.screen.query_one(".problem", Static)
        assert str(problem.render()) == "you are on run 3 already"
        await pilot.press("up", "p")
        await pilot.pause()
        assert session.moment.timeline.family.pinned == {2}
        table = pilot.app.screen.query_one(TableView).table
        assert table is not None
        assert table.cells(1, 0, 1)[0].text == "2 ●"
        await pilot.press("enter")
        await pilot.pause()
        assert top(pilot) is screen
        assert session.moment.timeline.number == 2
        assert notice(screen).startswith("This is run 2")
        await pilot.press("u")
        await pilot.pause()
        assert session.moment.timeline.number == 3
        await pilot.press("R", "R")
        await pilot.pause()
        assert top(pilot) is screen


async def test_a_run_without_a_curve_cannot_be_pinned(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await pilot.press("R", "p")
        await pilot.pause()
        problem = pilot.app.screen.query_one(".problem", Static)
        assert "has not trained" in str(problem.render())
        assert not screen.session.moment.timeline.family.pinned


# What broke


@pytest.mark.slow
@pytest.mark.parametrize("keys", [["e"], ["space"], ["E", "enter"], ["g", "5", "enter"]])
async def test_a_run_stops_before_what_breaks_it(keys: list[str]) -> None:
    async with explorer(exploding_experiment()) as (pilot, screen):
        await pilot.press(*keys)
        await rest(pilot, screen)
        await until(pilot, lambda: isinstance(top(pilot), AutopsyScreen))
        assert screen.session.moment.cursor.update == 0
        assert np.isfinite(screen.session.view.params.flat).all()
        await pilot.press("escape")
        await pilot.pause()
        assert notice(screen).startswith("Epoch 0 will diverge")
        await pilot.press("e")
        await pilot.pause()
        assert top(pilot) is screen
        assert screen.session.epoch == 1, "told once, the user may go on"
        assert notice(screen).startswith("A number is inf or NaN from here on.")


@pytest.mark.slow
async def test_it_is_told_in_the_middle_of_a_run_and_goes_on_when_asked() -> None:
    async with explorer(load("grammar", GRAMMAR)) as (pilot, screen):
        await pilot.press("E", "enter")
        await rest(pilot, screen)
        assert isinstance(top(pilot), AutopsyScreen)
        assert screen.session.moment.cursor.update == screen.session.moment.timeline.broken == 4
        await pilot.press("escape", "g", "2", "0", "enter")
        await rest(pilot, screen)
        assert top(pilot) is screen
        assert screen.session.moment.cursor.update == 20
        await pilot.press("g", "2", "enter", "E", "enter")
        await rest(pilot, screen)
        assert isinstance(top(pilot), AutopsyScreen), "from before it, it stops again"
        assert screen.session.moment.cursor.update == 4


@pytest.mark.slow
@pytest.mark.parametrize(("key", "sound"), [("1", True), ("2", False), ("3", True)])
async def test_a_key_for_each_cure(key: str, sound: bool) -> None:
    async with explorer(diverging_experiment()) as (pilot, screen):
        await pilot.press("e", key, "enter")
        await pilot.pause()
        assert top(pilot) is screen
        session = screen.session
        assert session.moment.timeline.number > 1
        assert "Run 1 is kept" in notice(screen)
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(top(pilot), AutopsyScreen) != sound
        if sound:
            await pilot.press("u", "u")
            await pilot.pause()
            assert session.moment.timeline.number == 1
