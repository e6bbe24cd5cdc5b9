"""The table of the examples to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.characters import cell_width, visible
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.real_answers import numbers
from rnn_tui.present.tables.cells import Cell, Column, Role
from rnn_tui.session.contexts.choosing import Candidate
from rnn_tui.session.edits.typed import wanted_in
from rnn_tui.session.view import StepView


@dataclass(frozen=True, eq=False)
class CandidatesTable:
    """The examples to compare with, the likeliest first."""

    view: StepView
    candidates: tuple[Candidate, ...]
    chosen: int | None = None  # the place of the example that is compared with now

    frozen_columns = 1
    by_row = True

    @cached_property
    def columns(self) -> Sequence[Column]:
        """Number, text, answer, and how many tokens both have."""
        wide = max([6, *(cell_width(visible(one)) for one in self.view.experiment.labels)])
        return [
            Column("#", max(2, len(str(len(self.view.examples))))),
            Column("example", 0, "left"), Column("answer", min(16, wide), "left"),
            Column("common", len("common")),
        ]  # fmt: skip

    @property
    def row_count(self) -> int:
        """All that there is to choose from."""
        return len(self.candidates)

    @property
    def current_row(self) -> int | None:
        """That which is compared with now."""
        places = [one.place for one in self.candidates]
        return places.index(self.chosen) if self.chosen in places else 0

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        one, experiment = self.candidates[row], self.view.experiment
        example = self.view.examples[one.place]
        text = experiment.vocabulary.join([visible(token) for token in example.tokens])
        wanted = EMPTY
        if example.labelled and experiment.stream is None:
            known = experiment.has_classes
            wanted = (
                visible(wanted_in(experiment, example))
                if known
                else numbers(np.asarray(example.targets[-1]))
            )
        return [
            Cell(str(one.place + 1), Role.MUTED), Cell(text),
            Cell(wanted, Role.ACCENT if one.other_answer else Role.MUTED), Cell(str(one.common)),
        ][first:last]  # fmt: skip
