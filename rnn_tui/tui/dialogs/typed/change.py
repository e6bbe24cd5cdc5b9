"""What can be changed, with what it is now; a field for another value, and what that would do."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.input import Selection
from textual.widgets.option_list import Option

from rnn_tui.present.sentences.changes import effect_text
from rnn_tui.present.sentences.changes_list import change_row, field_text, shown_value, where
from rnn_tui.present.sentences.hints import refusal_hint, with_keys
from rnn_tui.session.edits.changes import Changeable, changeables, value_now
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import content

ANYTHING = "", ""
NUMBER = re.compile(r"\s*([-+*/−]?=)?\s*[-+−]?\.?\d")  # how one begins, a relative one, too
RELATIVE = "Also relative: +=0.1  *=2"


class ChangeScreen(Modal[tuple[str, str]]):
    """Asks for a name and a value that the session would take; escape gives None.

    With a `subject`, the address of a number, the field is for it, and tab gives ANYTHING:
    the list is wanted. Without one it is for what is chosen in the list, or for any
    `name = value`; a `setting` is the one chosen first.
    """

    HAS_CODE_NAMES = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
        Binding("tab", "anything", show=False, priority=True),
    ]

    def __init__(self, session: Session, subject: str = "", setting: str = "") -> None:
        super().__init__()
        self.session = session
        self.subject = subject
        self._base = session.edit_base
        self._items: tuple[Changeable, ...] = () if subject else changeables(self._base)
        self._first = next((i for i, one in enumerate(self._items) if one.name == setting), 0)
        self._now = value_now(self._base, subject) if subject else ""

    def compose(self) -> ComposeResult:
        """The list where nothing is chosen yet, the field, and what it would do."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = f"Change {self.subject}".rstrip()
            first, other = ("", "tab anything else · ") if self.subject else ("↑↓ choose · ", "")
            dialog.border_subtitle = f"{first}⏎ change it · {other}esc leave"
            yield Static(f"{where(self.subject)}. {RELATIVE}", classes="about", markup=False)
            if not self.subject:
                yield OptionList(*(Option(content(change_row(one))) for one in self._items))
            yield Input(self._now, select_on_focus=bool(self.subject))
            yield Static("", classes="problem", markup=False)

    def begin(self) -> None:
        """The field has the keys from the first, with the value as it is now."""
        self.query_one(Input).focus()
        if not self.subject:
            self.query_one(OptionList).highlighted = self._first

    def action_choose(self, step: int) -> None:
        """Choose in the list while the field keeps the keys."""
        for rows in self.query(OptionList):
            here = rows.highlighted or 0
            rows.highlighted = (here + step) % len(self._items)

    def action_anything(self) -> None:
        """From one number to the list of all that can be changed; in there, to the next field."""
        if self.subject:
            self.dismiss(ANYTHING)
        else:
            self.focus_next()

    @on(OptionList.OptionHighlighted)
    def _fill(self, event: OptionList.OptionHighlighted) -> None:
        field, one = self.query_one(Input), self._items[event.option_index]
        field.value = field_text(one)
        end = len(field.value)
        field.selection = Selection(end - len(one.value), end)

    @on(OptionList.OptionSelected)
    def _to_field(self) -> None:
        self.query_one(Input).focus()

    @property
    def _chosen(self) -> Changeable | None:
        for rows in self.query(OptionList):
            if rows.highlighted is not None:
                return self._items[rows.highlighted]
        return None

    def _asked(self, text: str) -> tuple[str, str]:
        """A name and a value; a number alone is for what is chosen in the list."""
        if self.subject:
            return self.subject, text
        if NUMBER.match(text) and (chosen := self._chosen) is not None:
            return chosen.name, text.strip()
        name, _, value = text.partition("=")
        if name[-1:] in "+-*/" and name:  # of += and its like
            name, value = name[:-1], f"{name[-1]}={value}"
        return name.strip(), value.strip()

    @on(Input.Changed)
    def _tell(self, event: Input.Changed) -> None:
        name, value = self._asked(event.value)
        if self._is_now(name, value):
            self.comment(content(shown_value(self._items, name, value)), fine=True)
            return
        try:
            plan = self.session.plan(name, value)
        except Refused as refused:
            self.comment(_refusal(refused))
        else:
            self.comment(Content(effect_text(self._base, plan, self.session.view)), fine=True)

    def _is_now(self, name: str, value: str) -> bool:
        if self.subject:
            return value.strip() == self._now
        return any(one.name == name and value in ("", one.value) for one in self._items)

    @on(Input.Submitted)
    def _change(self, event: Input.Submitted) -> None:
        name, value = self._asked(event.value)
        try:
            self.session.plan(name, value)
        except Refused as refused:
            self.comment(_refusal(refused))
        else:
            self.dismiss((name, value))


def _refusal(refused: Refused) -> Content:
    why, keys = refused.why, refusal_hint(Refused("", *refused.instead)).removeprefix(".")
    return content(with_keys(why + keys, KEYS))
