"""The screens that open over the explorer, each imported when it is first opened, or before."""

# ruff: noqa: PLC0414 - an import as itself is one that others may import from here

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnn_tui.tui.screens.ask import AskScreen as AskScreen
    from rnn_tui.tui.screens.autopsy import AutopsyScreen as AutopsyScreen
    from rnn_tui.tui.screens.breakit import BreakItScreen as BreakItScreen
    from rnn_tui.tui.screens.breakit import FindScreen as FindScreen
    from rnn_tui.tui.screens.breakpoints import BreakpointsScreen as BreakpointsScreen
    from rnn_tui.tui.screens.change import ANYTHING as ANYTHING
    from rnn_tui.tui.screens.change import ChangeScreen as ChangeScreen
    from rnn_tui.tui.screens.command import CommandScreen as CommandScreen
    from rnn_tui.tui.screens.computing import ComputingScreen as ComputingScreen
    from rnn_tui.tui.screens.help import HelpScreen as HelpScreen
    from rnn_tui.tui.screens.microscope import MicroscopeScreen as MicroscopeScreen
    from rnn_tui.tui.screens.open import OpenScreen as OpenScreen
    from rnn_tui.tui.screens.prompt import NumberPrompt as NumberPrompt
    from rnn_tui.tui.screens.prompt import SentencePrompt as SentencePrompt
    from rnn_tui.tui.screens.proof import ProofScreen as ProofScreen
    from rnn_tui.tui.screens.runs import RunsScreen as RunsScreen
    from rnn_tui.tui.screens.save import ReplayScreen as ReplayScreen
    from rnn_tui.tui.screens.save import SaveScreen as SaveScreen
    from rnn_tui.tui.screens.why import WhyScreen as WhyScreen

MODULES = {
    "AskScreen": "ask",
    "AutopsyScreen": "autopsy",
    "BreakItScreen": "breakit",
    "FindScreen": "breakit",
    "BreakpointsScreen": "breakpoints",
    "ANYTHING": "change",
    "ChangeScreen": "change",
    "CommandScreen": "command",
    "ComputingScreen": "computing",
    "HelpScreen": "help",
    "MicroscopeScreen": "microscope",
    "OpenScreen": "open",
    "NumberPrompt": "prompt",
    "SentencePrompt": "prompt",
    "ProofScreen": "proof",
    "RunsScreen": "runs",
    "ReplayScreen": "save",
    "SaveScreen": "save",
    "WhyScreen": "why",
}


def prepare() -> bool:
    """Import one of them; whether there was one left."""
    for module in MODULES.values():
        if (name := f"{__package__}.{module}") not in sys.modules:
            import_module(name)
            return True
    return False


def __getattr__(name: str) -> Any:
    """A screen by its name."""
    if name not in MODULES:
        raise AttributeError(f"no dialog {name}")
    return getattr(import_module(f"{__package__}.{MODULES[name]}"), name)
