"""A training run as a table whose rows are printed as they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple

from rnn_tui.cli.output import console
from rnn_tui.cli.training_lines import Summary
from rnn_tui.engine.training.epochs import EpochSummary, StepSummary
from rnn_tui.experiments import Experiment
from rnn_tui.present.digits import percent, short, size

GAP = "  "
CLIPPED = "clipped"


class Column(NamedTuple):
    """A column that is as wide from the first row on as usual numbers need."""

    header: str
    width: int

    def cell(self, text: str) -> str:
        """A text at its right end."""
        return text.rjust(max(self.width, len(self.header)))


@dataclass(eq=False)
class TrainingTable(Generic[Summary]):
    """What stands above the rows is printed with the first of them."""

    name: str
    count: int
    units: str
    columns: tuple[Column, ...]
    cells: Callable[[Summary], list[str]]
    begun: bool = field(default=False, init=False)

    def begin(self) -> None:
        """Print the title and the headers, once."""
        if self.begun:
            return
        self.begun = True
        headers = GAP.join(one.cell(one.header) for one in self.columns)
        out = console()
        out.print(f"{self.name}: {self.count} {self.units}", style="bold", soft_wrap=True)
        out.print()
        out.print(f"{GAP}{headers}", style="bold", soft_wrap=True)
        out.print(" " + "─" * (len(headers) + 2), soft_wrap=True)

    def add(self, summary: Summary) -> None:
        """Print a row."""
        self.begin()
        row = [one.cell(text) for one, text in zip(self.columns, self.cells(summary), strict=True)]
        if summary.clipped:
            row.append(CLIPPED)
        out = console()
        out.print(f"{GAP}{GAP.join(row)}", soft_wrap=True)
        out.file.flush()

    def end(self) -> None:
        """Print what is below the rows."""
        self.begin()
        console().print()


def epoch_table(experiment: Experiment, count: int) -> TrainingTable[EpochSummary]:
    """That of a run in epochs."""
    what, told = ("right", percent) if experiment.has_classes else ("mean error", size)
    tested = bool(experiment.test)
    columns = [_count("epoch", count), Column("loss", 8), Column(what, 6), *_UPDATE]
    columns += [Column("test loss", 9), Column(f"test {what}", 6)] if tested else []

    def cells(one: EpochSummary) -> list[str]:
        row = [str(one.epoch), size(one.loss, 6), told(one.accuracy), *_update(one)]
        if one.test_loss is not None and one.test_accuracy is not None:
            row += [size(one.test_loss, 6), told(one.test_accuracy)]
        return row

    return TrainingTable(experiment.name, count, "epochs", tuple(columns), cells)


def step_table(experiment: Experiment, count: int) -> TrainingTable[StepSummary]:
    """That of a run in steps."""
    held = [Column("val loss", 8)] if experiment.test else []
    columns = [_count("step", count), Column("loss", 8), *held, *_UPDATE]

    def cells(one: StepSummary) -> list[str]:
        val_loss = [] if one.val_loss is None else [size(one.val_loss, 6)]
        return [str(one.step), size(one.loss, 6), *val_loss, *_update(one)]

    return TrainingTable(experiment.name, count, "steps", tuple(columns), cells)


_UPDATE = Column("‖g‖", 7), Column("lr", 6)


def _count(unit: str, count: int) -> Column:
    return Column(unit, len(str(count)))


def _update(one: EpochSummary | StepSummary) -> tuple[str, str]:
    """The gradient's norm and the learning rate."""
    return size(one.grad_norm), short(one.learning_rate, 6)
