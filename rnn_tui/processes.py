"""Long work side by side: a process for each core, quiet when it is interrupted."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from ctypes import c_longlong
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from typing import Any, Generic, TypeVar

from rnn_tui.parent import end_with_parent
from rnn_tui.threads import VARIABLES, cores, limit_threads

MOST_PROCESSES = 61  # processes: more than that Windows can't wait for
WORTH_PROCESSES = 5000  # updates, from which on a process starts sooner than they are done
LOOK = 0.1  # seconds between looks at how far the jobs are
WAITING = -1  # how far a job is that has not begun

Job = TypeVar("Job")
Result = TypeVar("Result")
Report = Callable[[int], None]  # tells how far a job is, in a unit of its own


@dataclass(frozen=True)
class Look(Generic[Result]):
    """How far each job is, and what those that ended since the look before came to, by place."""

    done: tuple[int, ...]
    finished: tuple[tuple[int, Result], ...] = ()


class _Worker:
    """What a worker process has of its own: how far each job is, which all share."""

    done: Any = None


def side_by_side(
    work: Callable[[Job, Report], Result], jobs: Sequence[Job], most: int | None = None
) -> Generator[Look[Result]]:
    """Do `work` for each job in up to `most` processes; yields about ten looks a second.

    Whoever closes the generator ends the processes. Raises what `work` raises, and
    MemoryError where a process is ended from outside.
    """
    context = get_context("spawn")
    done = context.Array(c_longlong, [WAITING] * len(jobs), lock=False)
    count = min(len(jobs), most or cores(), MOST_PROCESSES)
    pool = ProcessPoolExecutor(count, context, _begin, (done,))
    others = set(active_children())
    try:
        with _interrupts_held(), _one_thread_each():  # both are inherited
            places = {pool.submit(_do, work, job, k): k for k, job in enumerate(jobs)}
        yield from _watched(places, done)
    except BrokenProcessPool:
        raise MemoryError("a process that worked on a part was ended from outside") from None
    except BaseException:
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _watched(places: dict[Future[Result], int], done: Any) -> Iterator[Look[Result]]:
    pending = set(places)
    while pending:
        ready, pending = wait(pending, LOOK, FIRST_COMPLETED)
        yield Look(tuple(done), tuple((places[one], one.result()) for one in ready))


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


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Meanwhile the environment asks for one thread: processes for all cores need no others."""
    before = {name: os.environ.get(name) for name in VARIABLES}
    limit_threads(1)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(done: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _Worker.done = done


def _do(work: Callable[[Job, Report], Result], job: Job, place: int) -> Result:
    def report(so_far: int) -> None:
        _Worker.done[place] = so_far

    report(0)
    return work(job, report)
