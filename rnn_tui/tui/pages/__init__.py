"""The pages of the explorer: what `1`, `2`, … show between the status line and the hint.

Each is imported when it is first asked for, or when there is nothing else to be done.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnn_tui.tui.pages.page import Page

PAGES = {"step": "StepPage", "train": "TrainPage", "weights": "WeightsPage", "text": "TextPage"}

OF_NUMBERS = {"text": ("output", "OutputPage")}  # in their place where answers are numbers


def class_of(name: str, *, has_classes: bool = True) -> type[Page]:
    """The class of a page; `has_classes` says whether answers are, or else numbers."""
    module, page = name, PAGES[name]
    if not has_classes and name in OF_NUMBERS:
        module, page = OF_NUMBERS[name]
    found: type[Page] = getattr(import_module(f"rnn_tui.tui.pages.{module}"), page)
    return found
