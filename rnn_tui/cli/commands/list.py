"""`rnn-tui list`."""

from __future__ import annotations

from argparse import Namespace

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.output import console, table, to_json
from rnn_tui.experiments.order import Part, parts
from rnn_tui.experiments.outline import Outline, outline
from rnn_tui.lessons.courses import bundled_course
from rnn_tui.present.digits import counted


def add_arguments(parser: Parser) -> None:
    """Nothing follows the name of the command."""


def run(options: Namespace) -> int:
    """Print every bundled experiment, in the order in which they are best taken."""
    if options.json:
        print(to_json([_document(outline(name), part) for part in parts() for name in part.see]))
        return 0
    for part in parts():
        made = table(part.title, "", "", left=2)
        made.show_header = False
        for name, see in part.see.items():
            found = outline(name)
            made.add_row(name, found.experiment.title, style="bold")
            made.add_row("", see)
            made.add_row("", _figures(found))
        console().print(made)
    return 0


def _figures(found: Outline) -> str:
    """Task, units, how much it trains on, and its lessons."""
    e = found.experiment
    training = counted(found.train, e.item_name)
    figures = [e.task, counted(e.model.hidden_size, "unit"), training]
    numbers = [str(number) for number, _ in bundled_course().numbered_on(e.name)]
    if numbers:
        figures.append(f"{'lessons' if numbers[1:] else 'lesson'} {', '.join(numbers)}")
    return " · ".join(figures)


def _document(found: Outline, part: Part) -> dict[str, object]:
    e = found.experiment
    lessons = [lesson.id for _, lesson in bundled_course().numbered_on(e.name)]
    return {
        "name": e.name, "title": e.title, "task": e.task, "hidden_size": e.model.hidden_size,
        "train": found.train, "test": found.test, "source": e.source,
        "part": part.title, "see": part.see[e.name], "lessons": lessons,
    }  # fmt: skip
