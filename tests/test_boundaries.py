"""Imports point one way, and the core knows no terminal."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "rnn_tui"
ORDER = ("arrays", "experiments", "engine", "session", "present", "tui")
CORE = ("experiments", "engine", "session", "present", "figures")
MAY_IMPORT = {
    "figures": {"arrays", "experiments", "engine", "figures"},
    "cli": {"arrays", "experiments", "engine", "session", "present", "figures", "cli", "tui"},
}


def modules(package: str) -> list[Path]:
    return sorted((PACKAGE / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("package", [*ORDER[1:], *MAY_IMPORT])
def test_no_import_points_back(package: str) -> None:
    allowed = MAY_IMPORT.get(package) or set(ORDER[: ORDER.index(package) + 1])
    assert modules(package)
    for path in modules(package):
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("rnn_tui.")}
        assert ours <= allowed, path


@pytest.mark.parametrize("package", CORE)
def test_the_core_runs_without_a_terminal(package: str) -> None:
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in modules(package)
    ]
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "print([name for name in ('textual', 'rich', 'torch', 'plotext') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_one_module_uses_plotext() -> None:
    users = [path for path in PACKAGE.rglob("*.py") if "plotext" in imported(path)]
    assert [path.name for path in users] == ["charts.py"]
