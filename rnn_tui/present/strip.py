"""Tokens with an answer at every timestep, set out column by column: read, wanted, said."""

from __future__ import annotations

import numpy as np

from rnn_tui.present.cells import Line, Role, Span
from rnn_tui.present.digits import EMPTY, percent
from rnn_tui.present.status import window
from rnn_tui.present.tables import visible
from rnn_tui.session.view import StepView

HEADS = ("reads", "target", "says", "p(target)")
HEAD = max(map(len, HEADS)) + 2
MOST_LIKELY = 6


def strip(view: StepView, width: int) -> tuple[Line, ...]:
    """Four lines, a column a token; of a long text the columns around the cursor that fit."""
    example = view.current
    answers = {t: _answer(view, t, k) for k, t in enumerate(example.outputs)}
    columns = []
    for t, token in enumerate(example.tokens):
        read = Span(visible(token), _read_role(view, t))
        columns.append((read, *answers.get(t, (Span(""),) * 3)))
    sizes = [max(len(span.text) for span in column) + 2 for column in columns]
    first, last = window(sizes, view.t or 0, max(1, width - HEAD))
    cut = Span("… ", Role.MUTED) if first else Span("")
    lines = []
    for row, head in enumerate(HEADS):
        spans = [Span(f"{head:<{HEAD}}", Role.MUTED), cut]
        for column, size in zip(columns[first:last], sizes[first:last], strict=True):
            spans += [column[row], Span(" " * (size - len(column[row].text)))]
        lines.append((*spans, Span("…", Role.MUTED)) if last < len(columns) else tuple(spans))
    return tuple(lines)


def _read_role(view: StepView, t: int) -> Role:
    if t == view.t:
        return Role.CURRENT
    return Role.TOKEN if t < view.known.states else Role.MUTED


def _answer(view: StepView, t: int, k: int) -> tuple[Span, Span, Span]:
    """What is wanted at output k, what is said, and how likely the wanted one was."""
    labels, target = view.experiment.labels, view.current.targets[k]
    wanted = Span(visible(labels[target]), Role.MUTED)
    if not view.known.has("loss", t):
        nothing = Span(EMPTY, Role.EMPTY)
        return wanted, nothing, nothing
    p = view.known.trace.p[k]
    said = int(view.network.head.predict(p))
    role = Role.GOOD if said == target else Role.BAD
    mark = "✓" if said == target else "✗"
    chance = f"{100 * float(p[target]):.0f}%" if np.isfinite(p[target]) else "NaN"
    says = Span(f"{mark}{visible(labels[said])}", role, f"p[{t},{said}]")
    return wanted, says, Span(chance, ref=f"p[{t},{target}]")


def likeliest(view: StepView) -> Line:
    """The likeliest next tokens at the newest answer, each with its probability."""
    known, labels = view.known, view.experiment.labels
    answered = [k for k, t in enumerate(view.current.outputs) if known.has("p", t)]
    if not answered:
        return (Span("no answer yet", Role.EMPTY),)
    k = answered[-1]
    here = view.t if view.t in view.current.outputs else None
    if here is not None and known.has("p", here):
        k = known.output_index(here)
    t, p = view.current.outputs[k], known.trace.p[k]
    read = view.experiment.vocabulary.join(
        [visible(token) for token in view.current.tokens[max(0, t - 7) : t + 1]]
    )
    spans = [Span("after ", Role.MUTED), Span(f"“{read}”", Role.TOKEN), Span("  ")]
    for c in np.argsort(-p, kind="stable")[:MOST_LIKELY]:
        role = Role.ACCENT if int(c) == view.current.targets[k] else Role.TEXT
        chance = Span(percent(float(p[c])), ref=f"p[{t},{int(c)}]")
        spans += [Span(visible(labels[int(c)]), role), Span(" "), chance, Span("  ")]
    return tuple(spans)
