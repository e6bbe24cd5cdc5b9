"""What we rely on of Textual's private parts: all of it stands in `rnn_tui.tui.toolkit`.

A test that fails here after another version of Textual has been installed says what breaks.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import pkgutil
import signal
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rich.console import RenderableType
from textual import events
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.message import Message
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static
from waiting import until

import rnn_tui.tui
from rnn_tui.tui.toolkit.backdrop import Dimmed, lines_of
from rnn_tui.tui.toolkit.extent import Extent
from rnn_tui.tui.toolkit.focus import Unchanged

pytestmark = pytest.mark.painted

DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef
FOLDER = Path(rnn_tui.tui.__file__).parent
PRIVATE = {
    "rnn_tui.tui.toolkit.direct": {"_check_bindings"},
    "rnn_tui.tui.toolkit.extent": {"_scroll_update", "_scrollbar_changes"},
    "rnn_tui.tui.toolkit.first_paint": {"_compositor_refresh", "_on_screen_resume"},
    "rnn_tui.tui.toolkit.leaving": {"_handle_exception"},
    "rnn_tui.tui.toolkit.keyboard": {
        "_file",
        "_key_thread",
        "_loop",
        "_must_signal_resume",
        "_sigcont_application",
    },
    "rnn_tui.tui.toolkit.parts": {"_component_styles", "_get_component_classes"},
    "rnn_tui.tui.toolkit.sparing": {
        "_compositor",
        "_compositor_refresh",
        "_dirty_regions",
        "_exchange_repaint_regions",
        "_get_renders",
        "_layout_required",
        "_on_timer_update",
        "_repaint_required",
        "_update_timer",
    },
}
OF_NAMED_TUPLES = ("_replace", "_asdict", "_fields")


def classes() -> Iterator[type]:
    """All of ours."""
    for one in pkgutil.walk_packages(rnn_tui.tui.__path__, "rnn_tui.tui."):
        if sys.platform == "win32" and one.name.endswith("keyboard"):
            continue
        module = importlib.import_module(one.name)
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == module.__name__:
                yield kind


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@cache
def names_of(kind: type) -> frozenset[str]:
    """The private names that a class defines, or reads or sets of its instances."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(node, ast.ClassDef)
    found = {one.name for one in node.body if isinstance(one, DEFINITION)}
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and ast.unparse(one.value) == "self":
            found.add(one.attr)
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else []
        targets = [line.target] if isinstance(line, ast.AnnAssign) else targets
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(filter(is_private, found))


@pytest.mark.slow
def test_no_name_of_ours_meets_a_private_one_outside_the_toolkit() -> None:
    """Neither to use it, nor by chance, when a widget would lose what Textual keeps there."""
    found: dict[str, set[str]] = {}
    for kind in classes():
        bases = [base for base in kind.__mro__ if base.__module__.startswith("textual.")]
        theirs = {name for base in bases for name in names_of(base)}
        if shared := names_of(kind) & theirs:
            found.setdefault(kind.__module__, set()).update(shared)
    assert found == PRIVATE


def test_no_private_part_of_another_object_is_touched_outside_the_toolkit() -> None:
    touched = []
    for path in FOLDER.rglob("*.py"):
        if path.parent.name == "toolkit":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and "._" in (node.module or ""):
                touched.append((path.name, node.module))
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                is_own = (
                    ast.unparse(node.value) in ("self", "super()") or node.attr in OF_NAMED_TUPLES
                )
                touched += [] if is_own else [(path.name, ast.unparse(node))]
    assert not touched


# Each part: what Textual does with it, and what would break


class Tall(ScrollView):
    """Textual's own, with more lines than fit."""

    def on_mount(self) -> None:
        self.virtual_size = Size(10, 100)


class Box(App[None]):
    CSS = "ScrollView { width: 1fr; height: 1fr; }"

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets

    def compose(self) -> ComposeResult:
        yield from self.widgets


async def test_a_layout_fits_the_scrollbars_by_scroll_update(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else `Extent` would neither show a bar that is needed nor save the paint of one that fits."""
    asked: list[Size] = []
    fit = Widget._scroll_update

    def noted(widget: Widget, size: Size) -> None:
        asked.append(size)
        fit(widget, size)

    monkeypatch.setattr(Widget, "_scroll_update", noted)
    view = Tall()
    async with Box(view, Static()).run_test(size=(20, 9)) as pilot:
        await pilot.pause()
        assert asked[-1] == (10, 100)
        assert view.show_vertical_scrollbar
        asked.clear()
        app = pilot.app
        app.screen.refresh(layout=True)
        app.query_one(Static).update("a layout")
        await pilot.pause()
        assert asked, "at every layout"


async def test_scrollbars_come_to_rest_by_what_they_have_been() -> None:
    """Else `Extent` could not forget it, and a bar would stay that nothing needs any more."""
    view = Extent()
    async with Box(view).run_test(size=(20, 9)) as pilot:
        view.extend_to(Size(10, 100))
        await pilot.pause()
        assert view.show_vertical_scrollbar
        view._scrollbar_changes.add((False, False))  # as after a layout with another extent
        Widget._scroll_update(view, Size(10, 3))
        assert view.show_vertical_scrollbar, "Textual takes that for a bar that comes and goes"
        view.extend_to(Size(10, 3))
        await pilot.pause()
        assert not view.show_vertical_scrollbar


class Filled(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Static("behind")


class Dialog(ModalScreen[None]):
    """Textual's own."""

    def __init__(self) -> None:
        super().__init__()
        self.rendered: list[object] = []

    def compose(self) -> ComposeResult:
        yield Static("a dialog")

    def render(self) -> RenderableType:
        self.rendered.append(super().render())
        return super().render()


async def test_the_lines_of_a_screen_as_they_stand() -> None:
    """Else no dialog could be drawn: each has the screen behind it for a background."""
    async with App[None]().run_test(size=(20, 4)) as pilot:
        await pilot.app.push_screen(Filled())
        await pilot.pause()
        lines = lines_of(pilot.app.screen)
        assert all(isinstance(line, Strip) for line in lines)
        assert [line.text for line in lines] == ["behind".ljust(20), *[" " * 20] * 3]


async def test_a_modal_screen_is_rendered_as_the_one_behind_it() -> None:
    """Else ours, which `Modal` takes in its place, would show something else."""
    async with App[None]().run_test(size=(40, 9)) as pilot:
        await pilot.app.push_screen(Filled())
        await pilot.app.push_screen(dialog := Dialog())
        await pilot.pause()
        behind = dialog.rendered[-1]
        assert isinstance(behind, BackgroundScreen)
        ours = Dimmed(pilot.app.screen_stack[-2], dialog.styles.background)
        assert (behind.screen, behind.color) == (ours.screen, ours.color)


async def test_a_screen_reaches_the_terminal_by_compositor_refresh_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else `FirstPaint` could not leave one out, and dialogs would flicker when they open."""
    async with App[None]().run_test(size=(40, 9)) as pilot:
        app, shown, passed = pilot.app, list[Screen[object]](), list[bool]()
        display, refresh = app._display, Screen._compositor_refresh

        def noted(screen: Screen[object], drawn: RenderableType | None) -> None:
            shown.append(screen)
            display(screen, drawn)

        monkeypatch.setattr(app, "_display", noted)
        monkeypatch.setattr(Screen, "_compositor_refresh", lambda _: passed.append(True))
        await app.push_screen(dialog := Dialog())
        await until(pilot, lambda: bool(passed))
        assert dialog not in shown
        monkeypatch.setattr(Screen, "_compositor_refresh", refresh)
        dialog.refresh()
        await until(pilot, lambda: dialog in shown)


async def test_an_error_of_a_widget_goes_to_handle_exception(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else `LeavingApp` could not tell what only fails because the program ends."""
    handled: list[Exception] = []
    handle = App._handle_exception

    def noted(app: App[object], error: Exception) -> None:
        handled.append(error)
        handle(app, error)

    monkeypatch.setattr(App, "_handle_exception", noted)
    widget = Static()
    with pytest.raises(NoMatches):  # noqa: PT012 - it ends the whole program
        async with Box(widget).run_test() as pilot:
            widget.call_later(widget.query_one, "#nothing")
            await pilot.pause()
    assert isinstance(handled[0], NoMatches)


async def test_a_key_is_looked_up_before_it_is_sent_on_and_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else `DirectKeys` would look up no key, and each would go its whole way again."""
    asked: list[tuple[str, bool]] = []
    check = App._check_bindings

    async def noted(app: App[object], key: str, priority: bool = False) -> bool:
        asked.append((key, priority))
        return await check(app, key, priority)

    monkeypatch.setattr(App, "_check_bindings", noted)
    async with Box(Static()).run_test() as pilot:
        await pilot.press("a")
        await pilot.pause()
    assert asked == [("a", True), ("a", False)]


class Plain(Static, can_focus=True):
    pass


class Steady(Unchanged, Static, can_focus=True):
    pass


@pytest.mark.parametrize(("kind", "styled"), [(Plain, True), (Steady, False)])
async def test_the_focus_styles_and_paints_a_widget_anew_by_three_methods(
    monkeypatch: pytest.MonkeyPatch, kind: type[Static], styled: bool
) -> None:
    """Else tab and arrows would have all that is in a pane styled and painted anew."""
    widget, other = kind(), Plain()
    async with Box(other, widget).run_test() as pilot:
        await pilot.pause()
        asked, painted, told = list[object](), list[object](), list[type]()
        monkeypatch.setattr(pilot.app, "update_styles", lambda node, **_: asked.append(node))
        monkeypatch.setattr(widget, "refresh", lambda *_, **__: painted.append(widget))
        tell = pilot.app.screen.post_message

        def noted(message: Message) -> bool:
            told.append(type(message))
            return tell(message)

        monkeypatch.setattr(pilot.app.screen, "post_message", noted)
        for focused in (widget, other):
            pilot.app.screen.set_focus(focused)
            await pilot.pause()
            assert widget.has_focus is (focused is widget)
        assert (widget in asked) is styled
        assert (widget in painted) is styled
        assert {events.DescendantFocus, events.DescendantBlur} <= set(told)


@pytest.mark.skipif(sys.platform == "win32", reason="keys are no characters there")
class TestKeyboard:
    def test_the_parser_makes_keys_of_characters(self) -> None:
        """Else no key would be read."""
        from textual._xterm_parser import XTermParser

        parser = XTermParser()
        keys = [one.key for one in parser.feed("q\x1b[C") if isinstance(one, events.Key)]
        assert keys == ["q", "right"]
        assert [*parser.tick()] == []

    async def test_the_driver_writes_to_its_file_and_is_woken_by_sigcont(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else a terminal that has gone would keep the program from ending."""
        from textual.drivers.linux_driver import LinuxDriver

        from rnn_tui.tui.toolkit.keyboard import Keyboard, Unread

        handlers: dict[int, object] = {}
        monkeypatch.setattr(signal, "signal", handlers.__setitem__)
        driver = Keyboard(App())
        file: object = driver._file
        assert isinstance(file, Unread), "where it writes"
        assert handlers[signal.SIGCONT] == driver._sigcont_application
        assert (driver._key_thread, driver._must_signal_resume) == (None, False)
        assert driver._loop is asyncio.get_running_loop()
        source = inspect.getsource(LinuxDriver)
        for part in ("_file", "_key_thread", "run_input_thread", "exit_event", "fileno"):
            assert f"self.{part}" in source, part
