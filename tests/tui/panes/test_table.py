"""The table widget: what it asks for, what it draws, where its cursor goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from rnn_tui.present.tables.cells import Cell, Column, Role, Table, bars
from rnn_tui.tui.colours import readable
from rnn_tui.tui.palette import CONTRAST, contrast, heat
from rnn_tui.tui.table.fitting import bar, fitted
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_layout import TableLayout

pytestmark = pytest.mark.painted


@dataclass
class Grid:
    rows: int
    units: int
    current: int | None = None
    by_row: bool = False
    asked: list[tuple[int, int, int]] = field(default_factory=list)
    listed: int = 0

    frozen_columns = 2

    @property
    def columns(self) -> Sequence[Column]:
        self.listed += 1
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


@dataclass
class Sheet:
    """Any columns; all cells alike."""

    columns: Sequence[Column]
    cell: Cell = field(default_factory=lambda: Cell("x"))
    row_count: int = 5
    current_row: int | None = None
    frozen_columns: int = 0
    by_row: bool = False

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        return [self.cell] * (last - first)


class Bench(App[None]):
    def __init__(self, grid: Table) -> None:
        super().__init__()
        self.grid = grid
        self.selected: list[tuple[int, int]] = []

    def get_css_variables(self) -> dict[str, str]:
        return readable(self.current_theme, super().get_css_variables())

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


async def test_columns_are_looked_at_once_for_a_table() -> None:
    grid = Grid(1000, 1000)
    app = Bench(grid)
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        table = app.query_one(TableView)
        grid.listed = 0
        for x in range(100, 1100, 100):
            table.scroll_to(x, x // 2, animate=False)
            await pilot.pause()
        await pilot.press("down", "right", "end")
        assert grid.listed == 0, "neither painting nor scrolling"
        following = Grid(1000, 1000, current=1)
        table.table = following
        await pilot.pause()
        assert following.listed == 1


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python it takes."""
    taken = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal taken
        taken += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


async def test_a_paint_costs_the_same_however_many_columns_there_are() -> None:
    costs = []
    for units in (40, 1000):
        app = Bench(Grid(1000, units))
        async with app.run_test(size=(80, 30)) as pilot:
            await pilot.pause()
            table = app.query_one(TableView)
            table.scroll_to(100, 100, animate=False)
            await pilot.pause()

            def paint(table: TableView = table) -> None:
                for y in range(table.size.height):
                    table.render_line(y)

            paint()
            costs.append(steps(paint))
    few, many = costs
    assert many <= 1.1 * few


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


@pytest.mark.slow
@pytest.mark.parametrize("width", range(24, 33))
async def test_no_number_is_cut_by_the_edges_of_the_pane(width: int) -> None:
    app = Bench(Grid(3, 12))
    async with app.run_test(size=(width, 8)) as pilot:
        await pilot.pause()
        seen = set()
        for key in ("home", *["right"] * 11, *["left"] * 11):
            await pilot.press(key)
            for row in lines(app)[1:4]:
                place, *numbers = row.removeprefix("▸ ").split()
                assert place == numbers[0]
                assert all(
                    number in {f"{place}.{i}" for i in range(12)} | {"…"} for number in numbers[1:]
                )
                seen |= set(numbers[1:])
        assert {f"2.{i}" for i in range(12)} <= seen


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


async def test_the_cursor_goes_along_with_the_marked_row_until_it_is_moved_off() -> None:
    app = Bench(Grid(9, 3, current=1))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        table = app.query_one(TableView)
        rows = [table.cursor_row]
        for keys, current in ((["right"], 2), (["up"], 3), ([], 4), (["down"] * 3, 5)):
            await pilot.press(*keys)
            table.table = Grid(9, 3, current=current)
            rows.append(table.cursor_row)
        assert rows == [1, 2, 1, 1, 5]


async def test_a_click_chooses_its_cell_and_another_asks_about_it() -> None:
    app = Bench(Grid(5, 3))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click("#table", offset=(2 + 6 + 7 + 8 + 3, 3))
        await pilot.pause()
        assert app.query_one(TableView).cursor == (2, 3)
        assert app.selected == []
        await pilot.click("#table", offset=(2 + 6 + 7 + 8 + 3, 3))
        await pilot.pause()
        assert app.selected == [(2, 3)]
        await pilot.click("#table", offset=(5, 0))
        await pilot.pause()
        await pilot.click("#table", offset=(5, 9))
        await pilot.pause()
        assert len(app.selected) == 1, "neither header nor empty space is a cell"


@pytest.mark.parametrize("by_row", [False, True])
async def test_all_columns_may_be_frozen(by_row: bool) -> None:
    columns = [Column("t", 5), Column("token", 6)]
    app = Bench(Sheet(columns, frozen_columns=2, by_row=by_row))
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.press("down", "right", "enter")
        await pilot.pause()
        await pilot.click("#table", offset=(2 + 3, 4), times=1 if by_row else 2)
        await pilot.pause()
        assert app.selected == [(1, 1), (3, 0)], "where none scrolls the cursor is on the frozen"
        app.query_one(TableView).table = Sheet([])
        await pilot.press("down", "right", "enter")
        await pilot.click("#table", offset=(0, 2))
        await pilot.pause()
        assert len(app.selected) == 2, "where there is no column, there is no cell"


async def test_columns_without_a_width_share_what_is_left() -> None:
    columns = [Column("#", 3), Column("left", 0), Column("right", 0)]
    app = Bench(Sheet(columns))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        table = app.query_one(TableView)
        assert not table.show_horizontal_scrollbar
        assert table.virtual_size.width <= table.size.width
        assert "right" in lines(app)[0]
        table.table = Sheet(columns, row_count=100)
        await pilot.pause()
        assert table.show_vertical_scrollbar
        assert table.virtual_size.width <= table.scrollable_content_region.width


@pytest.mark.slow
async def test_the_empty_space_beside_the_cells_is_no_cell() -> None:
    for by_row in (False, True):
        app = Bench(Grid(5, 3, by_row=by_row))
        async with app.run_test(size=(60, 10)) as pilot:
            end = 2 + 6 + 7 + 3 * 8 - 1
            for x in (end, end + 1, 59):
                await pilot.click("#table", offset=(x, 3))
                await pilot.pause()
            assert app.selected == []
            assert app.query_one(TableView).cursor_row == 0
            await pilot.click("#table", offset=(end - 1, 3), times=1 if by_row else 2)
            await pilot.pause()
            assert app.selected == [(2, 4)]


def styles(app: Bench, y: int) -> list[Style]:
    """Of each cell of the terminal on a line."""
    strip = app.query_one(TableView).render_line(y)
    return [segment.style or Style() for segment in strip for _ in segment.text]


async def test_it_has_styles_of_its_own() -> None:
    shown = {}
    for role in Role:
        app = Bench(Sheet([Column("a", 5)], Cell("xxxxx", role), current_row=2))
        async with app.run_test(size=(20, 8)) as pilot:
            await pilot.press("up", "up")
            await pilot.pause()
            header, cursor, plain, current = (styles(app, y)[4] for y in range(4))
            assert header.bold
            assert len({style.bgcolor for style in (cursor, plain, current)}) == 3
            shown[role] = plain
    assert shown[Role.STRONG].bold
    coloured = [Role.TEXT, Role.MUTED, Role.GOOD, Role.BAD, Role.WARN]
    assert len({shown[role].color for role in coloured}) == len(coloured)


async def test_what_is_not_a_number_looks_like_the_pane() -> None:
    app = Bench(Sheet([Column("a", 5)], Cell("nan", heat=float("nan")), current_row=2))
    async with app.run_test(size=(20, 8)) as pilot:
        await pilot.press("up", "up")
        await pilot.pause()
        base = app.query_one(TableView).rich_style
        beside, cell = styles(app, 2)[0], styles(app, 2)[4]
        assert base.bgcolor is not None
        assert beside.bgcolor == cell.bgcolor == base.bgcolor
        assert cell.color == base.color
        assert styles(app, 3)[4].bgcolor == styles(app, 3)[0].bgcolor, "nor in the current row"


@pytest.mark.slow
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


async def test_a_resize_leaves_the_user_where_they_are() -> None:
    app = Bench(Grid(500, 2, current=400))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        table = app.query_one(TableView)
        table.scroll_to(0, 30, animate=False)
        await pilot.pause()
        for size in [(40, 20), (30, 6), (5, 1), (60, 12)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert table.scroll_offset.y == 30


async def test_a_resize_keeps_the_current_row_in_sight() -> None:
    app = Bench(Grid(500, 2, current=400))
    async with app.run_test(size=(60, 20)) as pilot:
        for size in [(60, 20), (60, 8), (60, 4), (60, 30), (60, 10)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert any("▸ " in line for line in lines(app)), size


async def test_a_table_that_outgrows_the_pane_shows_its_current_row() -> None:
    app = Bench(Grid(3, 2, current=0))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        app.query_one(TableView).table = Grid(300, 2, current=250)
        await pilot.pause()
        assert any("▸ " in line and "250" in line for line in lines(app))


def test_what_is_in_sight_and_what_is_under_a_place() -> None:
    layout = TableLayout.fit([Column("", width) for width in (3, 4, 1, 7, 2, 5)], 2, 20)
    for scroll in range(layout.scrolling_width + 1):
        for room in range(-1, 12):
            spans = {
                c: (layout.offset(c), layout.offset(c) + layout.widths[c]) for c in range(2, 6)
            }
            seen = [c for c, (a, b) in spans.items() if a < scroll + room and b >= scroll]
            assert list(layout.in_sight(scroll, room)) == (seen if room > 0 else [])
    line = "".join(str(c) * (width + 1) for c, width in enumerate(layout.widths))[:-1]
    for scroll in range(layout.scrolling_width):
        visible = line[: layout.frozen_width - 2] + line[layout.frozen_width - 2 + scroll :]
        places = [layout.column_at(x, scroll) for x in range(2 + len(visible) + 3)]
        assert places == [-1, -1, *map(int, visible), None, None, None]


@pytest.mark.parametrize("room", range(0, 60, 7))
def test_no_more_is_shared_than_there_is(room: int) -> None:
    layout = TableLayout.fit([Column("", width) for width in (0, 3, 0, 0)], 1, room)
    assert layout.widths[1] == 3
    shares = [layout.widths[c] for c in (0, 2, 3)]
    assert max(shares) - min(shares) <= 1
    assert min(shares) == 8 or layout.width == room - 1


def test_bars_give_way_before_a_number_is_out_of_sight() -> None:
    columns = [Column("made of", 12), Column("gives", 9), bars()]
    wide, narrow = (TableLayout.fit(columns, 0, room) for room in (28, 27))
    assert (len(wide.columns), wide.width) == (3, 28)
    assert (len(narrow.columns), narrow.width) == (2, 24)


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
