"""What a key press costs in a pass of 10,000 tokens and 512 units, beside one of 4 and 3.

Run by hand: `python tests/benchmarks/size.py`. Both explorers run in this process,
in turns, without a terminal; the time is that of the processor, so that Pilot's own
pauses do not count. What a pass computes once, it computes before the rounds.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # else idle threads of BLAS would count

from textual.pilot import Pilot

from rnn_tui.experiments import Experiment, load
from rnn_tui.tui.app import Explorer

SMALL, LARGE = (4, 3), (10_000, 512)  # timesteps and units
ALLOWED = 1.5
ROUNDS = 5
WORDS = "the dogs who see a cat chase it and the boy who walks feeds them . "
EXPERIMENT = """
title = "Text"
source = "made for a measurement"
task = "many-to-many"
[data]
kind = "stream"
tokenizer = "char"
text_file = "text.txt"
[embedding]
kind = "one-hot"
[model]
hidden_size = {units}
output = "softmax"
init = "orthogonal"
seed = 1
[training]
steps = 10
batch = "stream"
sequence_length = {length}
learning_rate = 0.01
"""


WALK = (  # goes as well in both: within the first three tokens, the last ones, and to the ends
    *("f",) * 2, *("n",) * 4, "down", "up", "right", "left", "pagedown", "pageup", "end", "home",
    "ctrl+end", "ctrl+home", "u", "U", "F", *("b",) * 2, *("n",) * 4, "u", "U", "B", "u", "U",
    *("v",) * 4, "tab", "down", "up", "shift+tab", "a",
)  # fmt: skip
ONCE = ("]",)  # leads to another pass, which is computed


class Explored(NamedTuple):
    """An explorer under way, and the seconds that each press of a key took."""

    pilot: Pilot[None]
    taken: dict[str, list[float]]

    async def press(self, keys: tuple[str, ...]) -> None:
        """Press keys, each once the one before has been drawn."""
        for key in keys:
            before = time.process_time()
            await self.pilot.press(key)
            self.taken.setdefault(key, []).append(time.process_time() - before)


async def measured(folder: Path) -> tuple[Explored, Explored]:
    """The small explorer and the large one after some rounds in turns."""
    small, large = (Explorer(experiment(folder, *size)) for size in (SMALL, LARGE))
    async with small.run_test(size=(120, 36)) as one, large.run_test(size=(120, 36)) as other:
        both = Explored(one, {}), Explored(other, {})
        for made in both:  # the first time, all is imported and computed
            await made.press(WALK)
            made.taken.clear()
        gc.collect()
        gc.freeze()  # as the program does once it shows
        for _ in range(ROUNDS):
            for made in both:
                await made.press(WALK)
        for made in both:
            await made.press(ONCE)
        return both


def experiment(folder: Path, length: int, units: int) -> Experiment:
    """A text in chunks of so many characters, for a network of so many units."""
    (folder / "text.txt").write_text(WORDS * (4 * LARGE[0] // len(WORDS)), encoding="utf-8")
    path = folder / f"{length}.toml"
    path.write_text(EXPERIMENT.format(length=length, units=units), encoding="utf-8")
    return load(str(path))


def main() -> int:
    """Print each key's medians and their ratio; 1 if one is above what is allowed."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = asyncio.run(measured(Path(folder)))
    print(f"{'key':<12}{'T=4 H=3':>12}{'T=10,000 H=512':>16}{'ratio':>8}   milliseconds")
    worst = 0.0
    for key, times in small.taken.items():
        one, other = (1e3 * statistics.median(t) for t in (times, large.taken[key]))
        once = key in ONCE and key not in WALK
        worst = worst if once else max(worst, other / one)
        print(f"{key:<12}{one:12.1f}{other:16.1f}{other / one:8.2f}{'   computes a pass' * once}")
    print(f"the most is {worst:.2f} times, allowed are {ALLOWED}")
    return int(worst > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
