"""Running: training beside the screen, the cursor following, and the speed of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.screen import Screen

from rnn_tui.present.sentences.happened.training import to_peak
from rnn_tui.present.sentences.hints import place_named
from rnn_tui.session.checks.spikes import highest_peak
from rnn_tui.session.runs.training_process import TrainingProcess
from rnn_tui.threads import cores
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face, program_of
from rnn_tui.tui.explorer.running.runner import FULL_SPEED, SPEEDS, Allowance, Progress, Run, train
from rnn_tui.tui.explorer.running.stops import Stops
from rnn_tui.tui.toolkit.background import Background, Job

ANSWER = 0.05  # seconds that a key has for being answered before the run is drawn again
COVERED = 2.0  # seconds from one drawing to the next behind another screen
MANY, MANY_STEPS = 100, 1000  # what the prompt for many epochs or steps starts with
MOST_UNITS = 1_000_000


class Runs:
    """Run, pause, and the speed between; one run at a time."""

    def __init__(self, face: Face, screen: Screen[None], stops: Stops) -> None:
        self._face = face
        self._screen = screen
        self._background = Background(screen)
        self._stops = stops
        self._run: Run | None = None
        self._then: Callable[[], object] = lambda: None  # comes once its target is reached
        self._process = TrainingProcess() if cores() > 1 else None
        self._allowance = Allowance()
        self._reported = 0.0  # when a run last had something of it drawn, by the clock
        self._speed = 10.0

    def close(self) -> None:
        """End the process that trains."""
        if self._process is not None:
            self._process.close()

    # Acts

    def toggle(self) -> None:
        """Start or pause. A run stops at the planned number of epochs; the next one goes on."""
        session = self._face.session
        if self._run is not None:
            start = self._run.start
            self.pause()
            paused = f"Paused at {session.unit} {session.here} · {{run}} train on · {{undo}} undo"
            peak = highest_peak(session.moment.timeline, start, session.moment.cursor.update)
            self._face.add(paused if peak is None else to_peak(peak))
            return
        self.start_to(session.planned if session.here < session.planned else None, self._speed)

    def faster(self) -> None:
        """The next higher speed."""
        self._change_speed(+1)

    def slower(self) -> None:
        """The next lower speed."""
        self._change_speed(-1)

    def _change_speed(self, step: int) -> None:
        place = SPEEDS.index(self._speed) + step
        if not 0 <= place < len(SPEEDS):
            self._face.say(f"That is the {'highest' if step > 0 else 'lowest'} speed")
            return
        self._speed = SPEEDS[place]
        if self._run is not None:
            self._run.speed = self._speed
            self._face.show()
        else:
            pace = _pace(self._speed, self._face.session.unit)
            self._face.say(f"It will run {pace}. {{run}} starts it")

    def ask_how_many(self) -> None:
        """Ask how many epochs or steps, then train them at full speed."""
        self._face.pause()
        session = self._face.session

        def refuse(count: int) -> str:
            fits = 1 <= count <= MOST_UNITS
            return "" if fits else f"a number from 1 to {MOST_UNITS:,} is needed"

        about = "Trains at full speed. space pauses, u undoes all of it."
        many = MANY if session.unit == "epoch" else MANY_STEPS
        prompt = dialogs.NumberPrompt(f"Train how many {session.unit}s?", about, many, refuse)
        self._face.push(prompt, lambda count: self.start_to(session.here + count))

    def go_to(self) -> None:
        """Ask for an epoch or a step; go back to it, or train up to it."""
        named = place_named(self._face.notice)
        self._face.pause()
        session = self._face.session
        here, unit = session.here, session.unit
        a_unit = "an epoch" if unit == "epoch" else "a step"

        def refuse(place: int) -> str:
            fits = 0 <= place <= MOST_UNITS + here
            return "" if fits else f"{a_unit} from 0 to {MOST_UNITS:,} is needed"

        def go(place: int) -> None:
            if place > here:
                self.start_to(place)
                return
            to = session.go_to_epoch if unit == "epoch" else session.go_to_update
            self._face.attempt(lambda: to(place))

        about = (
            f"0 is the untrained network; you are at {here}. Earlier {unit}s are restored exactly."
        )
        first = round(self._face.reading_at or 0) if named is None else named
        self._face.push(dialogs.NumberPrompt(f"Go to which {unit}?", about, first, refuse), go)

    # The run

    @property
    def is_running(self) -> bool:
        """Whether there is one."""
        return self._run is not None

    def pause(self) -> None:
        """Stop the run where it was last shown."""
        if self._run is None:
            return
        self._run = None
        self._background.cancel()
        self._face.session.end_run()
        self._face.progress = None
        self._face.show()

    def start_to(self, place: int | None, speed: float = FULL_SPEED) -> None:
        """Run up to an epoch or step, or until it is paused, at so many of them a second."""
        target = None if place is None else place * self._face.session.updates_per_unit
        self.start(target, speed)

    def leads_to(self, then: Callable[[], object]) -> bool:
        """Whether something trains after which this comes."""
        return self._run is not None and self._then == then

    def start(
        self,
        target: int | None,
        speed: float = FULL_SPEED,
        *,
        by_updates: bool = False,
        then: Callable[[], object] = lambda: None,
    ) -> None:
        """Run up to an update; it is a number of updates or a way to a place.

        `then` comes once it is reached, not where the run is paused or stops before.
        """
        session = self._face.session
        moment, updates, unit = session.moment, session.updates_per_unit, session.unit
        session.begin_run(by_updates=by_updates)
        start = moment.cursor.update
        watch = self._stops.watch(moment.timeline)
        past = self._stops.knows_of_break(moment.timeline, start)
        run = Run(moment.timeline, start, target, speed, unit, updates, watch, past)
        self._run, self._then = run, then
        self._face.progress = run.line(run.start, 0.0)
        self._face.show()
        self._background.start(lambda job: self._train(run, job), follow=self._follow)

    def _train(self, run: Run, job: Job[Progress]) -> None:
        """In the thread of the run."""
        train(
            run, lambda progress: self.report(progress, job.report), job.is_cancelled, self._process
        )

    def report(self, progress: Progress, hand_on: Callable[[Progress], object]) -> None:
        """Hand a report on, unless another may as well come later."""
        run = progress.run
        is_next_soon = min(progress.rate, run.speed * run.updates) * ANSWER > 1
        if progress.finished or not (is_next_soon and self._gives_way()):
            hand_on(progress)

    def _gives_way(self) -> bool:
        """Whether nothing of a run is drawn now: a key comes first, and so does a screen on top.

        That one is painted anew, all of it, at every message to the one behind it.
        """
        now, pressed = time.monotonic(), program_of(self._screen).pressed
        is_covered = not self._screen.is_active
        waits = is_covered or now - pressed < ANSWER
        longest = COVERED if is_covered else Allowance.LONGEST
        if waits and now - self._reported < longest:
            return True
        self._reported = now
        return False

    def _follow(self, progress: Progress) -> None:
        run, session = progress.run, self._face.session
        run.timeline.recall(progress.update, progress.state)
        session.follow(progress.update)
        if progress.finished:
            self.pause()
            self._stops.tell_end(progress)
            if not (progress.broke or progress.hits):
                self._then()
            return
        self._face.progress = run.line(progress.update, progress.rate)
        if run.speed != FULL_SPEED or self._allowance.take(run.is_apart):
            self._face.show()

    def hint(self) -> str:
        """What to press during a run; nothing when there is none."""
        if self._run is None:
            return ""
        pace = _pace(self._run.speed, self._run.unit)
        return f"Running {pace} · {{run}} pause · {{faster}} {{slower}} change the pace"


def _pace(speed: float, unit: str) -> str:
    return "at full speed" if speed == FULL_SPEED else f"at {speed:.0f} {unit}s a second"
