"""Lines of text that may be more than fit."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Offset
from textual.screen import Screen
from textual.selection import Selection

from rnn_tui.tui.widgets.text_view import TextView


class Shown(App[None]):
    """A text view as large as the terminal."""

    def compose(self) -> ComposeResult:
        yield TextView(id="text")

    @property
    def text_view(self) -> TextView:
        return self.query_one(TextView)

    @property
    def lines(self) -> list[str]:
        view = self.text_view
        return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def counted(count: int, word: str = "line") -> Content:
    return Content("\n".join(f"{word} {k}" for k in range(count)))


async def test_another_number_of_lines_needs_no_layout(layouts: list[Screen[object]]) -> None:
    app = Shown()
    async with app.run_test(size=(20, 4)) as pilot:
        app.text_view.update(counted(2))
        await pilot.pause()
        layouts.clear()
        for count in (3, 1, 4, 2):
            app.text_view.update(counted(count))
            await pilot.pause()
            assert app.lines[count - 1] == f" line {count - 1}"
            assert app.lines[count:] == [""] * (4 - count)
        assert not layouts
        app.text_view.update(counted(5))
        await pilot.pause()
        assert layouts, "a scroll bar has come"


async def test_of_more_than_fits_the_end_is_seen_first() -> None:
    app = Shown()
    async with app.run_test(size=(20, 4)) as pilot:
        app.text_view.update(counted(9))
        await pilot.pause()
        assert app.lines == [" line 5", " line 6", " line 7", " line 8"]
        assert app.text_view.show_vertical_scrollbar
        app.text_view.focus()
        await pilot.press("home")
        await pilot.pause()
        assert app.lines[0] == " line 0"
        app.text_view.update(counted(3))
        await pilot.pause()
        assert app.lines == [" line 0", " line 1", " line 2", ""]
        assert not app.text_view.show_vertical_scrollbar


async def test_of_blocks_one_is_seen_whole_after_as_many_as_fit() -> None:
    app = Shown()
    blocks = [counted(2, f"block {k}") for k in range(4)]
    async with app.run_test(size=(20, 5)) as pilot:
        for place, first in enumerate((0, 0, 1, 2)):
            app.text_view.update_blocks(blocks, place)
            await pilot.pause()
            assert app.lines[0] == f" block {first} 0"
            assert f" block {place} 1" in app.lines


async def test_lines_are_broken_for_the_width() -> None:
    app = Shown()
    async with app.run_test(size=(9, 4)) as pilot:
        app.text_view.update(Content("one two three"))
        await pilot.pause()
        assert app.lines == [" one two", " three", "", ""]
        await pilot.resize_terminal(20, 4)
        await pilot.pause()
        assert app.lines == [" one two three", "", "", ""]


async def test_what_is_selected_can_be_copied() -> None:
    app = Shown()
    async with app.run_test(size=(20, 4)) as pilot:
        app.text_view.update(counted(9))
        await pilot.pause()
        selection = Selection(Offset(0, 7), Offset(4, 8))
        assert app.text_view.get_selection(selection) == ("line 7\nline", "\n")
        app.screen.selections = {app.text_view: selection}
        await pilot.pause()
        plain, chosen = (app.text_view.render_line(y)._segments[1].style for y in (1, 2))
        assert plain is not None
        assert chosen is not None
        assert plain.bgcolor != chosen.bgcolor
