"""A box over any number of lines: what they cost, and what becomes of its scrollbars."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widgets import Static

from rnn_tui.tui.widgets.lines_view import LinesView

pytestmark = pytest.mark.painted


class Counted(LinesView[str]):
    """Lines with their numbers below one that stays; it finds its background out once."""

    STAYING = 1

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[int] = []
        self.looks: list[str] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        if self._look is None:
            self._look = self.styles.background.hex
            self.looks.append(self._look)
        return Strip.blank(self.size.width, self.rich_style)


class Box(App[None]):
    """A view beside a line of text."""

    CSS = "Counted { background: $surface; scrollbar-size: 1 1; } Static { height: 1; }"

    def compose(self) -> ComposeResult:
        yield Static("beside")
        yield Counted()

    @property
    def view(self) -> Counted:
        return self.query_one(Counted)


class Growing(Box):
    """A view as high as its lines, up to a point."""

    CSS = Box.CSS + "Counted { height: auto; max-height: 5; }"


async def test_only_a_scrollbar_that_comes_or_goes_is_a_layout(
    layouts: list[Screen[object]],
) -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:
        await pilot.pause()
        for size, another in [
            ((20, 8), False),
            ((3, 1), False),
            ((19, 9), True),
            ((19, 1_000_000), False),
            ((20, 1_000_000), True),
            ((900, 50), False),
            ((20, 8), True),
            ((20, 8), False),
        ]:
            layouts.clear()
            app.view.extend_to(Size(*size))
            await pilot.pause()
            assert bool(layouts) == another, size
            assert app.view.virtual_size == size


async def test_scrollbars_are_those_of_the_last_extent() -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:
        for extents, bars in [
            ([(30, 8), (31, 8)], (True, True)),
            ([(30, 8), (30, 7)], (False, True)),
            ([(30, 7), (30, 8)], (True, True)),
            ([(20, 9), (19, 9)], (True, False)),
            ([(19, 9), (20, 9)], (True, True)),
            ([(21, 9), (20, 8)], (False, False)),
        ]:
            for extent in extents:  # within one frame
                app.view.extend_to(Size(*extent))
            await pilot.pause()
            assert app.view.scrollbars_enabled == bars, extents


async def test_scrollbars_are_those_of_the_last_size() -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:
        app.view.extend_to(Size(10, 7))
        for height, bar in [(8, False), (5, True), (7, False), (6, True)]:
            app.view.styles.height = height
            await pilot.pause()
            assert app.view.show_vertical_scrollbar == bar, height


async def test_scrollbars_are_painted_when_they_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:
        app.view.extend_to(Size(20, 100))
        await pilot.pause()
        painted: list[ScrollBar] = []
        render = ScrollBar.render
        monkeypatch.setattr(ScrollBar, "render", lambda bar: painted.append(bar) or render(bar))  # type: ignore[func-returns-value]
        app.screen.refresh(layout=True)
        app.query_one(Static).update("a layout")
        await pilot.pause()
        assert not painted
        app.view.extend_to(Size(20, 60))
        await pilot.pause()
        assert painted
        assert app.view.vertical_scrollbar.window_virtual_size == 60
        painted.clear()
        app.view.styles.height = 6
        await pilot.pause()
        assert painted
        assert app.view.vertical_scrollbar.window_size == 5


async def test_only_what_is_in_sight_is_drawn() -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:
        app.view.extend_to(Size(10, 1_000_000))
        app.view.drawn.clear()
        app.view.reveal(777_777)
        await pilot.pause()
        assert set(app.view.drawn) <= set(range(8))
        assert app.view.drawn


async def test_styles_are_found_out_once_until_there_are_others() -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:
        app.view.extend_to(Size(10, 50))
        await pilot.pause()
        app.view.reveal(40)
        await pilot.pause()
        assert len(app.view.looks) == 1
        app.theme = "textual-light"
        await pilot.pause()
        dark, light = app.view.looks
        assert dark != light


async def test_no_more_is_scrolled_than_shows_the_lines() -> None:
    app = Box()
    async with app.run_test(size=(20, 9)) as pilot:  # one stays, seven of the others are seen
        app.view.extend_to(Size(10, 51))
        await pilot.pause()
        assert app.view.page == 7
        for first, count, top in [
            (6, 1, 0), (7, 1, 1), (1, 1, 1), (8, 3, 4), (4, 3, 4), (3, 2, 3), (20, 9, 20), (49, 1, 43),
        ]:  # fmt: skip
            app.view.reveal(first, count)
            assert app.view.scroll_offset.y == top, (first, count)


async def test_the_extent_is_the_height_where_a_stylesheet_says_so() -> None:
    app = Growing()
    async with app.run_test(size=(20, 9)) as pilot:
        for lines, height, bar in [(4, 4, False), (3, 3, False), (70, 5, True), (2, 2, False)]:
            app.view.extend_to(Size(10, lines))
            await pilot.pause()
            assert app.view.size.height == height
            assert app.view.show_vertical_scrollbar == bar
