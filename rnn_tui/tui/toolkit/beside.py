"""What takes long is computed beside the screen, which stays alive meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from time import monotonic
from typing import NoReturn, TypeVar

from textual.message_pump import MessagePump

T = TypeVar("T")


class Beside:
    """Computes in a thread what its owner, a widget or a screen, is to show: one thing at a time.

    What is asked for while something is at work is not remembered: `then` shows a result or
    lets it go, and asks for what is wanted by that time. So the newest wish comes next, and
    those between cost nothing.

    If the owner has gone, so has the result. An error is raised where the owner handles its
    messages. Leaving the program waits for nothing.
    """

    def __init__(self, owner: MessagePump) -> None:
        self._owner = owner
        self.at_work = False
        self.took = 0.0  # seconds that the last one was at work

    def work_out(self, compute: Callable[[], T], then: Callable[[T], None]) -> None:
        """Compute, and hand the result to `then` among the owner's messages, if none is at work."""
        if not self.at_work:
            self.at_work = True
            Thread(target=self._work, args=(compute, then), daemon=True).start()

    def _work(self, compute: Callable[[], T], then: Callable[[T], None]) -> None:
        began = monotonic()
        come: Callable[[], None]
        try:
            come = partial(then, compute())
        except Exception as error:
            come = partial(_fail, error)
        with suppress(RuntimeError):  # the program has been left meanwhile
            self._owner.call_later(self._end, come, monotonic() - began)

    def _end(self, come: Callable[[], None], took: float) -> None:
        self.at_work, self.took = False, took
        if self._owner.is_attached:
            come()


def _fail(error: Exception) -> NoReturn:
    raise error
