"""A screen that does what is typed after a colon."""

from __future__ import annotations

from rnn_tui.session.breakpoints.breakpoints import scope_of
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.running import FULL_SPEED, RunningScreen

AT_ONCE = 1000  # updates or moves: a second or so


class CommandingScreen(RunningScreen):
    """The colon line. What trains long is a run, which can be paused; all else is done at once."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.lines: list[str] = []

    def explain(self, ref: str) -> None:
        """Show how a number came about."""
        raise NotImplementedError

    def action_proof(self) -> None:
        """The gradient check of every array."""
        raise NotImplementedError

    def action_command(self) -> None:
        """Type a verb with what it is given."""
        self.pause()

        def do(command: Command | None) -> None:
            if command is not None:
                self.perform(command)

        self.app.push_screen(dialogs.CommandScreen(self.session, self.lines), do)

    def perform(self, command: Command) -> None:
        """Do a command and say what it came to."""
        if command.verb == "why":
            self.explain(command.arguments[0])
        elif command.verb == "check":
            self.action_proof()
        elif command.verb == "run":
            self._run_until(*command.arguments)
        elif (place := self._far(command)) is not None:
            self._start(place, FULL_SPEED)
        elif self._amount(command) > AT_ONCE:
            most = f"At most {AT_ONCE:,} at once here, as nothing could stop it"
            self.say(f"{most}. {{epochs}} trains as many as you like, {{run}} pauses")
        else:
            from rnn_tui.present.plain.speaking import perform  # noqa: PLC0415 - all sentences come with it

            reply = perform(self.session, command)
            self.show()
            self.say(reply.said[-1] if reply.said else "Done")

    def _far(self, command: Command) -> int | None:
        """The epoch or step to which a command trains, if it does."""
        if command.times > 1:
            return None
        unit, here = self.session.unit, self._here
        if command.verb == "epoch" and unit == "epoch":
            return here + int(command.arguments[0])
        if command.verb == "update" and self.session.updates_per_unit == 1:
            return here + int(command.arguments[0])
        if command.verb == "goto" and command.arguments[0] == unit:
            place = int(command.arguments[1])
            return place if place > here else None
        return None

    def _amount(self, command: Command) -> int:
        """How many updates or moves a command comes to that is done at once."""
        if command.verb in ("undo", "redo"):
            return 0  # there are no more than have been done
        moment, count = self.session.moment, command.times
        size = moment.timeline.trainer.updates_per_epoch
        if command.verb in ("goto", "cure"):
            return max(0, _update_named(command, size) - moment.timeline.frontier)
        if command.verb in ("epoch", "update"):
            count *= int(command.arguments[0]) * (size if command.verb == "epoch" else 1)
        return count

    def _run_until(self, text: str, most: str | None = None) -> None:
        """Run with one more breakpoint, which stays in the list of them."""
        try:
            self.breakpoints.add(text, scope_of(self.session.view))
        except ConditionError as error:
            self.say(str(error))
            return
        if most is not None:
            self._start(self._here + int(most), FULL_SPEED)
        elif self._here < self.session.planned:
            self._start(self.session.planned, FULL_SPEED)
        else:
            unit = self.session.unit
            self.say(f"The planned {unit}s are done: say how many more, by  for N  after it")


def _update_named(command: Command, size: int) -> int:
    """The update that a goto or a cure names, of which an epoch has `size`; 0 if it names none."""
    kind, *numbers = command.arguments
    if kind == "epoch":
        return int(numbers[0]) * size
    return int(numbers[-1]) if len(numbers) > (kind == "run") else 0
