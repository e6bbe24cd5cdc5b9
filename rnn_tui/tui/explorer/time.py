"""A screen whose session can be scrubbed through, left for another run, and opened up."""

from __future__ import annotations

from textual import on

from rnn_tui.present.sentences.autopsy import broken_hint
from rnn_tui.session.moment import Refused
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import RunningScreen
from rnn_tui.tui.panes.timeline import Scrubbed


class TimeScreen(RunningScreen):
    """Scrubbing, the table of runs, pins, and the autopsy of a run that broke."""

    def tell(self, text: str) -> None:
        """Put a sentence where the hint stands."""
        raise NotImplementedError

    # Scrubbing

    def action_earlier(self) -> None:
        """One epoch or step back, among those computed."""
        self._scrub_by(-1)

    def action_later(self) -> None:
        """One on, as far as the run has come."""
        self._scrub_by(1)

    @on(Scrubbed)
    def _scrub(self, event: Scrubbed) -> None:
        if event.by:
            self._scrub_by(event.by)
        else:
            self._scrub_to(event.update)

    def _scrub_by(self, units: int) -> None:
        """Some epochs or steps; more than there are lead to the end."""
        session, size = self.session, self.session.updates_per_unit
        frontier, here = session.view.time.frontier, session.view.update + session.view.updated
        target = (here // size + units + (units < 0 and here % size > 0)) * size
        if units < 0:
            self._scrub_to(max(0, target) if here > 0 else -1)
        else:
            self._scrub_to(min(target, frontier) if here < frontier else frontier + 1)

    def _scrub_to(self, update: int) -> None:
        self.pause()
        self.attempt(lambda: self.session.scrub(update))

    # Runs

    def action_runs(self) -> None:
        """The table of runs; go to the one that is chosen."""
        self.pause()

        def go(number: int | None) -> None:
            self.show()
            if number is None:
                return
            if self.attempt(lambda: self.session.go_to_run(number)):
                self.tell(f"This is run {number}. {{undo}} returns, {{runs}} lists all")

        self.app.push_screen(dialogs.RunsScreen(self.session), go)

    def action_pin(self) -> None:
        """Keep this run drawn, or no longer."""
        session = self.session
        if not session.view.history.count:
            self.say("There is no curve to pin yet. {epoch} trains an epoch")
            return
        try:
            pinned = session.pin()
        except Refused as refused:
            self.refuse(refused)
            return
        self.show()
        number = session.moment.timeline.number
        kept = f"Pinned: run {number} stays drawn beside others. {{runs}} lists all"
        self.tell(kept if pinned else f"Run {number} is no longer pinned")

    # What broke

    def explain_break(self) -> None:
        """Open the card, unless this is what was told last; a key on it is a cure."""
        timeline = self.session.moment.timeline
        found = self.session.autopsy
        if found is None:
            return
        self._told = (timeline, found.update)

        def treat(cure: str | None) -> None:
            if cure is None:
                self.say(broken_hint(found, self.session.unit, self.session.updates_per_unit))
            elif self.attempt(lambda: self.session.cure(cure)):
                kept = f"Run {timeline.number} is kept, {{undo}} returns"
                self.tell(f"{{run}} trains on from here. {kept}")

        self.app.push_screen(dialogs.AutopsyScreen(self.session, found), treat)

    def moved_by(self, verb: str) -> bool:
        """Do a verb that trains one by one; if it breaks the run, stand before that and explain.

        Whether the verb was one of these.
        """
        session = self.session
        if verb not in ("epoch", "update"):
            return False
        timeline, start = session.moment.timeline, session.view.update
        if not self.attempt(lambda: session.do(verb)):
            return True
        broken = timeline.broken
        reached = session.moment.cursor.update
        if broken is None or not start <= broken < reached:
            return True
        if self.knows_of_break(timeline, start):
            self.say("Not all numbers are finite from here on. {earlier} goes back, {undo} too")
            return True
        session.undo()
        if session.moment.cursor.update < broken:
            session.go_to_update(broken)
        self.show()
        self.explain_break()
        return True
