"""The rival of `screen.py`: an app of Textual alone, with as many panes, tables, pages and a dialog.

It computes nothing: what it shows stands in it. Keys change what they change in the explorer.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import ContentSwitcher, DataTable, Footer, Header, Static

TEXT = (
    "A line of text that is as long as those of the explorer are, with numbers such as +0.1539.\n"
)
ROWS, COLUMNS = 8, 5
TITLES = {"1": ("Hidden state", "Gradient"), "2": ("Spectral radius", "Loss"),
          "3": ("unit ← unit", "unit ← input"), "4": ("Text", "Sample")}  # fmt: skip


class Table(DataTable[str]):
    """Numbers under a cursor, which its border names the column of."""

    def on_mount(self) -> None:
        """Fill it."""
        self.add_columns("token", *(f"h[{column}]" for column in range(COLUMNS)))
        for row in range(ROWS):
            self.add_row("word", *(f"{(row - column) / 9:+.4f}" for column in range(COLUMNS)))

    def on_data_table_cell_highlighted(self) -> None:
        """Name the column."""
        self.border_subtitle = f"unit {self.cursor_column} · ⏎ why"


class Page(Container):
    """A wide pane above, two side by side, and two wide ones below."""

    def __init__(self, name: str) -> None:
        super().__init__(id=f"page{name}")
        self.titles = TITLES[name]

    def compose(self) -> ComposeResult:
        """The panes."""
        yield Static(TEXT * 3, classes="pane")
        with Horizontal():
            for title in self.titles:
                table = Table(classes="pane")
                table.border_title = title
                yield table
        yield Static(TEXT * 4, classes="pane")
        yield Static(TEXT * 3, classes="pane")


class Help(ModalScreen[None]):
    """Text over the screen behind."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "leave")]

    def compose(self) -> ComposeResult:
        """A frame that scrolls."""
        with VerticalScroll(classes="pane") as frame:
            frame.border_title = "Help · Hidden state"
            yield Static(TEXT * 40)


class Bare(App[None]):
    """Four pages, of which one is seen."""

    CSS = """
    .pane { border: round $primary; height: auto; }
    .pane:focus-within { border: round $accent; }
    Horizontal { height: 1fr; }
    Table.pane { width: 1fr; height: 100%; }
    Help { align: center middle; }
    Help .pane { width: 90%; height: 80%; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "turn", "view"),
        Binding("question_mark", "help", "help"),
        *(Binding(key, f"page({key})", title) for key, (title, _) in TITLES.items()),
    ]
    turned = 0

    def compose(self) -> ComposeResult:
        """All pages, one behind the other."""
        yield Header()
        with ContentSwitcher(initial="page1"):
            yield from map(Page, TITLES)
        yield Footer()

    def on_mount(self) -> None:
        """The keys go to the first table."""
        self.query(Table).first().focus()

    def action_turn(self) -> None:
        """Another title beside that of the hidden states."""
        self.turned += 1
        self.query(Table)[1].border_title = f"Gradient, view {self.turned}"

    def action_help(self) -> None:
        """The dialog."""
        self.push_screen(Help())

    def action_page(self, number: int) -> None:
        """Another page in front, with the keys in it."""
        self.query_one(ContentSwitcher).current = f"page{number}"
        self.query_one(f"#page{number}", Page).query(Table).first().focus()


if __name__ == "__main__":
    Bare().run()
