"""`rnn-tui bench`: what it prints, and how it ends. Nothing here asks how fast."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from cli.running import interrupted, refusal, run_apart

from rnn_tui.benchmark import OURS, SWEEPS, Timing, has_torch, models
from rnn_tui.cli import bench_tables
from rnn_tui.cli.output import console

QUICK = ("bench", "--quick", "--rounds", "1")


@pytest.mark.slow
def test_json_has_the_machine_and_every_size() -> None:
    arguments = ("bench", "--quick", "--rounds", "3", "--json")
    found = json.loads(run_apart(*arguments, OPENBLAS_NUM_THREADS="2").stdout)
    assert set(found) == {"machine", "rounds", "sizes"}
    machine = found["machine"]
    assert machine["blas_threads"] in {1, None}  # whatever the environment says
    assert machine["python"] == ".".join(map(str, sys.version_info[:3]))
    assert (machine["torch"] is not None) == has_torch()
    fields = ("hidden", "tokens", "length", "batch", "dtype", "cell")
    sizes = [tuple(size[field] for field in fields) for size in found["sizes"]]
    assert sizes == [tuple(getattr(size, field) for field in fields) for size in models(quick=True)]
    for size in found["sizes"]:
        ours, *others = size["timings"]
        assert (ours["rival"], ours["ratio"]) == (OURS, 1.0)
        rivals = {other["rival"] for other in others}
        assert "products" in rivals
        assert ("torch" in rivals) == has_torch()
        plain = (size["cell"], size["dtype"]) == ("rnn", "float64")
        assert ("book's loop" in rivals) == plain
        for one in size["timings"]:
            assert 0 < one["low"] <= one["ms"] <= one["high"]
            within = one["low"] / ours["high"], one["high"] / ours["low"]
            assert within[0] <= one["ratio"] <= within[1]


@pytest.mark.slow
def test_of_a_single_round_the_ratio_is_that_of_the_medians() -> None:
    text = run_apart(*QUICK, "--json").stdout
    assert text.count("\n") == 1, "one line, and nothing else"
    found = json.loads(text)
    assert found["rounds"] == 1
    for size in found["sizes"]:
        ours, *others = size["timings"]
        for one in others:
            assert one["low"] == one["ms"] == one["high"]
            assert one["ratio"] == pytest.approx(one["ms"] / ours["ms"])


@pytest.mark.slow
def test_tables_name_what_was_measured_on_what() -> None:
    text = run_apart(*QUICK).stdout
    machine, libraries, torch, *_ = text.splitlines()
    assert "processor" in machine
    assert "NumPy" in libraries
    assert libraries.endswith((" 1 thread", " ? threads"))
    assert "PyTorch" in torch
    for title in ("rnn, H=64 V=24 T=25, float64", "rnn, H=512 V=24 T=100, float32", "gru, H=64 "):
        assert title in text
    for rival in (OURS, "book's loop", "products"):
        assert f"\n  {rival} " in text
    assert "median of 1 round " in text
    assert ("pip install 'rnn-tui[torch]'" in text) == (not has_torch())
    assert all(len(line.rstrip()) <= 100 for line in text.splitlines())


def test_a_sweep_says_how_cost_grows(capsys: pytest.CaptureFixture[str]) -> None:
    for sweep in SWEEPS:
        found = {
            size: (Timing(OURS, 0.01 * value**2, 1, 1, 1.0), Timing("products", 1, 1, 1, 0.25))
            for size, value in zip(sweep.sizes, sweep.values, strict=True)
        }
        bench_tables._print_sweep(console(), sweep, found)
        text = capsys.readouterr().out
        assert text.count(f"{sweep.symbol}^2.0") == len(sweep.values) - 1
        assert text.count("0.25×") == len(sweep.values)
        assert "torch" not in text  # which nobody measured
        assert f"{sweep.symbol}=" not in text.splitlines()[0]  # it is what varies


def test_exponents_of_known_laws() -> None:
    values = [1, 2, 8, 10]  # of which 8 to 10 is less than a doubling
    for power in (0, 1, 2.5, -1):
        found = bench_tables._exponents(values, [3 * value**power for value in values])
        assert list(found) == pytest.approx([power] * 3)
    shown = [bench_tables._power("H", x) for x in (1.96, -0.04, -1.26)]
    assert shown == ["H^2.0", "H^0.0", "H^−1.3"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--threads", "0"), 'argument --threads: expected a whole number, 1 or more, found "0"'),
        (("--threads", "99999"), "argument --threads: expected at most"),
        (("--rounds", "0"), "argument --rounds: expected a whole number, 1 or more"),
        (("--rounds", "many"), 'argument --rounds: expected a whole number, 1 or more, found "many"'),
        (("grammar",), "unrecognized arguments: grammar"),
    ],
)  # fmt: skip
def test_bad_options_are_one_line(arguments: tuple[str, ...], told: str) -> None:
    assert told in refusal("bench", *arguments)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal and POSIX signals")
def test_an_interrupt_is_quiet() -> None:
    code, out, shown = interrupted("bench", "--rounds", "1000", at=b"turns/s")
    assert code == 130
    assert out == b""
    assert b"Traceback" not in shown


def test_a_torch_that_can_not_be_loaded_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text('raise ImportError("no libtorch")', encoding="utf-8")
    result = run_apart(*QUICK, code=2, PYTHONPATH=str(tmp_path))
    assert result.stderr == "rnn-tui: PyTorch is installed but can't be loaded: no libtorch\n"
    assert result.stdout == ""
