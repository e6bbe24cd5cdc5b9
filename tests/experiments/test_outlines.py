"""How large a bundled experiment is, is told without its examples being drawn."""

from __future__ import annotations

import pytest

from rnn_tui.experiments import bundled, load
from rnn_tui.experiments.outline import outline


@pytest.mark.parametrize("name", [path.stem for path in bundled()])
def test_an_outline_has_the_sizes_of_the_whole(name: str) -> None:
    found, whole = outline(name), load(name)
    assert (found.train, found.test) == (len(whole.train), len(whole.test))
    assert found.experiment.title == whole.title
    assert found.experiment.item_name == whole.item_name
    assert found.experiment.model.hidden_size == whole.model.hidden_size
