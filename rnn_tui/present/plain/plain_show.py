"""What the panes show, read out: row after row, each with its headings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count

import numpy as np

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.answers import NO_LABEL
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.plain import plain, plain_answers, plain_code
from rnn_tui.present.plain.plain_words import (
    amount,
    figure,
    line_plainly,
    parts_plainly,
    plainly,
    row,
    sentence,
)
from rnn_tui.present.sentences.microscope import sentences
from rnn_tui.present.sentences.proof import check_lines
from rnn_tui.present.sentences.states import gate_text, layer_in_words, state_in_words
from rnn_tui.present.sentences.status import metrics, status_line
from rnn_tui.present.spelling import spelled, spoken
from rnn_tui.present.tables.cells import Role, Table
from rnn_tui.present.tables.gradient_views import decay_summary, factor_summary, ledger_summary
from rnn_tui.present.tables.gradients import FactorTable, SplitTable
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tables.runs import RunsTable
from rnn_tui.present.tables.states import LEVELS, GateTable, StateTable
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.present.why.explanation import explanation
from rnn_tui.session.checks.microscope import comparison
from rnn_tui.session.checks.microscope_limits import first_limits
from rnn_tui.session.checks.microscope_subject import subject
from rnn_tui.session.checks.proof import measurements, whole_check
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.text.outputs import outputs_of
from rnn_tui.session.text.writing import Manner, prompt_of, written
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation

MOST_ROWS = 60
MOST_COLUMNS = 14
MOST_OUTPUTS = 10  # answers that are read out one by one


def shown(session: Session, pane: str) -> Iterator[str]:
    """The sentences of one of `verbs.PANES`."""
    yield from PANES[pane](session)


def read_out(table: Table, most: int = MOST_ROWS) -> Iterator[str]:
    """A sentence a row: each cell after its heading. Bars and empty cells are left out."""
    columns = [column.title for column in table.columns[:MOST_COLUMNS]]
    for place in range(min(table.row_count, most)):
        cells = table.cells(place, 0, len(columns))
        parts = []
        for title, cell in zip(columns, cells, strict=True):
            if cell.bar is not None or cell.text.strip() in ("", "–"):
                continue
            # A number may have its level drawn behind it; a token may end in such a sign itself.
            said = cell.text if cell.heat is None else cell.text.rstrip(LEVELS)
            missing = cell.text == EMPTY and cell.role is not Role.TOKEN
            value = "not yet" if missing else plainly(said)
            parts.append(f"{plainly(title)} {value}".strip())
        yield sentence(", ".join(parts))
    left_out = len(table.columns) - len(columns)
    if left_out > 0:
        yield f"{left_out} more columns are left out."
    if table.row_count > most:
        yield f"{table.row_count - most} more rows are left out."


def _here(session: Session) -> Iterator[str]:
    view = session.view
    yield sentence(parts_plainly(status_line(view)))
    yield plain.looking_at(view)
    for line in metrics(view):
        yield sentence(parts_plainly(line))


def _tokens(session: Session) -> Iterator[str]:
    view = session.view
    yield plain.looking_at(view)
    if view.experiment.answers_once:
        yield from read_out(ExamplesTable(view))
    yield plain.place(view)


def _hidden(session: Session) -> Iterator[str]:
    """Every state of every layer, from the one that reads the tokens up."""
    view = session.view
    for layer in view.network.layers:
        for state in layer.cell.states:
            if len(layer.cell.states) > 1 or view.network.depth > 1:
                yield from _heading(view, state_in_words(view, state, layer.depth), layer.depth)
            yield from read_out(StateTable(view, layer.depth, state=state))


def _gates(session: Session) -> Iterator[str]:
    """What each gate is, then how far they are open, token by token."""
    view, found = session.view, False
    for layer in view.network.layers:
        table = GateTable(view, layer.depth)
        if not table.gates:
            continue
        found = True
        named = (f"{table.called(gate.name)} is {gate_text(gate)}" for gate in table.gates)
        yield from _heading(view, "0 is closed and 1 is open", layer.depth)
        yield sentence("; ".join(named))
        yield from read_out(table)
    if not found:
        yield "this cell has no gates."


def _heading(view: StepView, what: str, depth: int) -> Iterator[str]:
    layer = layer_in_words(view, depth)
    yield sentence(plainly(" ".join(f"{what}{f', {layer}' if layer else ''}".split())))


def _gradients(session: Session) -> Iterator[str]:
    """Every state of every layer, from the top down, as the gradient comes."""
    view = session.view
    for layer in reversed(view.network.layers):
        for state in layer.cell.states:
            if len(layer.cell.states) > 1 or view.network.depth > 1:
                yield from _heading(view, f"the gradient of {state}", layer.depth)
            yield from read_out(SplitTable(view, layer.depth, state))
    yield sentence(parts_plainly(decay_summary(view)))


def _ledger(session: Session) -> Iterator[str]:
    yield from read_out(LedgerTable(session.view))
    yield sentence(parts_plainly(ledger_summary(session.view)))


def _factors(session: Session) -> Iterator[str]:
    yield from read_out(FactorTable(session.view))
    yield sentence(parts_plainly(factor_summary(session.view)))


def _microscope(session: Session) -> Iterator[str]:
    """At the limits on which the screen opens."""
    try:
        found = subject(session.view)
    except Refused as refused:
        yield sentence(plainly(refused.why))
        return
    for said in sentences(comparison(found, first_limits(found))):
        yield sentence(plainly(said))


def _loss(session: Session) -> Iterator[str]:
    """About ten points of the curve, the newest last."""
    view, history = session.view, session.view.history
    last = history.count - 1
    for k in sorted({round(x) for x in np.linspace(0, last, 10)}) if history.count else ():
        clipped = "clipped" if history.clipped[k] else "not clipped"
        norm = amount(history.grad_norm[k])
        loss = amount(history.loss[k], 6)
        yield f"during {history.unit} {k}: mean loss {loss}, norm {norm}, {clipped}."
    yield f"now, at {plain.standing(view)}"


def _program(session: Session) -> Iterator[str]:
    yield from plain_code.program(session.view)


def _output(session: Session) -> Iterator[str]:
    """About ten of the answers that are numbers, in order, and how far all of them are off."""
    view = session.view
    if view.experiment.has_classes:
        yield "this network answers with classes: show tokens reads them out."
        return
    found = outputs_of(view, second=False)
    count, names = len(found.x), view.experiment.output_names
    for k in np.linspace(0, count - 1, min(count, MOST_OUTPUTS)).round().astype(int):
        for o, name in enumerate(names):
            target, output = float(found.targets[k, o]), float(found.outputs[k, o])
            said = f"{found.unit} {int(found.x[k])} {spoken(name)}: output {figure(output)}"
            off = f", target {figure(target)}, off by {amount(abs(output - target))}"
            yield sentence(said + (off if np.isfinite(target) else f", {NO_LABEL}"))
    told = f", R squared {figure(found.r2)}" if np.isfinite(found.r2) else ""
    if len(found.off):
        answers = f"{count} answer{'s' * (count > 1)}"
        yield f"{found.name}, {answers}: mean absolute error {amount(found.mae)}{told}."


def _weights(session: Session) -> Iterator[str]:
    for name, array in session.view.params.items():
        if array.ndim == 1:
            yield f"{name}: {row(array)}."
            continue
        for i, values in enumerate(array[:MOST_ROWS]):
            yield f"{name}[{i}]: {row(values)}."
        if len(array) > MOST_ROWS:
            norm = amount(l2_norm(np.ravel(array)))
            yield f"{len(array) - MOST_ROWS} more rows of {name} are left out; its norm is {norm}."
    if has_radius(session.view.params.layout):
        yield f"the spectral radius of W_hh, rho, is {amount(session.view.radius)}."


def _runs(session: Session) -> Iterator[str]:
    yield from read_out(RunsTable(session.runs))
    yield f"this is run {session.moment.timeline.number}."


PANES: dict[str, Callable[[Session], Iterator[str]]] = {
    "here": _here,
    "tokens": _tokens,
    "hidden": _hidden,
    "gates": _gates,
    "gradients": _gradients,
    "ledger": _ledger,
    "factors": _factors,
    "microscope": _microscope,
    "loss": _loss,
    "probabilities": lambda session: plain_answers.answers_read_out(session.view),
    "program": _program,
    "output": _output,
    "weights": _weights,
    "runs": _runs,
}


def why(view: StepView, found: Derivation) -> Iterator[str]:
    """How a number came about."""
    what, *rest = explanation(view, found).lines
    yield sentence(parts_plainly(what))
    for line in rest:
        text = line_plainly(line)
        if text.startswith("= "):
            text = f"{found.ref} {text}"
        if text:
            yield sentence(text.replace("in full ", "in full: "))


def checked(
    view: StepView, report: Callable[[int, int], object] = lambda *_: None
) -> Iterator[str]:
    """The gradient check, array by array; `report` is told how many numbers are measured."""
    done, of = count(), measurements(view)

    def watch(places: Sequence[int]) -> Iterator[int]:
        for place in places:
            report(min(next(done), of), of)  # some are measured once more
            yield place

    _, *rows, _, verdict = check_lines(view, whole_check(view, watch))
    for line in rows:
        mark, name, numbers, figures, excuse = (line_plainly((span,)) for span in line)
        analytic, numeric, *error = figures.split()
        said = f"{name}: {numbers} numbers, norm {analytic}, measured {numeric}"
        off = f", relative error {error[0]}" if error else ""
        yield sentence(f"{said}{off}, {excuse or mark}")
    yield sentence(line_plainly(verdict))


def network_writes(view: StepView, length: int, temperature: float) -> Iterator[str]:
    """A text from the network, at a temperature and with seed 0."""
    manner = Manner(prompt_of(view), temperature)
    passage = written(view, manner, length)
    gap = view.experiment.vocabulary.gap
    text = spelled(gap.join(passage.tokens[passage.given :]))
    yield sentence(f"the network writes, at temperature {temperature:g}: {text}")


def writes(view: StepView) -> bool:
    """Whether a network can go on by itself: with a text, or an answer that is a sequence."""
    return view.experiment.writes
