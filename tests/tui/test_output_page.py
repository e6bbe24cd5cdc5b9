"""The Output page: target against output, in the Text page's place where answers are numbers."""

from __future__ import annotations

import re
import threading

import pytest
from limits import LIMIT
from textual.pilot import Pilot
from tui.test_snapshots import Compare, at, pressed, top
from waiting import computed, until

from rnn_tui.experiments import load
from rnn_tui.session.text.outputs import Outputs, outputs_of
from rnn_tui.session.view import StepView
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.pages import output
from rnn_tui.tui.pages.output import OutputPage
from rnn_tui.tui.panes.charts.output import OutputsPane

SIZE = (120, 36)
JUDGED = re.compile(r"\bright\b|\bwrong\b|accurac|✓|✗", re.IGNORECASE)


def page_of(pilot: Pilot[None]) -> OutputPage:
    page = top(pilot).page
    assert isinstance(page, OutputPage)
    return page


def titles(page: OutputPage) -> list[str]:
    return [str(pane.border_title) for pane in page.query(OutputsPane)]


def words(pilot: Pilot[None]) -> str:
    """All that stands on the screen."""
    app = pilot.app
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_it_draws_the_moment_and_the_other_rows() -> None:
    async with Explorer(load("sine")).run_test(size=SIZE) as pilot:
        await at("4", update=40)(pilot)
        page = page_of(pilot)
        assert "Output: y, validation part" in titles(page)[0]
        assert "mean absolute" in titles(page)[1]
        before = page.outputs
        await pressed(pilot, "d")
        assert "Output: y, training part" in titles(page)[0]
        await pressed(pilot, "d", "s")
        assert page.outputs is not None
        assert before is not None
        assert (page.outputs.outputs != before.outputs).any(), "another update answers otherwise"
        await pressed(pilot, "x")
        assert "writes no text" in words(pilot)


async def test_other_inputs_asked_for_while_it_is_drawn_come_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a network so large that its answers are worked out beside the screen."""
    monkeypatch.setattr(output, "is_short", lambda *_: False)
    may_go_on = threading.Event()

    def slowly(view: StepView, second: bool) -> Outputs:
        may_go_on.wait(LIMIT)
        return outputs_of(view, second)

    monkeypatch.setattr(output, "outputs_of", slowly)
    async with Explorer(load("sine")).run_test(size=SIZE) as pilot:
        await pilot.press("4", "d")
        may_go_on.set()
        await computed(pilot)
        page = page_of(pilot)
        await until(pilot, lambda: page.outputs is not None and "training" in titles(page)[0])
        assert "Output: y, training part" in titles(page)[0]


@pytest.mark.slow
async def test_nothing_is_right_or_wrong_on_the_pages() -> None:
    async with Explorer(load("adding", ["data.examples=4", "data.test_examples=2"])).run_test(
        size=SIZE
    ) as pilot:
        await at("F", "e")(pilot)
        for key in ("1", "2", "3", "4"):
            await pressed(pilot, key)
            seen = "\n".join(
                re.sub("(forward|backward|update) ✓", "", line)  # of these one may be done
                for line in words(pilot).splitlines()
                if "gradient check" not in line
            )
            assert not JUDGED.search(seen), seen
        assert "training examples" in titles(page_of(pilot))[0]
        await pressed(pilot, "d")
        assert "test examples" in titles(page_of(pilot))[0]


def test_the_output_of_a_series(snap_compare: Compare) -> None:
    prepare = at("4", update=100)
    assert snap_compare(Explorer(load("sine")), terminal_size=SIZE, run_before=prepare)
