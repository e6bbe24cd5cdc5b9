"""Things in a list that are asked for by their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def numbered(things: Sequence[T], text: str) -> T | None:
    """The thing whose number from 1 a text is; None for what is no such number."""
    digits = text.lstrip("0")
    if not digits.isdecimal() or len(digits) > len(str(len(things))):  # int takes no thousands
        return None
    number = int(digits)
    return things[number - 1] if 1 <= number <= len(things) else None
