"""Whether torch is here. It takes seconds to import, so that happens where it is used."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

EXTRA = "pip install 'rnn-tui[torch]'"


class NoTorchError(Exception):
    """Torch is not installed, or can't be loaded."""


def is_installed() -> bool:
    """Whether there is a torch to import, without importing it."""
    return find_spec("torch") is not None


def imported() -> Any:
    """The torch module, on one thread: matrices this small are slower on several.

    Raises NoTorchError.
    """
    try:
        torch = import_module("torch")
    except ImportError as error:
        why = str(error) if is_installed() else "not installed"
        raise NoTorchError(f"torch: {why}; expected the extra: {EXTRA}") from None
    torch.set_num_threads(1)
    return torch
