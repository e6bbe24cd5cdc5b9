"""A screen whose session can run: training in a thread, the cursor following."""

from __future__ import annotations

from textual import on, work
from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import get_current_worker

from rnn_tui.present.cells import Line
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.tui.runner import SPEEDS, Progress, Run, train
from rnn_tui.tui.screens.prompt import NumberPrompt

FULL_SPEED = SPEEDS[-1]
MANY = 100  # what the prompt for many epochs starts with
MOST = 1_000_000


class RunningScreen(Screen[None]):
    """Run, pause, and the speed between. Subclasses show the session and explain."""

    progress: reactive[Line | None] = reactive(None, init=False)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._run: Run | None = None
        self._speed = 10.0

    def show(self) -> None:
        """Show the session's moment."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Explain something, with `{verb}` for keys."""
        raise NotImplementedError

    def refuse(self, refused: Refused) -> None:
        """Explain a refusal."""
        raise NotImplementedError

    # Acts

    def action_run(self) -> None:
        """Start or pause. A run stops at the planned number of epochs; the next one goes on."""
        if self._run is not None:
            self.pause()
            here = self.session.epoch
            self.say(f"Paused at epoch {here}. {{run}} goes on, {{undo}} takes it back")
            return
        planned = self.session.view.experiment.training.epochs
        epoch = self.session.epoch
        self._start(planned if epoch < planned else None, self._speed)

    def action_faster(self) -> None:
        """The next higher speed."""
        self._change_speed(+1)

    def action_slower(self) -> None:
        """The next lower speed."""
        self._change_speed(-1)

    def action_epochs(self) -> None:
        """Ask how many epochs, then train them at full speed."""
        self.pause()

        def refuse(count: int) -> str:
            return "" if 1 <= count <= MOST else f"a number from 1 to {MOST:,} is needed"

        def start(count: int | None) -> None:
            if count is not None:
                self._start(self.session.epoch + count, FULL_SPEED)

        about = "As fast as it goes; space pauses, u takes all of it back."
        self.app.push_screen(NumberPrompt("Train how many epochs?", about, MANY, refuse), start)

    def action_goto(self) -> None:
        """Ask for an epoch; go back to it, or train up to it."""
        self.pause()
        here = self.session.epoch

        def refuse(epoch: int) -> str:
            return "" if 0 <= epoch <= MOST + here else f"an epoch from 0 to {MOST:,} is needed"

        def go(epoch: int | None) -> None:
            if epoch is None:
                return
            if epoch > here:
                self._start(epoch, FULL_SPEED)
                return
            try:
                self.session.go_to_epoch(epoch)
            except Refused as refused:
                self.refuse(refused)
            else:
                self.show()

        about = f"0 is the untrained network; you are at {here}. Past epochs come back bit for bit."
        self.app.push_screen(NumberPrompt("Go to which epoch?", about, 0, refuse), go)

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

    def _start(self, epoch: int | None, speed: float) -> None:
        moment = self.session.moment
        per_epoch = moment.timeline.trainer.updates_per_epoch
        target = None if epoch is None else epoch * per_epoch
        self.session.begin_run()
        self._run = Run(moment.timeline, moment.cursor.update, target, speed)
        self.progress = self._run.line(self._run.start, 0.0)
        self.show()
        self._work(self._run)

    @work(thread=True, group="run", exclusive=True)
    def _work(self, run: Run) -> None:
        worker = get_current_worker()
        train(run, self.post_message, lambda: worker.is_cancelled)

    @on(Progress)
    def _follow(self, message: Progress) -> None:
        run = message.run
        if run is not self._run:
            return  # a report of a run that was paused
        self.session.follow(message.update)
        if message.finished:
            self.pause()
            planned = self.session.view.experiment.training.epochs
            if self.session.epoch == planned:
                self.say(f"The {planned} planned epochs are done. {{run}} goes on past them")
            return
        self.progress = run.line(message.update, message.rate)
        self.show()

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
            self.say(f"It will run {_pace(self._speed)}. {{run}} starts it")

    def run_hint(self) -> str:
        """What to press during a run; nothing when there is none."""
        if self._run is None:
            return ""
        pace = _pace(self._run.speed)
        return f"running {pace}: {{run}} pauses, {{faster}} and {{slower}} change the pace"


def _pace(speed: float) -> str:
    return "as fast as it goes" if speed == FULL_SPEED else f"at {speed:.0f} epochs a second"
