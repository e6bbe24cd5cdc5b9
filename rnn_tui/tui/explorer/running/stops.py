"""Where runs stop, and why one has: breakpoints, the end of the plan, and numbers that overflow."""

from __future__ import annotations

from rnn_tui.present.sentences import stops
from rnn_tui.present.sentences.autopsy import broken_hint
from rnn_tui.present.sentences.hints import planned_done
from rnn_tui.session.breakpoints.breakpoints import Breakpoints, Gauge, Hit, Watch, scope_of
from rnn_tui.session.checks.autopsy import Autopsy
from rnn_tui.session.checks.cures import Remedies
from rnn_tui.session.reports import Report
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.aftercare import Aftercare
from rnn_tui.tui.explorer.running.runner import Progress


class Stops:
    """The breakpoints of the explorer, and what is said where a run ends."""

    def __init__(self, face: Face, aftercare: Aftercare) -> None:
        self._face = face
        self._aftercare = aftercare
        self.breakpoints = Breakpoints()
        self._told: tuple[Timeline, int] | None = None  # the run and update of the last autopsy

    # Breakpoints

    def edit(self) -> None:
        """Where runs stop, and back to where one would have stopped."""
        self._face.pause()
        session = self._face.session

        def go(hits: tuple[Hit, ...]) -> None:
            if hits:
                told = stops.found(hits, session.unit, session.updates_per_unit)
                self._face.attempt(
                    lambda: session.go_to_update(hits[0].update), lambda: self._face.say(told)
                )

        self._face.push(dialogs.BreakpointsScreen(session, self.breakpoints), go)

    def take_over(self, breakpoints: Breakpoints) -> None:
        """Have those of another session that make sense in this one."""
        self.breakpoints = breakpoints.within(scope_of(self._face.session.view))

    def add(self, text: str) -> None:
        """Have one more, which stays in the list. Raises ConditionError."""
        self.breakpoints.add(text, scope_of(self._face.session.view))

    def watch(self, timeline: Timeline) -> Watch | None:
        """What a run of a timeline is watched for, if for anything."""
        conditions = self.breakpoints.active
        return Watch(Gauge(timeline), conditions) if conditions else None

    # The end of a run

    def tell_end(self, end: Progress) -> None:
        """Why a run ended, or what it was watched for in vain."""
        session, watch = self._face.session, end.run.watch
        planned, unit, here = session.planned, session.unit, session.here
        ended = stops.ended(here, planned, unit)
        if end.broke:
            self.explain_break()
        elif end.hits:
            self._face.say(stops.stopped(end.hits, unit, end.run.updates))
        elif watch is not None:
            self._face.say(f"{ended}: {stops.missed(watch)}. {{run}} train on")
        elif here == planned:
            self._aftercare.look_into(planned_done(session.view, ended, end.run.start))
        else:
            self._aftercare.look_into("")

    def explain_break(self) -> None:
        """Open the card of what broke a run, from before it; a key on it is a cure."""
        session = self._face.session
        timeline = session.moment.timeline

        def look(report: Report) -> tuple[Autopsy, Remedies] | None:
            with session.telling(report):
                found = session.autopsy
                return None if found is None else (found, session.remedies)

        def treat(cure: str) -> None:
            kept = f"Run {timeline.number} is kept, {{undo}} returns to it"
            self._face.attempt(
                lambda: session.cure(cure),
                lambda: self._face.tell(f"{{run}} train on from here. {kept}"),
            )

        def open_card(looked: tuple[Autopsy, Remedies] | None) -> None:
            if looked is None:
                return
            found, remedies = looked
            self._told = (timeline, found.update)

            told = broken_hint(found, session.unit, session.updates_per_unit)

            def leave() -> None:
                self._aftercare.look_into(told)

            self._face.tell(told)
            self._face.push(dialogs.AutopsyScreen(session, found, remedies), treat, leave)

        self._face.act(look, open_card, asks=True)

    def knows_of_break(self, timeline: Timeline, update: int) -> bool:
        """Whether a run from here goes on past what broke it: it has, or the user was told here."""
        broken = timeline.broken
        return broken is not None and (update > broken or self._told == (timeline, update))
