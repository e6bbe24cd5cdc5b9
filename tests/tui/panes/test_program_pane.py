"""The Program pane: every line chosen, its numbers shown and asked about, at every size."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from tui.explorer.test_explorer import explorer, top

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.tables.code import CodeTable
from rnn_tui.present.tables.line_values import LineValues
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.program import ProgramPane
from rnn_tui.tui.table.table import TableView

SIZES = [
    (80, 24),
    *(pytest.param(size, marks=pytest.mark.slow) for size in [(120, 36), (160, 45)]),
]
BACK = ("finish_forward", "backward", "op", "op")


def pane(screen: ExplorerScreen) -> ProgramPane:
    return screen.query_one(ProgramPane)


def code(screen: ExplorerScreen) -> CodeTable:
    table = pane(screen).code.table
    assert isinstance(table, CodeTable)
    return table


def values(screen: ExplorerScreen) -> LineValues:
    table = pane(screen).values.table
    assert isinstance(table, LineValues)
    return table


def row_of(screen: ExplorerScreen, name: str) -> int:
    """Where the line stands that makes something."""
    return next(
        i for i, row in enumerate(code(screen).rows) if row.kind is not None and row.kind.name == name
    )  # fmt: skip


def chosen(screen: ExplorerScreen) -> str:
    """What the line under the cursor makes."""
    kind = code(screen).rows[pane(screen).code.cursor_row].kind
    return "" if kind is None else kind.name


def read(screen: ExplorerScreen) -> list[list[str]]:
    """The rows of the values."""
    table = values(screen)
    return [
        [cell.text for cell in table.cells(row, 0, len(table.columns))]
        for row in range(table.row_count)
    ]


def seen(view: TableView) -> str:
    """What stands on the screen of a table."""
    return "\n".join(view.render_line(y).text for y in range(view.size.height))


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_is_chosen_opened_and_asked_about(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    async with explorer(sentiment, size, BACK) as (pilot, screen):
        await pilot.press("j")
        await pilot.pause()
        assert pane(screen).region.area
        assert (chosen(screen), screen.focused) == ("delta", pane(screen).code)
        assert read(screen)[2] == ["→ delta", "(3,)", "0.1324", "−0.0992", "−0.0183", "+0.0858"]
        assert [row[0] for row in read(screen)[3:]] == ["t=0", "t=1", "t=2", "t=3"]
        assert read(screen)[3][2:] == ["·"] * 4
        code_on_screen, numbers = seen(pane(screen).code), seen(pane(screen).values)
        assert "▸" in code_on_screen
        assert "▹" in code_on_screen
        assert "−0.0992" in numbers
        await pilot.press("up")
        await pilot.pause()
        assert (chosen(screen), read(screen)[2][0]) == ("dh", "→ dh")
        await pilot.press("enter")
        await pilot.pause()
        assert focused(screen) == "line-values"
        await pilot.press("right", "enter")
        await pilot.pause()
        why = top(pilot)
        assert isinstance(why, WhyScreen)
        assert why.now.derivation.ref == "dh[2,1]"
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert focused(screen) == "code"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_it_takes_turns_with_why_and_the_tables(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    async with explorer(sentiment, size, BACK) as (pilot, screen):
        has_why = bool(screen.query_one("#why").region.area)
        always = size[0] >= 160
        assert bool(pane(screen).region.area) == always
        await pilot.press("j")
        await pilot.pause()
        panes = [one for one in screen.query("Pane") if one.display and one.region.area]
        assert pane(screen) in panes
        for one in panes:
            assert screen.region.contains_region(one.region)
            assert not [
                other for other in panes if other is not one and one.region.overlaps(other.region)
            ]
        assert bool(screen.query_one("#why").region.area) == (has_why and always)
        assert screen.query_one("#sentence").region.height == 1
        await pilot.press("j")
        await pilot.pause()
        assert bool(pane(screen).region.area) == always
        assert bool(screen.query_one("#why").region.area) == has_why
        assert screen.focused is screen.query_one("#hidden-table")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_every_pane_is_reached_by_tab_and_by_click(
    sentiment: Experiment, size: tuple[int, int]
) -> None:
    """With the code and with what takes turns with it."""
    async with explorer(sentiment, size, BACK) as (pilot, screen):
        for key in ("", "j"):
            if key:
                await pilot.press(key)
                await pilot.pause()
            shown = {one.id for one in screen.query("Pane") if one.display and one.region.area}
            by_tab: set[str | None] = set()
            for _ in range(12):
                await pilot.press("tab")
                by_tab |= focused_panes(screen)
            quiet = {"loss"}  # has nothing to go to: what is in it is asked about by a click
            if not screen.query_one("#examples").region.area:
                quiet.add("tokens")
            assert by_tab >= shown - quiet
            for view in screen.query(TableView):
                if view.region.area and view.parent is not None and view.region.height > 1:
                    await pilot.click(view, offset=(view.size.width - 3, 0))  # its heading
                    await pilot.pause()
                    assert screen.focused is view


def focused(screen: ExplorerScreen) -> str | None:
    return None if screen.focused is None else screen.focused.id


def focused_panes(screen: ExplorerScreen) -> set[str | None]:
    return {one.id for one in screen.query("Pane") if one.has_focus_within}


async def test_a_click_chooses_a_line_and_a_second_one_opens_it(sentiment: Experiment) -> None:
    async with explorer(sentiment, (160, 45), BACK) as (pilot, screen):
        view = pane(screen).code
        wanted = row_of(screen, "db_h")
        y = wanted - view.scroll_offset.y + 1
        await pilot.click(view, offset=(12, y))
        await pilot.pause()
        assert (chosen(screen), screen.focused) == ("db_h", view)
        await pilot.click(view, offset=(12, y))
        await pilot.pause()
        assert screen.focused is pane(screen).values


async def test_the_cursor_goes_along_until_it_is_moved_and_again_once_it_is_back(
    sentiment: Experiment,
) -> None:
    async with explorer(sentiment, (120, 36), ("forward",)) as (pilot, screen):
        await pilot.press("j", "n")
        await pilot.pause()
        assert chosen(screen) == "xh"
        await pilot.press("down", "down", "n")
        await pilot.pause()
        assert chosen(screen) == "pre"
        await pilot.press("n", "n")
        await pilot.pause()
        assert chosen(screen) == "pre"
        await pilot.press("down", "F")
        await pilot.pause()
        assert chosen(screen) == "loss"


async def test_what_is_shown_after_anything_is_the_moment(sentiment: Experiment) -> None:
    """No dots where there are numbers, wherever one comes from: T5 of the faults."""
    async with explorer(sentiment, (160, 45)) as (pilot, screen):
        for keys in (("F", "B", "2", "e", "1"), ("F", "3", "B", "1"), ("e", "2", "F", "1")):
            await pilot.press(*keys)
            await pilot.pause()
            table = values(screen)
            assert table.line.view is screen.session.view
            shown = seen(pane(screen).values)
            for row in read(screen)[: table.frozen_rows]:
                assert all(text in shown for text in row)


async def test_another_unit_is_another_row_of_a_matrix(sentiment: Experiment) -> None:
    async with explorer(load("sentiment", ["model.hidden_size=5"]), (160, 45)) as (pilot, screen):
        await pilot.press("n", "n")
        await pilot.pause()
        assert read(screen)[0][0] == "W_hh[0]"
        await pilot.press("right")
        await pilot.pause()
        assert read(screen)[0][0] == "W_hh[1]"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_the_operands_stay_while_the_timesteps_scroll(size: tuple[int, int]) -> None:
    async with explorer(load("grammar"), size) as (pilot, screen):
        await pilot.press("j", "F", "B")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ExplorerScreen)
        await choose(pilot, screen, "delta")
        view = pane(screen).values
        view.focus()
        await pilot.press(*["pagedown"] * 9)
        await pilot.pause()
        shown = seen(view).split("\n")
        assert [line.split()[0] for line in shown[1:3]] == ["dh", "h_t"]
        assert "t=24" in seen(view)
        y = next(i for i, line in enumerate(shown) if "t=24" in line)
        await pilot.click(view, offset=(view.size.width - 4, y))
        await pilot.pause()
        assert view.cursor_row == values(screen).row_count - 1
        await pilot.press(*["pageup"] * 9)
        await pilot.pause()
        assert "t=0 " in seen(view)
        assert view.cursor_row == 0


async def choose(pilot: Pilot[None], screen: ExplorerScreen, name: str) -> None:
    """Put the cursor on a line."""
    pane(screen).code.go_to(row_of(screen, name), 0)
    await pilot.pause()


async def test_a_secret_bug_is_only_in_its_line(sentiment: Experiment) -> None:
    """The line stands as it runs, marked no more than others."""
    async with explorer(sentiment, (160, 45)) as (pilot, screen):
        before = code(screen)
        rows = range(before.row_count)
        was = [before.cells(row, 0, 9) for row in rows]
        screen.session.break_it("no-slope")
        screen.show()
        await pilot.pause()
        now = [code(screen).cells(row, 0, 9) for row in rows]
        differs = [(a, b) for a, b in zip(was, now, strict=True) if a != b]
        assert len(differs) == 1
        (right, wrong) = differs[0]
        assert [cell.role for cell in right] == [cell.role for cell in wrong]
        assert [cell.text for cell in right][3:] == [cell.text for cell in wrong][3:]
