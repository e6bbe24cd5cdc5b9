"""The Train page: its keys, what it draws and when, and pictures of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Event, Semaphore
from typing import Any

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input, Static
from waiting import computed, until

from rnn_tui.engine.training import answering
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.charts.train_curves import Charted
from rnn_tui.session.runs import answer_history
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.pages.train import TrainPage
from rnn_tui.tui.panes.charts.chart import ChartPane, PlotPane
from rnn_tui.tui.panes.charts.overview import OverviewPane
from rnn_tui.tui.panes.charts.training import CHARTS
from rnn_tui.tui.widgets.picture import Picture

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "160x45": (160, 45)}


@asynccontextmanager
async def train_page(
    experiment: Experiment, size: tuple[int, int] = (80, 24), units: int = 0
) -> AsyncIterator[tuple[Pilot[None], ExplorerScreen, TrainPage]]:
    app = Explorer(experiment)
    async with app.run_test(size=size) as pilot:
        await pilot.press("2")
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        page = screen.page
        assert isinstance(page, TrainPage)
        if units:
            train(screen, units)
        await pilot.pause()
        yield pilot, screen, page


def train(screen: ExplorerScreen, units: int) -> None:
    """So many more epochs, or steps."""
    session = screen.session
    session.go_to_update(session.moment.cursor.update + units * session.updates_per_unit)
    screen.show()


def said(screen: ExplorerScreen) -> str:
    return "".join(span.text for span in screen.notice or ())


def shown(pane: PlotPane) -> list[str]:
    """The lines of a picture."""
    picture = pane.query_one(Picture)
    return [picture.render_line(y).text for y in range(picture.size.height)]


def title(pane: PlotPane) -> str:
    return Content.from_markup(pane.border_title or "").plain


def keys(pane: PlotPane) -> str:
    return Content.from_markup(pane.border_subtitle or "").plain


def large(page: TrainPage) -> ChartPane:
    [pane] = [pane for pane in page.query(ChartPane) if pane.has_class("-large")]
    return pane


# Opening


async def test_it_opens_on_the_loss_and_says_how_to_begin(sentiment: Experiment) -> None:
    async with train_page(sentiment) as (pilot, screen, page):
        pane = large(page)
        assert pane.METRIC is Charted.LOSS
        assert screen.focused is pane
        assert pane.has_class("-empty")
        nothing = pane.query_one(".nothing", Static)
        assert str(nothing.render()) == "Not trained yet.   e  train one epoch,   space  all 30"
        assert title(pane) == "Loss  ━━ train 0.7416"
        await pilot.press("e")
        await pilot.pause()
        assert not nothing.region.area
        assert title(pane) == "Loss  ━━ train 0.7230"
        assert "epoch 10" in shown(pane)[-1]


async def test_every_page_key_is_refused_elsewhere(sentiment: Experiment) -> None:
    app = Explorer(sentiment)
    async with app.run_test() as pilot:
        for act in ACTS:
            if act.page == "train":
                await pilot.press(act.key)
                await pilot.pause()
                assert isinstance(app.screen, ExplorerScreen)
                assert "is a key of the Train screen" in said(app.screen)


async def test_it_shows_what_was_trained_on_the_step_page(sentiment: Experiment) -> None:
    async with train_page(sentiment) as (pilot, screen, page):
        await pilot.press("1", "e", "e", "2")
        await pilot.pause()
        assert title(large(page)) == "Loss  ━━ train 0.7062"
        assert screen.focused is large(page)


# Keys


@pytest.mark.slow
@pytest.mark.slow
async def test_small_charts_keep_their_order_and_come_back(sentiment: Experiment) -> None:
    async with train_page(sentiment, (120, 36), 3) as (pilot, _, page):
        charts = page.query_one("#charts")
        before = [pane.id for pane in charts.children]
        for turn in range(1, len(before)):
            await pilot.press("C")
            await pilot.pause()
            large, *small = (pane.id for pane in charts.children)
            assert large == before[turn]
            assert small == [name for name in before if name != large]
        await pilot.press("C")
        await pilot.pause()
        assert [pane.id for pane in charts.children] == before


async def test_choosing_the_large_chart(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=5) as (pilot, screen, page):
        await pilot.press("C")
        await pilot.pause()
        assert large(page).METRIC is Charted.ACCURACY
        assert screen.focused is large(page)
        await pilot.press("down", "down", "down", "up", "up", "up", "up", "up")
        await pilot.pause()
        assert large(page).METRIC is Charted.RATIO
        assert "▸ Update : weights" in shown(page.query_one(OverviewPane))[6]
        await pilot.click("#overview", offset=(10, 4))
        await pilot.pause()
        assert large(page).METRIC is Charted.NORM


@pytest.mark.slow
async def test_small_charts_become_large(sentiment: Experiment) -> None:
    async with train_page(sentiment, (120, 36), 5) as (pilot, screen, page):
        assert all(pane.display for pane in page.query(ChartPane))
        await pilot.press("tab", "tab", "tab", "enter")
        await pilot.pause()
        assert large(page).METRIC is Charted.NORM
        assert screen.focused is large(page)
        await pilot.click("#radius-chart", offset=(9, 4))
        await pilot.pause()
        assert large(page).METRIC is Charted.RADIUS
        assert page.query(ChartPane).first() is large(page)


@pytest.mark.slow
async def test_no_radius_where_gates_have_several_matrices() -> None:
    gated = load("phrases", ["model.cell=lstm", "model.hidden_size=4"])
    async with train_page(gated, (120, 36), 2) as (pilot, _, page):
        metrics = [pane.METRIC for pane in page.query(ChartPane)]
        assert metrics == [one for one in Charted if one is not Charted.RADIUS]
        below = [pane.region for pane in page.query(ChartPane)][-1]
        assert below.width > 70, "the last chart has the room of two"
        await pilot.press("C", "C", "C", "C")
        assert large(page).METRIC is Charted.RATE
        await pilot.press("C", "C")
        assert large(page).METRIC is Charted.LOSS
    async with train_page(gated, (80, 24), 2) as (pilot, _, page):
        lines = shown(page.query_one(OverviewPane))
        assert [line.split()[0] for line in lines if line.strip()][-1] == "Update"
        await pilot.click("#overview", offset=(10, 5))
        await pilot.pause()
        assert large(page).METRIC is Charted.RATE


async def test_a_logarithmic_scale(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=40) as (pilot, screen, page):
        before = shown(large(page))
        await pilot.press("l")
        await pilot.pause()
        assert title(large(page)).startswith("Loss · log")
        assert shown(large(page)) != before
        await pilot.press("l")
        await pilot.pause()
        assert shown(large(page)) == before
        await pilot.press("C", "l")
        await pilot.pause()
        assert said(screen).startswith("The accuracy has no logarithmic scale")


async def test_smoothing(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=5) as (pilot, screen, page):
        await pilot.press("m")
        await pilot.pause()
        assert said(screen).startswith("Too few points to smooth: 10 are needed.  E ")
        train(screen, 60)
        await pilot.press("m")
        await pilot.pause()
        assert "mean of 2" in title(large(page))
        await pilot.press("m")
        await pilot.pause()
        assert "mean" not in title(large(page))


@pytest.mark.slow
async def test_the_newest_part(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=40) as (pilot, screen, page):
        await pilot.press("left", "shift+left", "shift+left", "g")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "20", "where values are read"
        await pilot.press("escape", "W")
        await pilot.pause()
        assert said(screen).startswith("The last quarter is shown.")
        assert said(screen).endswith("show the last twentieth")
        assert "epoch" not in title(large(page)), "20 is out of sight"
        assert shown(large(page))[-1].split()[0] == "30"
        await pilot.press("W")
        await pilot.pause()
        assert shown(large(page))[-1].split()[0] == "38"
        await pilot.press("W")
        await pilot.pause()
        assert shown(large(page))[-1].split()[0] == "0"


async def test_pinning_a_run_and_letting_it_go(sentiment: Experiment) -> None:
    async with train_page(sentiment) as (pilot, screen, page):
        await pilot.press("p")
        await pilot.pause()
        assert said(screen).startswith("No curve to pin yet")
        train(screen, 20)
        await pilot.press("p")
        await pilot.pause()
        assert said(screen).startswith("Pinned: run 1 stays drawn")
        assert "run 1" not in title(large(page)), "it is the run that is shown"
        await pilot.press("r")
        settings = replace(sentiment.training, learning_rate=0.1)
        screen.session.edit_settings(settings)
        train(screen, 20)
        await pilot.pause()
        assert "┈┈ run 1 before lr 0.5→0.1 0.2800" in title(large(page))
        await pilot.press("p", "r", "e")
        await pilot.pause()
        assert "┈┈ run 2 lr 0.5→0.1" in title(large(page))
        await pilot.press("p")
        await pilot.pause()
        assert said(screen) == "Run 1 is no longer pinned"
        assert screen.session.moment.timeline.family.pinned == {2}


@pytest.mark.slow
async def test_there_is_an_end_to_pins(sentiment: Experiment) -> None:
    async with train_page(sentiment) as (pilot, screen, page):
        for k in range(9):
            await pilot.press("r")
            screen.session.edit_settings(replace(sentiment.training, learning_rate=0.1 + 0.01 * k))
            train(screen, 2)
            await pilot.press("p")
        await pilot.pause()
        assert said(screen).startswith("8 runs are pinned")
        assert "+" in title(large(page)), "not all of them have a place in the legend"


@pytest.mark.slow
async def test_reading_values(sentiment: Experiment) -> None:
    async with train_page(sentiment, (120, 36), 20) as (pilot, _, page):
        await pilot.press("left")
        await pilot.pause()
        assert title(large(page)) == "Loss  epoch 20  ━━ train 0.2506"
        await pilot.press("shift+left")
        await pilot.pause()
        assert title(large(page)) == "Loss  epoch 10  ━━ train 0.5706"
        rate = page.query_one("#rate-chart", PlotPane)
        assert title(rate) == "Learning rate  epoch 10", "each says where it is read"
        assert "lr 0.5000" in str(rate.border_subtitle)
        assert any("●" in line for line in shown(page.query_one("#radius-chart", PlotPane)))
        await pilot.press("home")
        await pilot.pause()
        assert "epoch 0" in title(large(page))
        await pilot.press("right", "escape")
        await pilot.pause()
        assert title(large(page)) == "Loss  ━━ train 0.2506"
        await pilot.press("left", "right", "right")
        await pilot.pause()
        assert page.wish.reading is None, "beyond the newest point"


async def test_reading_by_click(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=30) as (pilot, _, page):
        pane = large(page)
        zero = shown(pane)[-1].index("0")
        await pilot.click(pane, offset=(2 + zero, 5))
        await pilot.pause()
        assert page.wish.reading == 0
        await pilot.click(pane, offset=(1, 5))
        await pilot.pause()
        assert page.wish.reading == 0, "the axis is no place"


async def test_nothing_to_read_before_training(sentiment: Experiment) -> None:
    async with train_page(sentiment) as (pilot, _, page):
        await pilot.press("left", "home", "escape", "enter")
        await pilot.click("#loss-chart", offset=(30, 5))
        await pilot.pause()
        assert page.wish.reading is None


@pytest.mark.slow
async def test_every_pane_explains_itself_and_fills_the_screen(sentiment: Experiment) -> None:
    kinds: list[type[PlotPane]] = [*CHARTS, OverviewPane]
    assert all(len(kind.HELP_TEXT) > 100 and kind.TITLE for kind in kinds)
    async with train_page(sentiment, (120, 36), 20) as (pilot, screen, _):
        for kind in CHARTS:
            await pilot.press("question_mark")
            await pilot.pause()
            words = "".join(str(widget.render()) for widget in pilot.app.screen.query(Static))
            assert kind.HELP_TEXT[:60] in words
            await pilot.press("escape", "z")
            await pilot.pause()
            assert type(screen.page.zoomed) is kind
            assert len(shown(screen.page.zoomed)) > 25
            await pilot.press("escape", "tab")
            await pilot.pause()
            assert _zoomed(screen) == "NoneType"


def _zoomed(screen: ExplorerScreen) -> str:
    return type(screen.page.zoomed).__name__


# When it draws


async def test_it_draws_only_what_is_new_and_seen(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Charted] = []
    draw = ChartPane.draw

    def counting(self: ChartPane, *args: Any) -> Any:
        drawn.append(self.METRIC)
        return draw(self, *args)

    async with train_page(sentiment, units=3) as (pilot, _, _):
        monkeypatch.setattr(ChartPane, "draw", counting)
        await pilot.press("e")
        await pilot.pause()
        assert drawn == [Charted.LOSS], "the others can't be seen"
        drawn.clear()
        await pilot.press("b", "b", "right_square_bracket", "1", "e", "e")
        await pilot.pause()
        assert drawn == [], "nothing new, or another page in front"
        await pilot.press("2")
        await pilot.pause()
        assert drawn == [Charted.LOSS]


@pytest.mark.slow
async def test_a_run_is_followed_at_a_bounded_rate(sentiment: Experiment) -> None:
    async with train_page(sentiment, (120, 36)) as (pilot, screen, page):
        times = []
        draw = page._draw

        def counting() -> None:
            times.append(time.monotonic())
            draw()

        page._draw = counting  # type: ignore[method-assign]
        await pilot.press("E", *"900000", "enter")
        await until(pilot, lambda: len(times) > 4)
        assert keys(large(page)).startswith("▶ ")
        assert "epochs/s" in keys(large(page))
        assert len(times) <= 2 + 10 * (times[-1] - times[0])
        await pilot.press("space")
        await pilot.pause()
        epoch = screen.session.epoch
        assert epoch > 10
        assert page.drawn is not None
        assert page.drawn.epoch == epoch, "the last one is drawn in the end"
        assert keys(large(page)).startswith("l log · m smooth")
        for pane in page.query(ChartPane):
            assert pane._made_from[0] is screen.session.view.history, pane.TITLE


@pytest.mark.slow
async def test_stepping_is_drawn_at_once(sentiment: Experiment) -> None:
    async with train_page(sentiment, (120, 36)) as (pilot, _, page):
        for epoch in range(1, 8):
            await pilot.press("e")
            await pilot.pause()
            assert page.drawn is not None
            assert page.drawn.history.count == epoch


# Layout


@pytest.mark.slow
@pytest.mark.parametrize("size", [*SIZES.values(), (60, 16), (160, 24), (80, 45), (200, 60)])
async def test_the_panes_fit_and_do_not_overlap(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    async with train_page(sentiment, size, 20) as (_, screen, page):
        panes = [pane for pane in page.query(PlotPane) if pane.region.area]
        grid = size[0] >= 118 and size[1] >= 34
        assert len(panes) == (7 if grid else 1 if size[1] < 20 else 2)
        for pane in panes:
            assert screen.region.contains_region(pane.region)
            assert not [p for p in panes if p is not pane and p.region.overlaps(pane.region)]
            lines = shown(pane)
            assert {len(line) for line in lines} == {pane.content_size.width}
            assert len(title(pane)) <= pane.size.width - 4
            assert len(keys(pane)) <= pane.size.width - 2
        assert sum(pane.outer_size.area for pane in panes) == page.size.area, "no gap"
        sizes = [pane.size.area for pane in panes if isinstance(pane, ChartPane)]
        assert large(page).size.area == max(sizes)


@pytest.mark.slow
async def test_resizing_never_breaks_it(sentiment: Experiment) -> None:
    async with train_page(sentiment, (160, 45), 20) as (pilot, screen, _):
        for size in [(1, 1), (20, 8), (200, 60), (160, 5), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.press("e", "C", "left", "l")
            await pilot.pause()
        assert screen.session.epoch == 25


@pytest.mark.slow
async def test_all_themes_draw(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=20) as (pilot, _, page):
        picture = large(page).query_one(Picture)
        styles = [s.style for s in picture.render_line(3)]
        for theme in sorted(BUILTIN_THEMES)[::3]:
            pilot.app.theme = theme
            await pilot.pause()
            assert "train 0.2506" in title(large(page))
            colours = {s.style.color for s in picture.render_line(3) if s.style}
            assert len(colours) > 1, theme
            if theme == "textual-light":
                assert [s.style for s in picture.render_line(3)] != styles


@pytest.mark.slow
async def test_what_is_faint_is_dim_where_colours_cannot_be_mixed(sentiment: Experiment) -> None:
    async with train_page(sentiment, units=20) as (pilot, _, page):
        pilot.app.theme = "ansi-dark"
        await pilot.pause()
        pieces = list(large(page).query_one(Picture).render_line(3))
        dim = {piece.text for piece in pieces if piece.style and piece.style.dim}
        assert dim <= {"│", "┤"}, "the axis, and not the curve"
        assert dim


@pytest.mark.slow
async def test_curves_can_be_told_apart_without_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    phrases = load("phrases", ["model.hidden_size=4"])
    async with train_page(phrases, units=3) as (pilot, _, page):
        assert "━━ train" in title(large(page))
        assert "╍╍ test" in title(large(page))
        assert pilot.app.export_screenshot()


@pytest.fixture(scope="module")
def grammar() -> Experiment:
    """A stream that trains fast."""
    return load("grammar", ["data.sentences=60", "model.hidden_size=16"])


def test_a_session_can_be_opened_on_any_experiment() -> None:
    assert Session(load("hello")).unit == "epoch"


# How the examples are answered


@pytest.mark.slow
async def test_what_takes_long_is_read_once_it_is_looked_at(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = Event(), Semaphore(0)

    def slowly(*of: Any) -> answering.Answers:
        read.release()
        go_on.wait()
        return answering.answered(*of)

    monkeypatch.setattr(answer_history, "answered", slowly)
    monkeypatch.setattr(answer_history, "UNASKED", 0)
    monkeypatch.setattr(answer_history, "AT_ONCE", 0)
    async with train_page(sentiment, units=9) as (pilot, screen, page):
        assert not page._reader.at_work, "nobody has asked for it"
        await pilot.press("C", "C")
        await until(pilot, lambda: read.acquire(blocking=False))
        await pilot.press("b", "1")
        await pilot.pause()
        assert screen.session.view.known.gradients_from == 3, "stepping waits for nothing"
        assert not page._reader.at_work, "nobody looks"
        go_on.set()
        await pilot.press("2")
        await computed(pilot)
        assert not answer_history.missing(screen.session.view)
        assert title(large(page)).startswith("p(target)  ━━ 1 0.53")


async def test_the_answers_over_the_epochs(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with train_page(sentiment, (120, 36), 45) as (pilot, screen, page):
        await pilot.press("C", "C")
        await computed(pilot)
        pane = large(page)
        assert pane.METRIC is Charted.ANSWERS
        assert title(pane).startswith("p(target)  1 0.8966  2 0.9192  3 0.9587  4 0.9266")
        lines = "\n".join(shown(pane))
        assert "Accuracy before confidence: all 4 right at epoch 6" in lines
        assert "Deepest fall: “I hate this movie”, 0.96 at epoch 31 → 0.06 at epoch 32." in lines
        row, column = next(
            (y, line.index("2")) for y, line in enumerate(shown(pane)[:12]) if "2" in line[6:]
        )
        inside = pane.content_region.offset - pane.region.offset
        await pilot.click(pane, offset=(inside.x + column, inside.y + row))
        await pilot.pause()
        assert screen.session.moment.cursor.example == 1, "its line was clicked"
        assert page.wish.reading is not None
        await pilot.press("space")
        await until(pilot, lambda: screen.session.here > 47)
        assert "As of" not in "\n".join(shown(pane)), "what takes no time is followed"
        read: list[int] = []
        monkeypatch.setattr(answer_history, "AT_ONCE", 0)
        monkeypatch.setattr(answer_history, "answered", lambda *_: read.append(1))
        await until(pilot, lambda: "As of epoch " in "\n".join(shown(pane)))
        await until(pilot, lambda: " at epoch " in title(pane))
        assert not read, "else a run has all the time"
        monkeypatch.undo()
        await pilot.press("space")
        await until(pilot, lambda: "As of epoch " not in "\n".join(shown(pane)))
        await pilot.press("l")
        await pilot.pause()
        assert said(screen).startswith("Answers have no logarithmic scale")


async def test_what_a_run_left_unread_is_read_after_it(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the moment at which it is paused has been drawn: no other view asks for it."""
    monkeypatch.setattr(answer_history, "AT_ONCE", 0)
    async with train_page(sentiment, (120, 36), 5) as (pilot, screen, page):
        await pilot.press("C", "C")
        await computed(pilot)
        screen.progress = ()
        train(screen, 9)
        await until(pilot, lambda: page.drawn is screen.session.view)
        assert answer_history.missing(screen.session.view)
        screen.progress = None
        screen.show()
        await until(pilot, lambda: not answer_history.missing(screen.session.view))
        await computed(pilot)
        assert " at epoch " not in title(large(page))


async def test_a_small_chart_that_nobody_reads_on_says_so(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_history, "UNASKED", 0)
    async with train_page(sentiment, (120, 36)) as (pilot, screen, page):
        answer_history.compute(screen.session.view)
        monkeypatch.setattr(answer_history, "AT_ONCE", 0)
        train(screen, 9)
        await computed(pilot)
        small = page.query_one("#answers-chart", ChartPane)
        assert small.has_class("-empty"), "the first moment alone is no curve"
        assert str(small.query_one(".nothing", Static).content) == " C  reads them"
