"""What is typed after a colon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rnn_tui.present.sentences.changes import after_change
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import Command, parse
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.reports import Report
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.controllers.moves import TRAINING
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.runs import Runs
from rnn_tui.tui.explorer.running.stops import Stops

if TYPE_CHECKING:
    from rnn_tui.present.plain.speaking import Reply

CHANGING = ("set", "put", "settings", "cure")
MOVES = ("goto", "cure")  # cures that know where to go
Opener = Callable[[Sequence[str]], object]  # opens one for the arguments of a verb


class Commands:
    """The colon line. What trains is a run, which can be paused; all else can be stopped."""

    def __init__(
        self, face: Face, runs: Runs, stops: Stops, openers: Mapping[str, Opener],
        reopen: Callable[[Sequence[str], str], None],
    ) -> None:  # fmt: skip
        """`openers` are the verbs that have a screen of their own, and what opens it."""
        self._face = face
        self._runs = runs
        self._stops = stops
        self._openers: dict[str, Opener] = {**openers, "diagnose": self._diagnose}
        self._reopen = reopen
        self.lines: list[str] = []  # typed before, the newest last

    def type(self, begun: str = "") -> None:
        """Type a verb with what it is given; a line may be begun."""
        self._face.pause()
        elsewhere = frozenset(self._openers)
        screen = dialogs.CommandScreen(self._face.session, self.lines, begun, elsewhere)
        self._face.push(screen, self._perform)

    def diagnose(self) -> None:
        """Why it doesn't learn; a cure that is chosen is applied where the run began."""
        from rnn_tui.present.sentences import diagnosis as words  # noqa: PLC0415 - not at start

        self._face.pause()
        session = self._face.session

        def treat(chosen: dialogs.Chosen) -> None:
            opening = chosen.finding.reopening
            if opening.command:
                self._reopen(opening.overrides, words.reopened(opening.put))
                return
            command = parse(chosen.finding.verb)
            if command.verb in MOVES:
                self._perform(command)
                return
            before = session.view

            def tell() -> None:
                if session.moment.timeline is not before.timeline:
                    self._face.say(words.applied(before, session.view))

            def go_and_treat() -> None:
                if session.moment.cursor.update != chosen.start:
                    session.go_to_update(chosen.start)
                exactly(session, command)

            self._face.attempt(go_and_treat, tell)

        self._face.push(dialogs.DiagnosisScreen(session.view, session.experiment), treat)

    def _diagnose(self, _: Sequence[str]) -> None:
        self.diagnose()

    def _perform(self, command: Command) -> object:
        """Do a command and say what it came to; what is to be awaited, if anything."""
        if command.verb in self._openers:
            return self._openers[command.verb](command.arguments)
        if command.verb == "run":
            self._run_until(*command.arguments)
        elif (target := self._target(command)) is not None:
            self._runs.start(target, by_updates=command.verb == "update")
        else:
            self._perform_beside(command)
        return None

    def _perform_beside(self, command: Command) -> None:
        session = self._face.session

        def act(report: Report) -> Reply:
            # All sentences come with it, which takes a moment.
            from rnn_tui.present.plain.speaking import perform  # noqa: PLC0415

            return perform(session, command, lambda done, of, _: report(done, of))

        def tell(reply: Reply) -> None:
            self._face.show()
            if reply.ok and command.verb in CHANGING:
                self._face.tell(after_change(session.view, command.arguments[0]))
            else:
                self._face.say(reply.said[-1] if reply.said else "Done")

        unit = "commands" if command.times > 1 else "updates"
        self._face.act(act, tell, unit=unit)

    def _target(self, command: Command) -> int | None:
        """The update to which a command trains, if it does nothing else."""
        session, verb = self._face.session, command.verb
        if command.times > 1:
            return None
        if verb in TRAINING:
            return session.target(verb, int(command.arguments[0]))
        if verb == "goto" and command.arguments[0] != "run":
            size = session.moment.timeline.trainer.updates_per_epoch
            place = int(command.arguments[1]) * (size if command.arguments[0] == "epoch" else 1)
            return place if place > session.settled else None
        return None

    def _run_until(self, text: str, most: str | None = None) -> None:
        """Run with one more breakpoint, which stays in the list of them."""
        session = self._face.session
        try:
            self._stops.add(text)
        except ConditionError as error:
            self._face.say(str(error))
            return
        if most is not None:
            self._runs.start_to(session.here + int(most))
        elif session.here < session.planned:
            self._runs.start_to(session.planned)
        else:
            unit = session.unit
            self._face.say(f"The planned {unit}s are done: to train more, end with  for N")
