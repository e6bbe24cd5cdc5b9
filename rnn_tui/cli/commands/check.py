"""`rnn-tui check`: every published figure, and whether it is what is measured."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from itertools import groupby

from rich.table import Table
from rich.text import Text

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.output import console, progress, to_json
from rnn_tui.cli.streams import message
from rnn_tui.experiments import load
from rnn_tui.figures.checking import Check
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.published import figures_of, files, in_museum, note_of
from rnn_tui.figures.verdicts import FigureVerdict, Result
from rnn_tui.numerals import MINUS

STYLES = {
    FigureVerdict.MATCH: ("✓ match", "green"),
    FigureVerdict.LAST_DIGIT: ("≈ last digit", "yellow"),
    FigureVerdict.ERRATUM: ("! erratum", "magenta"),
    FigureVerdict.MISMATCH: ("✗ mismatch", "bold red"),
}
WIDEST_VERDICT = max(len(word) for word, _ in STYLES.values())
MOST_NUMBERS = 3  # numbers of a row that are shown
MUSEUM = "museum"

RANGES = """\
Low … high: measured from several random starts. What was printed matches within that \
range, or outside it by no more than the range is wide."""


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "experiments", nargs="*", metavar="EXPERIMENT | museum",
        help="all by default; museum: worked examples of LSTM, GRU and RNN that others published",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Check some experiments, all by default; 1 if a figure of ours is wrong."""
    names = options.experiments or [*(path.stem for path in files()), MUSEUM]
    pieces = in_museum() if MUSEUM in names else ()
    experiments = [load(name) for name in dict.fromkeys((*names, *pieces)) if name != MUSEUM]
    for experiment in experiments:
        if not figures_of(experiment):
            message(f"no figures are published of {experiment.path}")
    check = Check(experiments, museum=MUSEUM in names)
    with closing(check.run()) as measuring:
        for _ in progress(measuring, check.ticks, "thousand updates"):
            pass
    results = check.results()
    if options.json:
        print(to_json([_as_json(result) for result in results]))
    else:
        _print(results, [note_of(experiment) for experiment in experiments])
    wrong = any(result.verdict is FigureVerdict.MISMATCH for result in results)
    return 1 if wrong else 0


def _as_json(result: Result) -> dict[str, object]:
    figure = result.figure
    numbers = [float(number) for number in figure.numbers]
    one = len(numbers) == 1
    row: dict[str, object] = {
        "source": figure.source,
        "what": figure.what,
        "published": figure.spelled or _single(numbers, one),
        "measured": result.measured
        if isinstance(result.measured, str)
        else _single(result.measured.tolist(), one),
        "verdict": result.verdict.value,
    }
    if result.span:
        low, high = (_single(ends.tolist(), one) for ends in result.span)
        row |= {"low": low, "high": high, "starts": figure.seeds}
    row |= {"why": figure.why} if figure.why else {}
    row |= {"fault": figure.fault} if figure.fault else {}
    return row | ({"recomputed": True} if figure.recomputed else {})


def _single(numbers: Sequence[float], one: bool) -> object:
    return numbers[0] if one and len(numbers) == 1 else numbers


def _print(results: Sequence[Result], notes: Sequence[str]) -> None:
    out = console()
    for source, group in groupby(results, key=lambda result: result.figure.source):
        out.print(Text(source, style="bold"))
        grid = Table.grid(padding=(0, 2), expand=True)
        for ratio in (40, 26, 30):
            grid.add_column(ratio=ratio)
        grid.add_column(width=WIDEST_VERDICT, no_wrap=True)
        for result in group:
            grid.add_row(*_cells(result))
        out.print(grid)
    counts = Counter(result.verdict for result in results)
    ranges = RANGES if any(result.span for result in results) else ""
    for note in (*notes, ranges):
        if note:
            out.print(note)
    out.print(
        f"{len(results)} figures: {counts[FigureVerdict.MATCH]} match, "
        f"{counts[FigureVerdict.LAST_DIGIT]} in all but the last digit, "
        f"{counts[FigureVerdict.ERRATUM]} errata, {counts[FigureVerdict.MISMATCH]} mismatches"
    )


def _cells(result: Result) -> tuple[Text, str, str, Text]:
    figure = result.figure
    word, style = STYLES[result.verdict]
    what = Text(f"  {figure.what}")
    if figure.recomputed:
        what.append(" (recomputed)", style="dim")
    if figure.why:
        what.append(f" – {figure.why}", style="italic")
    if figure.fault:
        what.append(f" The bug {figure.fault} gives it.", style="italic")
    published = [text.replace("-", MINUS) for text in figure.published]
    return what, figure.spelled or _few(published), _measured(result), Text(word, style=style)


def _measured(result: Result) -> str:
    """What was measured, with a digit more than was printed."""
    if isinstance(result.measured, str):
        return result.measured
    ends = result.span or (result.measured,)
    low, *high = (_written(result.figure, numbers.tolist()) for numbers in ends)
    if not high:
        return _few(low)
    spans = [a if a == b else f"{a} … {b}" for a, b in zip(low, *high, strict=True)]
    return _few(spans, "; ")


def _written(figure: Figure, numbers: Sequence[float]) -> list[str]:
    """Numbers with a digit more than was printed, and thousands apart where they were."""
    printed = zip(figure.published, figure.numbers, strict=True)
    forms = [_form(text, number) for text, number in printed]
    forms += [".4f"] * (len(numbers) - len(forms))
    return [
        f"{value:{form}}".replace("-", MINUS) for value, form in zip(numbers, forms, strict=False)
    ]


def _form(text: str, number: Decimal) -> str:
    exponent = number.as_tuple().exponent
    places = -int(exponent) if int(exponent) < 0 else 0
    return f"{',' if ',' in text else ''}.{places + 1 if places else 0}f"


def _few(numbers: Sequence[str], between: str = " ") -> str:
    more = f" … {len(numbers) - MOST_NUMBERS} more" if len(numbers) > MOST_NUMBERS else ""
    return between.join(numbers[:MOST_NUMBERS]) + more
