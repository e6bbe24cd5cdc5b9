"""The way that a session has come: undo is going back on it, redo is going on again."""

from __future__ import annotations

from rnn_tui.session.moment import Moment


class Trail:
    """The moment one stands at, those left behind by one act each, and those taken back."""

    def __init__(self, first: Moment) -> None:
        self.first = first
        self.now = first
        self.before: list[Moment] = []
        self.after: list[Moment] = []

    def go(self, moment: Moment) -> None:
        """One act further."""
        self.mark()
        self.follow(moment)

    def mark(self) -> None:
        """Begin an act that leads somewhere bit by bit."""
        self.before.append(self.now)

    def follow(self, moment: Moment) -> None:
        """Go on within the act that was begun."""
        self.after.clear()
        self.now = moment
        moment.timeline.show(moment.cursor.update)

    def settle(self) -> None:
        """An act is over; one that went nowhere leaves undo and redo as they were."""
        if self.before and self.before[-1] is self.now:
            self.before.pop()

    def join(self, acts: int) -> None:
        """What was done after so many acts was one act."""
        del self.before[acts + 1 :]

    def back(self) -> None:
        """To where the last act was begun."""
        self.after.append(self.now)
        self.now = self.before.pop()

    def on(self) -> None:
        """Forward again over what was taken back."""
        self.before.append(self.now)
        self.now = self.after.pop()
