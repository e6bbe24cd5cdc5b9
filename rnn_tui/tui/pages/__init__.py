"""The pages of the explorer: what `1`, `2`, … show between the header and the hint.

Each is imported when it is first asked for, or when there is nothing else to be done.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rnn_tui.tui.header import title_of

if TYPE_CHECKING:
    from rnn_tui.tui.pages.page import Page


def class_of(name: str, *, has_classes: bool = True) -> type[Page]:
    """The class of a page; `has_classes` says whether answers are, or else numbers."""
    title = title_of(name, has_classes=has_classes)
    module = import_module(f"rnn_tui.tui.pages.{title.lower()}")
    found: type[Page] = getattr(module, f"{title}Page")
    return found
