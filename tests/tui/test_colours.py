"""All text on the screen can be read: WCAG's contrast, measured on what is painted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from tui.contrast import below, pieces

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.tables.cells import Scale
from rnn_tui.tui import themes
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.colours import PROJECTOR, readable
from rnn_tui.tui.palette import contrast, heat
from rnn_tui.tui.table.table import TableView

TEXT, LEAST = 4.5, 3.0
WELL = ("textual-dark", "textual-light", "projector")
NATIVE = ("ansi-dark", "ansi-light")
OTHERS = sorted({*BUILTIN_THEMES} - {*WELL, *NATIVE})
PAGES = (
    (),
    ("f", "f", "n"),
    ("F", "b", "b", "v", "v", "tab", "down"),
    ("j",),
    ("j",),
    ("e", "e", "2"),
    ("C", "C"),
    ("3",),
)
DIALOGS = ("question_mark", "k", "equals_sign", "X", "i", "R", "P", "colon", "o", "c", "D", "Q")


@asynccontextmanager
async def opened(
    experiment: Experiment, *keys: str, theme: str = "", size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Pilot[None]]:
    """The explorer in a theme, after these keys."""
    async with Explorer(experiment, theme=theme).run_test(size=size) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        yield pilot


async def hold(pilot: Pilot[None], least: float, *keys: str) -> None:
    """Press keys, and hold what is on the screen then to a contrast."""
    await pilot.press(*keys)
    await pilot.pause()
    unreadable = below(pilot.app, least)
    where = f"{pilot.app.theme} after {' '.join(keys)}"
    assert not unreadable, f"{where}:\n" + "\n".join(map(str, unreadable[:20]))


@pytest.mark.slow
@pytest.mark.parametrize("theme", WELL)
async def test_pages_and_dialogs_can_be_read(sentiment: Experiment, theme: str) -> None:
    async with opened(sentiment, theme=theme) as pilot:
        for keys in PAGES:
            await hold(pilot, TEXT, *keys)
        for key in DIALOGS:
            await hold(pilot, TEXT, key)
            await pilot.press("escape")
        await hold(pilot, TEXT, "1", "5")
        await hold(pilot, TEXT, "enter")  # a lesson, and what it speaks of
        await hold(pilot, TEXT, "enter", "f", "enter", "3", "enter")  # with an answer struck out


@pytest.mark.slow
@pytest.mark.parametrize("theme", WELL)
async def test_gates_programs_and_texts_can_be_read(theme: str) -> None:
    gated = load("hello", ["model.cell=lstm"])
    async with opened(gated, theme=theme, size=(160, 45)) as pilot:
        await hold(pilot, TEXT, "f", "f")
        await hold(pilot, TEXT, "Z", "down", "down")
        await hold(pilot, TEXT, "Z")
        await hold(pilot, TEXT, "4", "tab", "right")
    async with opened(load("grammar"), theme=theme) as pilot:
        await hold(pilot, TEXT, "F", "b", "b", "shift+tab", "right")


@pytest.mark.slow
async def test_every_theme_can_be_read(sentiment: Experiment) -> None:
    async with opened(sentiment, "F", "b", "b", "tab", "down", size=(160, 45)) as pilot:
        for pilot.app.theme in (*OTHERS, *NATIVE):
            await pilot.pause()
            await hold(pilot, LEAST)


@pytest.mark.parametrize("name", [*OTHERS, *WELL])
def test_every_meaning_can_be_read_on_every_ground(name: str) -> None:
    theme = {**BUILTIN_THEMES, PROJECTOR.name: PROJECTOR}[name]
    made = readable(theme, {**theme.to_color_system().generate(), **theme.variables})
    grounds = [Color.parse(made[one]) for one in ("background", "surface", "panel", "current")]
    least = TEXT if name in WELL else LEAST
    for meaning in ("positive", "negative", "gradient", "gate", "done", "warn", "muted", "empty"):
        one = Color.parse(made[meaning])
        assert min(contrast(one, ground) for ground in grounds) >= least, meaning
    for cursor in ("block-cursor", "number-cursor"):
        ends = (Color.parse(made[f"{cursor}-{end}"]) for end in ("foreground", "background"))
        assert contrast(*ends) >= TEXT


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("ground", ["#121212", "#1E1E1E", "#D8D8D8", "#FFFFFF", "#808080"])
def test_numbers_on_heat_can_be_read(scale: Scale, ground: str) -> None:
    background, foreground = Color.parse(ground), Color.parse(ground).get_contrast_text(1.0)
    for step in range(-10, 11):
        style = heat(step / 10, background, foreground, scale=scale)
        assert style.color
        assert style.bgcolor
        ends = (Color.from_rich_color(one) for one in (style.color, style.bgcolor))
        assert contrast(*ends) >= TEXT


@pytest.mark.parametrize("theme", WELL)
async def test_the_cursor_on_a_number_has_no_colour_of_the_scale(
    sentiment: Experiment, theme: str
) -> None:
    async with opened(sentiment, "F", theme=theme) as pilot:
        table = pilot.app.focused
        assert isinstance(table, TableView)
        assert table.table is not None
        row, column = table.cursor
        (cell,) = table.table.cells(row, column, column + 1)
        assert cell.heat is not None
        shade = heat(cell.heat, table.background_colors[1], table.styles.color)
        looks = {(style.color, style.bgcolor) for style in styles_of(pilot, cell.text)}
        assert (shade.bgcolor, shade.color) in looks
        assert shade.color
        red, green, blue = shade.color.get_truecolor()
        assert max(red, green, blue) - min(red, green, blue) < 40, "a grey"


# Without colours


def styles_of(pilot: Pilot[None], text: str) -> list[Style]:
    """The styles of all pieces of the screen in which a text stands."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.screen.size)
    return [one.style for strip in strips for one in strip if text in one.text and one.style]


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_focus_cursor_and_sign_need_no_colour(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(sentiment, "F", "down", "down", "right", theme=theme) as pilot:
        table = pilot.app.focused
        assert isinstance(table, TableView)
        title, other = styles_of(pilot, "Hidden state"), styles_of(pilot, "BPTT")
        assert all(style.reverse for style in title)
        assert not any(style.reverse for style in other)
        assert styles_of(pilot, "┃")  # a heavy frame around it alone
        assert any(style.reverse for style in styles_of(pilot, "movie"))  # the current token
        row, column = table.cursor
        assert table.table is not None
        assert any(  # Why has the number, too
            style.reverse
            for style in styles_of(pilot, table.table.cells(row, column, column + 1)[0].text)
        )
        assert "−0.0997" in "".join(piece.text for piece in pieces(pilot.app))
        assert not below(pilot.app, LEAST)  # greys, or the terminal's own two colours


async def test_the_timeline_shows_that_the_keys_go_there(sentiment: Experiment) -> None:
    async with opened(sentiment) as pilot:
        assert not any(style.reverse for style in styles_of(pilot, "run 1"))
        pilot.app.screen.query_one("#timeline").focus()
        await pilot.pause()
        assert any(style.reverse for style in styles_of(pilot, "run 1"))


# The theme is remembered


@pytest.mark.slow
async def test_a_theme_that_was_chosen_is_there_the_next_time(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    async with opened(sentiment) as pilot:
        assert pilot.app.theme == "textual-dark"
        pilot.app.theme = "projector"
    async with opened(sentiment) as pilot:
        assert pilot.app.theme == "projector"
    async with opened(sentiment, theme="nord") as pilot:  # for this time only
        assert pilot.app.theme == "nord"
    assert themes.chosen() == ("projector", "")


@pytest.mark.slow
@pytest.mark.parametrize("text", [b"no-such-theme\n", b"\xff\xfe", b"\x1b[2J" * 60])
async def test_a_theme_that_there_is_not_is_told_of_in_one_line(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: bytes
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    (tmp_path / themes.FILE).write_bytes(text)
    async with opened(sentiment) as pilot:
        assert pilot.app.theme == "textual-dark"
        assert isinstance(pilot.app, Explorer)
        notice = pilot.app.theme_notice
        assert "theme" in notice
        assert notice.isprintable()


def test_the_flag_goes_before_the_environment_and_this_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    themes.remember("nord")
    assert themes.chosen() == ("nord", "")
    monkeypatch.setenv(themes.VARIABLE, "dracula")
    assert themes.chosen() == ("dracula", "")
    assert themes.chosen("projector") == ("projector", "")
    monkeypatch.setenv(themes.VARIABLE, "none")
    assert themes.chosen()[0] == ""


def test_where_nothing_can_be_written_nothing_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", "/dev/null/nowhere")
    themes.remember("nord")
    assert themes.chosen() == ("", "")
