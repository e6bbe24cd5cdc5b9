"""Garbage is looked for between keys, and only there."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from rnn_tui.experiments import load
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.toolkit import garbage
from rnn_tui.tui.toolkit.garbage import SOON, Garbage


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
    ours = Garbage()
    for act in (ours.begin, ours.search, ours.search_all_soon, *[ours.search] * SOON):
        act()
        assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, frozen)


@pytest.fixture
def ours(own_garbage: None, monkeypatch: pytest.MonkeyPatch) -> Garbage:
    monkeypatch.setattr(garbage, "FEW", 0)
    gc.disable()
    ours = Garbage()
    ours.begin()
    assert gc.isenabled()
    assert gc.get_threshold() == garbage.THRESHOLDS
    return ours


@pytest.mark.slow
def test_a_search_finds_what_is_new_and_one_of_all_what_was_alive_before(ours: Garbage) -> None:
    old, new = Ring(), weakref.ref(Ring())
    was = weakref.ref(old)
    ours.search()
    assert new() is None
    assert was() is old
    ours.search_all_soon()
    ours.search()  # comes while it is still in use
    del old
    for _ in range(SOON - 2):
        ours.search()
        assert was() is not None, "what was alive at the last search is not looked at"
    ours.search()
    assert was() is None


def test_for_a_few_new_objects_there_is_no_search(
    ours: Garbage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "FEW", 1000)
    ours.search()
    few = weakref.ref(Ring())
    ours.search()
    assert few() is not None
    kept = [Ring() for _ in range(1000)]
    ours.search()
    assert few() is None
    assert len(kept) == 1000


@pytest.mark.slow
async def test_a_session_that_was_left_goes(ours: Garbage) -> None:
    app = Explorer(load("sentiment"))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.garbage = ours
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        left = weakref.ref(screen.session)
        app.screens.open_session(Session(load("sentiment")))
        del screen
        ours.search()
        await pilot.pause()
        for _ in range(SOON):
            ours.search()
        assert left() is None
