"""Times that have been computed: scrubbing through them, and the runs side by side."""

from __future__ import annotations

from rnn_tui.present.sentences.hints import refusal_hint
from rnn_tui.session.moment import Refused
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face


class History:
    """Scrubbing, the table of runs, and pins."""

    def __init__(self, face: Face) -> None:
        self._face = face

    # Scrubbing

    def earlier(self) -> None:
        """One epoch or step back, among those computed."""
        self.scrub_by(-1)

    def later(self) -> None:
        """One on, as far as the run has come."""
        self.scrub_by(1)

    def scrub_by(self, units: int) -> None:
        """Some epochs or steps; more than there are lead to the end."""
        session = self._face.session
        view, size = session.view, session.updates_per_unit
        frontier, here = view.time.frontier, view.update + view.updated
        target = (here // size + units + (units < 0 and here % size > 0)) * size
        if units < 0:
            self.scrub_to(max(0, target) if here > 0 else -1)
        else:
            self.scrub_to(min(target, frontier) if here < frontier else frontier + 1)

    def scrub_to(self, update: int) -> None:
        """To the moment before an update that has been computed."""
        self._face.pause()
        self._face.attempt(lambda: self._face.session.scrub(update))

    # Runs

    def compare_runs(self) -> None:
        """The table of runs; go to the one that is chosen."""
        self._face.pause()
        session = self._face.session

        def go(number: int) -> None:
            self._face.show()
            told = f"This is run {number} · {{undo}} undo · {{runs}} list all"
            self._face.attempt(lambda: session.go_to_run(number), lambda: self._face.tell(told))

        self._face.push(dialogs.RunsScreen(session), go, self._face.show)

    def pin(self) -> None:
        """Keep this run drawn, or no longer."""
        session = self._face.session
        if not session.view.history.count:
            self._face.say("No curve to pin yet · {epoch} train an epoch")
            return
        try:
            pinned = session.pin()
        except Refused as refused:
            self._face.say(refusal_hint(refused))
            return
        self._face.show()
        number = session.moment.timeline.number
        kept = f"Pinned: run {number} stays drawn beside others. {{runs}} lists all"
        self._face.tell(kept if pinned else f"Run {number} is no longer pinned")
