"""What `rnn-tui bench` found, as tables: a size each, and the sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log

from rich.console import Console

from rnn_tui.benchmark import OURS, RIVALS, SEED, Machine, Size, Sweep, Timing, models
from rnn_tui.cli.output import table
from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import counted, times
from rnn_tui.present.digits import size as digits

TORCH = "PyTorch is not installed; pip install 'rnn-tui[torch]' makes it a rival."
MEANING = """\
ms an update: the median of {rounds} in which all took turns. × rnn-tui: how many times as \
long as ours, the median of the rounds. book's loop: the loop that the book (grammar) prints. \
torch: nn.RNN, nn.LSTM or nn.GRU, run eagerly. jax: a scan, compiled. products: the matrix \
products of an update, nothing else."""

Found = Mapping[Size, tuple[Timing, ...]]


def print_bench(
    out: Console, machine: Machine, found: Found, rounds: int, sweeps: Sequence[Sweep]
) -> None:
    """The computer, then every size and sweep, then what the columns mean."""
    for line in _about(machine):
        out.print(line)
    out.print()
    for size in models(quick=not sweeps):
        _print_size(out, size, found[size])
    for sweep in sweeps:
        _print_sweep(out, sweep, found)
    out.print(MEANING.format(rounds=_several(rounds, "round")))


def _about(machine: Machine) -> list[str]:
    """The computer, its libraries, and PyTorch or how to get it, a line each."""
    blas, torch = machine.blas or "a BLAS of no name", machine.torch
    numpy = f"NumPy {machine.numpy} with {blas}, {_several(machine.blas_threads, 'thread')}"
    lines = [
        f"{machine.processor or 'Unknown processor'}, "
        f"{_several(machine.processors, 'processor')}, {machine.system}",
        f"Python {machine.python}, {numpy}",
        f"PyTorch {torch}, {_several(machine.torch_threads, 'thread')}" if torch else TORCH,
    ]
    return [*lines, f"JAX {machine.jax}"] if machine.jax else lines


def _several(count: int | None, what: str) -> str:
    return f"? {what}s" if count is None else counted(count, what)


def _print_size(out: Console, size: Size, timings: Sequence[Timing]) -> None:
    made = table(_named(size), "", "ms an update", "quartiles", "µs a token", f"× {OURS}")
    for timing in timings:
        quartiles = f"{_ms(timing.low)} … {_ms(timing.high)}"
        ratio = "" if timing.rival == OURS else times(timing.ratio)
        made.add_row(timing.rival, _ms(timing.ms), quartiles, _per_token(size, timing), ratio)
    out.print(made)


def _print_sweep(out: Console, sweep: Sweep, found: Found) -> None:
    """A row a size: what an update costs us, how that grows, and how long the others take."""
    by_name = [{timing.rival: timing for timing in found[size]} for size in sweep.sizes]
    others = [name for name in RIVALS if name != OURS and any(name in row for row in by_name)]
    title = f"{sweep.about}; {_named(SEED, sweep.field)}"
    made = table(title, sweep.symbol, "ms an update", "µs a token", "grows as", *others, left=0)
    costs = [row[OURS].ms for row in by_name]
    growths = ["", *(_power(sweep.symbol, x) for x in _exponents(sweep.values, costs))]
    for size, value, growth, row in zip(sweep.sizes, sweep.values, growths, by_name, strict=True):
        ratios = [times(row[name].ratio) if name in row else "" for name in others]
        ours = row[OURS]
        made.add_row(str(value), _ms(ours.ms), _per_token(size, ours), growth, *ratios)
    out.print(made)


def _named(size: Size, without: str = "") -> str:
    """A size by its letters, all but one, the number of sequences only where there are several."""
    letters = {"hidden": "H", "tokens": "V", "length": "T"} | (
        {"batch": "B"} if size.batch > 1 else {}
    )
    named = [
        f"{letter}={getattr(size, field)}" for field, letter in letters.items() if field != without
    ]
    return f"{size.cell}, {' '.join(named)}, {size.dtype}"


def _exponents(values: Sequence[int], costs: Sequence[float]) -> Iterator[float]:
    """The x for which cost grew as value^x, from each to the next."""
    for (before, cheaper), (after, dearer) in pairwise(zip(values, costs, strict=True)):
        yield log(dearer / cheaper) / log(after / before)


def _power(symbol: str, exponent: float) -> str:
    """`H^1.9`; adding 0 makes −0 plain 0."""
    return f"{symbol}^{round(exponent, 1) + 0.0:.1f}".replace("-", MINUS)


def _per_token(size: Size, timing: Timing) -> str:
    return digits(1000 * timing.ms / (size.length * size.batch), 2)


def _ms(milliseconds: float) -> str:
    return digits(milliseconds, 3)
