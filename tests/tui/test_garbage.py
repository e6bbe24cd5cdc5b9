"""Garbage is looked for between keys, and only there."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from rnn_tui.tui import garbage


@pytest.fixture
def own_garbage() -> Iterator[None]:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*usual)
    if frozen:
        gc.freeze()


class Ring:
    """Refers to itself, so that only a search finds out that nobody wants it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("own_garbage")
def test_whoever_looks_for_garbage_already_is_let_be() -> None:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    for act in (garbage.begin, garbage.search, garbage.search_all):
        act()
        assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, frozen)


@pytest.mark.usefixtures("own_garbage")
def test_a_search_finds_what_is_new_and_one_of_all_what_was_alive_before() -> None:
    gc.disable()
    garbage.begin()
    assert gc.isenabled()
    assert gc.get_threshold() == garbage.THRESHOLDS
    old, new = Ring(), weakref.ref(Ring())
    was = weakref.ref(old)
    garbage.search()
    assert new() is None
    assert was() is old
    del old
    garbage.search()
    assert was() is not None, "what was alive at the last search is not looked at"
    garbage.search_all()
    garbage.search()
    assert was() is None
