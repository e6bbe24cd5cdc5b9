"""What is under the cursor, what its pane shows, and every key, from the one table of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from rnn_tui.characters import visible
from rnn_tui.tui.bindings import ACTS, Act
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.widgets.kept_text import KeptText

KEY_WIDTH = 9
KEYS_OF_HELP = "/ filter keys and symbols · click a key to use it · esc leave"
MOST_SYMBOLS = 8  # in the list of what the filter finds
TABLE_KEYS = (
    ("↑ ↓ ← →", "Choose a cell, and with it the unit that Why explains"),
    ("⏎", "Show how this number was computed (Why)"),
    ("tab", "Focus the next pane"),
)


class HelpScreen(Modal[str]):
    """Help on the number under the cursor, on one pane and on the keys. Gives the verb of a row.

    It can be kept and opened again for another pane: to make it takes twice as long as that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q,enter", "dismiss(None)", "close"),
        Binding("slash", "filter", "filter"),
        Binding("escape", "leave", "leave"),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.pane_title = title
        self.text = text
        self.page_name = ""
        self.pointed = ""
        self.symbols: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """What is under the cursor, the pane's own help, then the keys; a field to filter them."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = KEYS_OF_HELP
            yield Input(placeholder="a key, a symbol or a word, such as gradient", id="filter")
            with VerticalScroll():
                yield Static(self.pointed, classes="pointed", markup=False)
                yield Static(self.text, classes="about", markup=False)
                yield Static(key_list(self.page_name), classes="keys")

    def begin(self) -> None:
        """Without the field, and without an entry where nothing is under the cursor."""
        self._show_all()

    @property
    def _title(self) -> str:
        return f"Help · {self.pane_title}"

    def turn_to(
        self, title: str, text: str, page: str = "", pointed: str = "",
        symbols: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Be the help on another pane, from its beginning.

        The keys of a `page` come first; `pointed` is the glossary's entry of a number, and
        `symbols` is all of the glossary, which the filter looks through as well.
        """
        self.pane_title, self.text = title, text
        self.page_name, self.pointed = page, pointed
        self.symbols = symbols
        if self.is_mounted:
            self.query_one(".dialog").border_title = self._title
            self._write(".about", text)
            self._write(".pointed", pointed)
            self._show_all()
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def put_first(self, page: str) -> None:
        """Be the help on the same pane, with the keys of a page first."""
        self.page_name = page
        self._show_all()

    def _show_all(self) -> None:
        field = self.query_one("#filter", Input)
        field.value, field.display = "", False
        self.query_one(".pointed").display = bool(self.pointed)
        self.query_one(".about").display = True
        self._write(".keys", key_list(self.page_name))
        self.query_one(VerticalScroll).focus()

    def _write(self, part: str, text: str | Content) -> None:
        """Have a part say something. Where it does so already, its lines are there, too."""
        shown = self.query_one(part, Static)
        if shown.content != text:
            shown.update(text)

    # Filtering

    def action_filter(self) -> None:
        """Type a word that the keys shown are to have."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def action_leave(self) -> None:
        """Back from the filter to all keys; without one, close."""
        if self.query_one("#filter", Input).display:
            self._show_all()
        else:
            self.dismiss(None)

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        word = event.value.strip()
        for part in (".about", ".pointed"):
            self.query_one(part).display = not word and (part == ".about" or bool(self.pointed))
        found = key_list(self.page_name, word)
        told = symbol_list(self.symbols, word) if word else Content()
        self._write(".keys", Content("\n").join(filter(None, (told, found))))

    @on(Input.Submitted, "#filter")
    def _to_list(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_perform(self, verb: str) -> None:
        """Close, and have the act of a clicked row done."""
        self.dismiss(verb)


@lru_cache(maxsize=16)
def key_list(page: str = "", word: str = "") -> Content:
    """Every key with its sentence: those of a page, the everyday ones, the rest by group.

    With a `word` only those that have it in their key, their name or their sentence.
    """
    rows: list[Content] = []
    for heading, acts in _sections(page):
        fits = [act for act in acts if _has(word, act.key_text, act.label, act.about)]
        found = [_act_row(list(same)) for _, same in groupby(fits, key=lambda act: act.about)]
        rows += [Content.styled(heading, "bold $text-accent"), *found] if found else []
    tables = [_row(key, about) for key, about in TABLE_KEYS if _has(word, key, about)]
    rows += [Content.styled("In tables", "bold $text-accent"), *tables] if tables else []
    if not rows:
        return Content(f"No key has “{visible(word)}”")
    return KeptText(Content("\n").join(rows))


def _sections(page: str) -> Iterator[tuple[str, list[Act]]]:
    """Headings and acts, each act once."""
    own = [act for act in ACTS if page in act.pages]
    everyday = [act for act in ACTS if act.footer]
    if own:
        yield "On this page", own
    yield "Everyday keys", everyday
    taken = {key for act in own for key in act.key.split(",")}
    others = [act for act in ACTS if not taken & set(act.key.split(","))]
    rest = [act for act in others if act not in everyday]
    for group, acts in groupby(rest, key=lambda act: act.group):
        yield group, list(acts)


def symbol_list(symbols: Mapping[str, str], word: str) -> Content:
    """The symbols that begin with a word, then those whose sentence has it."""
    named = [name for name in symbols if name.lower().startswith(word.lower())]
    meant = [name for name, about in symbols.items() if name not in named and _has(word, about)]
    rows = [
        Content.assemble((f"  {name:<{KEY_WIDTH - 1}} ", "bold"), symbols[name])
        for name in (*sorted(named, key=len), *meant)[:MOST_SYMBOLS]
    ]
    return Content("\n").join(
        [Content.styled("Symbols", "bold $text-accent"), *rows] if rows else []
    )


def _has(word: str, *texts: str) -> bool:
    return any(word.lower() in text.lower() for text in texts)


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
