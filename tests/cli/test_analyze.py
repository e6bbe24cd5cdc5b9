"""`rnn-tui analyze`: pictures and data."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.running import json_of, refusal, run, written

from rnn_tui.analyses.measuring import ANALYSES


def test_all_that_fits(tmp_path: Path) -> None:
    found = json_of("analyze", written(tmp_path), "--every", "10")
    assert found["experiment"] == "small"
    assert found["updates"] == [0, 10, 20, 30]
    assert found["source"] == "validation text"
    assert list(found["analyses"]) == [name for name in ANALYSES if name not in found["left_out"]]
    assert found["left_out"] == {}
    values = found["analyses"]["eigenvalues"]["values"]
    assert len(values["real"]) == len(values["imag"]) == 4
    assert len(values["real"][0]) == 4
    assert set(found["analyses"]["words"]["tree"]) == {"count", "joins"}


def test_what_does_not_fit_is_said() -> None:
    result = run("analyze", "sentiment", "--epochs", "3")
    assert result.stderr.splitlines() == [
        f"rnn-tui: {name} left out: it needs a running text, and this has labelled examples"
        for name in ("memory", "hits", "positions")
    ]
    assert "Eigenvalues of W_hh" in result.stdout
    assert "Words by their hidden states" in result.stdout
    assert "\x1b" not in result.stdout


def test_only_what_was_asked_for() -> None:
    shown = run("analyze", "hello", "jacobians", "--steps", "20").stdout
    assert shown.startswith("hello, update 20, ")
    assert "Jacobian products" in shown
    assert "Eigenvalues" not in shown
    found = json_of("analyze", "hello", "pca", "eigenvalues", "--steps", "20")
    assert list(found["analyses"]) == ["eigenvalues", "pca"]


def test_weights_in_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "weights.npz")
    run("train", "hello", "--steps", "20", "--save", path)
    there = json_of("analyze", "hello", "eigenvalues", "--weights", path)
    assert (there["weights"], there["updates"]) == (path, None)
    trained = json_of("analyze", "hello", "eigenvalues", "--steps", "20")
    last = trained["analyses"]["eigenvalues"]["radius"][-1]
    assert there["analyses"]["eigenvalues"]["radius"] == [last]
    shown = run("analyze", "hello", "eigenvalues", "--weights", path).stdout
    assert shown.startswith(f"hello, weights of {path}; ")
    assert "--every: expected none" in refusal(
        "analyze", "hello", "--weights", path, "--every", "2"
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("hello", "wrds"), 'found "wrds" (did you mean "words"?)'),
        (("hello", "words"), "hello: words: it needs words with spaces between them"),
        (("sentiment", "--steps", "3"), "--steps: expected only for a stream of text"),
        (("grammar", "--every", "1"), "--every: expected at least 30 for 30000 updates"),
        (("hello", "--every", "0"), "--every: expected a whole number, 1 or more"),
        (("nowhere",), "nowhere"),
    ],
)
def test_what_it_refuses(arguments: tuple[str, ...], line: str) -> None:
    assert line in refusal("analyze", *arguments)
