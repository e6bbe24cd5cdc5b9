"""A process that trains for a run, so that the one that draws has its processor to itself.

It is given the newest state of a timeline and goes on from there, by the same code and so
to the bit; several times a second it hands over what came of it, which the timeline takes.
Between runs it waits. It ends with the program, and if it should be ended from outside,
the run can go on without it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Layout
from rnn_tui.experiments import Experiment
from rnn_tui.parent import end_with_parent
from rnn_tui.session.runs.head import Gathering, Head, Keeping, States
from rnn_tui.session.runs.timeline import Timeline

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

HANDED_OVER = 0.05  # seconds from one stretch to the next, or more where a state is large:
SHARE = 0.1  # of the time may go into handing over the newest
MOST_KEPT = 4 * 2**20  # bytes of states after which a stretch is handed over at once
LOOKS = 0.002  # seconds between looks at what there is to obey
BEHIND = 10  # how much nicer it is than the one that draws: a tenth of its share
LISTENS = 0.02  # seconds for which the other side waits for a stretch, between looks of its own


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """A run to go on with: from a state on up to an update, or until told to stop.

    It ends before an update that makes something inf or NaN, unless it is to go `past`
    it. The `experiment` is None where it is that of the job before.
    """

    experiment: Experiment | None
    layout: Layout
    state: States
    target: int | None
    past: bool
    keeping: Keeping


@dataclass(frozen=True)
class Stop:
    """End the run after the update under way."""


@dataclass(frozen=True, eq=False)
class End:
    """Nothing more will come of this run."""


class TrainingProcess:
    """Started once, used by one run at a time. Only the thread that trains waits for it."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._connection: Connection[Any, Any] | None = None
        self._knows: Trainer | None = None
        self._is_ready = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Have it come up, which takes a moment; nothing if that has been begun."""
        with self._lock:
            if self._process is None:
                self._process = self._started()

    def _started(self) -> BaseProcess:
        from multiprocessing import get_context  # noqa: PLC0415 - only long runs need it
        from multiprocessing.reduction import ForkingPickler  # noqa: PLC0415

        ForkingPickler.register(MappingProxyType, _plain)
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        try:
            with redirect_stderr(sys.__stderr__):  # an app's own has no file to inherit
                process.start()
            self._connection = ours
        except OSError:
            ours.close()  # no room for another process: runs stay in their threads
        finally:
            theirs.close()
        return process

    @property
    def is_ready(self) -> bool:
        """Whether it is there and waits for a run."""
        connection = self._connection  # which another thread may close meanwhile
        if self._lock.locked() or connection is None:
            return False
        if not self._is_ready:
            try:
                self._is_ready = connection.poll() and connection.recv()
            except (EOFError, OSError):
                self._connection = None
        return self._is_ready

    def extend(
        self,
        timeline: Timeline,
        target: int | None,
        past: bool,
        grown: Callable[[], object],
        cancelled: Callable[[], bool],
    ) -> None:
        """Extend a timeline up to `target`, calling `grown` each time; once `cancelled` it ends.

        What is done by then is kept. It also ends before an update that makes something
        inf or NaN, unless it is to go `past` it, and where the process is no more.
        """
        with self._lock, self._conversation():
            if (connection := self._connection) is None:
                return
            job = self._job(timeline, target, past)
            connection.send(job)
            self._knows, keeping, stopped = timeline.trainer, job.keeping, False
            while True:
                if not stopped and (stopped := cancelled()):
                    connection.send(Stop())
                if not connection.poll(LISTENS):
                    continue
                came = connection.recv()
                if isinstance(came, End):
                    return
                timeline.take(came)
                grown()
                if timeline.keeping != keeping:
                    keeping = timeline.keeping
                    connection.send(keeping)

    @contextmanager
    def _conversation(self) -> Iterator[None]:
        """The line is given up where nobody answers, or an answer may still be under way."""
        try:
            yield
        except (EOFError, OSError):
            self._connection, self._is_ready = None, False
        except BaseException:
            self.close()
            raise

    def _job(self, timeline: Timeline, target: int | None, past: bool) -> TrainingJob:
        trainer, head = timeline.trainer, timeline.head()
        experiment = None if trainer is self._knows else trainer.experiment
        state = States.of([(head.k, head.state)])
        layout = head.state.params.layout
        return TrainingJob(experiment, layout, state, target, past, timeline.keeping)

    def close(self) -> None:
        """End it, whatever it is doing."""
        if self._process is not None and self._process.pid is not None:
            self._process.terminate()
        self._connection, self._is_ready = None, False


def _serve(connection: Connection[Any, Any]) -> None:
    """What the process does: a job after the other, until nobody is there to give one."""
    end_with_parent()
    _keep_off_the_terminal()
    _come_second()
    connection.send(True)
    trainer: Trainer | None = None
    try:
        with np.errstate(all="ignore"):
            while True:
                job = connection.recv()
                if not isinstance(job, TrainingJob):
                    continue  # said to a run that has ended meanwhile
                if job.experiment is not None:
                    trainer = Trainer(job.experiment)
                if trainer is not None:
                    _work(connection, trainer, job)
    except (EOFError, OSError):
        return


def _keep_off_the_terminal() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _come_second() -> None:
    """Where both want a processor, the one that draws goes first; this one never rests.

    With two processors, and eigenvalues of 512 units computed besides, a paint of 20 ms took
    40 and now and then 150: of keys in such a run the median fell from 46 to 34 ms, and p95
    from 260 to 125. Training keeps its speed.
    """
    if hasattr(os, "nice"):  # not on Windows
        os.nice(BEHIND)


def _work(connection: Connection[Any, Any], trainer: Trainer, job: TrainingJob) -> None:
    k, state = job.state.at(0, job.layout)
    head = Head(trainer, state, k)
    gathering = Gathering(head, job.keeping)
    looked = handed_over = time.monotonic()
    pause, stopped = HANDED_OVER, False
    while not stopped and head.k != job.target and (job.past or head.broken is None):
        gathering.extend()
        now = time.monotonic()
        if now - looked < LOOKS:
            continue
        looked = now
        stopped = _obey(connection, gathering)
        if now - handed_over > pause or gathering.nbytes > MOST_KEPT:
            stretch = gathering.stretch()
            connection.send(stretch)
            handed_over = time.monotonic()
            pause = max(HANDED_OVER, (handed_over - now) / stretch.states / SHARE)
    connection.send(gathering.stretch())
    connection.send(End())


def _obey(connection: Connection[Any, Any], gathering: Gathering) -> bool:
    """Do what has been said meanwhile; whether it was to stop."""
    while connection.poll():
        order = connection.recv()
        if isinstance(order, Stop):
            return True
        gathering.keeping = order
    return False


def _plain(proxy: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _proxy, (dict(proxy),)


def _proxy(plain: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(plain)
