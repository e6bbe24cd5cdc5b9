"""How often a diagnosis is right: every injected fault in random cases, and healthy runs.

    python tests/benchmarks/doctor.py [CASES] [NAME …]

Prints, of each fault, in how many cases it is the first cause, and how long one takes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from diagnosis.injecting import BUGS, SETTINGS, Injection, built, healthy, injected

from rnn_tui.diagnosis import Case, Diagnosis, diagnose
from rnn_tui.experiments import Experiment, bundled, load
from rnn_tui.session.session import Session


def of(experiment: Experiment) -> Diagnosis:
    """What is found."""
    return diagnose(Case.of(Session(experiment)))


def judged(name: str, injection: Injection, cases: int) -> None:
    """A line of the table, and one of each case that was judged otherwise."""
    hits, began = 0, time.perf_counter()
    for seed in range(cases):
        found = of(injected(injection, seed))
        named = [one.name for one in found.findings]
        hits += named[:1] == [injection.expected]
        if named[:1] != [injection.expected]:
            print(f"    seed {seed}: {named}, learns: {found.learns}")
    each = (time.perf_counter() - began) / cases
    print(f"{name:30s} {hits:3d} of {cases}   {each:5.2f} s", flush=True)


def sound(cases: int) -> None:
    """Healthy runs: the bundled experiments as they are, and random ones."""
    experiments = [load(path) for path in bundled()]
    experiments += [built(healthy(1000 + seed)) for seed in range(cases)]
    named = 0
    for one in experiments:
        began = time.perf_counter()
        found = of(one)
        named += bool(found.findings)
        took = time.perf_counter() - began
        causes = [cause.name for cause in found.findings]
        print(f"    {one.name:14s} {took:5.2f} s  learns: {found.learns}  {causes}", flush=True)
    print(f"healthy runs with a cause named: {named} of {len(experiments)}", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    wanted = sys.argv[2:]
    if not wanted or "healthy" in wanted:
        sound(count)
    for title, one in {**BUGS, **SETTINGS}.items():
        if not wanted or title in wanted:
            judged(title, one, count)
