"""Functions whose values cost: each is computed once for what was asked of it last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

MOST_KEPT = 8

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Kept(Generic[K, T]):
    """A function that remembers its newest values. Any thread may ask."""

    def __init__(self, compute: Callable[[K], T]) -> None:
        self._compute = compute
        self._made: OrderedDict[K, T] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, key: K) -> T:
        """The value, which may take long the first time."""
        with self._lock:
            if key in self._made:
                return self._made[key]
        made = self._compute(key)
        with self._lock:
            self._made[key] = made
            while len(self._made) > MOST_KEPT:
                self._made.popitem(last=False)
        return made

    def __contains__(self, key: K) -> bool:
        return key in self._made
