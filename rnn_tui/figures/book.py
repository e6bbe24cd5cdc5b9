"""The published figures by what they are figures of, to be shown beside the number itself."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from rnn_tui.figures.figure import Figure
from rnn_tui.figures.published import read_figures

ROWS = ("xh", "hh", "pre", "dh", "delta")
OUTPUTS = ("y", "p", "dy")


class Book:
    """What was printed of one experiment, as its file has it and its seed starts it."""

    def __init__(self, figures: tuple[Figure, ...]) -> None:
        self._by_place: dict[tuple[str, int, int], list[Figure]] = defaultdict(list)
        for one in figures:
            apart = one.overrides or one.seeds or one.step or one.text or one.spelled
            if not (apart or one.recomputed):
                self._by_place[one.measure, one.example, one.epoch].append(one)

    def of_op(
        self, op: str, t: int | None, *, last: bool, example: int, epoch: int
    ) -> tuple[Figure, ...]:
        """What was printed of an op's result, the most digits first.

        `t` is its timestep and `last` whether that is the one of the last output;
        `example` counts from 1, `epoch` from 0. An erratum comes behind the rest.
        """
        if op in ROWS:
            return self._printed(f"row {op} {t}", example, epoch)
        if op == "h":
            return self._printed(f"h {t}", example, epoch)
        if op in OUTPUTS and last:
            return self._printed(f"output {op}", example, epoch)
        if op == "loss" and last:
            return self._printed("loss", example, epoch)
        return self._printed(op, 1, epoch) if op == "grad_norm" else ()

    def norm(self, t: int, *, example: int, epoch: int) -> tuple[Figure, ...]:
        """What was printed of ‖dL/dh_t‖."""
        return self._printed(f"dh_norm {t}", example, epoch)

    def loss(self, epoch: int) -> tuple[Figure, ...]:
        """What was printed of the loss of an epoch, before its update."""
        return self._printed("epoch_loss", 1, epoch)

    def last_loss(self) -> tuple[int, Figure] | None:
        """The last epoch that a loss was printed of, and that; None where no training was."""
        last = max((k for name, _, k in self._by_place if name == "epoch_loss"), default=0)
        found = self.loss(last)
        return (last, found[0]) if last and found else None

    def weight(self, name: str, place: int, size: int, *, epoch: int) -> tuple[Figure, ...]:
        """What was printed of an array of `size` weights, with that at a `place`, row by row."""
        found = self._printed(f"weight {name}", 1, epoch)
        return tuple(one for one in found if place < size == len(one.published))

    def _printed(self, measure: str, example: int, epoch: int) -> tuple[Figure, ...]:
        found = self._by_place.get((measure, example, epoch), [])
        return tuple(sorted(found, key=lambda one: (bool(one.why), -len(one.published[0]))))


@lru_cache(maxsize=8)
def book(name: str) -> Book:
    """The book of a bundled experiment; an empty one where nothing was published."""
    return Book(read_figures(name))
