"""The controllers of the explorer, and which of them does what a key asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.tui.bindings import ACTS, MOVES
from rnn_tui.tui.explorer.controllers.asking import Asking
from rnn_tui.tui.explorer.controllers.checks import Checks
from rnn_tui.tui.explorer.controllers.commands import Commands, Opener
from rnn_tui.tui.explorer.controllers.comparing import Comparing
from rnn_tui.tui.explorer.controllers.computing import Computing
from rnn_tui.tui.explorer.controllers.edits import Edits
from rnn_tui.tui.explorer.controllers.files import Files
from rnn_tui.tui.explorer.controllers.hinting import Hinting
from rnn_tui.tui.explorer.controllers.history import History
from rnn_tui.tui.explorer.controllers.moves import Moves
from rnn_tui.tui.explorer.controllers.notating import Notating
from rnn_tui.tui.explorer.controllers.preparing import Preparing
from rnn_tui.tui.explorer.controllers.quizzing import Quizzing
from rnn_tui.tui.explorer.controllers.turning import Turning
from rnn_tui.tui.explorer.controllers.viewing import Viewing
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.explorer.running.aftercare import Aftercare
from rnn_tui.tui.explorer.running.autosave import Autosave
from rnn_tui.tui.explorer.running.runs import Runs
from rnn_tui.tui.explorer.running.stops import Stops
from rnn_tui.tui.header import PAGES, act_of
from rnn_tui.tui.learn.learner import Learner
from rnn_tui.tui.learn.learning import Learning
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.widgets.bars import OpLine

if TYPE_CHECKING:
    from rnn_tui.lessons.taking.playing import Play


@dataclass(frozen=True, eq=False)
class Controllers:
    """One of each. They see the screen through its face, and each other where they are given."""

    computing: Computing
    hinting: Hinting
    stops: Stops
    runs: Runs
    moves: Moves
    history: History
    asking: Asking
    edits: Edits
    checks: Checks
    comparing: Comparing
    autosave: Autosave
    files: Files
    commands: Commands
    turning: Turning
    viewing: Viewing
    preparing: Preparing
    notating: Notating
    learning: Learning
    quizzing: Quizzing

    @classmethod
    def of(
        cls, face: Face, screen: Screen[None], pages: Pages, op_line: OpLine, folder: Path | None,
        learner: Learner, play: Play | None = None,
    ) -> Controllers:  # fmt: skip
        """Those of a screen with its pages; the session is kept in a `folder`, nowhere if None.

        It is that of a lesson if there is a `play`.
        """
        stops = Stops(face, Aftercare(face, screen))
        asking, checks, comparing = Asking(face, screen), Checks(face), Comparing(face)
        runs, autosave = Runs(face, screen, stops), Autosave(face, screen, folder)
        learning = Learning(face, screen, pages, learner, play)
        files = Files(face, screen, autosave, learning)
        quizzing = Quizzing(face, screen, asking, learning.keep_answer)
        viewing = Viewing(face, screen, pages, autosave, learning.docking.sizing)
        hints = learning.offer.hint, runs.hint
        openers: dict[str, Opener] = {
            "why": lambda given: asking.explain(given[0]),
            "check": lambda _: checks.prove(),
            "contexts": comparing.compare,
            "quiz": lambda given: quizzing.ask(*given),
            "learn": lambda given: learning.learn(*given),
        }
        return cls(
            computing=Computing(face, screen),
            hinting=Hinting(face, screen, pages, lambda: files.greeting, *hints),
            stops=stops,
            runs=runs,
            moves=Moves(face, runs, stops),
            history=History(face),
            asking=asking,
            edits=Edits(face, screen),
            checks=checks,
            comparing=comparing,
            autosave=autosave,
            files=files,
            commands=Commands(face, runs, stops, openers, files.reopen),
            turning=Turning(face, screen, pages, op_line, learning.docking.sizing),
            viewing=viewing,
            preparing=Preparing(face, screen, pages, viewing),
            notating=Notating(face, screen),
            learning=learning,
            quizzing=quizzing,
        )

    def take_over(self, before: Controllers) -> None:
        """What stays when another session is opened: breakpoints that make sense, typed lines."""
        before.learning.offer.end()
        self.stops.take_over(before.stops.breakpoints)
        self.commands.lines = before.commands.lines


def acts(by: Controllers) -> dict[str, Callable[[], object]]:
    """What does each act, by its verb."""
    return {
        **{verb: partial(by.moves.perform, verb) for verb in MOVES},
        **{act_of(name): partial(by.turning.turn_to, name) for name in PAGES},
        **{act.verb: partial(by.turning.perform, act.verb) for act in ACTS if act.page},
        "examples": by.turning.show_examples,  # a click in the header
        "epochs": by.runs.ask_how_many,
        "run": by.runs.toggle,
        "faster": by.runs.faster,
        "slower": by.runs.slower,
        "goto": by.runs.go_to,
        "breakpoints": by.stops.edit,
        "earlier": by.history.earlier,
        "later": by.history.later,
        "runs": by.history.compare_runs,
        "pin": by.history.pin,
        "ask": by.asking.ask,
        "why_op": by.asking.explain_op,  # a key of the Why pane
        "edit_input": by.edits.type_text,
        "change": by.edits.change,
        "release": by.edits.release,
        "proof": by.checks.prove,
        "microscope": by.checks.compare,
        "diagnose": by.commands.diagnose,
        "contexts": by.comparing.compare,
        "break_it": by.checks.break_it,
        "quiz": by.quizzing.ask,
        "open": by.files.open,
        "save": by.files.save,
        "command": by.commands.type,
        "copy": by.viewing.copy,
        "zoom": by.viewing.zoom,
        "network": by.turning.show_network,
        "unzoom": by.viewing.unzoom,
        "theme": by.viewing.choose_theme,
        "notation": by.notating.turn,
        "help": by.viewing.help,
        "learn_page": by.learning.turn,
        "tour": by.learning.tour,
        "test_out": by.learning.step.test_out,
        "hint": partial(by.learning.step.take, "hint"),
        "solution": partial(by.learning.step.take, "solution"),
        "wider": by.learning.docking.sizing.wider,
        "narrower": by.learning.docking.sizing.narrower,
        "palette": by.viewing.open_palette,
        "suspend": by.viewing.suspend,
        "quit": by.viewing.quit,
    }
