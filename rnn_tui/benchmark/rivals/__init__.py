"""The rivals: each trains a model of some size, an update at a time, from the same weights."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Protocol

from rnn_tui.benchmark.rivals.jax_scan import JaxScan
from rnn_tui.benchmark.rivals.loop import Loop
from rnn_tui.benchmark.rivals.ours import Ours
from rnn_tui.benchmark.rivals.products import Products
from rnn_tui.benchmark.rivals.torch_eager import TorchEager
from rnn_tui.benchmark.size import Size

OURS = "rnn-tui"


class Rival(Protocol):
    """One way to do an update, for one size."""

    def update(self) -> None:
        """The next update."""
        ...


class Entry(Protocol):
    """What makes a rival, and says of which sizes it can."""

    def __call__(self, size: Size) -> Rival:
        """The rival, before its first update."""
        ...

    def fits(self, size: Size) -> bool:
        """Whether it can do a size here."""
        ...


RIVALS: Mapping[str, Entry] = {
    OURS: Ours,
    "book's loop": Loop,
    "torch": TorchEager,
    "jax": JaxScan,
    "products": Products,
}


def has_torch() -> bool:
    """Whether PyTorch is installed. It is not imported."""
    return find_spec("torch") is not None
