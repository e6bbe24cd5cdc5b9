"""What the focused pane shows, and every key, made from the one table of keys."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from rnn_tui.tui.bindings import ACTS, Act
from rnn_tui.tui.dialogs.modal import Modal

KEY_WIDTH = 9
TABLE_KEYS = (
    ("↑ ↓ ← →", "Choose a cell, and with it the unit that Why explains"),
    ("⏎", "Show how this number was computed (Why)"),
    ("tab", "Focus the next pane"),
)


class HelpScreen(Modal[str]):
    """Help on one pane, and the keys, each of which can be clicked. Gives the verb of one.

    It can be kept and opened again for another pane: to make it takes twice as long as that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q,enter", "dismiss(None)", "close")
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.pane_title = title
        self.text = text

    def compose(self) -> ComposeResult:
        """The pane's own help first, then the keys by group."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = "esc: leave"
            with VerticalScroll():
                yield Static(self.text, classes="about", markup=False)
                yield Static(key_list(), classes="keys")

    @property
    def _title(self) -> str:
        return f"Help · {self.pane_title}"

    def turn_to(self, title: str, text: str) -> None:
        """Be the help on another pane, from its beginning."""
        self.pane_title, self.text = title, text
        if self.is_mounted:
            self.query_one(".dialog").border_title = self._title
            self.query_one(".about", Static).update(text)
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_perform(self, verb: str) -> None:
        """Close, and have the act of a clicked row done."""
        self.dismiss(verb)


@cache
def key_list() -> Content:
    """Every key with its sentence, by group."""
    rows: list[Content] = []
    for group, acts in groupby(ACTS, key=lambda act: act.group):
        rows.append(Content.styled(group, "bold $text-accent"))
        rows += [_act_row(list(same)) for _, same in groupby(acts, key=lambda act: act.about)]
    rows.append(Content.styled("Tables", "bold $text-accent"))
    rows += [_row(key, about) for key, about in TABLE_KEYS]
    return Content("\n").join(rows)


def _act_row(acts: list[Act]) -> Content:
    """Keys of one verb, each of which can be clicked, and its sentence; with it, the first."""
    keys = [Content.styled(act.key_text, "bold").stylize(_click(act)) for act in acts]
    listed = Content(" ").join(keys)
    room = Content(" " * max(1, KEY_WIDTH - listed.cell_length))
    rest = Content.assemble(room, acts[0].about).stylize(_click(acts[0]))
    return Content.assemble("  ", listed, rest)


def _click(act: Act) -> str:
    return f"@click=screen.perform('{act.verb}')"


def _row(key: str, about: str) -> Content:
    return Content.assemble((f"  {key:<{KEY_WIDTH}}", "bold"), about)
