"""What a key has painted: no more than it changed, and all of it at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor
from textual.color import Color
from textual.content import Content
from textual.geometry import Region
from textual.pilot import Pilot
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import UPDATE_PERIOD, Screen
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import Visual, visualize
from textual.widget import Widget

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.panes.gradient import GradientPane
from rnn_tui.tui.panes.hidden import HiddenPane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_painter import TableStyles
from rnn_tui.tui.toolkit.backdrop import Dimmed, lines_of
from rnn_tui.tui.toolkit.sparing import PromptTimer, SparingCompositor, SparingScreen

pytestmark = pytest.mark.painted

SIZE = (120, 36)
NO_STYLE = VisualStyle.null()
IDLE_MOVE = re.compile(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)")  # nothing is written there


def painted(pilot: Pilot[None]) -> list[str]:
    """A list that grows by the widgets of each paint, the whole screen being one of them."""
    paints: list[str] = []
    screen = pilot.app.screen
    update = screen._compositor.update_widgets

    def seen(widgets: set[object]) -> None:
        paints.append(" ".join(sorted(type(widget).__name__ for widget in widgets)))
        update(widgets)  # type: ignore[arg-type]

    screen._compositor.update_widgets = seen  # type: ignore[method-assign,assignment]
    return paints


@pytest.mark.slow
async def test_an_arrow_moves_the_cursor_and_what_follows_it_in_one_paint() -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.press("f")
        await pilot.pause()
        paints = painted(pilot)
        await pilot.press("right")
        await pilot.pause()
        assert pilot.app.screen.query_one(HiddenPane).unit == 1
        (paint,) = paints
        assert {"TableView", "HiddenPane", "WhyPane"} <= set(paint.split())


@pytest.mark.parametrize("experiment", ["grammar", "sentiment"])
async def test_what_is_painted_is_what_textual_would_paint_of_more(
    monkeypatch: pytest.MonkeyPatch, experiment: str
) -> None:
    """The same characters go to the terminal, for fewer lines that widgets were asked for.

    Textual moves the cursor behind what is painted, too, where it has a line of what isn't.
    """
    asked: list[int] = []
    seen: list[tuple[str, int, int]] = []
    spare, render = SparingCompositor.render_partial_update, Widget.render_lines

    def counted(widget: Widget, crop: Region) -> list[Strip]:
        asked.append(crop.height)
        return render(widget, crop)

    def by(
        way: Callable[[SparingCompositor], ChopsUpdate | None], compositor: SparingCompositor
    ) -> tuple[str, int]:
        asked.clear()
        update = way(compositor)
        text = "" if update is None else update.render_segments(pilot.app.console)
        return IDLE_MOVE.sub("", text), sum(asked)

    def compared(self: SparingCompositor) -> ChopsUpdate | None:
        dirty = self._dirty_regions.copy()
        text, ours = by(spare, self)
        self._dirty_regions.update(dirty)
        wanted, theirs = by(Compositor.render_partial_update, self)
        assert text == wanted
        seen.append((text, ours, theirs))
        self._dirty_regions.update(dirty)
        return spare(self)

    async with Explorer(load(experiment)).run_test(size=SIZE) as pilot:
        await pilot.pause()
        monkeypatch.setattr(Widget, "render_lines", counted)
        monkeypatch.setattr(SparingCompositor, "render_partial_update", compared)
        for key in [
            "f",
            "right",
            "tab",
            "f",
            "b",
            "v",
            "2",
            "tab",
            "down",
            "1",
            "question_mark",
            "escape",
            "enter",
            "down",
            "escape",
            "e",
        ]:
            await pilot.press(key)
            await pilot.pause()
    assert sum(bool(text) for text, _, _ in seen) > 10
    assert all(ours <= theirs for _, ours, theirs in seen)
    assert sum(ours for _, ours, _ in seen) < 0.9 * sum(theirs for _, _, theirs in seen)


async def test_a_whole_screen_is_painted_as_textual_would_paint_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where nothing is left to what stands behind."""
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        for key in ("f", "2", "question_mark"):
            await pilot.press(key)
            await pilot.pause()
            ours = lines_of(pilot.app.screen)
            with monkeypatch.context() as patched:
                patched.setattr(SparingCompositor, "_get_renders", Compositor._get_renders)
                theirs = lines_of(pilot.app.screen)
            assert cells(ours) == cells(theirs)


@pytest.mark.parametrize("key", ["question_mark", "slash"])
async def test_what_is_laid_out_and_painted_anew_is_painted_once(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        ticks: list[int] = []
        tick, refresh = SparingScreen._on_timer_update, Screen._compositor_refresh

        def begun(self: SparingScreen[object]) -> None:
            ticks.append(0)
            tick(self)
            ticks.append(0)  # of what is painted between two

        def painted_by(self: Screen[object]) -> None:
            if ticks:
                ticks[-1] += self._compositor._dirty_regions != set()
            refresh(self)

        monkeypatch.setattr(SparingScreen, "_on_timer_update", begun)
        monkeypatch.setattr(Screen, "_compositor_refresh", painted_by)
        await pilot.press(key)
        await pilot.pause()
        assert max(ticks[::2]) == 1


async def test_a_paint_comes_a_frame_after_the_last_one_and_none_that_has_been_let_be() -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        loop, at, came = asyncio.get_running_loop(), list[float](), asyncio.Event()

        def act() -> None:
            at.append(loop.time())
            came.set()

        timer = PromptTimer(pilot.app.screen, act)
        for _ in range(3):
            came.clear()
            timer.resume()
            timer.resume()
            await came.wait()
        timer.resume()
        timer.pause()
        await asyncio.sleep(3 * UPDATE_PERIOD)
        assert len(at) == 3
        assert at[2] - at[0] > UPDATE_PERIOD
        assert type(pilot.app.screen._update_timer).__name__ == "PromptTimer"


async def test_a_dialog_is_painted_once_over_what_stays_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Explorer(load("sentiment")).run_test(size=SIZE) as pilot:
        await pilot.press("question_mark", "escape")
        await pilot.pause()
        wholes: list[bool] = []
        render = SparingCompositor.render_update

        def noted(self: SparingCompositor, *args: Any, **keys: Any) -> object:
            wholes.append(self.size.region in self._dirty_regions)
            return render(self, *args, **keys)

        monkeypatch.setattr(SparingCompositor, "render_update", noted)
        await pilot.press("question_mark")
        await pilot.pause()
        pilot.app.screen_stack[-2].query_one(HiddenPane).refresh()
        await pilot.pause()
        assert wholes.count(True) == 1
        assert wholes[-1] is False


async def test_tab_styles_the_two_panes_anew_and_nothing_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        hidden, gradient = (pilot.app.screen.query_one(kind) for kind in (HiddenPane, GradientPane))
        lit = hidden.styles.border_top
        assert lit != gradient.styles.border_top
        styled: list[str] = []
        apply = pilot.app.stylesheet.apply

        def seen(node: object, **keys: object) -> None:
            styled.append(type(node).__name__)
            apply(node, **keys)  # type: ignore[arg-type]

        monkeypatch.setattr(pilot.app.stylesheet, "apply", seen)
        paints = painted(pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert gradient.styles.border_top == lit != hidden.styles.border_top
        assert sorted(styled) == ["GradientPane", "HiddenPane"]
        assert not any("ExplorerScreen" in paint for paint in paints)


async def test_a_border_is_painted_where_its_text_is_another() -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        pane = pilot.app.screen.query_one(GradientPane)
        pane._exchange_repaint_regions()
        for text in ("once", Content.styled("once", "bold")):  # the same letters, other styles
            pane.write_below(text)
            (line,) = pane._exchange_repaint_regions()
            assert line == (0, pane.outer_size.height - 1, pane.outer_size.width, 1)
            pane.write_below(text)
            assert not pane._exchange_repaint_regions()
        pane.write_above("above")
        assert [region.y for region in pane._exchange_repaint_regions()] == [0]
        pane.refresh()
        assert [region.size for region in pane._exchange_repaint_regions()] == [pane.outer_size]


async def test_another_theme_has_other_colours_in_a_table() -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        table = pilot.app.screen.query_one("#hidden-table", TableView)
        header = {"dark": table.render_line(0)}
        pilot.app.theme = "textual-light"
        await pilot.pause()
        header["light"] = table.render_line(0)
        styles = {name: {segment.style for segment in strip} for name, strip in header.items()}
        assert header["dark"].text == header["light"].text
        assert not styles["dark"] & styles["light"]


def cells(strips: list[Strip]) -> list[tuple[str, Style]]:
    """Every character with its style, however the lines are cut into pieces."""
    pieces = [piece for strip in strips for piece in strip]
    return [(letter, piece.style or Style()) for piece in pieces for letter in piece.text]


async def test_the_screen_behind_is_dimmed_as_textual_does_it() -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.press("f")
        await pilot.pause()
        screen = pilot.app.screen
        sharp = cells(lines_of(screen))
        for color in (Color.parse("#102030").with_alpha(0.6), Color(0, 0, 0, 0)):
            usual, ours = (
                Visual.to_strips(screen, visualize(screen, kind(screen, color)), *SIZE, NO_STYLE)
                for kind in (BackgroundScreen, Dimmed)
            )
            assert cells(ours) == cells(usual) != sharp


@pytest.mark.slow
async def test_a_dialog_is_first_painted_as_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        shown: list[str] = []
        display = pilot.app._display

        def seen(screen: Screen[object], renderable: object) -> None:
            if isinstance(screen, Modal) and renderable is not None:
                strips = lines_of(screen)
                shown.append("\n".join(strip.text for strip in strips))
            display(screen, renderable)  # type: ignore[arg-type]

        monkeypatch.setattr(pilot.app, "_display", seen)
        for key in ("question_mark", "k", "S", "equals_sign"):
            shown.clear()
            await pilot.press(key)
            await pilot.pause()
            assert "─" in shown[0]
            assert set(shown) == {shown[0]}
            await pilot.press("escape")


async def test_the_styles_of_a_table_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Widget] = []
    look = TableStyles.of

    def seen(widget: Widget) -> TableStyles:
        looked.append(widget)
        return look(widget)

    monkeypatch.setattr(TableStyles, "of", seen)
    async with Explorer(load("grammar")).run_test(size=SIZE) as pilot:
        await pilot.pause()
        looked.clear()
        await pilot.press("right", "down", "tab", "2", "1")
        await pilot.pause()
        assert not looked
        pilot.app.theme = "textual-light"
        await pilot.pause()
        drawn = ["gradient-table", "hidden-table", "pass"]
        assert sorted({str(widget.id) for widget in looked}) == drawn
