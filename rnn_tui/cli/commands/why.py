"""`rnn-tui why`: one number, and what it was made of."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import numpy as np

from rnn_tui.cli.arguments import Parser, add_example, add_experiment, add_length
from rnn_tui.cli.commands.trace import example_place
from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trained import opened, updates_asked
from rnn_tui.experiments import ExperimentError
from rnn_tui.present.digits import signed
from rnn_tui.present.why.explanation import Explanation, Term, explanation
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import Number
from rnn_tui.session.why.refs import RefError, about, reach_of, read

MOST_ROWS = 40
BAR = 24


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    parser.add_argument("ref", metavar="REF", help="an address such as h[2,1] or dW_hh[1,0]")
    add_length(parser, "epochs to train first (0)", weights=True)
    add_example(parser)


def run(options: Namespace) -> int:
    """Explain a number of a whole pass, its update computed but for the new weights."""
    session = Session(opened(options))
    place = None if options.example is None else example_place(session.experiment, options.example)
    _go(session, updates_asked(session.moment.timeline.trainer, options) or 0, place)
    try:
        _reach(session, options.ref)
        found = explain(session.view, options.ref)
    except RefError as error:
        raise ExperimentError(str(error), key="REF") from None
    except Refused as refused:
        raise ExperimentError(refused.why, key="REF") from None
    if options.json:
        shown = explanation(session.view, found, by_size=False)
        print(to_json(as_json(session.view, found, shown)))
    else:
        _print(explanation(session.view, found))
    return 0


def _go(session: Session, updates: int, example: int | None) -> None:
    """Train, look at the example, and run its pass up to the last op of its update."""
    timeline = session.moment.timeline
    for _ in progress(range(updates), updates, "updates"):
        timeline.extend()
    if updates:
        session.go_to_update(updates)
    if example is not None and example != session.view.example:
        session.go_to_example(example)
    while session.view.done < len(session.view.program) - session.view.program.trains:
        session.do("op")


def _reach(session: Session, ref: str) -> None:
    """Train on, as far as is planned, where a ref names a later update. Raises RefError."""
    timeline, planned = session.moment.timeline, session.planned * session.updates_per_unit
    wanted = reach_of(ref, session.view)
    missing = range(timeline.frontier, wanted if wanted <= planned else 0)
    for _ in progress(missing, len(missing), "updates"):
        timeline.extend()


def as_json(view: StepView, found: Derivation, shown: Explanation) -> dict[str, Any]:
    """For machines: every number with the address it can be asked by."""
    return {
        "ref": found.ref,
        "about": about(read(found.ref), view),
        "formula": found.formula,
        "value": found.value,
        "note": found.note or None,
        "terms": [_term(term) for term in shown.table.terms],
    }


def _term(term: Term) -> dict[str, Any]:
    return {"value": term.value, "made_of": [_number(one) for one in term.operands]}


def _number(one: Number) -> dict[str, Any]:
    return {"ref": one.ref or None, "label": one.label or None, "value": one.value}


def _print(shown: Explanation) -> None:
    out = console()
    for line in shown.lines:
        out.print("".join(span.text for span in line))
    rows, terms = shown.table, shown.table.terms
    titles = [column.title for column in rows.columns]
    made = table("", *titles, left=len(titles) - 2)
    for row in range(min(MOST_ROWS, rows.row_count)):
        *named, value, bar = rows.cells(row, 0, len(titles))
        made.add_row(*(cell.text for cell in named), value.text, "█" * round(BAR * (bar.bar or 0)))
    made.columns[-1].justify = "left"
    if left_out := terms[MOST_ROWS:]:
        rest = float(np.sum([term.value for term in left_out]))
        made.add_row(f"{len(left_out)} more", *([""] * (len(titles) - 3)), signed(rest), "")
    out.print(made)
