"""The screen while training runs as fast as it can: key to paint, and the speed that is kept.

    python tests/benchmarks/screen.py [--rounds N] [--size WxH] [--json] [EXPERIMENT…]

The installed program runs in a pseudo-terminal. After its first paint it is sent keys at random
intervals, at rest; then it is told to train a million units, left alone for a while, and sent
the same keys again. Everything it
writes is kept with the time at which it was read, and looked through afterwards, so that
looking costs the measurement nothing: a terminal emulator (pyte) is fed piece by piece, and a
key has been painted with the first piece after which what the key changes is on the screen.
Each key changes something that repaints for the run leave alone. The speed is how far the
status line came between the first and the last frame of a time. It is divided by that of
`Timeline.extend` alone, in a process of its own, before and after; rounds take turns.

In each round an app of Textual alone is sent the same keys (`bare_screen.py`), at rest.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pyte

sys.path.insert(0, str(Path(__file__).parents[1]))  # for a script, what pytest adds by itself
from terminal import Piece, Terminal

LARGE = """\
title = "H = 512, T = 100"
task = "many-to-many"
[data]
kind = "stream"
tokenizer = "char"
generator = "grammar"
[embedding]
kind = "one-hot"
[model]
hidden_size = 512
init = "orthogonal"
[training]
steps = 1000
sequence_length = 100
learning_rate = 0.01
"""
FRAME = b"\x1b[?2026h"
SETTLE, QUIET = 1.5, 5.0  # seconds
INTERVAL = (0.25, 0.6)  # seconds from one key to the next

Look = Callable[[pyte.Screen], object]


# What a key changes on the screen


def unit(screen: pyte.Screen) -> object:
    """The unit under the cursor, as the border of the hidden states names it."""
    found = re.search(r"unit (\d+) · ⏎", "\n".join(screen.display))
    return found and found[1]


def gradient_title(screen: pyte.Screen) -> object:
    """What stands beside the title of the hidden states."""
    return next((line.split("╮")[1:] for line in screen.display if "Hidden state" in line), None)


def focus(screen: pyte.Screen) -> object:
    """The colour of the border of the hidden states."""
    for y, line in enumerate(screen.display):
        if (x := line.find("Hidden state")) > 0:
            return screen.buffer[y][x - 2].fg
    return None


def shows(text: str) -> Look:
    """Whether a text can be seen."""
    return lambda screen: any(text in line for line in screen.display)


class Key(NamedTuple):
    """A key, its name in the table, and what it changes."""

    name: str
    sent: bytes
    changes: Look


PAGE = "another screen"
KEYS = (
    *[Key("arrow", b"\x1b[C", unit), Key("arrow", b"\x1b[D", unit)] * 3,  # of units there may be 3
    *[Key("v", b"v", gradient_title)] * 4,
    Key("tab", b"\t", focus),
    Key("tab", b"\x1b[Z", focus),
    Key("?", b"?", shows("─ Help · ")),
    Key("escape", b"\x1b", shows("─ Help · ")),
    Key(PAGE, b"2", shows("Spectral radius")),
    Key(PAGE, b"3", shows("unit ← unit")),
    Key(PAGE, b"1", shows("Hidden state")),
    Key(PAGE, b"4", shows("Hidden state")),  # what is on the page hangs on the task
    Key(PAGE, b"1", shows("Hidden state")),
)


# One round


@dataclass
class Round:
    """Milliseconds from key to paint by the key's name, units a second and frames a second."""

    delays: dict[str, list[float]]
    at_rest: list[float]
    missed: int
    quiet: float
    keyed: float
    frames: float
    headless: float = 0.0
    bare: list[float] = field(default_factory=list)


class Pressed(NamedTuple):
    """A key, and when it was sent."""

    key: Key
    at: float


def play(experiment: str, width: int, height: int, times: int, seed: int) -> Round:
    """Run the program, and look through what it wrote."""
    terminal = Terminal(experiment, width=width, height=height)
    try:
        rest = press_at_rest(terminal, seed)
        press(terminal, [Key("", key, unit) for key in (b"E", b"\x15", b"1000000\r")], (0.5, 0.5))
        terminal.watch(SETTLE)
        start = time.perf_counter()
        terminal.watch(QUIET)
        quiet = time.perf_counter()
        order = random.Random(seed)
        pressed = [p for _ in range(times) for p in press(terminal, KEYS, INTERVAL, order)]
        end = time.perf_counter()
    finally:
        terminal.kill()
    seen = Seen(terminal.pieces, width, height, rest + pressed)
    frames = sum(p.bytes.count(FRAME) for p in terminal.pieces if start < p.at < quiet)
    return Round(
        seen.delays(pressed), together(seen.delays(rest)),
        seen.missed, seen.rate(start, quiet), seen.rate(quiet, end), frames / QUIET,
    )  # fmt: skip


def bare(width: int, height: int, seed: int) -> list[float]:
    """Milliseconds from key to paint of an app of Textual alone."""
    program = (str(Path(__file__).with_name("bare_screen.py")),)
    terminal = Terminal(width=width, height=height, program=program)
    try:
        pressed = press_at_rest(terminal, seed)
    finally:
        terminal.kill()
    return together(Seen(terminal.pieces, width, height, pressed).delays(pressed))


def press_at_rest(terminal: Terminal, seed: int) -> list[Pressed]:
    """Once the first frame is there and each page was seen, send all keys."""
    terminal.wait_for(b"Hidden state")
    terminal.watch(1.0)
    press(terminal, [Key(PAGE, page, unit) for page in (b"2", b"3", b"4", b"1")], (1.0, 1.0))
    return press(terminal, KEYS, INTERVAL, random.Random(seed))


def together(by_key: dict[str, list[float]]) -> list[float]:
    """The delays of all keys."""
    return [delay for delays in by_key.values() for delay in delays]


def press(
    terminal: Terminal,
    keys: Sequence[Key],
    interval: tuple[float, float],
    order: random.Random | None = None,
) -> list[Pressed]:
    """Send keys one by one, reading in between."""
    order, pressed = order or random.Random(0), []
    for key in keys:
        pressed.append(Pressed(key, terminal.send(key.sent)))
        terminal.watch(order.uniform(*interval))
    return pressed


class Seen:
    """What was on the screen when, from all pieces of a run."""

    def __init__(
        self, pieces: Sequence[Piece], width: int, height: int, pressed: Sequence[Pressed]
    ) -> None:
        self.missed = 0
        self._painted: dict[Pressed, float] = {}
        self._counts: list[tuple[float, int]] = []
        screen = pyte.Screen(width, height)
        stream = pyte.ByteStream(screen)
        waiting: tuple[Pressed, object] | None = None
        later = list(pressed)
        for piece in pieces:
            while later and later[0].at < piece.at:
                self.missed += waiting is not None
                waiting = later[0], later.pop(0).key.changes(screen)
            stream.feed(piece.bytes)
            self._count(piece.at, screen)
            if waiting and waiting[0].key.changes(screen) != waiting[1]:
                self._painted[waiting[0]] = 1000 * (piece.at - waiting[0].at)
                waiting = None
        self.missed += len(later) + (waiting is not None)

    def delays(self, pressed: Sequence[Pressed]) -> dict[str, list[float]]:
        """Milliseconds from key to paint by the key's name, of those that were painted in time."""
        found: dict[str, list[float]] = {}
        for one in pressed:
            if one in self._painted:
                found.setdefault(one.key.name, []).append(self._painted[one])
        return found

    def _count(self, at: float, screen: pyte.Screen) -> None:
        found = re.search(r"(?:step|epoch) (\d+)", screen.display[0])
        if found:
            self._counts.append((at, int(found[1])))

    def rate(self, start: float, end: float) -> float:
        """Units a second between two times."""
        inside = [(at, count) for at, count in self._counts if start < at < end]
        changed = [b for a, b in pairwise(inside) if b[1] != a[1]]
        if len(changed) < 2:
            return float("nan")
        (first, low), (last, high) = changed[0], changed[-1]
        return (high - low) / (last - first)


# Without a screen


def headless(experiment: str, seconds: float) -> float:
    """Units a second of training alone, in a process of its own."""
    arguments = [sys.executable, __file__, "--headless", str(seconds), experiment]
    return float(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def extend(experiment: str, seconds: float) -> float:
    """Units a second of extending a timeline."""
    from rnn_tui.experiments import load
    from rnn_tui.session.session import Session

    session = Session(load(experiment))
    timeline = session.moment.timeline
    end = time.perf_counter() + SETTLE
    while time.perf_counter() < end:
        timeline.extend()
    start, first = time.perf_counter(), timeline.frontier
    while time.perf_counter() < start + seconds:
        timeline.extend()
    done = timeline.frontier - first
    return done / (time.perf_counter() - start) / session.updates_per_unit


# The table


@dataclass(frozen=True)
class Row:
    """An experiment's figures over all rounds: milliseconds, units and frames a second, ratios."""

    experiment: str
    keys: int
    missed: int
    p50: float
    p95: float
    slowest: float
    p50_at_rest: float
    p95_at_rest: float
    p50_of_bare: float
    p95_of_bare: float
    by_key: dict[str, tuple[float, float]]
    headless: float
    kept: float
    kept_keyed: float
    frames: float


def measure(experiment: str, width: int, height: int, rounds: int, times: int) -> Row:
    """Rounds with and without a screen, in turns."""
    made, alone = [], [headless(experiment, QUIET)]
    for seed in range(rounds):
        made.append(play(experiment, width, height, times, seed))
        alone.append(headless(experiment, QUIET))
        made[-1].headless = (alone[-2] + alone[-1]) / 2
        made[-1].bare = bare(width, height, seed)
    by_key: dict[str, list[float]] = {}
    for one in made:
        for name, delays in one.delays.items():
            by_key.setdefault(name, []).extend(delays)
    resting = [delay for one in made for delay in one.at_rest]
    of_bare = [delay for one in made for delay in one.bare]
    every = sorted(together(by_key))
    return Row(
        Path(experiment).stem, len(every), sum(one.missed for one in made),
        middle(every), high(every), every[-1], middle(resting), high(resting),
        middle(of_bare), high(of_bare),
        {name: (middle(delays), high(delays)) for name, delays in by_key.items()},
        statistics.median(alone),
        statistics.median(one.quiet / one.headless for one in made),
        statistics.median(one.keyed / one.headless for one in made),
        statistics.median(one.frames for one in made),
    )  # fmt: skip


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def high(values: Sequence[float]) -> float:
    """What 95 of 100 values are not above."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def lines(row: Row) -> Iterator[str]:
    """A row of the table, and a line a key under it."""
    yield (
        f"{row.experiment:12} {row.keys:4} keys  p50 {row.p50:5.1f} ms  p95 {row.p95:5.1f} ms  "
        f"at rest {row.p50_at_rest:5.1f}, {row.p95_at_rest:5.1f} ms, "
        f"bare Textual {row.p50_of_bare:5.1f}, {row.p95_of_bare:5.1f} ms   alone {row.headless:7.0f}/s  kept {row.kept:4.0%}, "
        f"{row.kept_keyed:4.0%} under keys   {row.frames:4.1f} frames/s"
        + (f"   {row.missed} keys not seen" if row.missed else "")
    )
    for name, (p50, p95) in row.by_key.items():
        yield f"    {name:14} p50 {p50:5.1f} ms  p95 {p95:5.1f} ms"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=2, help="how often a round sends all keys")
    parser.add_argument("--size", default="120x36", help="of the terminal")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--headless", type=float, metavar="SECONDS", help="only train, and tell")
    asked = parser.parse_args()
    if asked.headless:
        print(extend(asked.experiments[0], asked.headless))
        return
    os.environ["RNN_TUI_STATE"] = ""  # sessions of a benchmark are not kept
    width, height = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder, "large.toml")
        large.write_text(LARGE)
        for experiment in asked.experiments or ("grammar", "sentiment", str(large)):
            row = measure(experiment, width, height, asked.rounds, asked.times)
            print(json.dumps(asdict(row)) if asked.json else "\n".join(lines(row)), flush=True)


if __name__ == "__main__":
    main()
