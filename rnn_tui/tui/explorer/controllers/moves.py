"""The session's own moves, among them single epochs and updates."""

from __future__ import annotations

from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import MOVES, Act
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.runs import Runs
from rnn_tui.tui.explorer.running.stops import Stops

TRAINING = "epoch", "update"


class Moves:
    """Performs verbs of the session. One that trains may take long, or break the run."""

    def __init__(self, face: Face, runs: Runs, stops: Stops) -> None:
        self._face = face
        self._runs = runs
        self._stops = stops
        self._trained_by = ""  # the verb of the last run of this kind
        self._waiting = 0  # how often its key was pressed since

    def perform(self, verb: str) -> None:
        """Perform a verb; a run is paused first, unless it is by the same key: that comes next."""
        if verb == self._trained_by and self._runs.leads_to(self._go_on):
            self._waiting += 1
            return
        self._face.pause()
        session = self._face.session
        if verb not in TRAINING:
            moves = verb in Session.MOVES
            self._face.attempt((lambda: session.do(verb)) if moves else getattr(session, verb))
        elif session.trains_at_once(target := session.target(verb)):
            self._train(verb)
        else:
            self._trained_by, self._waiting = verb, 0
            self._runs.start(target, by_updates=verb == "update", then=self._go_on)

    def _go_on(self) -> None:
        """The same again, as often as its key was pressed meanwhile."""
        waiting = self._waiting
        if waiting:
            self.perform(self._trained_by)
            self._waiting = waiting - 1

    def is_possible(self, act: Act) -> bool:
        """Whether an act can be done now; those that are no moves always can."""
        return act.verb not in MOVES or self._face.session.refusal(act.verb) is None

    def is_wanted(self, act: Act) -> bool:
        """Whether an act is one of the footer: a step, where training is counted in steps."""
        if act.verb in TRAINING:
            return act.verb == ("update" if self._face.session.unit == "step" else "epoch")
        return act.footer or act.spare > 0

    def _train(self, verb: str) -> None:
        """Train at once; if that breaks the run, stand before it and explain."""
        session = self._face.session
        timeline, start = session.moment.timeline, session.view.update

        def go_back(broken: int) -> None:
            session.undo()
            if session.moment.cursor.update < broken:
                session.go_to_update(broken)

        def look() -> None:
            broken, reached = timeline.broken, session.moment.cursor.update
            if broken is None or not start <= broken < reached:
                return
            if self._stops.knows_of_break(timeline, start):
                back = "{earlier} or {undo} go back"
                self._face.say(f"A number is inf or NaN from here on. {back}")
            else:
                self._face.attempt(lambda: go_back(broken), self._stops.explain_break)

        self._face.attempt(lambda: session.do(verb), look)
