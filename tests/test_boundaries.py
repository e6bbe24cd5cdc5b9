"""Imports point one way, and the core knows no terminal."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "rnn_tui"
CORE = (
    "equations",
    "experiments",
    "engine",
    "session",
    "present",
    "figures",
    "benchmark",
    "comparing",
    "analyses",
    "parity",
    "codegen",
    "lessons",
    "diagnosis",
)
HEAVY = ("textual", "rich", "plotext", "torch")

# Which parts of the package each part may import, itself included.
CHAIN = (
    "characters",
    "numerals",
    "arrays",
    "data_files",
    "equations",
    "experiments",
    "engine",
    "parity",
    "session",
    "present",
    "tui",
)
MAY_IMPORT = {part: set(CHAIN[: place + 1]) for place, part in enumerate(CHAIN)} | {
    "__init__": set(),
    "__main__": {"cli"},
    "session": {*CHAIN[:9], "parent", "state"},
    "state": set(),
    "lessons": {*CHAIN[:9], "lessons", "state"},
    "diagnosis": {*CHAIN[:9], "diagnosis"},
    "present": {*CHAIN[:10], "figures", "comparing", "analyses", "diagnosis", "lessons"},
    "tui": {*CHAIN, "figures", "threads", "diagnosis", "lessons", "state"},
    "analyses": {"arrays", "equations", "experiments", "engine", "analyses"},
    "codegen": {"characters", "arrays", "equations", "experiments", "engine", "codegen"},
    "threads": set(),
    "parent": set(),
    "processes": {"threads", "parent"},
    "figures": {
        "arrays",
        "data_files",
        "equations",
        "experiments",
        "engine",
        "processes",
        "figures",
    },
    "comparing": {
        "arrays",
        "equations",
        "experiments",
        "engine",
        "threads",
        "processes",
        "state",
        "comparing",
    },
    "benchmark": {"arrays", "equations", "experiments", "engine", "benchmark"},
    "cli": {
        *CHAIN[:10],
        "codegen",
        "figures",
        "benchmark",
        "comparing",
        "analyses",
        "lessons",
        "state",
        "threads",
        "diagnosis",
        "cli",
    },
}
# What the command line starts, and only when it does; and what the first frame is laid out by,
# which imports nothing itself.
WAYS_IN = {"rnn_tui.tui.app": False, "rnn_tui.tui.themes": False, "rnn_tui.tui.sizes": True}


class Import(NamedTuple):
    """A module imported; `eager` if that happens as soon as the importer is."""

    name: str
    eager: bool


def imports(source: str) -> list[Import]:
    """Every import in a module's source, wherever it stands."""
    return [
        Import(name, eager) for node, eager in _walk(ast.parse(source)) for name in _names(node)
    ]


def _walk(node: ast.AST, eager: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    yield node, eager
    for child in ast.iter_child_nodes(node):
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            later = child in node.body
        yield from _walk(child, eager and not later)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        module = node.module or ""
        if module == "rnn_tui":
            return [f"rnn_tui.{alias.name}" for alias in node.names]
        return [module]
    return []


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(PACKAGE.rglob("*.py"))


@cache
def imports_of(path: Path) -> list[Import]:
    """Every import of a file."""
    return imports(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_the_reader_sees_every_form() -> None:
    source = (
        "import a.b, c\nfrom d.e import f\nfrom rnn_tui import g\n"
        "if TYPE_CHECKING:\n    import h\nelse:\n    import i\n"
        "def one():\n    if True:\n        import j\nclass K:\n    import k\n"
        "try:\n    import m\nexcept ImportError:\n    pass\n"
    )
    found = imports(source)
    eager = ["a.b", "c", "d.e", "rnn_tui.g", "i", "k", "m"]
    assert [one.name for one in found if one.eager] == eager
    assert [one.name for one in found if not one.eager] == ["h", "j"]
    with pytest.raises(AssertionError):
        imports("from . import a")


def test_every_part_has_its_rule() -> None:
    assert {part_of(path) for path in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_no_import_points_back(part: str) -> None:
    for path in (one for one in FILES if part_of(one) == part):
        for name, eager in imports_of(path):
            if name.split(".")[0] != "rnn_tui":
                continue
            if part == "cli" and name in WAYS_IN:
                late = WAYS_IN[name] or not eager
                assert late, f"{named(path)}: {name} takes half a second: only where it starts"
            else:
                top = [*name.split("."), ""][1]
                assert top in MAY_IMPORT[part] | {"__version__"}, f"{named(path)}: {name}"


def test_the_core_runs_without_a_terminal() -> None:
    modules = {
        package: [
            ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            for path in FILES
            if part_of(path) == package
        ]
        for package in CORE
    }
    assert all(len(names) > 1 for names in modules.values())
    code = (
        "import importlib, json, sys\n"
        f"heavy = {{}}\nfor package, names in {modules!r}.items():\n"
        "    for name in names: importlib.import_module(name)\n"
        f"    heavy[package] = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print(json.dumps(heavy))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout) == {package: [] for package in CORE}


def test_one_module_uses_plotext() -> None:
    users = {path for path in FILES for one in imports_of(path) if one.name.startswith("plotext")}
    assert [part_of(path) for path in users] == ["present"]


def test_torch_is_never_imported_at_start() -> None:
    eager = {one.name.split(".")[0] for path in FILES for one in imports_of(path) if one.eager}
    assert "numpy" in eager
    assert "torch" not in eager


def module_of(path: Path) -> str:
    """A module's or a package's name."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


MODULES = {module_of(path): path for path in FILES}


def needs(path: Path, *, eager: bool) -> set[str]:
    """The modules that one names, all of them or those that are imported as soon as it is.

    A module that is taken from its package is what is needed, and not the package.
    """
    found = set()
    for node, is_eager in _walk(ast.parse(path.read_text(encoding="utf-8"))):
        if eager and not is_eager:
            continue
        names = _names(node)
        if isinstance(node, ast.ImportFrom):
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else str(node.module) for name in inside]
        found |= {name for name in names if name in MODULES}
    return found - {module_of(path)}


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Modules that need each other, in a ring; nothing if none do."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1]
        return ring
    return []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert {*circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})} == {"b", "c"}


@pytest.mark.slow
def test_no_module_needs_itself_while_it_is_imported() -> None:
    assert circle({name: needs(path, eager=True) for name, path in MODULES.items()}) == []


def test_no_module_of_the_screen_needs_itself_ever() -> None:
    """Not even later, or for its types: what needs each other is one thing in two files."""
    screen = {name: path for name, path in MODULES.items() if part_of(path) == "tui"}
    assert circle({name: needs(path, eager=False) for name, path in screen.items()}) == []
