"""The map of the code names files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "rnn_tui"
MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`((?:\w+/)*\w+\.(?:py|tcss))`", MAP)
CHANGES = MAP.partition("## The ten commonest changes")[2]


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_a_file_on_the_map_exists(name: str) -> None:
    places = [PACKAGE / name, *(PACKAGE / floor / name for floor in ("engine", "equations"))]
    assert any(place.is_file() for place in places) or (PACKAGE.parent / name).is_file()


def test_the_ten_changes_are_there() -> None:
    rows = [line for line in CHANGES.splitlines() if line.startswith("| a")]
    assert len(rows) == 10
    assert all(re.search(r"`[\w/]+\.py`", row) for row in rows)


def test_every_folder_is_on_the_map() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")} - {PACKAGE}
    missing = [
        f.name for f in folders if f.name not in MAP and f.name not in ("rivals", "measures")
    ]
    assert not missing
