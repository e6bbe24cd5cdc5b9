"""Long runs side by side: a process for each core, quiet when it is interrupted."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, cpu_count, get_context
from multiprocessing.sharedctypes import Synchronized

from rnn_tui.figures.jobs import TICK, Job
from rnn_tui.figures.verdicts import Value

MOST = 16  # processes
LOOK = 0.1  # seconds between looks at how far the runs are

Found = dict[Job, list[Value]]


class _Worker:
    """What a worker process has of its own: the counter that all share, and its share of a tick."""

    ticks: Synchronized[int] | None = None
    updates = 0


def run_side_by_side(jobs: Sequence[Job], found: Found) -> Generator[None]:
    """Run all jobs and put their values into `found`; yields after each `TICK` updates."""
    context = get_context("spawn")
    ticks = context.Value("q", 0)
    workers = min(len(jobs), cpu_count(), MOST)
    pool = ProcessPoolExecutor(workers, context, _begin, (ticks,))
    others = set(active_children())
    try:
        with _interrupts_held():  # a worker inherits that: it ends when we say so
            waiting = {pool.submit(_run, job): job for job in jobs}
        yield from _watched(waiting, ticks, found)
    except BrokenProcessPool:
        raise MemoryError("a process that measured figures was ended from outside") from None
    except BaseException:
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _watched(
    waiting: dict[Future[list[Value]], Job], ticks: Synchronized[int], found: Found
) -> Iterator[None]:
    seen, pending = 0, set(waiting)
    while pending:
        ready, pending = wait(pending, LOOK, FIRST_COMPLETED)
        for future in ready:
            found[waiting[future]] = future.result()
        while seen < ticks.value:
            seen += 1
            yield


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Meanwhile Ctrl-C waits, where the system has a way to say so."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(ticks: Synchronized[int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.ticks = ticks


def _run(job: Job) -> list[Value]:
    return job.run(_count)


def _count() -> None:
    """One more update of this process."""
    _Worker.updates += 1
    if _Worker.ticks is not None and _Worker.updates % TICK == 0:
        with _Worker.ticks.get_lock():
            _Worker.ticks.value += 1
