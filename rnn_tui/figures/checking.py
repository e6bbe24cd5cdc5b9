"""Every published figure of some experiments, measured and compared."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from rnn_tui.experiments import Experiment
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.jobs import TICK, FigureJob, jobs_of
from rnn_tui.figures.museum.checking import check_museum
from rnn_tui.figures.published import figures_of
from rnn_tui.figures.verdicts import Result, Value, compare
from rnn_tui.processes import WORTH_PROCESSES


class Check:
    """The figures of some experiments: `run` measures them, `results` compares them.

    With `museum` those of its pieces, too, which are measured as they are compared.
    """

    def __init__(self, experiments: Sequence[Experiment], *, museum: bool = False) -> None:
        self._museum = museum
        self._figures: list[tuple[str, Figure]] = []
        jobs: dict[FigureJob, None] = {}
        for one in experiments:
            figures = figures_of(one)
            self._figures += [(one.name, figure) for figure in figures]
            jobs |= dict.fromkeys(jobs_of(one, figures))
        self._jobs = sorted(jobs, key=lambda job: job.updates, reverse=True)
        self._found: dict[FigureJob, list[Value]] = {}

    @property
    def ticks(self) -> int:
        """About how many times `run` yields."""
        return sum(job.updates for job in self._jobs) // TICK

    def run(self) -> Generator[None]:
        """Measure; yields after each `TICK` updates where that takes long."""
        if not any(job.updates >= WORTH_PROCESSES for job in self._jobs):
            self._found = {job: job.run() for job in self._jobs}
            return
        from rnn_tui.figures.pool import run_side_by_side  # noqa: PLC0415 - only for long runs

        yield from run_side_by_side(self._jobs, self._found)

    def results(self) -> list[Result]:
        """Each figure with what `run` found."""
        values: dict[tuple[str, Figure], list[Value]] = {}
        for job, found in self._found.items():
            for figure, value in zip(job.figures, found, strict=True):
                values.setdefault((job.experiment, figure), []).append(value)
        results = [compare(figure, values[name, figure]) for name, figure in self._figures]
        return results + (check_museum() if self._museum else [])
