"""`rnn-tui check`: what it prints, and how it ends."""

from __future__ import annotations

import sys

import pytest
from cli.running import interrupted, json_of, run


@pytest.mark.slow
def test_the_figures_of_one_experiment() -> None:
    text = run("check", "hello").stdout
    assert "26 figures: 26 match, 0 in all but the last digit, 0 errata, 0 mismatches" in text
    assert "Low … high: measured from several random starts." in text
    assert "Low … high" not in run("check", "sentiment").stdout


@pytest.mark.slow
def test_json_has_a_range_where_there_is_one() -> None:
    rows = {row["what"]: row for row in json_of("check", "hello")}
    spread = rows["spread of the first W_xh"]
    assert spread["published"] == 0.1
    assert spread["low"] < spread["measured"] < spread["high"]
    assert spread["starts"] == 32
    state = rows["state after “h”, all parameters random in 0…1"]
    assert len(state["low"]) == len(state["measured"]) == len(state["high"]) == 3
    spelled = rows["what follows from “h” after training"]
    assert (spelled["published"], spelled["measured"]) == ("hello", "hello")
    assert "low" not in spelled
    assert "low" not in rows["shape of W_xh"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal and POSIX signals")
def test_an_interrupt_of_long_runs_is_quiet() -> None:
    code, out, shown = interrupted("check", "grammar", at=b"updates/s")
    assert code == 130
    assert out == b""
    assert b"Traceback" not in shown
    assert b"Error" not in shown
    assert b"leaked" not in shown


def test_the_museum_says_which_bug_gives_what_was_printed() -> None:
    rows = json_of("check", "museum")
    assert {row["verdict"] for row in rows} == {"match", "erratum"}
    famous = [row for row in rows if row.get("fault") == "no-dh-next"]
    assert len(famous) == 9
    assert all(row["verdict"] == "erratum" and row["why"] for row in famous)
    by_hand = [row for row in rows if row["source"].startswith("AI by Hand")]
    assert by_hand
    assert not any("recomputed" in row for row in by_hand)
    assert all(row["recomputed"] for row in rows if row["source"].startswith("HKUST"))
    text = " ".join(run("check", "museum").stdout.split())
    assert "10 errata, 0 mismatches" in text
