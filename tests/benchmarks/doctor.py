"""How often a diagnosis is right: every injected fault in random cases, and healthy runs.

    python tests/benchmarks/doctor.py [CASES] [--seed N] [NAME …]

Prints of each fault in how many cases it is the first cause, and how long one takes; of each kind
of healthy run how many have a cause named. A NAME is one of these, "healthy" for all of the
latter, or "elsewhere" for faults of training put into kinds of networks that none was made for.
The cases are those of the seeds from N on, 0 by default. A threshold is judged by seeds that it
was not chosen on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from diagnosis.injecting import BUGS, ELSEWHERE, SETTINGS, Injection, built, healthy, injected
from diagnosis.sound import NAMES, assembled, drawn, sound

from rnn_tui.diagnosis import Case, Diagnosis, diagnose
from rnn_tui.diagnosis.course import SOLVED
from rnn_tui.experiments import Experiment, bundled, load
from rnn_tui.session.session import Session

PLAIN = ("text", "reviews", "tags", "reversing", "adding", "series")  # kinds that learn soon


def of(experiment: Experiment) -> Diagnosis:
    """What is found."""
    return diagnose(Case.of(Session(experiment)))


def judged(name: str, injection: Injection, experiments: Iterable[Experiment]) -> None:
    """A line of the table, and one of each case that was judged otherwise."""
    hits, cases, unharmed, began = 0, 0, 0, time.perf_counter()
    for one in experiments:
        found = of(one)
        named = [cause.name for cause in found.findings]
        cases += 1
        hits += named[:1] == [injection.expected]
        if named[:1] != [injection.expected]:
            unharmed += found.is_well and found.last < SOLVED * found.known
            print(f"    {one.name} {cases - 1}: {named}, learns: {found.learns}")
    each = (time.perf_counter() - began) / cases
    rest = f", {unharmed} solved all the same" if unharmed else ""
    print(f"{name:32s} {hits:3d} of {cases}   {each:5.2f} s{rest}", flush=True)


def well(name: str, experiments: Iterable[Experiment]) -> None:
    """A line of the table of healthy runs, and one of each that has a cause named."""
    named, cases, began = 0, 0, time.perf_counter()
    for one in experiments:
        found = of(one)
        cases += 1
        named += bool(found.findings)
        if found.findings or not found.learns:
            causes = [cause.name for cause in found.findings]
            print(f"    {one.name}: {causes}, learns: {found.learns}, later: {found.later}")
    each = (time.perf_counter() - began) / cases
    print(f"{name:32s} {named:3d} of {cases} with a cause   {each:5.2f} s", flush=True)


def elsewhere(injection: Injection, seeds: range, folder: Path) -> Iterable[Experiment]:
    """The fault in networks of other kinds, each of which learns without it."""
    for seed in seeds:
        for attempt in range(seed, seed + 1000, 49):
            kind = PLAIN[attempt % len(PLAIN)]
            made = drawn(kind, attempt)
            wanted = injection.fits.get("optimizer", made["training"]["optimizer"])
            is_fitting = made["training"]["optimizer"] == wanted
            if is_fitting and Case.of(Session(assembled(made, folder))).learns:
                break
        ill = injection.change(made, np.random.default_rng(seed))
        assert isinstance(ill, dict)
        yield assembled(ill, folder, f"{kind}-{attempt}")


def main(seeds: range, wanted: list[str]) -> None:
    """All tables, or those that are wanted."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not wanted or "healthy" in wanted:
            well("bundled", map(load, bundled()))
            well("those that faults are put into", (built(healthy(k + 1000)) for k in seeds))
        for kind in NAMES:
            if not wanted or {"healthy", kind} & {*wanted}:
                well(kind, (sound(kind, seed, folder) for seed in seeds))
        for title, one in {**BUGS, **SETTINGS}.items():
            if not wanted or title in wanted:
                judged(title, one, (injected(one, seed) for seed in seeds))
        for title in ELSEWHERE:
            if not wanted or "elsewhere" in wanted:
                one = SETTINGS[title]
                judged(f"{title}, elsewhere", one, elsewhere(one, seeds, folder))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=int, nargs="?", default=10)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_intermixed_args()
    main(range(given.seed, given.seed + given.cases), given.names)
