"""The Learn dock: the text of a step, and below or beside it what can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from rnn_tui.present.learning.card import Card, Row
from rnn_tui.present.learning.markup import broken
from rnn_tui.session.view import StepView
from rnn_tui.tui.learn.lesson_text import LessonText
from rnn_tui.tui.learn.rows import Rows
from rnn_tui.tui.panes.pane import ZOOMED, Pane
from rnn_tui.tui.text import contents
from rnn_tui.tui.widgets.text_view import EDGE

# On the border: with the keys here, of a list, of a text that goes on below; with them elsewhere.
KEYS, LIST = "⏎ choose · ←→ step · 5 leave", "⏎ choose · 5 leave"
CHOICES = "1–{count}, then ⏎"  # in the place of ⏎ alone, and of other keys where there is more text
MORE, MORE_ABOVE = "page down: more · z {size} · 5 leave", "page up: more · z {size} · 5 leave"
ELSEWHERE, MORE_ELSEWHERE = "5: the keys come here", "5, then page down: more"
MORE_THERE, IN_FIELD = "page down: more · ⏎ check · ↓ rows", "⏎ check · ↓ hints and more"
MOST = 0.7  # of the height of a dock beside the pages that its text has, or what rows leave


class LineInput(Input):
    """A field for a line of a cell, which has neither ? nor !: they are keys here, too."""

    KEYS = "?", "!"

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is written."""
        return character not in self.KEYS and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Leave those to the bindings."""
        if event.character in self.KEYS:
            event.prevent_default()  # it would be written


class LearnDock(Pane):
    """Draws a card. What is chosen, written, or drawn wider goes to whom it was made for."""

    TITLE = "Learn"
    HELP_TEXT = (
        "A lesson beside the live network. It is checked against what you do, and nothing moves "
        "on by itself.\n\nArrows or digits mark a row, enter chooses it; ← → go to the step "
        "before or after, page up and down move the text, ( and ) or the mouse on the border "
        "change the size, z fills the screen, esc goes to the panes and {learn} comes back; "
        "? gives a hint and ! the solution, on the pages, too: F1 is help there meanwhile. "
        "K at the start of a lesson that you know tests out of it. "
        "With the keys here, {learn} leaves the lesson: your own session is as it was, and "
        "{learn} goes on later."
    ).replace("{learn}", "5")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "walk('next')", "next step", show=False),
        Binding("left", "walk('previous')", "step before", show=False),
        Binding("down", "rows", "to the rows", show=False),
        Binding("escape", "release", "to the panes", show=False),
        Binding("pageup", "scroll_text(-1)", show=False),  # from the field, too
        Binding("pagedown", "scroll_text(1)", show=False),
    ]

    def __init__(
        self,
        choose: Callable[[Row], object],
        write: Callable[[str], object],
        walk: Callable[[str], object],
        release: Callable[[], object],
        resize: Callable[[int], object],
        ask: Callable[[], object],
    ) -> None:
        """`ask` says that a row is to be marked first."""
        super().__init__(id="learn")
        self.card: Card | None = None
        self.is_beside = True
        self._choose, self._write, self._walk = choose, write, walk
        self._release, self._resize, self._ask = release, resize, ask
        self._is_dragged = False
        self._has_more = False  # text below that in sight

    def compose(self) -> ComposeResult:
        """The text, and a column of what can be done."""
        with Container(id="lesson-reading"):
            yield LessonText(self._tell_of_more, self._most, id="lesson-text")
            yield Static("", id="lesson-asked", markup=False)
        with Container(id="lesson-answers"):
            with Horizontal(id="lesson-field"):
                yield Static("", id="lesson-line", markup=False)
                yield LineInput(id="lesson-written", max_length=200, compact=True)
            yield Rows(self._choose, self._scroll, self._ask)

    def on_mount(self) -> None:
        """Name the keys on the border."""
        self._write_keys()
        self.call_later(self._draw)  # once its title is there to be another one

    # The card

    def show_card(self, card: Card) -> None:
        """Draw another card, or what has changed of it."""
        if card != self.card:
            before, self.card = self.card, card
            if self.is_mounted:
                self._draw(before)

    def show(self, view: StepView) -> None:
        """Nothing of a view is drawn here."""

    def respell(self) -> None:
        """In another notation."""
        super().respell()
        self._draw()

    def _draw(self, before: Card | None = None) -> None:
        card = self.card
        if card is None:
            return
        self.write_above(card.title)
        self.set_class(card.is_list, "-list")
        text = self.query_one(LessonText)
        self.query_one(Rows).show(card.rows, card.first)  # which leave room to the text
        question = self.query_one("#lesson-asked", Static)
        question.display = bool(card.asked)
        question.update(contents((card.asked,)))
        text.from_end = bool(card.said) and before is not None
        text.update(self._text(card))
        field = self.query_one("#lesson-field")
        field.display = bool(card.field)
        self.query_one("#lesson-line", Static).update(f"{card.field} ")
        if before is None or before.paragraphs != card.paragraphs:
            self.query_one(Input).value = card.written

    def _text(self, card: Card) -> Content:
        gap = Content("\n\n" if self._is_airy else "\n")
        return gap.join([contents(lines) for lines in (*card.paragraphs, *card.said)])

    @property
    def _is_airy(self) -> bool:
        """Whether there is room for a line between paragraphs."""
        return self.is_beside or self.has_class(ZOOMED)

    def _most(self) -> int | None:
        """The lines that the text may have, so that the question is in sight, and beside the
        pages the rows; None if it is not known.
        """
        height, rows = self.scrollable_content_region.height, self.query_one(Rows)
        if not height or not rows.size.width:
            return None
        if self.is_beside and not self.has_class(ZOOMED):
            field = 1 if self.card is not None and self.card.field else 0
            height = max(int(height * MOST), height - rows.lines_needed - field)
        return max(1, height - self._lines_asked)

    @property
    def _lines_asked(self) -> int:
        """The lines of the question."""
        if self.card is None or not self.card.asked:
            return 0
        width = self.query_one("#lesson-reading").size.width - 2 * EDGE
        return len(broken(self.card.asked, max(1, width), 0)) + self._is_airy

    def _tell_of_more(self, more: bool) -> None:
        self._has_more = more
        self._write_keys()

    def _light(self) -> None:
        super()._light()
        self._write_keys()

    def _write_keys(self) -> None:
        if not self.has_focus_within:
            keys = MORE_ELSEWHERE if self._has_more else ELSEWHERE
        elif isinstance(self.screen.focused, Input):  # where z and 5 are written
            keys = MORE_THERE if self._has_more else IN_FIELD
        elif self._has_more:
            keys = self._with_choices(MORE)
        elif self.card is not None and self.card.asked and self._is_scrolled:
            keys = self._with_choices(MORE_ABOVE)
        else:
            is_list = self.card is not None and self.card.is_list
            keys = LIST if is_list else self._with_choices(KEYS)
        self.write_below(keys)

    def _with_choices(self, keys: str) -> str:
        """Keys of a border, and how a choice is taken, where there are some."""
        rows = () if self.card is None else self.card.rows
        digits = [row.digit for row in rows if row.digit and row.is_open]
        size = "smaller" if self.has_class(ZOOMED) else "larger"
        if not digits:
            return keys.format(size=size)
        first, *others = keys.split(" · ")
        taken = CHOICES.format(count=max(digits))
        return " · ".join([taken, *others] if keys == KEYS else [first, taken])

    @property
    def _is_scrolled(self) -> bool:
        return self.query_one(LessonText).scroll_offset.y > 0

    # The keys and the mouse

    def take_focus(self, *, to_rows: bool = False) -> None:
        """Have the keys come here: to the field, if there is one, or to the rows."""
        has_field = self.card is not None and bool(self.card.field)
        self.query_one(Input if has_field and not to_rows else Rows).focus()

    def allow_focus(self) -> bool:
        """What is in it has the focus."""
        return False

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self._write(event.value)

    def action_walk(self, way: str) -> None:
        """The step before, or the next one."""
        self._walk(way)

    def action_rows(self) -> None:
        """From the field down to the rows."""
        self.take_focus(to_rows=True)

    def action_release(self) -> None:
        """Let the panes have the keys."""
        self._release()

    def action_scroll_text(self, pages: int) -> None:
        """Move the text."""
        self._scroll(pages)

    def _scroll(self, pages: int) -> None:
        self.query_one(LessonText).page_by(pages)

    # Its size

    def place(self, is_beside: bool, cells: int, *, fills: bool) -> None:
        """Stand at the right, so many cells wide, or below, so many lines high; or fill all."""
        turns = (is_beside, fills) != (self.is_beside, self.has_class(ZOOMED))
        self.is_beside = is_beside
        self.set_class(fills, ZOOMED)
        self.set_class(fills or not is_beside, "-below")
        self.styles.width = cells if is_beside and not fills else "1fr"
        self.styles.height = cells if not is_beside and not fills else "1fr"
        if turns and self.is_mounted:
            self._draw(self.card)

    def on_mouse_down(self, event: events.MouseDown) -> None:  # type: ignore[override]
        """The border towards the pages is to be drawn; elsewhere a click brings the keys here."""
        edge = self.region.x if self.is_beside else self.region.y
        at = event.screen_x if self.is_beside else event.screen_y
        if at == edge and not self.has_class(ZOOMED):
            self._is_dragged = True
            self.capture_mouse()
            event.prevent_default()  # which brings the keys here
        elif not self.has_focus_within:
            self.take_focus()
            event.prevent_default()  # which takes what comes first

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw it wider or narrower."""
        if self._is_dragged:
            ends = self.region.right if self.is_beside else self.region.bottom
            self._resize(ends - (event.screen_x if self.is_beside else event.screen_y))

    def on_mouse_up(self) -> None:
        """It is as wide as it is to be."""
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()
