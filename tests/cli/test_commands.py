"""The command line, from outside."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli.running import json_of, lines_of, refusal, run, run_apart
from limits import LIMIT

from rnn_tui import __version__
from rnn_tui.threads import VARIABLES


def test_list() -> None:
    (row,) = [row for row in json_of("list") if row["name"] == "sentiment"]
    fixed = ["name", "title", "task", "hidden_size", "train", "test", "source"]
    assert list(row) == [*fixed, "part", "see", "lessons"]
    assert (row["task"], row["hidden_size"], row["train"]) == ("many-to-one", 3, 4)
    out = run("list").stdout
    rows = re.findall(
        r"^  ([\w-]+)  .*\n.* (You will see .*\.) *\n .* · (.*?) *$", out, re.MULTILINE
    )
    assert [name for name, _, _ in rows] == [one["name"] for one in json_of("list")]
    assert [see for _, see, _ in rows] == [one["see"] for one in json_of("list")]
    assert [name for name, _, _ in rows[:5]] == ["sentiment", "bank", "phrases", "grammar", "hello"]
    assert rows[3][2] == "lessons 12, 13, 14"
    for counted in ("64 units · 442 chunks ·", "3 units · 1 chunk ·", "1 unit · 1 example ·"):
        assert counted in out


def test_trace_has_all_its_keys_and_the_figures() -> None:
    trace = json_of("trace", "sentiment")
    assert list(trace) == [
        "experiment", "epoch", "tokens", "target", "params", "xh", "hh", "pre", "h", "dh", "delta",
        "dh_norm", "decay", "logits", "probs", "loss", "loss_sum", "grads",
    ]  # fmt: skip
    assert trace["tokens"] == ["I", "love", "this", "movie"]
    assert trace["target"] == "positive"
    assert trace["h"][-1] == pytest.approx([0.559696, 0.460493, -0.065973], abs=5e-7)
    assert trace["h"][0] == [0, 0, 0]
    assert trace["h"][2][0] == pytest.approx(0.1539, abs=5e-5), "row 2 is the state after token 1"
    assert trace["logits"] == [[pytest.approx(0.231829, abs=5e-7)]]
    assert trace["probs"] == [[pytest.approx(0.557699, abs=5e-7)]]
    assert trace["dh_norm"] == pytest.approx([0.029770, 0.059320, 0.139949, 0.345448], abs=5e-7)
    assert trace["decay"] == pytest.approx([0.09, 0.17, 0.41, 1.0], abs=5e-3)
    assert [len(trace[key]) for key in ("h", "pre", "dh", "delta")] == [5, 4, 4, 4]
    assert set(trace["params"]) == set(trace["grads"]) == {"W_xh", "W_hh", "b_h", "W_hy", "b_y"}


def test_a_trace_of_several_outputs_says_whose_gradients_these_are() -> None:
    trace = json_of("trace", "hello")
    assert len(trace["probs"]) == 4
    assert trace["loss_sum"] == pytest.approx(4 * trace["loss"])
    loss, total = f"{trace['loss']:.6f}", f"{trace['loss_sum']:.6f}"
    said = " ".join(run("trace", "hello").stdout.split())
    whose = f"loss {loss}, the mean of 4 outputs; gradients below are those of their sum, {total}"
    assert whose in said
    assert json_of("trace", "sentiment", "--text", "I love")["loss_sum"] is None


def test_floats_read_back_exactly() -> None:
    from rnn_tui.engine.passes.trace import trace_example
    from rnn_tui.engine.training.training import Trainer
    from rnn_tui.experiments import load

    trainer = Trainer(load("sentiment"))
    trace = trace_example(trainer.initial_state().params, trainer.net, trainer.experiment.train[2])
    printed = json_of("trace", "sentiment", "--example", "3")
    assert printed["h"] == trace.h.tolist()
    assert printed["grads"]["W_hh"] == trace.grads.W_hh.tolist()


def test_trace_of_a_sentence_of_ones_own() -> None:
    unlabelled = json_of("trace", "sentiment", "--text", "this is great")
    assert len(unlabelled["h"]) == 4
    assert [unlabelled[key] for key in ("target", "loss", "dh", "grads")] == [None] * 4
    labelled = json_of("trace", "sentiment", "--text", "this is great", "--label", "negative")
    assert labelled["target"] == "negative"
    assert labelled["loss"] > 0
    assert "No --label" in run("trace", "sentiment", "--text", "this is great").stdout


def test_trace_after_training_and_overrides() -> None:
    assert json_of("trace", "sentiment", "--epochs", "30")["epoch"] == 30
    relu = json_of("trace", "sentiment", "--set", "model.activation=relu")
    assert min(min(row) for row in relu["h"]) >= 0


def test_train_prints_a_line_an_epoch() -> None:
    lines = lines_of("train", "sentiment", "--epochs", "33")
    assert [line["epoch"] for line in lines] == list(range(33))
    assert list(lines[0]) == ["epoch", "loss", "accuracy", "grad_norm", "clipped", "learning_rate"]
    losses = {0: 0.741635, 5: 0.660145, 6: 0.644470, 10: 0.570612, 20: 0.250597, 29: 0.128521}
    for epoch, loss in losses.items():
        assert lines[epoch]["loss"] == pytest.approx(loss, abs=5e-7)
    assert lines[0]["grad_norm"] == pytest.approx(0.1964, abs=5e-5)
    assert [lines[e]["accuracy"] for e in (0, 5, 6)] == [0.25, 0.5, 1.0]
    assert lines[32]["loss"] == pytest.approx(0.9177, abs=5e-5)


def test_train_reports_a_test_set(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'task = "many-to-one"\n[data]\nkind = "labelled"\nlabels = ["a", "b"]\n'
        'train = [{ text = "x y", label = "a" }, { text = "y", label = "b" }]\n'
        'test = [{ text = "y x", label = "b" }]\n[embedding]\nkind = "one-hot"\n'
        '[model]\nhidden_size = 2\noutput = "softmax"\n[training]\nbatch = "example"\nepochs = 3\n',
        encoding="utf-8",
    )
    lines = run("train", str(path), "--json").stdout.splitlines()
    assert len(lines) == 3
    assert {"test_loss", "test_accuracy"} <= set(json.loads(lines[0]))
    assert "test loss" in run("train", str(path)).stdout


def test_an_explosion_is_valid_json() -> None:
    wild = ("--set", "training.learning_rate=1e308", "--set", "training.clip=none")
    result = run(
        "train", "sentiment", "--set", "model.activation=relu", *wild, "--epochs", "6", "--json",
        code=1,
    )  # fmt: skip
    parsed = [json.loads(line, parse_constant=pytest.fail) for line in result.stdout.splitlines()]
    assert parsed[-1]["loss"] is None
    assert "sentiment diverged at epoch" in result.stderr
    doctor = "rnn-tui doctor sentiment --set model.activation=relu --set training.learning_rate"
    assert doctor in result.stderr


def test_gradcheck() -> None:
    result = json_of("gradcheck", "sentiment")
    assert result["passed"] is True
    assert result["relative_error"] < 1e-7
    assert [example["example"] for example in result["examples"]] == [1, 2, 3, 4]
    slip = ("--set", "training.recurrent_backprop=published")
    failed = json_of("gradcheck", "sentiment", *slip, code=1)
    arrays = failed["examples"][0]["arrays"]
    assert [name for name, check in arrays.items() if not check["passed"]] == [
        "W_xh",
        "W_hh",
        "b_h",
    ]
    assert "W_hhᵀ" in run("gradcheck", "sentiment", *slip, "--example", "2", code=1).stdout


def test_check() -> None:
    rows = json_of("check", "sentiment")
    assert {"source", "what", "published", "measured", "verdict"} <= set(rows[0])
    assert all("why" in row for row in rows if row["verdict"] == "erratum")
    assert "0 mismatches" in run("check", "sentiment").stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("trace", "sentimant"), 'rnn-tui: no experiment "sentimant" (did you mean "sentiment"?)'),
        (("trian",), '(or the command "train"?)'),
        (("new",), 'no experiment "new": rnn-tui export sentiment --toml -o my.toml writes one to change'),
        (("trace", "sentiment", "--example", "9"), "rnn-tui: --example: expected 1 to 4, found 9"),
        (("trace", "sentiment", "--text", "so moovie"), 'rnn-tui: --text: unknown word "so"'),
        (("trace", "sentiment", "--text", ""), "found an empty text"),
        (("trace", "sentiment", "--label", "positive"), "rnn-tui: --label: expected only together"),
        (("trace", "sentiment", "--text", "I", "--label", "postive"), '(did you mean "positive"?)'),
        (("train", "sentiment", "--set", "training.lr=1"), "rnn-tui: --set: training.lr: unknown key"),
        (("train", "sentiment", "--epochs", "-1"), '0 or more, found "-1"'),
        (("train", "sentiment", "--epochs", "ten"), 'expected a whole number, 0 or more, found "ten"'),
        (("train",), "the following arguments are required: EXPERIMENT"),
        (("train", "nowhere.toml"), "rnn-tui: nowhere.toml: can't be read: no such file"),
        (("gradcheck", "sentiment", "--example", "0"), "expected 1 to 4, found 0"),
        (("gradcheck", "sentiment", "--steps", "3"), "--steps: expected only for a stream of text"),
        (("trace", "hello", "--example", "2"), "rnn-tui: --example: expected 1 to 1, found 2"),
        (("trace", "hello", "--text", "hex"), 'rnn-tui: --text: unknown character "x"'),
        (("trace", "hello", "--text", "h"), "rnn-tui: --text: expected at least two tokens"),
        (("trace", "hello", "--text", "he", "--label", "l"), "--label: expected only for labelled"),
        (("trace", "hello", "--epochs", "1", "--steps", "1"), "not allowed with argument"),
        (("train", "hello", "--steps", "9" * 5000), "expected at most 999,999,999,999,999,999, found"),
        (("train", "sentiment", "--epochs", f"1{'0' * 18}"), "expected at most 999,999,999,999,999,999, found"),
        (("train", "sentiment", "--epochs", "½"), 'expected a whole number, 0 or more, found "½"'),
        (("check", "nothing"), 'rnn-tui: no experiment "nothing"'),
        (("--frobnicate",), "unrecognized arguments: --frobnicate"),
        ((), "rnn-tui: the explorer needs a terminal; without one: list, trace"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_on_stderr(arguments: tuple[str, ...], line: str) -> None:
    assert line in refusal(*arguments)


def test_help_and_version() -> None:
    text = run("--help").stdout
    for command in ("list", "trace", "train", "generate", "gradcheck", "check"):
        assert f"  {command} " in text
        assert "usage: rnn-tui" in run(command, "--help").stdout
    assert run("--version").stdout == f"rnn-tui {__version__}\n"


@pytest.mark.slow
def test_one_thread_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "one number of threads: 1, or what OMP_NUM_THREADS says" in run("--help").stdout
    wide = ("--set", "training.parallel=8", "--set", "model.hidden_size=128", "--steps", "3")
    command = ("train", "grammar", *wide, "--every", "1", "--json")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    unsaid = run_apart(*command).stdout
    for name in VARIABLES:
        monkeypatch.setenv(name, "1")
    assert unsaid == run_apart(*command).stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['rnn-tui', '--help']\n"
        "from rnn_tui.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'textual', 'rich', 'torch'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stderr.strip() == "[]"


def test_training_does_not_import_the_screen() -> None:
    code = (
        "import sys\nfrom rnn_tui.cli.main import run\n"
        "run(['train', 'sentiment', '--epochs', '2', '--json'])\n"
        "print('textual' in sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stderr.strip() == "False"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-m", "rnn_tui", "train", "sentiment", "--epochs", "20000", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(LIMIT) == 0
        assert process.stderr.read() == b""
