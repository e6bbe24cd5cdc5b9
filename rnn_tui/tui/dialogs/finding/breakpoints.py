"""Where runs stop: conditions, on or off, a field for another, and the search in reverse."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.present.sentences import stops
from rnn_tui.present.sentences.working import COMPUTING
from rnn_tui.session.breakpoints.breakpoints import Breakpoints, Gauge, Hit, last_hits, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.breakpoints.conditions import Condition, ConditionError
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.toolkit.background import PATIENCE, Job

NO_BREAK = "\N{NO-BREAK SPACE}"
REVERSE = "← Rewind to where one of these last became true"


class BreakpointsScreen(Modal[tuple[Hit, ...]]):
    """Changes the breakpoints it is given. Gives what a search found, nothing if it is left."""

    HAS_CODE_NAMES = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"),
        Binding("delete,backspace", "remove", "remove"),
        Binding("b", "back", "back"),
    ]

    def __init__(self, session: Session, breakpoints: Breakpoints) -> None:
        super().__init__()
        self.session = session
        self.breakpoints = breakpoints
        self._scope = scope_of(session.view)
        self._gauge = Gauge(session.moment.timeline)
        self._wanted: Condition | None = None  # what was typed, and is to be measured
        self._examples = tuple(filter(self._readable, stops.EXAMPLES))

    def compose(self) -> ComposeResult:
        """The list with the search under it, the field, examples, and what is to be said."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Breakpoints: run until"
            dialog.border_subtitle = (
                "⏎ on/off · del remove · b rewind to where it was true last · esc leave"
            )
            yield Static(stops.about(self._scope), classes="about", markup=False)
            yield OptionList(markup=False)
            yield Input(placeholder="another condition, such as loss < 0.3")
            yield Static("", classes="problem", markup=False)
            yield Static(self._example_line(), classes="about")

    def begin(self) -> None:
        """Begin where there is something to do."""
        self._list()
        if not self.breakpoints.items:
            self.query_one(Input).focus()

    # The list

    def _list(self, place: int = 0) -> None:
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options(Option(stops.row(one)) for one in self.breakpoints.items)
        rows.add_option(Option(REVERSE, disabled=not self.breakpoints.active))
        rows.highlighted = min(place, len(self.breakpoints.items))

    @property
    def _place(self) -> int | None:
        """Which breakpoint is highlighted, while the list has the keys."""
        rows = self.query_one(OptionList)
        place = rows.highlighted
        here = rows.has_focus and place is not None and place < len(self.breakpoints.items)
        return place if here else None

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        if event.option_index == len(self.breakpoints.items):
            self._begin(self.breakpoints.active)
            return
        self.breakpoints.toggle(event.option_index)
        self._list(event.option_index)

    def action_remove(self) -> None:
        """Forget the highlighted breakpoint."""
        if self._place is None:
            self.comment("choose a breakpoint in the list to remove it")
            return
        place = self._place
        self.breakpoints.remove(place)
        self._list(place)

    def action_back(self) -> None:
        """Go back to where the highlighted one became true, or, from the last row, any."""
        place = self._place
        one = None if place is None else self.breakpoints.items[place].condition
        self._begin(self.breakpoints.active if one is None else (one,))

    # The field

    def _readable(self, text: str) -> bool:
        try:
            parse(text, self._scope)
        except ConditionError:
            return False
        return True

    def _example_line(self) -> Content:
        parts = [
            Content(example.replace(" ", NO_BREAK)).stylize(f"@click=screen.example({i})")
            for i, example in enumerate(self._examples)
        ]
        return Content("Such as  ") + Content(" · ").join(parts)

    def action_example(self, place: int) -> None:
        """Put an example into the field."""
        field = self.query_one(Input)
        field.value = self._examples[place]
        field.focus()

    @on(Input.Changed)
    def _tell(self, event: Input.Changed) -> None:
        self._wanted = None
        if not event.value.strip():
            self.comment("")
            return
        try:
            condition = parse(event.value, self._scope)
        except ConditionError as error:
            self.comment(str(error))
        else:
            self._tell_whether(condition)

    def _tell_whether(self, condition: Condition) -> None:
        """Say whether it is true here, of the newest condition that was typed."""
        update, self._wanted = self.session.moment.cursor.update, condition

        def tell(said: str) -> None:
            if self._wanted is condition:
                self.comment(said, fine=True)
            elif self._wanted is not None:
                self._tell_whether(self._wanted)

        self._aside.start(
            lambda _: stops.now(condition, self._gauge, update), tell, patience=PATIENCE
        )
        if self._aside.at_work:
            self.comment(COMPUTING, fine=True)

    @on(Input.Submitted)
    def _add(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.comment("type a condition, such as loss < 0.3")
            return
        try:
            self.breakpoints.add(event.value, self._scope)
        except ConditionError as error:
            self.comment(str(error))
            return
        with self.prevent(Input.Changed):
            event.input.clear()
        self.comment("")
        self._list(len(self.breakpoints.items) - 1)

    # The search

    def _begin(self, conditions: tuple[Condition, ...]) -> None:
        if not conditions:
            self.comment("turn a breakpoint on first, or type one")
            return
        timeline, here = self.session.moment.timeline, self.session.moment.cursor.update
        self._background.cancel()
        self._follow(here)

        def search(job: Job[int]) -> tuple[Hit, ...]:
            return last_hits(timeline, conditions, here, job.report, job.is_cancelled)

        def end(hits: tuple[Hit, ...]) -> None:
            if hits:
                self.finish(hits)
                return
            self.comment(stops.not_found(conditions, self.session.unit, self.session.here))

        self._background.start(search, end, self._follow)

    def _follow(self, update: int) -> None:
        """Say how far back a search has come."""
        units = update // self.session.updates_per_unit
        self.comment(stops.searching(self.session.unit, units), fine=True)

    def action_leave(self) -> None:
        """Stop a search; leave if there is none."""
        if not self._background.at_work:
            self.dismiss(())
            return
        self._background.cancel()
        self.comment("the search was stopped")
