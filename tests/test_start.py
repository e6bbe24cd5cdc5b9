"""What is imported to begin with: nothing heavy before it is needed."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_tui.cli import commands
from rnn_tui.cli.commands import COMMANDS, command_named, parser_of
from rnn_tui.tui import header
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.pages import class_of

PRINT = "\nprint(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
COMMAND = "import sys\nfrom rnn_tui.cli.main import run\ntry: run({!r})\nexcept SystemExit: pass"
FRAME = """
import asyncio, sys
from rnn_tui.experiments import load
from rnn_tui.tui.app import Explorer
async def first_frame():
    async with Explorer(load("sentiment")).run_test(size=(160, 45)) as pilot:
        await pilot.pause()
asyncio.run(first_frame())
"""
OPENING = """
import asyncio, sys
from rnn_tui.cli.opening import contents, glance
from rnn_tui.tui.app import Explorer, ToOpen
from rnn_tui.tui.explorer.opening import OpeningScreen
OpeningScreen.on_mount = lambda self: None  # goes no further than the first frame
document = glance("sentiment")
opening = ToOpen("sentiment", document["title"], contents(document), None)
async def first_frame():
    async with Explorer(opening).run_test(size=(160, 45)) as pilot:
        await pilot.pause()
asyncio.run(first_frame())
"""
LATER_PAGES = [f"rnn_tui.tui.pages.{name}" for name in header.PAGES if name != "step"]
DIALOGS = [f"rnn_tui.tui.dialogs.{module}" for module in sorted({*dialogs.MODULES.values()})]


def loaded_by(code: str) -> set[str]:
    """The modules that some code has imported once it is through."""
    result = subprocess.run(
        [sys.executable, "-c", code + PRINT], capture_output=True, text=True, check=True
    )
    return set(result.stderr.split())


def test_help_imports_nothing_but_words() -> None:
    loaded = loaded_by(COMMAND.format(["--help"]))
    assert "rnn_tui.cli.arguments" in loaded
    assert not loaded & {"numpy", "textual", "rich", "plotext", "rnn_tui.experiments"}
    assert commands_in(loaded) == {"explore"}


def commands_in(loaded: set[str]) -> set[str]:
    """The commands whose files are among some modules."""
    files = {name.removeprefix("rnn_tui.cli.commands.") for name in loaded}
    return files & {"explore", *COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_may_follow_it_and_what_it_does(name: str) -> None:
    command = command_named(name)
    assert callable(command.add_arguments)
    assert callable(command.run)
    assert "--json" in parser_of(name).format_help()


def test_there_is_no_other_command() -> None:
    files = {path.stem for path in Path(commands.__file__).parent.glob("*.py")}
    assert files == {"__init__", "explore", *COMMANDS}


def test_no_command_imports_another_that_it_has_no_use_for() -> None:
    assert commands_in(loaded_by(COMMAND.format(["list"]))) == {"list"}
    assert commands_in(loaded_by(COMMAND.format(["bench", "--help"]))) == {"bench"}


def test_how_many_threads_there_are_is_settled_before_numpy_is_loaded() -> None:
    assert "numpy" not in loaded_by(COMMAND.format(["bench", "--help"]))


def test_the_list_imports_neither_engine_nor_screen() -> None:
    loaded = loaded_by(COMMAND.format(["list"]))
    assert "rnn_tui.cli.commands.list" in loaded
    assert not loaded & {"textual", "plotext", "torch", "rnn_tui.engine", "rnn_tui.session"}


def test_the_first_frame_imports_neither_numpy_nor_engine_nor_panes() -> None:
    loaded = loaded_by(OPENING)
    assert "rnn_tui.tui.explorer.opening" in loaded
    own = {name for name in loaded if name.startswith("rnn_tui.")}
    assert not {"numpy", "rnn_tui.experiments", "rnn_tui.engine", "rnn_tui.session"} & loaded
    later = {f"rnn_tui.tui.{part}" for part in ("dialogs", "pages", "panes", "table", "widgets")}
    assert not {name for name in own if name in later or name.rpartition(".")[0] in later}


@pytest.mark.slow
def test_the_explorer_imports_no_other_page_and_no_dialog() -> None:
    loaded = loaded_by(FRAME)
    assert "rnn_tui.tui.pages.step" in loaded
    later = {*LATER_PAGES, *DIALOGS, "rnn_tui.present.plain.speaking", "rnn_tui.figures.checking"}
    assert not loaded & (later | {"plotext", "torch", "safetensors", "multiprocessing"})


@pytest.mark.parametrize("name", header.PAGES)
def test_a_page_is_there_when_it_is_asked_for(name: str) -> None:
    assert name == class_of(name).NAME


@pytest.mark.parametrize("name", dialogs.MODULES)
def test_a_dialog_is_there_when_it_is_asked_for(name: str) -> None:
    module = importlib.import_module(f"rnn_tui.tui.dialogs.{dialogs.MODULES[name]}")
    assert getattr(dialogs, name) is getattr(module, name)


def test_there_is_no_other_dialog() -> None:
    with pytest.raises(AttributeError, match="no dialog Nothing"):
        _ = dialogs.Nothing
