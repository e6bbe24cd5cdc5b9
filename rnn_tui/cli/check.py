"""`rnn-tui check`: every published figure, and whether it is what is measured."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.table import Table
from rich.text import Text

from rnn_tui.cli.output import console, to_json
from rnn_tui.experiments import load
from rnn_tui.figures.published import Result, Verdict, check_figures, figures_of, files
from rnn_tui.present.digits import MINUS

STYLES = {
    Verdict.MATCH: ("✓ match", "green"),
    Verdict.LAST_DIGIT: ("≈ last digit", "yellow"),
    Verdict.ERRATUM: ("! erratum", "magenta"),
    Verdict.MISMATCH: ("✗ mismatch", "bold red"),
}
WIDEST_VERDICT = max(len(word) for word, _ in STYLES.values())
MOST = 3  # numbers of a row that are shown


def run(options: Namespace) -> int:
    """Check some experiments, all by default; 1 if a figure of ours is wrong."""
    names = options.experiments or [path.stem for path in files()]
    experiments = [load(name) for name in names]
    for experiment in experiments:
        if not figures_of(experiment):
            print(f"rnn-tui: no figures are published of {experiment.path}", file=sys.stderr)
    results = [result for experiment in experiments for result in check_figures(experiment)]
    if options.json:
        print(to_json([_as_json(result) for result in results]))
    else:
        _print(results)
    wrong = any(result.verdict is Verdict.MISMATCH for result in results)
    return 1 if wrong else 0


def _as_json(result: Result) -> dict[str, object]:
    figure, measured = result.figure, result.measured.tolist()
    published = [float(number) for number in figure.published]
    one = len(published) == 1
    row: dict[str, object] = {
        "source": figure.source,
        "what": figure.what,
        "published": published[0] if one else published,
        "measured": measured[0] if one and len(measured) == 1 else measured,
        "verdict": result.verdict.value,
    }
    return row | ({"why": figure.why} if figure.why else {})


def _print(results: Sequence[Result]) -> None:
    out = console()
    for source, group in groupby(results, key=lambda result: result.figure.source):
        out.print(Text(source, style="bold"))
        grid = Table.grid(padding=(0, 2), expand=True)
        for ratio in (40, 26, 30):
            grid.add_column(ratio=ratio)
        grid.add_column(width=WIDEST_VERDICT, no_wrap=True)
        for result in group:
            word, style = STYLES[result.verdict]
            what = Text(f"  {result.figure.what}")
            if result.figure.why:
                what.append(f" – {result.figure.why}", style="italic")
            published = [text.replace("-", MINUS) for text in result.figure.published]
            row = (_few(published), _few(_as_printed(result)), Text(word, style=style))
            grid.add_row(what, *row)
        out.print(grid)
    counts = Counter(result.verdict for result in results)
    out.print(
        f"{len(results)} figures: {counts[Verdict.MATCH]} match, "
        f"{counts[Verdict.LAST_DIGIT]} in all but the last digit, "
        f"{counts[Verdict.ERRATUM]} errata, {counts[Verdict.MISMATCH]} mismatches"
    )


def _as_printed(result: Result) -> list[str]:
    """The measured numbers with a digit more than was printed."""
    digits = [len(text.partition(".")[2]) for text in result.figure.published]
    digits += [4] * (len(result.measured) - len(digits))
    return [
        f"{value:.{places + 1 if places else 0}f}".replace("-", MINUS)
        for value, places in zip(result.measured.tolist(), digits, strict=False)
    ]


def _few(numbers: Sequence[str]) -> str:
    more = f" … {len(numbers) - MOST} more" if len(numbers) > MOST else ""
    return " ".join(numbers[:MOST]) + more
