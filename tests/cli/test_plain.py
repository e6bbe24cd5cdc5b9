"""`rnn-tui plain`: transcripts as a listener hears them, scripts, JSON, saved sessions."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli.running import PROGRAM, refusal, run

from rnn_tui.session.commands.forms import PANES
from rnn_tui.session.commands.keeping import FOLDER
from rnn_tui.session.commands.verbs import VERBS

TRANSCRIPTS = Path(__file__).parent / "transcripts"

SCRIPTS = {
    "sentiment": "forward 4; forward; why h[2,1]; backward 4; op 2; epoch 6; show; "
    "run until loss < 0.3; back until loss < 0.5; set W_hh[1,0] 0.5; epoch 2; show runs; "
    "undo 2; redo; reset; show tokens",
    "hello": "forward; op; finish_forward; finish_backward; show ledger; epoch 10; input heo; "
    "finish_forward; show weights",
    "phrases": "forward; finish_forward; finish_backward; update 3; epoch; next_example; show loss",
    "grammar": "forward 2; step 3; show factors; break untransposed; step; mend; goto step 1",
}


def spoken(stdin: str, *arguments: str, code: int = 0, **env: str) -> tuple[str, str]:
    """What is said when lines are read from a pipe, and what stands on stderr."""
    result = run("plain", *arguments, stdin=stdin, code=code, **env)
    return result.stdout, result.stderr


def test_commands_as_windows_writes_them() -> None:
    said = spoken("forward 2\nshow loss\n", "sentiment")
    assert spoken("\ufeffforward 2\r\nshow loss\r\n", "sentiment") == said


@pytest.mark.parametrize("name", SCRIPTS)
def test_transcript(name: str) -> None:
    code = 1 if name == "sentiment" else 0  # its fifth forward is refused
    said = run("plain", name, "--do", SCRIPTS[name], code=code).stdout
    path = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("RNN_TUI_WRITE_TRANSCRIPTS"):
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


def test_a_network_writes_at_a_temperature() -> None:
    said = run("plain", "hello", "--do", "epoch 1000; write 4 at 0; write 9 at 0.5; write 9").stdout
    greedy, cool, usual = said.splitlines()[-3:]
    assert greedy == "the network writes, at temperature 0: ello."
    assert cool.startswith("the network writes, at temperature 0.5: ")
    assert usual.startswith("the network writes, at temperature 1: ")
    assert cool.partition(": ")[2] != usual.partition(": ")[2]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_line_is_a_sentence_without_signs_that_are_skipped(name: str) -> None:
    for line in (TRANSCRIPTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        assert line.endswith((".", "?", "!"))
        assert line.isascii()
        assert line.isprintable()


def test_the_figures_of_the_seed_are_said() -> None:
    text = (TRANSCRIPTS / "sentiment.txt").read_text(encoding="utf-8")
    assert "h = +0.5597 +0.4605 -0.0660." in text
    assert "positive 55.8%" in text
    assert "t=3 movie: |dh| = 0.3454, all from its own output." in text
    for norm in ("0.1399", "0.0593", "0.0298"):
        assert f"|dh| = {norm}, all from later timesteps." in text
    assert "epoch 6: loss 0.644470, 4 of 4 right" in text
    assert "epoch 20: loss 0.250597, 4 of 4 right" in text


def test_a_script_from_a_pipe_stops_at_the_first_line_that_is_none() -> None:
    said, told = spoken("forward # one\n\nforwrd; forward\nforward\n", "sentiment", code=2)
    assert said.splitlines()[-1].startswith("t=0 input I:")
    assert told == 'rnn-tui: no verb "forwrd" (did you mean "forward"?)\n'


def test_a_refusal_says_which_verbs_work_and_goes_on() -> None:
    said, told = spoken("backward\nforward\n", "sentiment", code=1)
    first, last = said.splitlines()[-2:]
    assert first == "not now: backpropagation starts from the loss; try finish_forward or forward."
    assert last.startswith("t=0 input I:")
    assert told == ""


def test_quit_ends_it() -> None:
    said, _ = spoken("quit\nforward\n")
    assert "t=0" not in said


@pytest.mark.slow
def test_text_of_any_bytes_and_encodings() -> None:
    for text, code in ((b"forward\n", 0), (b"forward\n\xff\xfe\n", 2)):
        result = subprocess.run(
            [*PROGRAM, "plain", "hello"], input=text, capture_output=True, check=False,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert result.returncode == code
        assert (b"t=0 input h" in result.stdout) == (code == 0)
    assert b"Traceback" not in result.stderr


def objects(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in run("plain", *arguments, "--json", code=code).stdout.splitlines()
    ]


def test_json_is_an_object_a_command() -> None:
    first, second, third = objects("sentiment", "--do", "forward 2; backward; epoch 6", code=1)
    assert first["do"] == "forward 2"
    assert (first["ok"], first["epoch"], first["step"], first["example"]) == (True, 0, 0, 1)
    assert (first["phase"], first["t"], len(first["said"])) == ("FORWARD", 1, 2)
    trace = json.loads(run("trace", "sentiment", "--json").stdout)
    assert first["data"]["h"] == trace["h"][2], "to the last bit"
    assert second["ok"] is False
    assert third["epoch"] == 6
    assert round(third["data"]["loss"], 6) == 0.644470


def test_json_of_a_derivation() -> None:
    (_, found) = objects("--do", "forward; why h[0,1]")
    assert found["data"]["ref"] == "h[0,1]"
    assert found["data"]["value"] == pytest.approx(0.197375320224904)


def test_every_pane_can_be_read_out_at_any_time() -> None:
    for before in ("", "finish_forward; finish_backward; op 9; ", "epoch 2; "):
        panes = "; ".join(f"show {pane}" for pane in PANES)
        for one in objects("sentiment", "--do", before + panes):
            assert one["ok"]
            assert one["said"]


def test_the_gradient_check_is_told_array_by_array() -> None:
    (one,) = objects("--do", "check")
    assert [said.partition(":")[0] for said in one["said"][:2]] == ["dW_xh", "dW_hh"]
    assert all(said.endswith(", right.") for said in one["said"][:-1])
    broken = objects("--do", "break no-slope; check")[-1]
    assert broken["said"][-1].startswith("Wrong: dW_xh")


def test_help_names_every_verb() -> None:
    (one,) = objects("--do", "help")
    for verb in VERBS.values():
        assert any(line.startswith(verb.usage) for line in one["said"]) != verb.quiet


def test_a_session_is_saved_and_gone_on_with(tmp_path: Path) -> None:
    path = str(tmp_path / "mine.rnn-session")
    run("plain", "sentiment", "--do", "epoch 6; set W_hh[1,0] 0.5", "--save", path)
    (one,) = objects(path, "--do", "undo")
    assert one["epoch"] == 6
    assert round(one["data"]["loss"], 6) == 0.644470
    assert "expected none" in refusal("plain", path, "--set", "training.epochs=3", "--do", "show")


def test_what_can_not_be_saved_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    assert "ends in .rnn-session" in refusal("plain", "--do", "forward", "--save", "x.txt")
    nowhere = str(tmp_path / "no" / "x.rnn-session")
    assert "no folder" in refusal("plain", "--do", "forward", "--save", nowhere)


def test_a_damaged_session_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.rnn-session"
    run("plain", "--do", "epoch", "--save", str(path))
    damaged = path.read_text().replace("epoch", "epohc")
    path.write_text(damaged)
    assert "damaged" in refusal("plain", str(path), "--do", "show")
    assert "damaged" in refusal(str(path))
    assert path.read_text() == damaged


def test_nothing_to_resume(tmp_path: Path) -> None:
    result = run("--resume", code=2, **{FOLDER: str(tmp_path)})
    assert result.stderr == "rnn-tui: --resume: there is no session to go on with yet\n"


@pytest.mark.parametrize(
    ("line", "epoch"), [("run until loss < -1", 30), ("run until loss < -1 for 5", 5)]
)
def test_a_run_to_its_end_says_that_its_condition_never_became_true(line: str, epoch: int) -> None:
    said = run("plain", "sentiment", "--do", line).stdout.splitlines()
    assert said[-1] == f"loss < -1 did not become true before epoch {epoch}."
    (told,) = map(json.loads, run("plain", "sentiment", "--json", "--do", line).stdout.splitlines())
    assert told["ok"]
    assert told["epoch"] == epoch
    assert told["data"]["met"] is False
    assert told["said"][-1] == said[-1]


def test_a_run_that_stops_says_that_its_condition_was_met() -> None:
    script = "run until loss < 0.6; back until loss < 0.7; epoch"
    told = [json.loads(one) for one in
            run("plain", "sentiment", "--json", "--do", script).stdout.splitlines()]  # fmt: skip
    assert [one["data"].get("met") for one in told] == [True, True, None]
    assert not any("did not become true" in said for one in told for said in one["said"])


def test_a_typed_text_is_only_predicted_until_it_has_a_label() -> None:
    script = "input I hate this movie; finish_forward; backward; input I hate this as negative; finish_forward; backward"
    *_, typed, _, _, _, _, answer, refused, labelled, _, _, _, judged, back = run(
        "plain", "sentiment", "--do", script, code=1
    ).stdout.splitlines()
    assert typed == "typed text: I hate this movie, no label."
    assert answer == "answer at t=3: positive 52.8%; no label, so no loss."
    assert refused == (
        "not now: this text has no label, so there is no loss to backpropagate; "
        "try input TEXT as LABEL."
    )
    assert labelled == "typed text: I hate this, target negative."
    assert judged.startswith("answer at t=2: positive")
    assert "wrong, the target is negative" in judged
    assert back.startswith("backward t=2 this: |dh| =")
