"""The Text screen under a person's hands, and pictures of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from threading import Event, Thread, current_thread, main_thread
from typing import Any

import numpy as np
import pytest
from limits import LIMIT
from textual.pilot import Pilot
from textual.widgets import Input, Static
from waiting import computed, until

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.text.text_scene import Scene
from rnn_tui.present.text.text_tables import LanguageTable, NextTable, RankingTable
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.session import Session
from rnn_tui.session.text.writing import Manner, Passage, milestones, written, written_then
from rnn_tui.session.view import StepView
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.dialogs.help import HelpScreen
from rnn_tui.tui.dialogs.typed.text_prompt import TextPrompt
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.explorer.face import program_of
from rnn_tui.tui.pages import scene as scene_page
from rnn_tui.tui.pages.text import TextPage
from rnn_tui.tui.panes.text import language as language_pane
from rnn_tui.tui.panes.text.language import LanguagePane
from rnn_tui.tui.panes.text.lens import LensPane, UnitsPane
from rnn_tui.tui.panes.text.passage import PassageView
from rnn_tui.tui.panes.text.writing import NextPane, SamplePane, VocabularyPane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.widgets.unit_strip import UnitStrip

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "160x45": (160, 45)}
PANES = (SamplePane, NextPane, LensPane, UnitsPane, LanguagePane, VocabularyPane)


@pytest.fixture(scope="module")
def grammar() -> Experiment:
    return load("grammar", ["data.sentences=60", "model.hidden_size=16"])


@asynccontextmanager
async def text_screen(
    experiment: Experiment, size: tuple[int, int] = (120, 36), update: int = 0, waits: bool = True
) -> AsyncIterator[tuple[Pilot[None], TextPage]]:
    """The Text screen, once all is written unless it is not to wait for that."""
    app = Explorer(experiment)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ExplorerScreen)
        if update:
            screen.session.go_to_update(update)
            screen.show()
        await pilot.press("4")
        if waits:
            await settled(pilot)
        page = screen.page
        assert isinstance(page, TextPage)
        yield pilot, page


async def settled(pilot: Pilot[Any]) -> None:
    """Until nothing is being written any more."""
    await computed(pilot)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def explorer(page: TextPage) -> ExplorerScreen:
    assert isinstance(page.screen, ExplorerScreen)
    return page.screen


def notice(page: TextPage) -> str:
    return "".join(span.text for span in explorer(page).notice or ())


def manner(page: TextPage) -> Manner:
    assert page.scene is not None
    assert page.scene.manner is not None
    return page.scene.manner


def sample(page: TextPage) -> Passage:
    passage = page.query_one("#sample-text", PassageView).passage
    assert passage is not None
    return passage


def next_table(page: TextPage) -> NextTable:
    table = page.query_one("#next-table", TableView).table
    assert isinstance(table, NextTable)
    return table


def language(page: TextPage) -> LanguageTable:
    table = page.query_one("#language-table", TableView).table
    assert isinstance(table, LanguageTable)
    return table


def title(page: TextPage, pane: type[Any]) -> str:
    return str(page.query_one(pane).border_title)


# The sample


@pytest.mark.slow
async def test_the_sample_is_what_the_session_writes(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (_, page):
        view = explorer(page).session.view
        text = sample(page)
        assert text.tokens == written(view, Manner((" ",)), len(text) - 1).tokens
        assert title(page, SamplePane) == "Sample · temperature 1.0 · seed 0"
        assert title(page, VocabularyPane) == f"{len(grammar.labels)} characters"


@pytest.mark.slow
async def test_temperature_and_seed(grammar: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_page, "TEMPERATURES", (0.0, 0.9, 1.0, 1.1, 2.0))
    async with text_screen(grammar, update=30) as (pilot, page):
        first = sample(page).tokens
        await press(pilot, "full_stop")
        assert title(page, SamplePane) == "Sample · temperature 1.1 · seed 0"
        await press(pilot, "comma", "comma", "x")
        assert title(page, SamplePane) == "Sample · temperature 0.9 · seed 1"
        assert sample(page).tokens != first
        await press(pilot, "comma")
        assert title(page, SamplePane) == "Sample · temperature 0, greedy · seed 1"
        await press(pilot, "comma")
        assert notice(page).startswith("At 0 the likeliest token is always taken")
        await press(pilot, *["full_stop"] * 5)
        assert manner(page).temperature == 2.0
        assert notice(page).startswith("2 is the highest temperature")


@pytest.mark.slow
async def test_a_prompt_of_ones_own(grammar: Experiment) -> None:
    async with text_screen(grammar) as (pilot, page):
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, TextPrompt)
        field = pilot.app.screen.query_one(Input)
        assert field.value == "␣"
        field.value = "the boy Z"
        await press(pilot, "enter")
        problem = str(pilot.app.screen.query_one(".problem", Static).render())
        assert 'unknown character "Z"' in problem
        field.value = ""
        await press(pilot, "enter")
        assert "at least one token" in str(pilot.app.screen.query_one(".problem", Static).render())
        field.value = "the boy␣"
        await press(pilot, "enter")
        assert sample(page).tokens[:8] == tuple("the boy ")
        assert title(page, NextPane) == "Next after “the␣boy␣”", "the cursor stands at its end"
        await press(pilot, "w", "escape")
        assert manner(page).prompt == tuple("the boy ")


@pytest.mark.slow
async def test_the_cursor_asks_what_comes_next(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        text = sample(page).tokens
        assert title(page, NextPane) == "Next after “␣”"
        assert next_table(page).came == text[1]
        assert next_table(page).p.max() == next_table(page).p[next_table(page).order[0]]
        await press(pilot, "right", "right")
        assert next_table(page).came == text[3]
        view = page.query_one("#sample-text", PassageView)
        await press(pilot, "down")
        assert view.place == len(view.set_lines.lines[0]) + 2
        await press(pilot, "end")
        assert next_table(page).came is None
        assert view.place == len(text) - 1
        assert view.scroll_offset.y > 0, "the cursor is brought into sight"
        await press(pilot, "pageup", "pagedown", "up", "home", "left")
        assert view.place == 0
        await pilot.click("#sample-text", offset=(4, 0))
        await settled(pilot)
        assert view.place == 3


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), [("sample", "s"), ("lens", "s"), ("lens", "d")])
async def test_what_comes_next_is_asked_of_the_weights_and_the_text_shown(
    grammar: Experiment, name: str, key: str
) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        text = page.query_one(f"#{name}-text", PassageView)
        text.focus()
        await press(pilot, "right", "right")
        before = next_table(page).p
        await press(pilot, key)
        assert page.scene is not None
        assert text.passage is not None
        expected = page.scene.next(text.passage, text.place)
        assert expected is not None
        assert np.array_equal(next_table(page).p, expected.p)
        assert not np.array_equal(next_table(page).p, before)


@pytest.mark.slow
async def test_writing_on_with_a_token_of_ones_choice(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        before = sample(page).tokens
        await press(pilot, "right")
        chosen = grammar.vocabulary.tokens[next_table(page).order[2]]
        page.query_one("#next-table").focus()
        await press(pilot, "down", "down", "enter")
        assert manner(page).prompt == (*before[:2], chosen)
        assert sample(page).tokens[:3] == (*before[:2], chosen)


# The lens


@pytest.mark.slow
async def test_flipping_through_the_units(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        await press(pilot, "tab")
        assert page.lens is not None
        units = page.lens.ranking.units
        assert page.lens.unit == explorer(page).unit == 0
        place = units.index(0)
        await press(pilot, "right")
        assert explorer(page).unit == page.lens.unit == units[(place + 1) % 16]
        await press(pilot, "left", "left")
        assert explorer(page).unit == units[place - 1]
        assert title(page, LensPane).startswith(f"Unit {units[place - 1]} · variance 0.")
        await press(pilot, "1")
        assert explorer(page).unit == units[place - 1], "the Step screen shows the same unit"


async def test_the_unit_of_the_step_screen_is_under_the_lens(grammar: Experiment) -> None:
    app = Explorer(grammar)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "right", "right", "right", "4")
        page = app.screen.query_one(TextPage)
        assert page.lens is not None
        assert page.lens.unit == explorer(page).unit == 3
        await press(pilot, "1", "right", "4")
        assert page.lens.unit == 4


@pytest.mark.slow
async def test_orders_of_the_units(grammar: Experiment) -> None:
    async with text_screen(grammar, update=150) as (pilot, page):
        assert page.lens is not None
        for what in ("vowels", "spaces", "word ends", "“e”", "variance"):
            if what == "“e”":
                page.query_one("#lens-text", PassageView).focus()
                while page.query_one("#lens-text", PassageView).stretch(range(0)).chosen != (
                    page.lens.passage.tokens.index("e")
                ):
                    await press(pilot, "shift+right")
            await press(pilot, "c")
            assert what in title(page, LensPane)
            assert title(page, UnitsPane) == f"Units by {what}"
            assert "1st of 16" in title(page, LensPane), "the best one is put under the lens"
            assert explorer(page).unit == page.lens.ranking.units[0]


@pytest.mark.slow
async def test_the_token_to_be_told_follows_the_cursor(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        await press(pilot, "tab", "c", "c", "c", "c")
        assert page.lens is not None
        tokens = page.lens.passage.tokens
        for place in (1, 2, 3):
            await press(pilot, "shift+right")
            assert page.lens.ranking.what == tokens[place]


@pytest.mark.slow
async def test_any_state_of_any_layer_under_the_lens(grammar: Experiment) -> None:
    wanted = ["data.sentences=60", "model.hidden_size=4", "model.cell=lstm", "model.layers=2"]
    async with text_screen(load("grammar", wanted), (160, 45)) as (pilot, page):
        assert title(page, LensPane).startswith("Unit 0 of h_1 · ")
        assert " · h c · L layer" in str(page.query_one(LensPane).border_subtitle)
        await press(pilot, "h")
        assert title(page, LensPane).startswith("Unit 0 of c_1 · ")
        assert title(page, UnitsPane).startswith("Units of c_1 by ")
        assert "c  the memory, layer 1 (top)." in notice(page)
        await press(pilot, "L")
        assert title(page, LensPane).startswith("Unit 0 of c · ")
        assert len(page.query_one("#units-table", TableView).table.ranking.units) == 4  # type: ignore[union-attr]
        await press(pilot, "h")
        assert title(page, LensPane).startswith("Unit 0 of h · ")
    async with text_screen(grammar) as (pilot, page):
        for key, why in {
            "h": "This cell has one state, h",
            "L": "This network has one layer",
        }.items():
            await press(pilot, key)
            assert why in notice(page)
        assert title(page, LensPane).startswith("Unit 0 · ")


@pytest.mark.slow
async def test_either_text_under_the_lens(grammar: Experiment) -> None:
    async with text_screen(grammar, (160, 45), update=30) as (pilot, page):
        assert "over the validation text" in title(page, LensPane)
        await press(pilot, "d")
        assert "over the sample" in title(page, LensPane)
        assert page.lens is not None
        assert page.lens.passage is sample(page)
        await press(pilot, "x")
        assert page.lens.passage is sample(page), "it is always the sample as it is"
        await press(pilot, "d")
        assert page.lens.passage.tokens[:20] == grammar.test[0].tokens[:20]


@pytest.mark.slow
async def test_the_strip_shows_the_cursors_line(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        await press(pilot, "tab", "down", "shift+right")
        text, strip = page.query_one("#lens-text", PassageView), page.query_one(UnitStrip)
        assert text.line.start > 0
        assert strip.stretch.chosen == 1
        assert page.lens is not None
        shares = page.lens.shares[text.line.start : text.line.stop]
        assert list(strip.stretch.values) == shares.tolist()
        value = f"{shares[1]:+.4f}".replace("-", "−")
        assert value in str(page.query_one(LensPane).border_subtitle)
        assert title(page, NextPane).startswith("Next after “…"), "the lens is in hand"


@pytest.mark.slow
async def test_choosing_a_unit_from_the_list(grammar: Experiment) -> None:
    async with text_screen(grammar, update=30) as (pilot, page):
        table = page.query_one("#units-table", TableView)
        table.focus()
        table.action_cursor(-100, 0)
        await press(pilot, "down", "down", "enter")
        assert isinstance(table.table, RankingTable)
        assert explorer(page).unit == table.table.ranking.units[2]
        assert table.table.current_row == 2


# Samples during training


@pytest.mark.slow
async def test_a_line_for_each_milestone(grammar: Experiment) -> None:
    async with text_screen(grammar, update=350) as (pilot, page):
        lines = language(page).lines
        assert [line.update for line in lines] == [0, 100, 300, 350]
        assert all(line.text for line in lines)
        assert [line.loss is not None for line in lines] == [True] * 4
        await press(pilot, "x")
        assert all(a.text != b.text for a, b in zip(lines, language(page).lines, strict=True))
        await press(pilot, "f", "s")
        assert [line.update for line in language(page).lines] == [0, 100, 300, 351]


@pytest.mark.slow
async def test_going_back_to_a_milestone(grammar: Experiment) -> None:
    async with text_screen(grammar, update=350) as (pilot, page):
        then = [line.text for line in language(page).lines]
        table = page.query_one("#language-table", TableView)
        table.focus()
        table.action_cursor(-100, 0)
        await press(pilot, "down", "enter")
        assert explorer(page).session.view.update == 100
        assert [line.text for line in language(page).lines] == then[:2], "now it writes as then"
        await press(pilot, "u")
        assert [line.text for line in language(page).lines] == then


@pytest.mark.slow
async def test_nothing_is_written_behind_another_page(grammar: Experiment) -> None:
    async with text_screen(grammar) as (pilot, page):
        await press(pilot, "1")
        screen = explorer(page)
        screen.session.go_to_update(120)
        screen.show()
        await settled(pilot)
        assert [line.update for line in language(page).lines] == [0]
        await press(pilot, "4")
        assert [line.update for line in language(page).lines] == [0, 100, 120]
        assert all(line.text for line in language(page).lines)


@pytest.mark.slow
async def test_lines_are_written_one_by_one_while_they_are_wanted(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, asked = Event(), []

    def slowly(timeline: Timeline, k: int, manner: Manner, length: int) -> Passage:
        asked.append((manner.seed, k))
        assert may.wait(LIMIT)
        return written_then(timeline, k, manner, length)

    monkeypatch.setattr(language_pane, "written_then", slowly)
    async with text_screen(grammar, update=350, waits=False) as (pilot, page):
        await until(pilot, lambda: asked == [(0, 0)])
        await pilot.press("x")
        may.set()
        await settled(pilot)
        assert asked == [(0, 0), (1, 0), (1, 100), (1, 300)]

        may.clear()
        await pilot.press("x")
        await until(pilot, lambda: asked[4:] == [(2, 0)])
        await pilot.press("1")
        may.set()
        await settled(pilot)
        await press(pilot, "4")
        assert asked[4:] == [(2, 0), (2, 100), (2, 300)], "what is written is kept"
        assert all(line.text for line in language(page).lines)

        may.clear()
        await pilot.press("x")
        await pilot.press("1")
        may.set()
        await settled(pilot)
        assert asked[7:] == [(3, 0)], "the page is behind another"


@pytest.mark.slow
async def test_it_follows_a_run(grammar: Experiment) -> None:
    async with text_screen(grammar) as (pilot, page):
        untrained = sample(page).tokens
        screen = explorer(page)
        await pilot.press(*["plus"] * 6, "space")
        await until(pilot, lambda: page.scene is not None and page.scene.view.update > 150)
        assert page.scene is not None
        assert page.scene.view.update <= screen.session.view.update
        await press(pilot, "space")
        await settled(pilot)
        assert page.scene is not None
        assert page.scene.view.update == screen.session.view.update, "the last moment is drawn"
        assert sample(page).tokens != untrained
        updates = [line.update for line in language(page).lines]
        assert tuple(updates[:-1]) == milestones(updates[-1])


# What can't be done


@pytest.mark.slow
async def test_labelled_data_is_read_and_not_written(sentiment: Experiment) -> None:
    async with text_screen(sentiment) as (pilot, page):
        assert "This network classifies" in str(page.query_one("#answers-once", Static).render())
        assert not page.query_one(SamplePane).region.area
        assert pilot.app.focused is page.query_one("#lens-text")
        for key in ("comma", "full_stop", "x", "w"):
            await press(pilot, "f")
            await press(pilot, key)
            assert notice(page).startswith("This network classifies and generates no text.")
        assert page.lens is not None
        assert page.lens.passage.starts == (0, 4, 8, 12)
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert page.query_one("#lens-text", PassageView).place == 8, "the cursor follows"
        await press(pilot, "d")
        assert page.lens.passage.tokens == sentiment.train[2].tokens
        await press(pilot, "c")
        assert "detects positive" in title(page, LensPane)


async def test_a_text_drawn_behind_another_page_has_its_lines(sentiment: Experiment) -> None:
    async with text_screen(sentiment) as (pilot, page):
        await press(pilot, "1", "f")
        page.view = explorer(page).session.view
        assert not page.display
        assert page.query_one("#lens-text", PassageView).set_lines.lines


@pytest.mark.slow
async def test_an_output_that_is_not_finite_is_said(grammar: Experiment) -> None:
    async with text_screen(grammar) as (pilot, page):
        session = explorer(page).session
        for unit in (0, 1):
            session.edit_parameter("W_hy", (0, unit), 1e308)
            session.edit_parameter("b_h", (unit,), 50.0)
        session.edit_parameter("b_y", (0,), 1.7e308)
        explorer(page).show()
        await settled(pilot)
        for name in ("#not-finite", "#no-next"):
            widget = page.query_one(name, Static)
            assert widget.region.area
            assert "inf or NaN, so no token can be drawn" in str(widget.render())
        assert not language(page).lines[-1].finite
        await press(pilot, *["u"] * 5)
        assert not page.query_one("#not-finite").region.area
        assert len(sample(page)) > 1


@pytest.mark.slow
async def test_keys_of_this_screen_say_so_on_another(grammar: Experiment) -> None:
    async with text_screen(grammar) as (pilot, page):
        await press(pilot, "1")
        elsewhere = {act.key for act in ACTS if act.page != "text"}
        for act in ACTS:
            if act.page == "text" and act.key not in elsewhere:
                await press(pilot, act.key)
                assert f"{act.shown}  is a key of the Text screen" in notice(page), act.verb


@pytest.mark.slow
async def test_every_pane_can_be_focused_zoomed_and_explains_itself(grammar: Experiment) -> None:
    async with text_screen(grammar) as (pilot, page):
        for pane in PANES:
            assert len(pane.HELP_TEXT) > 100
            widget = page.query_one(pane)
            focusable = next(one for one in widget.query("*") if one.can_focus)
            focusable.focus()
            await press(pilot, "z")
            assert page.zoomed is widget
            await press(pilot, "z")
            assert restored(page)
            await press(pilot, "question_mark")
            help_screen = pilot.app.screen
            assert isinstance(help_screen, HelpScreen)
            assert help_screen.text == pane.HELP_TEXT
            await press(pilot, "escape")


def restored(page: TextPage) -> bool:
    return page.zoomed is None


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 16), *SIZES.values()])
async def test_the_panes_fit_and_do_not_overlap(grammar: Experiment, size: tuple[int, int]) -> None:
    async with text_screen(grammar, size, update=30) as (_, page):
        panes = [pane for pane in page.query("Pane") if pane.display and pane.region.area]
        shown = {type(pane) for pane in panes}
        assert {SamplePane, LensPane} <= shown
        assert (size[0] < 80) == (shown == {SamplePane, LensPane})
        assert (size[0] < 120) or shown == set(PANES)
        for pane in panes:
            assert page.screen.region.contains_region(pane.region)
            assert not [p for p in panes if p is not pane and p.region.overlaps(pane.region)]
        for text in page.query(PassageView):
            room = text.scrollable_content_region.width
            assert all(text.set_lines.width_of(line) <= room for line in text.set_lines.lines)
            assert text.size.height >= 3


@pytest.mark.slow
async def test_resizing_never_breaks_it(grammar: Experiment, sentiment: Experiment) -> None:
    sizes = [(1, 1), (5, 3), (20, 8), (160, 45), (160, 5), (80, 24)]
    for experiment, some in ((grammar, sizes), (sentiment, sizes[::3])):
        async with text_screen(experiment, (80, 24)) as (pilot, _):
            for size in some:
                await pilot.resize_terminal(*size)
                await press(pilot, "c", "d", "down", "x")


@pytest.mark.slow
async def test_signs_are_readable_without_colour(
    grammar: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with text_screen(grammar, update=30) as (_, page):
        text = page.query_one("#lens-text", PassageView)
        assert page.lens is not None
        words = text.render_line(text._bars)  # below its bars, where there is room for some
        segments = [one for one in words if one.text.strip()]
        underlined = "".join(s.text for s in segments if s.style and s.style.underline)
        line = text.set_lines.lines[0]
        positive = [i for i in line if page.lens.shares[i] > 0 and i != text.place]
        assert "".join(text.set_lines.pieces[i] for i in positive if i).replace(
            " ", ""
        ) == underlined.replace(" ", "")
        value = str(page.query_one(LensPane).border_subtitle)
        assert "+0." in value or "−0." in value


class Gate(Event):
    """Lets the threads go on that wait for it, and remembers what they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[Thread] = []
        self.asked: list[tuple[int, Manner | None]] = []

    @property
    def is_done(self) -> bool:
        return not any(thread.is_alive() for thread in self.threads)


@pytest.fixture
def may(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Every network is large, and what is worked out beside the screen waits for this."""
    may, scene_of = Gate(), Scene.of

    def slow(view: StepView, manner: Manner | None, before: Scene | None = None) -> Scene:
        may.threads.append(current_thread())
        may.asked.append((view.update, manner))
        assert may.wait(LIMIT)
        return scene_of(view, manner, before)

    monkeypatch.setattr(scene_page, "is_short", lambda *_: False)
    monkeypatch.setattr(Scene, "of", slow)
    yield may
    may.set()


@pytest.mark.slow
async def test_of_a_large_network_the_scene_is_worked_out_beside_the_screen(
    grammar: Experiment, may: Gate
) -> None:
    async with text_screen(grammar, waits=False) as (pilot, page):
        screen = explorer(page)
        assert page.scene is None
        assert "generating the sample" in notice(page)
        may.set()
        await computed(pilot)
        assert shown(page) is screen.session.view
        assert "generating the sample" not in notice(page)

        may.clear()
        await pilot.press("s")
        await pilot.press("x")  # another seed, while the scene of this step is worked out
        may.set()
        await computed(pilot)
        assert shown(page) is screen.session.view
        assert manner(page).seed == 1
        assert [update for update, _ in may.asked] == [0, 1, 1]
        assert main_thread() not in may.threads


@pytest.mark.slow
async def test_of_a_large_network_another_manner_comes_in_a_while(
    grammar: Experiment, may: Gate
) -> None:
    async with text_screen(grammar, waits=False) as (pilot, page):
        await pilot.press("x")
        may.set()
        await computed(pilot)
        assert manner(page).seed == 1, "it was asked for before anything was there"
        before, then = sample(page).tokens, len(may.asked)

        may.clear()
        await pilot.press("comma", "comma", "x")
        assert sample(page).tokens is before, "what was written stands meanwhile"
        assert manner(page).seed == 1
        assert "generating the sample" in notice(page)
        may.set()
        await computed(pilot)
        newest = Manner(manner(page).prompt, 0.8, 2)
        assert manner(page) == newest
        assert [one.temperature for _, one in may.asked[then:] if one] == [0.9, 0.8]
        assert sample(page).tokens != before
        assert title(page, SamplePane) == "Sample · temperature 0.8 · seed 2"
        assert "tab to the units below" in notice(page)


@pytest.mark.slow
async def test_an_explanation_stays_when_what_was_asked_for_comes(
    grammar: Experiment, may: Gate
) -> None:
    async with text_screen(grammar, waits=False) as (pilot, page):
        may.set()
        await computed(pilot)
        may.clear()
        await pilot.press("x", "ä")
        told = notice(page)
        assert "is not a key here" in told
        may.set()
        await computed(pilot)
        assert notice(page) == told


@pytest.mark.slow
async def test_a_scene_of_a_session_that_was_left_comes_to_nothing(
    grammar: Experiment, may: Gate
) -> None:
    async with text_screen(grammar, waits=False) as (pilot, page):
        screen = explorer(page)
        program_of(screen).screens.open_session(Session(load("sentiment")))
        await until(pilot, lambda: not page.is_attached)
        may.set()
        await until(pilot, lambda: may.is_done)
        await pilot.pause()
        assert page.scene is None
        assert pilot.app.screen is not screen


def shown(page: TextPage) -> StepView:
    assert page.scene is not None
    return page.scene.view
