"""A command line in a process of its own says what the tests are told in theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.running import run, run_apart, written


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list",), 0),
        (("gradcheck", "sentiment", "--set", "training.fault=untransposed"), 1),
        (("trace", "nothing"), 2),
        (("train", "--help"), 0),
    ],
)
def test_both_say_the_same(arguments: tuple[str, ...], code: int) -> None:
    apart, here = run_apart(*arguments, code=code), run(*arguments, code=code)
    assert here.stdout == apart.stdout
    assert here.stderr == apart.stderr
    assert (here.stdout != "") == (code < 2)


@pytest.mark.slow
def test_so_they_do_where_a_folder_is_named(tmp_path: Path) -> None:
    path, state = written(tmp_path), str(tmp_path / "kept")
    asked = ("compare", path, "--vary", "model.hidden_size=2,3", "--seeds", "1")
    run(*asked, RNN_TUI_STATE=state)
    apart = run_apart(*asked, RNN_TUI_STATE=state)
    assert apart.stderr == "rnn-tui: 2 of 2 runs were done before\n"
    assert apart.stdout == run(*asked, RNN_TUI_STATE=state).stdout
