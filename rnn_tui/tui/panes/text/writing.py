"""What the network writes, what may come next, and what there is to write with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from rnn_tui.experiments import Vocabulary
from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.present.text.text_scene import Scene
from rnn_tui.present.text.text_tables import NextTable
from rnn_tui.present.text.text_words import (
    NOT_FINITE,
    next_title,
    sample_title,
    temperature_text,
    vocabulary_text,
    vocabulary_title,
)
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.panes.text.passage import PassageView
from rnn_tui.tui.table.ample import AmpleTable
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import content

WIDE = 34  # cells that the pane of the next token needs for all its columns


class SamplePane(Pane):
    """Text drawn from the network as it is now, after a prompt."""

    TITLE = "Sample"
    HELP_TEXT = (
        "Text sampled from the network with its current weights. It reads the prompt (coloured), "
        "draws the next token from its probabilities, reads that, and so on. The same weights, "
        "prompt, temperature and seed always give the same text.\n\n"
        "The temperature divides the logits before the softmax: below 1 likely tokens become "
        "likelier, at 0 the likeliest is always taken (greedy), above 1 the text becomes more "
        "random. The arrows move the cursor; the pane beside shows the candidates for the token "
        "after it."
    )

    scene: reactive[Scene | None] = reactive(None, init=False)

    def __init__(self, *, words: bool) -> None:
        super().__init__(id="sample")
        self.words = words

    def compose(self) -> ComposeResult:
        """The text, and a line for when there is no more of it."""
        yield PassageView(words=self.words, id="sample-text")
        yield Static(id="not-finite")

    def on_mount(self) -> None:
        """The keys on the border, the explanation ready."""
        keys = [f"{KEYS['cooler']} {KEYS['warmer']} temperature", f"{KEYS['next_seed']} seed"]
        self.border_subtitle = " · ".join([*keys, f"{KEYS['prompt']} prompt"])
        self.query_one("#not-finite", Static).update(content(with_keys(NOT_FINITE, KEYS)))

    def watch_scene(self, before: Scene | None, scene: Scene | None) -> None:
        """Draw another text; after another prompt the cursor goes to its end."""
        if scene is None or scene.manner is None or scene.writing is None:
            return
        old = before.manner.prompt if before and before.manner else None
        place = None if old == scene.manner.prompt else scene.writing.given - 1
        self.query_one(PassageView).draw(scene.writing, place=place)
        self.set_class(not scene.writing.finite, "-not-finite")
        self.border_title = sample_title(scene.manner)


class NextPane(Pane):
    """The probabilities of what follows, the largest first."""

    TITLE = "Next token"
    HELP_TEXT = (
        "Probability of each next token, after all text before and under the cursor of the sample "
        "or of the text under the lens. The temperature is applied; where it isn't 1, the last "
        "column has the probabilities at temperature 1. ◂ marks the token that follows in the "
        "text.\n\n"
        "⏎ or a click on a token continues with it: the text up to the cursor and this token "
        "become the prompt."
    )

    class Chosen(Message):
        """Write on with this token."""

        def __init__(self, token: str) -> None:
            super().__init__()
            self.token = token

    def __init__(self) -> None:
        super().__init__(id="next")
        self._drawn: tuple[NextTable | None, Sequence[str], Vocabulary, bool] | None = None

    def compose(self) -> ComposeResult:
        """One table, and a line for when there is none."""
        yield AmpleTable(id="next-table")
        yield Static(id="no-next")

    def on_mount(self) -> None:
        """The explanation ready."""
        self.query_one("#no-next", Static).update(content(with_keys(NOT_FINITE, KEYS)))

    def draw(
        self,
        table: NextTable | None,
        tokens: Sequence[str],
        vocabulary: Vocabulary,
        goes_on: bool = True,
    ) -> None:
        """What follows after these tokens, None where that isn't finite; can it be written on?"""
        self._drawn = table, tokens, vocabulary, goes_on
        self.set_class(table is None, "-not-finite")
        room = self.size.width - len("Next after “” ") - 4
        self.border_title = Content(next_title(tokens, vocabulary, room))
        if table is not None:
            table = replace(table, narrow=self.size.width < WIDE)
            on = " · ⏎ append it" if goes_on else ""
            self.border_subtitle = f"{temperature_text(table.temperature, short=table.narrow)}{on}"
        self.query_one(TableView).table = table

    def on_resize(self) -> None:
        """Another width has room for more, or less."""
        if self._drawn is not None:
            self.draw(*self._drawn)

    @on(TableView.CellSelected)
    def _choose(self, event: TableView.CellSelected) -> None:
        table = event.table_view.table
        if isinstance(table, NextTable):
            self.post_message(self.Chosen(table.tokens[table.order[event.row]]))


class VocabularyPane(Pane):
    """All that the network can write."""

    TITLE = "Vocabulary"
    HELP_TEXT = (
        "The vocabulary: every token of the training text, sorted. Its place is the token's "
        "number in W_xh and W_hy. ␣ is a space, ⏎ a line feed, ⇥ a tab. The network can read and "
        "write nothing else."
    )

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(id="vocabulary")
        self.vocabulary = vocabulary

    def compose(self) -> ComposeResult:
        """Text that scrolls when there is more than fits."""
        with VerticalScroll(can_focus=True):
            yield Static(vocabulary_text(self.vocabulary), markup=False)

    def on_resize(self) -> None:
        """The count stands on the border."""
        self.border_title = vocabulary_title(self.vocabulary)
