"""What takes long is done in a thread beside the screen, which stays alive meanwhile.

This is the one way: runs, searches, checks, what is written and what is drawn later all go it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock, Thread, get_ident
from time import monotonic
from typing import Generic, TypeVar

from textual.message_pump import MessagePump

T = TypeVar("T")
P = TypeVar("P")
PATIENCE = 0.05  # seconds of the processor that a key may take before it is done beside the screen
AT_MOST = 4  # times as long as a thread may work is waited for it on a busy machine
LOOKS = 0.005  # seconds between looks at how long it has worked


class Cancelled(Exception):  # noqa: N818 - nothing has failed
    """Nobody waits for the result any more: a job may end itself by this."""


class Job(Generic[P]):
    """What the thread sees of the one who asked: whether to go on, whom to tell how far it is."""

    def __init__(self, owner: MessagePump, follow: Callable[[P], object]) -> None:
        self._owner = owner
        self._follow = follow
        self._lock = Lock()
        self._unread: list[P] = []  # the newest report, until it has been handed on
        self._is_stopped = False
        self.end: Callable[[], object] = _nothing  # hands on what came of it, once that is there
        self.worked: Callable[[], float] | None = None  # seconds of the processor, once begun

    def is_cancelled(self) -> bool:
        """Whether nobody waits for it any more. It is asked at every update of a run."""
        return self._is_stopped or not self._owner.is_running

    def check(self) -> None:
        """Go on, or raise Cancelled."""
        if self.is_cancelled():
            raise Cancelled

    def report(self, progress: P) -> None:
        """Say how far it is. Each report is whole: the newest stands for all not read before it."""
        with self._lock:
            is_awaited = bool(self._unread)
            self._unread = [progress]
        if not is_awaited:
            self.post(self._hand_on)

    def _hand_on(self) -> None:
        with self._lock:
            (progress,), self._unread = self._unread, []
        if not self._is_stopped and self._owner.is_attached:
            self._follow(progress)

    def post(self, callback: Callable[[], None]) -> None:
        """Have something done among the owner's messages, unless the program has been left."""
        with suppress(RuntimeError):
            self._owner.call_later(callback)

    def cancel(self) -> None:
        """Nothing more is heard of how far it is, and it is told to end."""
        self._is_stopped = True


class Background:
    """Does in a thread what its owner, a widget or a screen, asks for: one thing at a time.

    What is asked for while something is at work is not remembered: `then` shows a result or
    lets it go, and asks for what is wanted by that time. So the newest wish comes next, and
    those between cost nothing.

    A result, and how far it is, come among the owner's messages. Once the owner has gone, or
    the work has been cancelled, neither comes. An error is raised where the owner handles its
    messages. Leaving the program waits for nothing.
    """

    def __init__(self, owner: MessagePump) -> None:
        self._owner = owner
        self._job: Job[object] | None = None
        self._thread: Thread | None = None
        self.took = 0.0  # seconds that the last one was at work

    @property
    def at_work(self) -> bool:
        """Whether something is being done that has not been cancelled."""
        return self._job is not None

    def start(
        self,
        work: Callable[[Job[P]], T],
        then: Callable[[T], object] = lambda _: None,
        follow: Callable[[P], object] = lambda _: None,
        patience: float = 0.0,
    ) -> None:
        """Work, and hand the result to `then`, reports to `follow`, if nothing is at work.

        With `patience` it is waited for as long as it takes no more seconds of the processor:
        then the result has been handed on when this is over.
        """
        if self.at_work:
            return
        job = Job(self._owner, follow)
        self._job = job  # type: ignore[assignment] # of whatever reports
        self._thread = Thread(target=self._run, args=(job, work, then), daemon=True)
        self._thread.start()
        if patience > 0:
            _wait(self._thread, job, patience)
            if not self._thread.is_alive():
                job.end()

    def cancel(self) -> None:
        """Let go of what is at work. It ends when it looks; what comes next doesn't wait for it."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def stop(self) -> None:
        """Have what is at work end as soon as it looks; what it comes to is still awaited."""
        if self._job is not None:
            self._job.cancel()

    def wait(self) -> None:
        """Let what was begun last come to its end first; its result still comes later."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, job: Job[P], work: Callable[[Job[P]], T], then: Callable[[T], object]) -> None:
        began = monotonic()
        job.worked = _own_clock(began)
        come: Callable[[], object]
        fail: Callable[[], None] | None = None
        try:
            come = partial(then, work(job))
        except Cancelled:
            come = _nothing
        except Exception as error:
            come, fail = _nothing, partial(self._fail, error)
        job.end = partial(self._end, job, come, monotonic() - began)
        job.post(job.end)
        if fail is not None:
            job.post(fail)

    def _end(self, job: Job[P], come: Callable[[], object], took: float) -> None:
        if job is not self._job:
            return  # cancelled, or waited for and handed on
        self._job, self.took = None, took
        if self._owner.is_attached:
            come()

    def _fail(self, error: Exception) -> None:
        """Raise an error, be it of what has been cancelled: none is lost."""
        if self._owner.is_attached:
            raise error


def _wait(thread: Thread, job: Job[P], patience: float) -> None:
    """Wait until a thread has ended or worked so long, which on a busy machine takes longer."""
    end = monotonic() + AT_MOST * patience
    while thread.is_alive() and monotonic() < end:
        if job.worked is not None and job.worked() >= patience:
            return
        thread.join(LOOKS)


def _own_clock(began: float) -> Callable[[], float]:
    """For other threads: the seconds that this one had of the processor, or, where the system
    does not tell, those since it began.
    """
    find = getattr(time, "pthread_getcpuclockid", None)
    if find is None:
        return lambda: monotonic() - began
    clock = find(get_ident())

    def worked() -> float:
        try:
            return time.clock_gettime(clock)
        except OSError:  # it has just ended
            return 0.0

    return worked


def _nothing() -> None:
    pass
