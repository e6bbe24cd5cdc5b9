"""The pages named at the top, and how far the update is: shown, marked, and clicked."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.sentences.progress import progress
from rnn_tui.present.tables.cells import Span
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.open import OpenScreen
from rnn_tui.tui.dialogs.typed.prompt import NumberPrompt
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.header import PAGES, act_of, header, title_of
from rnn_tui.tui.toolkit.backdrop import lines_of

SIZES = [(60, 16), (80, 24), (120, 36)]


def lines(pilot: Pilot[Any]) -> list[str]:
    return [strip.text for strip in lines_of(pilot.app.screen)]


async def click(pilot: Pilot[Any], line: int, text: str) -> None:
    """Click the first place in a line where a text stands."""
    await pilot.pause()
    await pilot.click(offset=(lines(pilot)[line].index(text) + 1, line))
    await pilot.pause()


def session_of(pilot: Pilot[Any]) -> Session:
    assert isinstance(pilot.app.screen, ExplorerScreen)
    return pilot.app.screen.session


def test_the_key_of_a_page_is_its_place_in_the_header() -> None:
    assert [KEYS[act_of(name)] for name in PAGES] == [str(n) for n in range(1, len(PAGES) + 1)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_click_on_a_page_brings_it_to_the_front(size: tuple[int, int]) -> None:
    async with Explorer(load("sentiment")).run_test(size=size) as pilot:
        for name in ("train", "weights", "text", "step"):
            await click(pilot, 0, f"{KEYS[act_of(name)]} {title_of(name)}")
            assert pilot.app.screen.pages.current == name  # type: ignore[attr-defined]
            assert f"[{KEYS[act_of(name)]} {title_of(name)}]" in lines(pilot)[0]


def test_the_page_of_numbers_is_called_output() -> None:
    assert "4 Output" in header("text", False, (), 80).plain


def test_a_header_with_little_room_names_the_page_in_front_alone() -> None:
    narrow = header("weights", True, (), 30).plain
    assert "[3 Weights]" in narrow
    assert "Train" not in narrow
    assert {"1", "2", "4"} <= set(narrow)
    for room in range(20, 100):
        assert header("step", True, (), room).cell_length <= max(room, 30)


def told(session: Session, room: int = 100) -> str:
    return "".join(span.text for span in progress(session.view, room))


def test_the_strip_says_how_far_each_part_is(sentiment: Experiment) -> None:
    session = Session(sentiment)
    assert told(session).startswith("forward – │ backward – │ update –")
    session.do("forward")
    assert told(session).startswith("forward 1 of 4 │ backward – │ update –")
    session.do("finish_forward")
    session.do("backward")
    session.do("backward")
    assert told(session).startswith("forward ✓ │ backward 2 of 4 │ update –")
    session.do("finish_backward")
    session.do("op")
    updates = len(session.view.program.update_ops)
    assert told(session).startswith(f"forward ✓ │ backward ✓ │ update 1 of {updates}")
    for _ in range(updates - 1):
        session.do("op")
    count = len(session.view.program)
    expected = f"forward ✓ │ backward ✓ │ update ✓   operation {count} of {count}"
    assert told(session) == expected


def test_the_strip_takes_no_more_room_than_there_is(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("forward")
    least = len(told(session, 0))
    for room in range(least, 90):
        assert len(told(session, room)) <= room
    assert told(session, least).startswith("for 1/4")


async def test_the_parts_of_the_strip_are_buttons(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await click(pilot, 1, "forward")
        assert session_of(pilot).view.done == session_of(pilot).view.program.forward_end
        await click(pilot, 1, "backward")
        assert session_of(pilot).view.done == session_of(pilot).view.program.backward_end
        before = session_of(pilot).view.done
        await click(pilot, 1, "update")
        assert session_of(pilot).view.done == before + 1
        await click(pilot, 1, "operation")
        assert session_of(pilot).view.done == before + 2
        assert session_of(pilot).view.update == 0


async def test_a_part_that_is_done_says_so_and_changes_nothing(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await pilot.press("F")
        done = session_of(pilot).view.done
        await click(pilot, 1, "forward")
        assert session_of(pilot).view.done == done
        assert "complete" in lines(pilot)[-2]


async def test_a_key_in_the_hint_can_be_clicked(sentiment: Experiment) -> None:
    async with Explorer(sentiment).run_test(size=(80, 24)) as pilot:
        await click(pilot, 22, " f ")
        assert session_of(pilot).view.t == 0


def test_a_long_title_is_cut_before_the_name_of_the_program_goes() -> None:
    stands = (Span("epoch 0"),)
    pages = len(header("step", True, (), 200).plain.rstrip())
    for room in range(pages + 30, pages + 60):
        line = header("step", True, (stands,), room, titled=("An LSTM of integers " * 3, stands))
        assert line.plain.startswith("rnn-tui ")
        assert line.plain.endswith("… · epoch 0")
        assert line.cell_length == room


async def test_what_stands_at_the_right_of_the_header_can_be_clicked(
    sentiment: Experiment,
) -> None:
    async with Explorer(sentiment).run_test(size=(120, 36)) as pilot:
        await click(pilot, 0, "example 1")
        focused = pilot.app.screen.focused
        assert focused is not None
        assert focused.id == "examples"
        for text, opened in (("epoch 0", NumberPrompt), ("Sentiment", OpenScreen)):
            await click(pilot, 0, text)
            assert isinstance(pilot.app.screen, opened)
            await pilot.press("escape")
