"""`rnn-tui list`."""

from __future__ import annotations

from argparse import Namespace

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.output import console, table, to_json
from rnn_tui.experiments import Experiment, load
from rnn_tui.experiments.order import Part, parts
from rnn_tui.lessons.courses import bundled_course
from rnn_tui.present.digits import counted


def add_arguments(parser: Parser) -> None:
    """Nothing follows the name of the command."""


def run(options: Namespace) -> int:
    """Print every bundled experiment, in the order in which they are best taken."""
    if options.json:
        print(to_json([_document(load(name), part) for part in parts() for name in part.see]))
        return 0
    made = table("", "name", "what it is", "lessons", "task", "units", "training", left=4)
    for place, part in enumerate(parts()):
        if place:
            made.add_section()
        made.add_row("", f"[bold]{part.title}[/]")
        for name, see in part.see.items():
            e = load(name)
            training = counted(len(e.train), "example" if e.stream is None else "chunk")
            lessons = " ".join(str(number) for number, _ in bundled_course().numbered_on(name))
            what = f"{e.title}\n[dim]{see}[/]"
            made.add_row(name, what, lessons, e.task, str(e.model.hidden_size), training)
    console().print(made)
    return 0


def _document(e: Experiment, part: Part) -> dict[str, object]:
    lessons = [lesson.id for _, lesson in bundled_course().numbered_on(e.name)]
    return {
        "name": e.name, "title": e.title, "task": e.task, "hidden_size": e.model.hidden_size,
        "train": len(e.train), "test": len(e.test), "source": e.source,
        "part": part.title, "see": part.see[e.name], "lessons": lessons,
    }  # fmt: skip
