"""A screen whose session can run: training beside the screen, the cursor following."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.reactive import var
from textual.screen import Screen
from textual.worker import get_current_worker

from rnn_tui.present.sentences import stops
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.breakpoints.breakpoints import Breakpoints, Gauge, Hit, Watch
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.runs.training_process import TrainingProcess
from rnn_tui.session.session import Session
from rnn_tui.threads import cores
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.runner import SPEEDS, Allowance, Progress, Run, train

if TYPE_CHECKING:
    from rnn_tui.tui.app import Explorer

FULL_SPEED = SPEEDS[-1]
ANSWER = 0.05  # seconds that a key has for being answered before the run is drawn again
COVERED = 2.0  # seconds from one drawing to the next behind another screen
MANY, MANY_STEPS = 100, 1000  # what the prompt for many epochs or steps starts with
MOST = 1_000_000


class RunningScreen(Screen[None]):
    """Run, pause, and the speed between. Subclasses show the session and explain."""

    progress: var[Line | None] = var(None, init=False)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.breakpoints = Breakpoints()
        self._run: Run | None = None
        self._process = TrainingProcess() if cores() > 1 else None
        self._allowance = Allowance()
        self._reported = 0.0  # when a run last had something of it drawn, by the clock
        self._is_covered = False  # by another screen
        self._speed = 10.0
        self._told: tuple[object, int] | None = None  # the run and update of the last autopsy

    def on_screen_suspend(self) -> None:
        """Another screen opens over this one."""
        self._is_covered = True

    def on_screen_resume(self) -> None:
        """This is the one on top."""
        self._is_covered = False

    def on_unmount(self) -> None:
        """End the process that trains."""
        if self._process is not None:
            self._process.close()

    def show(self) -> None:
        """Show the session's moment."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Explain something, with `{verb}` for keys."""
        raise NotImplementedError

    def refuse(self, refused: Refused) -> None:
        """Explain a refusal."""
        raise NotImplementedError

    @property
    def _here(self) -> int:
        """The epoch or step under the cursor."""
        return self.session.moment.cursor.update // self.session.updates_per_unit

    def attempt(self, move: Callable[[], object]) -> bool:
        """Move the session and show where it went, or explain its refusal; whether it moved."""
        try:
            move()
        except Refused as refused:
            self.refuse(refused)
            return False
        self.show()
        return True

    def explain_break(self) -> None:
        """The run stands before an update that makes something inf or NaN: say what and why."""
        raise NotImplementedError

    def knows_of_break(self, timeline: Timeline, update: int) -> bool:
        """Whether a run from here goes on past what broke it: it has, or the user was told here."""
        broken = timeline.broken
        return broken is not None and (update > broken or self._told == (timeline, update))

    # Acts

    def action_run(self) -> None:
        """Start or pause. A run stops at the planned number of epochs; the next one goes on."""
        if self._run is not None:
            self.pause()
            here = f"{self.session.unit} {self._here}"
            self.say(f"Paused at {here}. {{run}} goes on, {{undo}} takes it back")
            return
        planned = self.session.planned
        self._start(planned if self._here < planned else None, self._speed)

    def action_faster(self) -> None:
        """The next higher speed."""
        self._change_speed(+1)

    def action_slower(self) -> None:
        """The next lower speed."""
        self._change_speed(-1)

    def action_epochs(self) -> None:
        """Ask how many epochs or steps, then train them at full speed."""
        self.pause()
        unit = self.session.unit

        def refuse(count: int) -> str:
            return "" if 1 <= count <= MOST else f"a number from 1 to {MOST:,} is needed"

        def start(count: int | None) -> None:
            if count is not None:
                self._start(self._here + count, FULL_SPEED)

        about = "As fast as it goes; space pauses, u takes all of it back."
        many = MANY if unit == "epoch" else MANY_STEPS
        self.app.push_screen(
            dialogs.NumberPrompt(f"Train how many {unit}s?", about, many, refuse), start
        )

    def action_goto(self) -> None:
        """Ask for an epoch or a step; go back to it, or train up to it."""
        self.pause()
        here, unit = self._here, self.session.unit
        a_unit = "an epoch" if unit == "epoch" else "a step"

        def refuse(place: int) -> str:
            return "" if 0 <= place <= MOST + here else f"{a_unit} from 0 to {MOST:,} is needed"

        def go(place: int | None) -> None:
            if place is None:
                return
            if place > here:
                self._start(place, FULL_SPEED)
                return
            to = self.session.go_to_epoch if unit == "epoch" else self.session.go_to_update
            self.attempt(lambda: to(place))

        about = (
            f"0 is the untrained network; you are at {here}. Past {unit}s come back bit for bit."
        )
        self.app.push_screen(dialogs.NumberPrompt(f"Go to which {unit}?", about, 0, refuse), go)

    def action_breakpoints(self) -> None:
        """Where runs stop, and back to where one would have stopped."""
        self.pause()

        def go(hits: tuple[Hit, ...] | None) -> None:
            if not hits:
                return
            if self.attempt(lambda: self.session.go_to_update(hits[0].update)):
                self.say(stops.found(hits, self.session.unit, self.session.updates_per_unit))

        self.app.push_screen(dialogs.BreakpointsScreen(self.session, self.breakpoints), go)

    # The run

    def pause(self) -> None:
        """Stop a run where it was last shown."""
        if self._run is None:
            return
        self._run = None
        self.workers.cancel_group(self, "run")
        self.session.end_run()
        self.progress = None
        self.show()

    def _start(self, place: int | None, speed: float) -> None:
        moment, updates = self.session.moment, self.session.updates_per_unit
        target = None if place is None else place * updates
        unit = self.session.unit
        self.session.begin_run()
        conditions = self.breakpoints.active
        watch = Watch(Gauge(moment.timeline), conditions) if conditions else None
        start = moment.cursor.update
        past = self.knows_of_break(moment.timeline, start)
        self._run = Run(moment.timeline, start, target, speed, unit, updates, watch, past)
        self.progress = self._run.line(self._run.start, 0.0)
        self.show()
        self._work(self._run)

    @work(thread=True, group="run", exclusive=True)
    def _work(self, run: Run) -> None:
        worker = get_current_worker()
        train(run, self._report, lambda: worker.is_cancelled, self._process)

    def _report(self, message: Progress) -> None:
        """In the thread of the run: hand a report on, unless another may as well come later."""
        run = message.run
        is_next_soon = min(message.rate, run.speed * run.updates) * ANSWER > 1
        if message.finished or not (is_next_soon and self._gives_way()):
            self.post_message(message)

    @on(Progress)
    def _follow(self, message: Progress) -> None:
        run = message.run
        if run is not self._run:
            return  # a report of a run that was paused
        run.timeline.recall(message.update, message.state)
        self.session.follow(message.update)
        if message.finished:
            self.pause()
            self._tell_end(message)
            return
        self.progress = run.line(message.update, message.rate)
        if run.speed != FULL_SPEED or self._allowance.take(run.is_apart):
            self.show()

    def _tell_end(self, message: Progress) -> None:
        """Why a run ended, or what it was watched for in vain."""
        planned, unit, here = self.session.planned, self.session.unit, self._here
        watch = message.run.watch
        if message.broke:
            self.explain_break()
        elif message.hits:
            self.say(stops.stopped(message.hits, unit, message.run.updates))
        elif watch is not None:
            self.say(f"{stops.ended(here, planned, unit)}: {stops.missed(watch)}. {{run}} goes on")
        elif here == planned:
            self.say(f"{stops.ended(here, planned, unit)}. {{run}} goes on past them")

    def _gives_way(self) -> bool:
        """Whether nothing of a run is drawn now: a key comes first, and so does a screen on top.

        That one is painted anew, all of it, at every message to the one behind it.
        """
        now, pressed = time.monotonic(), cast("Explorer", self.app).pressed
        waits = self._is_covered or now - pressed < ANSWER
        longest = COVERED if self._is_covered else Allowance.LONGEST
        if waits and now - self._reported < longest:
            return True
        self._reported = now
        return False

    def _change_speed(self, step: int) -> None:
        place = SPEEDS.index(self._speed) + step
        if not 0 <= place < len(SPEEDS):
            self.say(f"That is the {'highest' if step > 0 else 'lowest'} speed")
            return
        self._speed = SPEEDS[place]
        if self._run is not None:
            self._run.speed = self._speed
            self.show()
        else:
            pace = _pace(self._speed, self.session.unit)
            self.say(f"It will run {pace}. {{run}} starts it")

    def run_hint(self) -> str:
        """What to press during a run; nothing when there is none."""
        if self._run is None:
            return ""
        pace = _pace(self._run.speed, self._run.unit)
        return f"running {pace}: {{run}} pauses, {{faster}} and {{slower}} change the pace"


def _pace(speed: float, unit: str) -> str:
    return "as fast as it goes" if speed == FULL_SPEED else f"at {speed:.0f} {unit}s a second"
