"""The screens that open over the explorer, each imported when it is first opened, or before."""

# ruff: noqa: PLC0414 - an import as itself is one that others may import from here

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnn_tui.tui.dialogs.computing import ComputingScreen as ComputingScreen
    from rnn_tui.tui.dialogs.contexts import ContextsScreen as ContextsScreen
    from rnn_tui.tui.dialogs.finding.autopsy import AutopsyScreen as AutopsyScreen
    from rnn_tui.tui.dialogs.finding.breakit import BreakItScreen as BreakItScreen
    from rnn_tui.tui.dialogs.finding.breakit import FindScreen as FindScreen
    from rnn_tui.tui.dialogs.finding.breakpoints import BreakpointsScreen as BreakpointsScreen
    from rnn_tui.tui.dialogs.finding.diagnosis import Chosen as Chosen
    from rnn_tui.tui.dialogs.finding.diagnosis import DiagnosisScreen as DiagnosisScreen
    from rnn_tui.tui.dialogs.finding.microscope import Look as Look
    from rnn_tui.tui.dialogs.finding.microscope import MicroscopeScreen as MicroscopeScreen
    from rnn_tui.tui.dialogs.finding.microscope import first_look as first_look
    from rnn_tui.tui.dialogs.finding.proof import ProofScreen as ProofScreen
    from rnn_tui.tui.dialogs.help import HelpScreen as HelpScreen
    from rnn_tui.tui.dialogs.open import OpenScreen as OpenScreen
    from rnn_tui.tui.dialogs.quiz import QuizScreen as QuizScreen
    from rnn_tui.tui.dialogs.runs import RunsScreen as RunsScreen
    from rnn_tui.tui.dialogs.typed.ask import AskScreen as AskScreen
    from rnn_tui.tui.dialogs.typed.change import ANYTHING as ANYTHING
    from rnn_tui.tui.dialogs.typed.change import ChangeScreen as ChangeScreen
    from rnn_tui.tui.dialogs.typed.command import CommandScreen as CommandScreen
    from rnn_tui.tui.dialogs.typed.prompt import NumberPrompt as NumberPrompt
    from rnn_tui.tui.dialogs.typed.prompt import SentencePrompt as SentencePrompt
    from rnn_tui.tui.dialogs.typed.save import SaveScreen as SaveScreen
    from rnn_tui.tui.dialogs.why import WhyScreen as WhyScreen
    from rnn_tui.tui.dialogs.why import explained as explained
    from rnn_tui.tui.dialogs.working import WorkScreen as WorkScreen

MODULES = {
    "AskScreen": "typed.ask",
    "AutopsyScreen": "finding.autopsy",
    "BreakItScreen": "finding.breakit",
    "FindScreen": "finding.breakit",
    "BreakpointsScreen": "finding.breakpoints",
    "ANYTHING": "typed.change",
    "ChangeScreen": "typed.change",
    "CommandScreen": "typed.command",
    "ComputingScreen": "computing",
    "ContextsScreen": "contexts",
    "DiagnosisScreen": "finding.diagnosis",
    "HelpScreen": "help",
    "MicroscopeScreen": "finding.microscope",
    "first_look": "finding.microscope",
    "OpenScreen": "open",
    "NumberPrompt": "typed.prompt",
    "SentencePrompt": "typed.prompt",
    "ProofScreen": "finding.proof",
    "QuizScreen": "quiz",
    "RunsScreen": "runs",
    "SaveScreen": "typed.save",
    "WhyScreen": "why",
    "explained": "why",
    "WorkScreen": "working",
}


def __getattr__(name: str) -> Any:
    """A screen by its name."""
    if name not in MODULES:
        raise AttributeError(f"no dialog {name}")
    return getattr(load(name), name)


def load(name: str) -> ModuleType:
    """Import the module that a screen is in."""
    return import_module(f"{__package__}.{MODULES[name]}")
