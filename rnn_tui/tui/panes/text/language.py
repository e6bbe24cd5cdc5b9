"""How the language came: what the network wrote at milestones of its training."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive

from rnn_tui.experiments import Experiment
from rnn_tui.present.text.text_tables import LanguageTable, Milestone
from rnn_tui.present.text.text_words import line_text
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.text.writing import Manner, Passage, milestones, written_then
from rnn_tui.session.view import unit_of
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.toolkit.background import Background

LENGTH = 160  # tokens of a line, as many as the widest pane shows
MOST_KEPT = 512  # lines remembered

SampleKey = tuple[Timeline, int, Manner]


@dataclass(frozen=True, eq=False)
class Past:
    """The way to a moment: the timeline up to an update, in one manner of writing.

    `losses` are those of the validation text, by update, as far as it was measured. `now`
    is what is written at the moment itself.
    """

    experiment: Experiment
    timeline: Timeline
    update: int
    losses: Mapping[int, float]
    manner: Manner
    now: Passage

    @property
    def unit(self) -> str:
        """What an update is called."""
        trainer = self.timeline.trainer
        many = trainer.updates_per_epoch > 1
        return "update" if many and unit_of(trainer) == "epoch" else unit_of(trainer)

    def key(self, k: int) -> SampleKey:
        """What the line of the state before update k depends on."""
        return self.timeline.owner(k), k, self.manner


class LanguagePane(Pane):
    """A line for each milestone; those that are missing are written beside the screen."""

    TITLE = "Samples during training"
    HELP_TEXT = (
        "Samples after 0, 100, 300, 1,000, 3,000 … updates (or steps of a text) and now, with the "
        "validation loss where it was measured. Prompt, temperature and seed are those of the "
        "sample: only the weights differ.\n\n"
        "Earlier weights are recomputed exactly. ⏎ or a click goes back to that step; u undoes "
        "it."
    )

    class Asked(Message):
        """Go to the moment before this update."""

        def __init__(self, update: int) -> None:
            super().__init__()
            self.update = update

    past: reactive[Past | None] = reactive(None, init=False)

    def __init__(self) -> None:
        super().__init__(id="language")
        self._kept: OrderedDict[SampleKey, Passage] = OrderedDict()
        self._background = Background(self)

    def compose(self) -> ComposeResult:
        """One table."""
        yield TableView(id="language-table")
        self.border_subtitle = "⏎ go back to that step"

    def watch_past(self, past: Past | None) -> None:
        """Show the lines that are known, and have the others written."""
        if past is not None:
            self._write_table(past)
            self._write_missing(past)

    def stop(self) -> None:
        """Leave what isn't written yet."""
        self.past = None

    def _write_missing(self, past: Past) -> None:
        """Have the first line written that isn't known."""
        keys = map(past.key, milestones(past.update))
        key = next((key for key in keys if key not in self._kept), None)
        if key is not None:
            write = partial(written_then, *key, LENGTH)
            self._background.start(lambda _: write(), partial(self._keep, key))

    def _keep(self, key: SampleKey, passage: Passage) -> None:
        self._kept[key] = passage
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.watch_past(self.past)

    def _write_table(self, past: Past) -> None:
        lines = []
        for k in (*milestones(past.update), past.update):
            passage = past.now if k == past.update else self._kept.get(past.key(k))
            text = None if passage is None else line_text(passage, past.experiment, LENGTH)
            lines.append(Milestone(k, past.losses.get(k), text, passage is None or passage.finite))
        table = LanguageTable(lines, bool(past.experiment.test), past.unit)
        self.query_one(TableView).table = table

    @on(TableView.CellSelected)
    def _go(self, event: TableView.CellSelected) -> None:
        table = event.table_view.table
        if isinstance(table, LanguageTable):
            self.post_message(self.Asked(table.lines[event.row].update))
