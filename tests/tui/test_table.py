"""The table widget: what it asks for, what it draws, where its cursor goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from rnn_tui.present.cells import Cell, Column, Role
from rnn_tui.tui.palette import CONTRAST, contrast, heat
from rnn_tui.tui.widgets.fitting import bar, fitted
from rnn_tui.tui.widgets.table import TableView


@dataclass
class Grid:
    rows: int
    units: int
    current: int | None = None
    by_row: bool = False
    asked: list[tuple[int, int, int]] = field(default_factory=list)

    frozen_columns = 2

    @property
    def columns(self) -> Sequence[Column]:
        return [
            Column("t", 5),
            Column("token", 6, "left"),
            *(Column(f"h[{i}]", 7) for i in range(self.units)),
        ]

    @property
    def row_count(self) -> int:
        return self.rows

    @property
    def current_row(self) -> int | None:
        return self.current

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        self.asked.append((row, first, last))
        return [
            Cell(f"{row}" if c < 2 else f"{row}.{c - 2}", Role.MUTED, None if c < 2 else 0.5)
            for c in range(first, last)
        ]


class Bench(App[None]):
    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self.grid = grid
        self.selected: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        yield TableView(id="table")

    def on_mount(self) -> None:
        table = self.query_one(TableView)
        table.table = self.grid
        table.focus()

    def on_table_view_cell_selected(self, event: TableView.CellSelected) -> None:
        self.selected.append((event.row, event.column))


def lines(app: Bench) -> list[str]:
    table = app.query_one(TableView)
    return [table.render_line(y).text for y in range(table.size.height)]


async def test_only_what_is_seen_is_asked_for() -> None:
    grid = Grid(10_000, 512, current=9_000)
    app = Bench(grid)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        grid.asked.clear()
        app.query_one(TableView).refresh()
        await pilot.pause()
        assert 0 < len(grid.asked) <= 2 * 12
        assert max(last - first for _, first, last in grid.asked) <= 8
        assert any("▸ " in line and "9000" in line for line in lines(app)), (
            "the current row is in sight"
        )


async def test_header_and_first_columns_stay() -> None:
    app = Bench(Grid(50, 20))
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.press(*["down"] * 30, *["right"] * 15)
        await pilot.pause()
        table = app.query_one(TableView)
        assert (table.cursor_row, table.cursor_column) == (30, 17)
        text = lines(app)
        assert "token" in text[0]
        assert "h[15]" in text[0]
        assert "‹" in text[0]
        assert "›" in text[0]
        assert any("30.15" in line and line.split()[0] == "30" for line in text)


async def test_the_cursor_keeps_to_the_cells() -> None:
    app = Bench(Grid(3, 2))
    async with app.run_test(size=(40, 8)) as pilot:
        table = app.query_one(TableView)
        await pilot.press("up", "left", *["down"] * 9, *["right"] * 9, "enter")
        await pilot.pause()
        assert (table.cursor_row, table.cursor_column) == (2, 3)
        await pilot.press("ctrl+home", "home", "enter", "end", "ctrl+end", "pageup", "enter")
        await pilot.pause()
        assert app.selected == [(2, 3), (0, 2), (0, 3)]


async def test_a_click_asks_about_its_cell() -> None:
    app = Bench(Grid(5, 3))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click("#table", offset=(2 + 6 + 7 + 8 + 3, 3))
        await pilot.pause()
        assert app.selected == [(2, 3)]
        await pilot.click("#table", offset=(5, 0))
        await pilot.pause()
        await pilot.click("#table", offset=(5, 9))
        await pilot.pause()
        assert len(app.selected) == 1, "neither header nor empty space is a cell"


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (12, 3), (200, 50)])
@pytest.mark.parametrize("grid", [Grid(0, 0), Grid(1, 1, current=0), Grid(30, 30, current=29)])
async def test_no_size_breaks_it(size: tuple[int, int], grid: Grid) -> None:
    app = Bench(grid)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "right", "end", "pagedown", "enter")
        await pilot.pause()
        app.query_one(TableView).table = Grid(2, 1)
        await pilot.press("down")
        await pilot.pause()
        assert all(len(line) <= size[0] for line in lines(app))


async def test_the_user_may_scroll_away_from_the_current_row() -> None:
    grid = Grid(500, 2, current=400)
    app = Bench(grid)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        table = app.query_one(TableView)
        table.scroll_to(0, 0, animate=False)
        await pilot.pause()
        table.table = Grid(500, 2, current=400)
        await pilot.pause()
        assert table.scroll_offset.y == 0
        table.table = Grid(500, 2, current=401)
        await pilot.pause()
        assert table.scroll_offset.y > 380


def test_fitting() -> None:
    assert fitted("abcdef", 4, "left") == "abc…"
    assert fitted("ab", 4, "right") == "  ab"
    assert fitted("ab", 4, "left") == "ab  "
    assert fitted("日本語", 4, "left") == "日 …"
    assert fitted("abc", 0, "left") == ""


def test_bars() -> None:
    assert bar(1.0, 3) == "███"
    assert bar(0.5, 3) == "█▌"
    assert bar(1e-9, 3) == "▏", "a little is not nothing"
    assert bar(0.0, 3) == ""


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
def test_numbers_can_be_read_on_every_shade(theme: str) -> None:
    generated = BUILTIN_THEMES[theme].to_color_system().generate()
    if generated["surface"].startswith("ansi"):
        assert heat(0.5, Color(0, 0, 0), Color(255, 255, 255), ansi=True).bgcolor is None
        return
    background, foreground = Color.parse(generated["surface"]), Color.parse(generated["foreground"])
    for step in range(-32, 33):
        style = heat(step / 32, background, foreground)
        assert style.color is not None
        assert style.bgcolor is not None
        shown, behind = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
        if contrast(foreground, background) >= CONTRAST:
            assert contrast(shown, behind) >= CONTRAST


def test_heat_is_clipped_and_has_two_ends() -> None:
    black, white = Color(0, 0, 0), Color(255, 255, 255)
    assert heat(5.0, black, white) == heat(1.0, black, white)
    assert heat(-1.0, black, white).bgcolor != heat(1.0, black, white).bgcolor
    assert heat(float("nan"), black, white).bgcolor is None
