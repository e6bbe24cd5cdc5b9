"""Data of one's own where a command takes an experiment."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from cli.running import run

VERSE = "Humpty Dumpty sat on a wall.\nHumpty Dumpty had a great fall.\n" * 2
TABLE = "label\ttext\nham\thello there you\nspam\tbuy it now\nham\tsee you at one\n"
SERIES = "day;sales;rain\n" + "".join(f"d{k};{k % 9},5;{k % 4}\n" for k in range(40))
SMALL = ("--set", "model.hidden_size=3")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "verse.txt").write_text(VERSE)
    (tmp_path / "mail.tsv").write_text(TABLE)
    (tmp_path / "sales.csv").write_text(SERIES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    "source", [("verse.txt",), ("mail.tsv",), ("sales.csv", "--predict", "sales")]
)
@pytest.mark.parametrize(
    "command",
    [
        ("trace", "--json"),
        ("train", "--json"),
        ("why", "h[1,0]", "--json"),
        ("gradcheck", "--json"),
        ("export", "--toml"),
        ("plain", "--do", "forward 2"),
        ("analyze", "saturation", "--json"),
        ("compare", "--vary", "training.learning_rate=0.01,0.02", "--seeds", "1", "--json"),
    ],
    ids=lambda command: command[0],
)
def test_each_command_takes_it(
    folder: Path, source: tuple[str, ...], command: tuple[str, ...]
) -> None:
    name, *more = command
    short = {"train": "2", "compare": "2", "analyze": "2"}.get(name)
    length = () if short is None else (
        ("--epochs", short) if source[0] == "mail.tsv" else ("--steps", short)
    )  # fmt: skip
    store = ("--store", str(folder / "runs")) if name == "compare" else ()
    done = run(name, source[0], *more, *source[1:], *SMALL, *length, *store)
    assert done.stderr.count("as a file: export --toml") == 1
    assert done.stdout


def test_a_file_to_change_trains_as_the_data_does(folder: Path) -> None:
    steps = ("--steps", "3", "--every", "1", "--json")
    straight = run("train", "sales.csv", "--predict", "sales", "--columns", "sales", *steps)
    (folder / "below").mkdir()
    written = run("export", "sales.csv", "--predict", "sales", "--columns", "sales", "--toml",
                  "-o", "below/sales.toml")  # fmt: skip
    assert "rnn-tui below/sales.toml" in written.stdout
    document = tomllib.loads((folder / "below" / "sales.toml").read_text())
    assert document["data"]["predict"] == document["data"]["columns"] == ["sales"]
    assert run("train", "below/sales.toml", *steps).stdout == straight.stdout


def test_a_file_to_change_holds_overrides_and_is_printed(folder: Path) -> None:
    printed = run("export", "verse.txt", "--toml", *SMALL, "--json")
    told = json.loads(printed.stdout)
    document = tomllib.loads(told["toml"])
    assert document["model"]["hidden_size"] == 3
    assert document["data"]["text_file"] == "verse.txt"
    for wrong, expected in [
        (("export", "verse.txt"), "expected --code, a NumPy program, or --toml"),
        (("export", "verse.txt", "--toml", "-o", "verse.txt"), "expected a file that ends in .toml"),
        (("export", "verse.txt", "--toml", "--code"), "not allowed with"),
        (("train", "none.txt"), "none.txt: can't be read: no such file"),
        (("train", "sales.csv"), "sales.csv: expected --predict COLUMN"),
        (("train", "sales.csv", "--predict", "gain"), 'expected one of "sales", "rain", found "gain"'),
        (("train", "verse.txt", "--predict", "sales"), 'expected only with kind = "series"'),
    ]:  # fmt: skip
        refused = run(*wrong, code=2)
        assert expected in refused.stderr
        assert refused.stderr.splitlines()[-1].startswith("rnn-tui")


def test_a_session_of_a_text_opens_again(folder: Path) -> None:
    run("plain", "verse.txt", *SMALL, "--do", "update 2; forward 1", "--save",
                "v.rnn-session")  # fmt: skip
    again = run("plain", "v.rnn-session", "--do", "forward 1")
    assert "slightly different numbers" not in again.stderr
    (folder / "verse.txt").write_text(VERSE + "x")
    changed = run("plain", "v.rnn-session", "--do", "forward 1", code=2)
    assert "has changed" in changed.stderr
