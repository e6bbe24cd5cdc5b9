"""Training in a thread. It extends a timeline and says how far it came; it touches no widget.

Why a thread, and then a process. With 6 ms of drawing 20 times a second and keys that take
5 ms (grammar, one BLAS thread, two idle cores, two rounds) the share of its speed that a run
keeps, and the median from key to done, were

    thread                  0.65, 0.79     5.2 ms
    thread, switch 0.5 ms   0.76, 0.76     5.7 ms
    thread that gives way   0.72, 0.78     5.5 ms
    slices of 5 ms          0.70, 0.78     8.3 ms
    slices of 20 ms         0.75, 0.78    11.5 ms
    process                 0.88, 1.00     5.2 ms

A slice is never shorter than an update (8 ms at H=512, T=100), for which keys would wait. A
process takes a quarter of a second to come up, and has to hand over every checkpoint. So a
run begins in a thread, at once; one that goes on as fast as it can for longer than `PATIENCE`
is left to a process (`session.training_process`) as soon as that is there, if there is a
second core for it. Until then, what a thread loses is what drawing costs, so that is kept
small (see `Allowance`), and the thread that draws gets its turn sooner than usual
(`threads.quick_turns`: keys at p95 then took 43 ms in place of 52 to 73).

In the program, at 120x36, a run then keeps 0.80 to 1.06 of its speed (grammar), 0.78 to 0.95
(sentiment, at 50 µs an update) or 0.81 to 0.96 (H=512, T=100), where the thread alone kept
0.59 to 0.84; keys sent all the time cost the last another tenth. The process gives way to the
one that draws. tests/benchmarks/screen.py measures it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rnn_tui.present.digits import seconds
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.breakpoints.breakpoints import Hit, Watch
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.runs.training_process import TrainingProcess

REPORTS_PER_SECOND = 20
FULL_SPEED = float("inf")
SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, FULL_SPEED)  # epochs or steps a second
BAR_WIDTH = 16
LATELY = 2.0  # seconds over which the rate is measured
PATIENCE = 0.3  # seconds after which a run is long enough for a process of its own


class Progress:
    """How far a run has come. Each is whole, so the newest stands for all before it.

    `state` is that before `update`. `hits` are the breakpoints that finished the run;
    `broke` says that it stands before an update that makes something inf or NaN.
    """

    def __init__(
        self, run: Run, update: int, rate: float, finished: bool,
        hits: tuple[Hit, ...] = (), broke: bool = False,
    ) -> None:  # fmt: skip
        self.run = run
        self.update = update
        self.state = run.timeline.state(update)
        self.rate = rate
        self.finished = finished
        self.hits = hits
        self.broke = broke


@dataclass(eq=False)
class Run:
    """One run: from update `start` of a timeline up to `target`, at `speed` units a second.

    A `unit` is an epoch, or a step of a long text; it has `updates` updates. Without a
    target the run goes on until it is paused, or until its `watch` has a breakpoint hit.
    It stops before the first update that makes something inf or NaN, unless it is to go
    `past` it. `speed` may be changed while it runs; it `is_apart` while a process trains.
    """

    timeline: Timeline
    start: int
    target: int | None
    speed: float
    unit: str
    updates: int
    watch: Watch | None = None
    past: bool = False
    is_apart: bool = False

    def is_done(self, update: int) -> bool:
        """Whether the target is reached."""
        return self.target is not None and update >= self.target

    def breaks_at(self, update: int) -> bool:
        """Whether to stop before an update that has been computed."""
        return not self.past and self.timeline.broken == update

    @property
    def _goal(self) -> str:
        units, inside = divmod(self.target or 0, self.updates)
        return f"update {self.target:,}" if inside else f"{self.unit} {units:,}"

    def line(self, update: int, rate: float) -> Line:
        """A progress bar with rate and remaining time; without a target, the rate alone.

        Where the run is the panes say, which follow when there is time: one number at once.
        """
        units = rate / self.updates
        number = f"{units:,.0f}" if units >= 10 else f"{units:.1f}"
        pace = f"{number} {self.unit}s/s"
        if self.target is None:
            return Span("▶ ", Role.ACCENT), Span(pace)
        done = (update - self.start) / max(1, self.target - self.start)
        full = round(BAR_WIDTH * min(1.0, done))
        left = (self.target - update) / rate if rate > 0 else float("inf")
        return (
            Span("▶ ", Role.ACCENT),
            Span("━" * full, Role.BAR),
            Span("─" * (BAR_WIDTH - full), Role.MUTED),
            Span(f" to {self._goal}"),
            Span(f" · {pace} · {seconds(left)} left", Role.MUTED),
        )


class Allowance:
    """What drawing may take of a run that goes as fast as it can.

    Where a thread trains, the one that draws may do no more than `SHARE` of what the
    program does, both measured in processor time: waiting for the run costs nothing, and
    on a busy machine, where both get less, the shares stay. Where a process of its own
    trains, drawing takes nothing from it, but keys wait for what is being drawn: `APART`
    of the time. A whole drawing (some 20 ms) has to be saved up for, but never longer than
    `LONGEST` seconds; the line of progress (2 ms) is drawn at every report.
    """

    SHARE = 0.08
    APART = 0.15
    LONGEST = 0.5

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        work: Callable[[], float] = time.process_time,
        drawing: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clocks = clock, work, drawing
        self._since = clock(), work(), drawing()

    def take(self, is_apart: bool = False) -> bool:
        """Whether to draw all of it; if so, saving up for the next one begins."""
        clock, work, drawing = tuple(read() for read in self._clocks)
        before_clock, before_work, before_drawing = self._since
        passed, worked = clock - before_clock, work - before_work
        allowed = self.APART * passed if is_apart else self.SHARE * worked
        if drawing - before_drawing <= allowed or passed >= self.LONGEST:
            self._since = clock, work, drawing
            return True
        return False


class _Reports:
    """Says how far a run is, 20 times a second, and how fast it has been lately."""

    def __init__(self, run: Run, report: Callable[[Progress], object]) -> None:
        self._run = run
        self._report = report
        self.began = self._newest = time.monotonic()
        self._lately = deque([(self.began, run.start)])

    def now(self, update: int, now: float) -> None:
        """Report unless one has just been made."""
        if now - self._newest >= 1 / REPORTS_PER_SECOND:
            self._newest = now
            self._report(Progress(self._run, update, self._rate(update, now), False))

    def last(self, update: int, hits: tuple[Hit, ...], broke: bool) -> None:
        """The run is over."""
        rate = self._rate(update, time.monotonic())
        self._report(Progress(self._run, update, rate, True, hits, broke))

    def _rate(self, update: int, now: float) -> float:
        """Updates a second over the last reports."""
        while len(self._lately) > 1 and now - self._lately[1][0] >= LATELY:
            self._lately.popleft()
        then, reached = self._lately[0]
        self._lately.append((now, update))
        return (update - reached) / max(now - then, 1e-9)


def train(
    run: Run,
    report: Callable[[Progress], object],
    cancelled: Callable[[], bool],
    process: TrainingProcess | None = None,
) -> None:
    """The thread's work: extend the timeline at the run's pace, report 20 times a second.

    A run that goes on for a while as fast as it can is left to the `process`.
    """
    reports = _Reports(run, report)
    paced, update, speed = reports.began, run.start, run.speed
    paced_from = update
    hits: tuple[Hit, ...] = ()
    broke = False
    if run.watch is not None:
        run.watch.begin(update)
    while not run.is_done(update) and not cancelled():
        if run.timeline.frontier <= update:
            if process is not None and _may_hand_over(run, process, reports.began):
                update = _train_apart(run, reports, cancelled, process)
                continue
            run.timeline.extend()
        if broke := run.breaks_at(update):
            break
        update += 1
        if run.watch is not None and (hits := run.watch.after(update)):
            break
        now = time.monotonic()
        if run.speed != speed:
            speed, paced, paced_from = run.speed, now, update
        due = paced + (update - paced_from) / (speed * run.updates)
        reports.now(update, max(now, due))
        _wait(due, cancelled)
    reports.last(update, hits, broke)


def _may_hand_over(run: Run, process: TrainingProcess, began: float) -> bool:
    """Whether a process is to go on with a run, and is there; a long run has it come up.

    A run that is watched needs every state, and one that is paced no other processor.
    """
    if run.watch is not None or run.speed != FULL_SPEED or time.monotonic() - began < PATIENCE:
        return False
    process.start()
    return process.is_ready


def _train_apart(
    run: Run, reports: _Reports, cancelled: Callable[[], bool], process: TrainingProcess
) -> int:
    """Let the process train for as long as the run goes on as it is; how far it came."""

    def grown() -> None:
        reports.now(reached(), time.monotonic())

    def reached() -> int:
        frontier, broken = run.timeline.frontier, run.timeline.broken
        return frontier if run.past or broken is None else min(frontier, broken)

    def over() -> bool:
        return cancelled() or run.speed != FULL_SPEED

    run.is_apart = True
    try:
        process.extend(run.timeline, run.target, run.past, grown, over)
    finally:
        run.is_apart = False
    return reached()


def _wait(due: float, cancelled: Callable[[], bool]) -> None:
    while not cancelled() and (left := due - time.monotonic()) > 0:
        time.sleep(min(left, 0.02))
