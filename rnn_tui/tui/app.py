"""The explorer."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from pathlib import Path

from textual.app import App, SystemCommand
from textual.screen import Screen

from rnn_tui.experiments import Experiment
from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.screens.explorer import ExplorerScreen


class Explorer(App[None]):
    """A debugger for recurrent networks."""

    CSS_PATH = "rnn_tui.tcss"
    TITLE = "rnn-tui"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self, start: Experiment | Session, keep: Path | None = None, notice: str = ""
    ) -> None:
        """`keep` is the folder in which sessions are kept, none for nowhere."""
        super().__init__()
        self.session = Session(start) if isinstance(start, Experiment) else start
        self.keep = keep
        self.notice = notice

    @property
    def experiment(self) -> Experiment:
        """What the explorer was opened on."""
        return self.session.experiment

    def on_mount(self) -> None:
        """Open on the Step screen."""
        screen = ExplorerScreen(self.session)
        screen.kept_in = self.keep
        self.push_screen(screen)
        screen.call_after_refresh(collect_again)
        if self.notice:
            self.call_later(screen.say, self.notice)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every act of the one table, with its key, then Textual's own."""
        if isinstance(screen, ExplorerScreen):
            for act in ACTS:
                run = _runner(screen, act.action)
                yield SystemCommand(f"{act.label}  ({act.key_text})", act.about, run)
        own = {"Theme", "Screenshot"}
        yield from (c for c in super().get_system_commands(screen) if c.title in own)


def _runner(screen: ExplorerScreen, action: str):  # type: ignore[no-untyped-def]
    async def run() -> None:
        await screen.run_action(action)

    return run


def collect_again() -> None:
    """Look for garbage from now on, but not in what was made to begin with: it all stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def run(start: Experiment | Session, keep: Path | None = None, notice: str = "") -> int:
    """Open the explorer on an experiment or a session; the exit code."""
    app = Explorer(start, keep, notice)
    app.run()
    return app.return_code or 0
