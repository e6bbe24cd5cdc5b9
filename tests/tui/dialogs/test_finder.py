"""The palette finds every act, verb, setting, experiment and theme, by name or by meaning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from rnn_tui.experiments import Experiment, load
from rnn_tui.experiments.loading import bundled, title_of
from rnn_tui.present.tables.weights import CHANGE, ways
from rnn_tui.session.commands.meaning import nearness, relevance
from rnn_tui.session.commands.verbs import NAMES, VERBS
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.dialogs.typed.change import ChangeScreen
from rnn_tui.tui.dialogs.typed.command import CommandScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.finder import Finder, ThemeFinder
from rnn_tui.tui.pages.weights import WeightsPage
from rnn_tui.tui.themes import NAMES as THEMES
from rnn_tui.tui.themes import in_order


@asynccontextmanager
async def explorer(experiment: Experiment) -> AsyncIterator[tuple[Pilot[None], ExplorerScreen]]:
    """The explorer, open on an experiment."""
    async with Explorer(experiment).run_test(size=(120, 36)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ExplorerScreen)
        yield pilot, screen


async def found(screen: ExplorerScreen, query: str) -> list[str]:
    """The titles that a query finds, the best first."""
    finder = Finder(screen)
    hits = [(hit.score, str(hit.text)) async for hit in finder.search(query)]
    return [title for _, title in sorted(hits, key=lambda hit: -hit[0])]


async def test_every_act_and_every_verb_is_found_by_its_name(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (_, screen):
        listed = [str(hit.text) async for hit in Finder(screen).discover()]
        for act in ACTS:
            assert any(act.key_text in title and act.label in title for title in listed), act.verb
        by_key = {NAMES.get(act.verb, act.verb) for act in ACTS}
        for verb in VERBS.values():
            if not verb.quiet and verb.name not in by_key:
                assert f":{verb.usage}" in await found(screen, verb.name)


def test_plain_themes_are_offered_first() -> None:
    light = [name for name in in_order(THEMES) if relevance("light", name, "")]
    assert (light[0], light[-1]) == ("textual-light", "ansi-light")


async def test_the_themes_say_which_is_for_a_projector(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (_, screen):
        told = {str(hit.text): hit.help async for hit in ThemeFinder(screen).discover()}
        assert told["projector"] == "Black on white, for a projector in a lit room"
        (best,) = [hit async for hit in ThemeFinder(screen).search("beamer")]
        assert str(best.text) == "projector"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("explain", "ask why"),
        ("lr", "set training.learning_rate"),
        ("single operation", "op  (n)"),
        ("finite differences", "gradient check"),
        ("dark", "theme textual-dark"),
        ("vanish", "BPTT view"),
        ("exit", "quit"),
        ("fullscreen", "zoom"),
        ("hello", "open hello"),
        ("patched value", "remove patch"),
        ("shape", "network: 2 numbers a word → 3 tanh units"),
        ("summary", "network: 2"),
        ("size", "network: 2"),
        ("network", "network: 2"),
        ("parameters", "network: 2"),
        ("what changed", "what changed"),
        ("what is this network", "network: 2"),
        ("which equation is this network", "equations: xh"),
        ("equation", "equations: xh"),
        ("formula", "equations: xh"),
        ("why does the first word hardly learn", "diagnose  (D)"),
        ("why does I learn so little", "diagnose  (D)"),
        ("it fails to learn", "diagnose  (D)"),
        ("train 10 epochs", ":epoch 10"),
        ("train 10", ":epoch 10"),
        ("go to epoch 12", ":goto epoch 12"),
        ("vanishing gradient", "BPTT view"),
        ("what explodes", ":cure"),
        ("compare two sentences", "two contexts"),
    ],
)
async def test_what_a_person_means_is_among_the_first(
    sentiment: Experiment, query: str, title: str
) -> None:
    async with explorer(sentiment) as (_, screen):
        first = (await found(screen, query))[:4]
        assert any(one.startswith(title) for one in first), first


async def test_nothing_is_found_for_what_nobody_means(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (_, screen):
        assert await found(screen, "zzzqqq") == ["Nothing found for “zzzqqq”"]


def test_a_name_comes_before_a_meaning() -> None:
    assert relevance("undo", "undo  (u)", "") > relevance("undo", "earlier", "Undo a step") > 0
    assert relevance("undo nothing", "undo  (u)", "") == 0
    near, none = nearness("undo nothing", [("undo  (u)", ""), ("quit  (q)", "Leave")])
    assert relevance("undo", "earlier", "Undo a step") > near > none == 0


async def chosen(screen: ExplorerScreen, query: str) -> None:
    """Do the best hit."""
    hits = [hit async for hit in Finder(screen).search(query)]
    best = max(hits, key=lambda hit: hit.score)
    made = best.command()
    if made is not None:
        await made


async def test_a_line_does_what_it_says(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        await chosen(screen, "forward (f)")
        assert screen.session.view.known.states == 1
        await chosen(screen, "set training.clip_limit")
        await pilot.pause()
        top = pilot.app.screen
        assert isinstance(top, ChangeScreen)
        assert top.query_one(Input).value == "training.clip_limit = 5"
        await pilot.press("escape")
        await chosen(screen, ":run")
        await pilot.pause()
        top = pilot.app.screen
        assert isinstance(top, CommandScreen)
        assert top.query_one(Input).value == "run "
        await pilot.press("escape")
        await chosen(screen, "theme nord")
        assert pilot.app.theme == "nord"
        await chosen(screen, "open hello")
        await pilot.pause()
        opened = pilot.app.screen
        assert isinstance(opened, ExplorerScreen)
        assert opened.session.experiment.name == "hello"


def test_the_title_of_a_file_is_that_of_its_experiment() -> None:
    for path in bundled():
        assert title_of(path) == load(path).title


async def test_what_changed_is_shown(sentiment: Experiment) -> None:
    async with explorer(sentiment) as (pilot, screen):
        screen.session.do("epoch")
        screen.show()
        await pilot.pause()
        keys = "".join(span.text for span in screen.notice or ())
        assert keys.startswith(" 3   V  what changed · W_hy[0,1] moved most, −0.4000 → ")
        await pilot.press("3", "V")
        await pilot.pause()
        page = screen.query_one(WeightsPage)
        assert ways(screen.session.view)[page.way] is CHANGE
        await pilot.press("V", "1")
        await screen.controllers.turning.show_weights(CHANGE.measure)
        assert screen.page is page
        assert ways(screen.session.view)[page.way] is CHANGE
