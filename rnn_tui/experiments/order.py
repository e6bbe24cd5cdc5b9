"""The bundled experiments in the order in which they are best taken, and what one sees in each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from rnn_tui.data_files import data_root


@dataclass(frozen=True)
class Part:
    """Bundled experiments under a title: for each name, in their order, what one will see."""

    title: str
    see: dict[str, str]


@cache
def parts() -> tuple[Part, ...]:
    """All bundled experiments: those of the book in its order, then the others."""
    document = tomllib.loads((data_root() / "order.toml").read_text("utf-8"))
    return tuple(
        Part(part["title"], {name: f"You will see {see}." for name, see in part["see"].items()})
        for part in document["part"]
    )
