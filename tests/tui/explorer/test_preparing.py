"""Pages and dialogs are made before they are asked for, and look as if they had not been."""

from __future__ import annotations

import sys
from typing import cast

import pytest
from textual.content import Content
from textual.css.styles import RulesMap
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions
from textual.widgets import Static
from waiting import until

from rnn_tui.experiments import bundled, load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.dialogs.help import HelpScreen, key_list
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.header import PAGES
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.panes.charts.chart import ChartPane
from rnn_tui.tui.toolkit.backdrop import lines_of
from rnn_tui.tui.widgets.kept_text import MOST_LOOKS, KeptText
from rnn_tui.tui.widgets.picture import Picture

SIZE = (120, 36)
KEYS = (
    "2", "3", "4", "1", "f", "e", "2", "question_mark", "escape", "3", "4", "1",
)  # fmt: skip


def front(pilot: Pilot[None]) -> ExplorerScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ExplorerScreen)
    return screen


async def prepare(pilot: Pilot[None]) -> None:
    async for _ in front(pilot).controllers.preparing.steps():
        pass
    await pilot.pause()


def seen(pilot: Pilot[None]) -> list[str]:
    return [line.text.rstrip() for line in lines_of(pilot.app.screen)]


async def settled(pilot: Pilot[None]) -> list[str]:
    """What is seen once nothing moves."""
    last, now = None, seen(pilot)
    while now != last:
        await pilot.pause(0.1)
        last, now = now, seen(pilot)
    return now


@pytest.mark.slow
async def test_what_was_not_asked_for_yet_is_made_bit_by_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        screen = front(pilot)
        names = {f"rnn_tui.tui.dialogs.{module}" for module in dialogs.MODULES.values()}
        monkeypatch.delitem(sys.modules, min(names), raising=False)
        made = []
        async for _ in screen.controllers.preparing.steps():
            made.append(len(screen.query(Page)))
            assert screen.page.NAME == "step"
        assert made == sorted(made)
        assert set(made) == set(range(1, 1 + len(PAGES)))
        assert names <= sys.modules.keys()
        behind = [page for page in screen.query(Page) if page is not screen.page]
        assert all(page.view is screen.view and not page.display for page in behind)
        assert not any(page.region.area for page in behind), "they have no place for longer"
        for key, name in [("2", "train"), ("3", "weights"), ("4", "text")]:
            await pilot.press(key)
            assert name == screen.page.NAME
            assert screen.page.view is screen.session.view


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sentiment", "sine"])
async def test_what_was_prepared_looks_as_what_was_not(name: str) -> None:
    """Each page and the help, before and after the session has moved."""
    looks = []
    for is_prepared in (True, False):
        async with Explorer(load(name)).run_test(size=SIZE) as pilot:
            await pilot.pause()
            if is_prepared:
                await prepare(pilot)
            found = []
            for key in KEYS:
                await pilot.press(key)
                found.append(await settled(pilot))
            looks.append(found)
    for prepared, usual in zip(*looks, strict=True):
        assert prepared == usual


@pytest.mark.slow
@pytest.mark.painted
@pytest.mark.parametrize("page", ["2", "3", "4"])
@pytest.mark.parametrize("name", ["sentiment", "hello"])
async def test_what_was_seen_before_looks_as_what_comes_to_the_front_at_first(
    name: str, page: str
) -> None:
    """The session moved while it was behind, where it had no place on the screen."""
    looks = []
    for before in (("2", "3", "4", "1"), ()):
        async with Explorer(load(name)).run_test(size=SIZE) as pilot:
            await pilot.press(*before, "f", "e", page)
            looks.append(await settled(pilot))
    assert looks[0] == looks[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in bundled()])
async def test_the_pages_of_every_experiment_can_be_made_before(name: str) -> None:
    async with Explorer(load(name)).run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: front(pilot).progress is None)  # a long epoch is a run
        await prepare(pilot)
        for page in front(pilot).query(Page):
            assert page.view is front(pilot).view


async def test_the_charts_of_a_page_behind_are_drawn_at_their_size() -> None:
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        await pilot.press("e", "e")
        await prepare(pilot)
        large = front(pilot).query_one("#loss-chart", ChartPane)
        picture = large.query_one(Picture)
        drawn = picture._rows
        assert len(drawn) > 10
        await pilot.press("2")
        await pilot.pause()
        assert large.is_large
        assert picture._rows is drawn, "nothing was left to be drawn"
        assert len(drawn) == picture.size.height


@pytest.mark.slow
async def test_help_that_was_closed_has_the_colours_of_another_theme() -> None:
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        await prepare(pilot)
        looks = []
        for theme in ("textual-dark", "textual-light"):
            pilot.app.theme = theme
            await pilot.press("question_mark")
            await pilot.pause()
            screen = pilot.app.screen
            assert isinstance(screen, HelpScreen)
            looks.append(lines_of(cast("Screen[object]", screen))[18])
            await pilot.press("escape")
            await pilot.pause()
        assert looks[0] != looks[1]
        assert looks[0].text == looks[1].text


async def test_a_dialog_has_the_screen_behind_it_whoever_asks_for_its_lines() -> None:
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        title = seen(pilot)[0]
        await prepare(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert title.split()[0] == "rnn-tui"
        for _ in range(2):
            assert seen(pilot)[0] == title
            pilot.app.screen.refresh()  # and it has not been painted since
        assert isinstance(pilot.app.screen, HelpScreen)


async def test_a_kept_text_has_the_lines_that_it_would_have() -> None:
    async with Explorer(load("sentiment")).run_test(size=(80, 24)) as pilot:
        widget = Static()
        await pilot.app.screen.mount(widget)
        kept = key_list("step")
        assert isinstance(kept, KeptText)
        usual = kept.append("")  # the same, as Textual's own

        def drawn(text: Content, width: int) -> list[Strip]:
            options = RenderOptions(widget._get_style, rules)
            return text.render_strips(width, None, Style(), options)

        looks = []
        for theme in ("textual-dark", "textual-light", "textual-dark"):
            pilot.app.theme = theme
            await pilot.pause()
            rules = cast("RulesMap", widget.styles)
            for width in (40, 70, 110, *range(30, 30 + MOST_LOOKS)):
                lines = drawn(kept, width)
                assert lines == drawn(usual, width)
                assert len(lines) == kept.get_height(rules, width)
            looks.append(drawn(kept, 40))
        assert looks[0] != looks[1]
        assert looks[0] == looks[2]
        assert len(looks[0]) > len(drawn(kept, 110))
