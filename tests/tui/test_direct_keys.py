"""A key goes straight to its binding, unless somebody on its way to the program would hear it."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input, Static

from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.toolkit.direct import DirectKeys, of_unbound_keys


class Quiet(Static, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "app.note('widget')")]


class Marked(Quiet):
    @of_unbound_keys
    def on_key(self, event: events.Key) -> None:
        self.app.heard.append(event.key)  # type: ignore[attr-defined]


class Hears(Quiet):
    def on_key(self, event: events.Key) -> None:
        self.app.heard.append(event.key)  # type: ignore[attr-defined]
        event.stop()


class Decorated(Quiet):
    @on(events.Key)
    def hear(self, event: events.Key) -> None:
        self.app.heard.append(event.key)  # type: ignore[attr-defined]
        event.stop()


class Named(Quiet):
    def key_a(self, event: events.Key) -> None:
        self.app.heard.append(event.key)  # type: ignore[attr-defined]
        event.stop()


class Keys(DirectKeys[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,b", "note('program')"),
        Binding("p", "note('first')", priority=True),
    ]

    def __init__(self, widget: Static) -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[str] = []
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        yield Container(self.widget)

    def action_note(self, by: str) -> None:
        self.done.append(by)


@pytest.mark.parametrize(
    ("widget", "heard", "done"),
    [
        (Quiet, [], ["widget", "program", "first"]),
        (Marked, ["c"], ["widget", "program", "first"]),
        (Hears, ["a", "b", "c"], ["first"]),
        (Decorated, ["a", "b", "c"], ["first"]),
        (Named, ["a"], ["program", "first"]),
    ],
)
async def test_who_hears_a_key_has_it_before_its_binding(
    widget: type[Static], heard: list[str], done: list[str]
) -> None:
    app = Keys(widget())
    async with app.run_test() as pilot:
        app.widget.focus()
        await pilot.press("a", "b", "c", "p")
        await pilot.pause()
    assert (app.heard, app.done) == (heard, done)


async def test_a_field_takes_what_is_typed_there() -> None:
    field = Input()
    app = Keys(field)  # type: ignore[arg-type]
    async with app.run_test() as pilot:
        field.focus()
        await pilot.press("a", "b")
        await pilot.pause()
        assert (field.value, app.done) == ("ab", [])


async def test_messages_that_came_before_a_key_have_their_turn_before_it() -> None:
    app = Keys(Quiet())
    async with app.run_test() as pilot:
        app.widget.focus()
        await pilot.pause()
        app.widget.call_later(app.done.append, "before")
        await app._check_bindings("a", priority=True)
        assert not app.done
        await pilot.press("a")
        await pilot.pause()
        assert app.done == ["before", "widget"]


async def test_no_pane_has_to_pass_an_arrow_on(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[object] = []

    async def noted(self: Pane, event: events.Event) -> None:
        passed.extend([event] if isinstance(event, events.Key) else [])
        await super(Pane, self).on_event(event)

    monkeypatch.setattr(Pane, "on_event", noted)
    async with Explorer(load("grammar")).run_test(size=(120, 36)) as pilot:
        await pilot.press("right", "v", "tab", "2")
        await pilot.pause()
        assert pilot.app.screen.unit == 1  # type: ignore[attr-defined]
        assert not passed
        await pilot.press("1", "f12")  # no key here
        await pilot.pause()
        assert passed
