"""What may train for long: at once if it takes no longer than a moment, else beside the screen."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from rnn_tui.session.standing import Report
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.toolkit.background import Job

T = TypeVar("T")
MOMENT = 0.15  # seconds that a key may take


class _TooLongError(Exception):
    """It is to be done beside the screen."""


def soon_or_beside(
    face: Face,
    title: str,
    act: Callable[[Report], T],
    then: Callable[[T], object],
    otherwise: Callable[[], object] = lambda: None,
) -> None:
    """Act, and hand what came of it to `then`; what takes long says how far it is, under a `title`.

    `act` tells a report before each update that it trains. What that raises it lets through, and
    leaves all as it was: so it may be begun again, and be stopped, which `otherwise` is told.
    """
    end = monotonic() + MOMENT

    def look(_done: int, _of: int) -> None:
        if monotonic() > end:
            raise _TooLongError

    def work(job: Job[tuple[int, int]]) -> T:
        def report(done: int, of: int) -> None:
            job.check()
            job.report((done, of))

        return act(report)

    try:
        result = act(look)
    except _TooLongError:
        face.push(dialogs.WorkScreen(title, "updates", work), then, otherwise)
    else:
        then(result)
