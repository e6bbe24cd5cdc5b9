"""What is typed after a colon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rnn_tui.present.sentences.changes import after_change
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import Command, parse
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.runner import FULL_SPEED
from rnn_tui.tui.explorer.running.runs import Runs
from rnn_tui.tui.explorer.running.stops import Stops

CHANGING = ("set", "put", "settings", "cure")
MOVES = ("goto", "cure")  # cures that know where to go
AT_ONCE = 1000  # updates or moves: a second or so
Opener = Callable[[Sequence[str]], object]  # opens one for the arguments of a verb


class Commands:
    """The colon line. What trains long is a run, which can be paused; all else is done at once."""

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
            if session.moment.cursor.update != chosen.start:
                session.go_to_update(chosen.start)
            before = session.moment.timeline
            self._perform(command)
            if session.moment.timeline is not before:
                self._face.say(words.applied(session.view))

        self._face.push(dialogs.DiagnosisScreen(session.view, session.experiment), treat)

    def _diagnose(self, _: Sequence[str]) -> None:
        self.diagnose()

    def _perform(self, command: Command) -> object:
        """Do a command and say what it came to; what is to be awaited, if anything."""
        if command.verb in self._openers:
            return self._openers[command.verb](command.arguments)
        if command.verb == "run":
            self._run_until(*command.arguments)
        elif (place := self._far(command)) is not None:
            self._runs.start(place, FULL_SPEED)
        elif self._amount(command) > AT_ONCE:
            most = f"At most {AT_ONCE:,} at once here, as nothing could stop it"
            self._face.say(f"{most}. {{epochs}} trains as many as you like, {{run}} pauses")
        else:
            self._perform_at_once(command)
        return None

    def _perform_at_once(self, command: Command) -> None:
        from rnn_tui.present.plain.speaking import perform  # noqa: PLC0415 - all sentences come with it

        reply = perform(self._face.session, command)
        self._face.show()
        if reply.ok and command.verb in CHANGING:
            self._face.tell(after_change(self._face.session.view, command.arguments[0]))
        else:
            self._face.say(reply.said[-1] if reply.said else "Done")

    def _far(self, command: Command) -> int | None:
        """The epoch or step to which a command trains, if it does."""
        if command.times > 1:
            return None
        session = self._face.session
        unit, here = session.unit, session.here
        if command.verb == "epoch" and unit == "epoch":
            return here + int(command.arguments[0])
        if command.verb == "update" and session.updates_per_unit == 1:
            return here + int(command.arguments[0])
        if command.verb == "goto" and command.arguments[0] == unit:
            place = int(command.arguments[1])
            return place if place > here else None
        return None

    def _amount(self, command: Command) -> int:
        """How many updates or moves a command comes to that is done at once."""
        if command.verb in ("undo", "redo"):
            return 0  # there are no more than have been done
        moment, count = self._face.session.moment, command.times
        size = moment.timeline.trainer.updates_per_epoch
        if command.verb in ("goto", "cure"):
            return max(0, _update_named(command, size) - moment.timeline.frontier)
        if command.verb in ("epoch", "update"):
            count *= int(command.arguments[0]) * (size if command.verb == "epoch" else 1)
        return count

    def _run_until(self, text: str, most: str | None = None) -> None:
        """Run with one more breakpoint, which stays in the list of them."""
        session = self._face.session
        try:
            self._stops.add(text)
        except ConditionError as error:
            self._face.say(str(error))
            return
        if most is not None:
            self._runs.start(session.here + int(most), FULL_SPEED)
        elif session.here < session.planned:
            self._runs.start(session.planned, FULL_SPEED)
        else:
            unit = session.unit
            self._face.say(f"The planned {unit}s are done: to train more, end with  for N")


def _update_named(command: Command, size: int) -> int:
    """The update that a goto or a cure names, of which an epoch has `size`; 0 if it names none."""
    kind, *numbers = command.arguments
    if kind == "epoch":
        return int(numbers[0]) * size
    return int(numbers[-1]) if len(numbers) > (kind == "run") else 0
