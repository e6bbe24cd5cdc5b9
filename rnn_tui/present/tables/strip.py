"""Tokens with an answer at every timestep, set out column by column: read, wanted, said."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, visible
from rnn_tui.present.answers import mark, role, said
from rnn_tui.present.digits import EMPTY, percent, size
from rnn_tui.present.real_answers import newest, outputs, real_answer, target_text
from rnn_tui.present.sentences.status import window
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.tokens import read_text
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.view import StepView

HEADS = ("reads", "target", "says", "p(target)")
OF_NUMBERS = ("reads", "target", "output", "off by")
HEAD = max(map(len, HEADS)) + 2
MOST_LIKELY = 6
NONE = "–"  # in place of a target that nobody gave
BAR = "│ "  # between what the encoder reads and what the decoder does

StripColumn = tuple[Span, Span, Span, Span]  # a token, one span for each of the heads


class Strip(NamedTuple):
    """Timesteps side by side: four lines, and for each timestep in them where its column stands.

    `places` are the cell where it begins and how many it takes, with those between columns.
    """

    lines: tuple[Line, ...]
    places: dict[int, tuple[int, int]]


def strip(view: StepView, width: int) -> Strip:
    """Four lines, a column a token; of a long text the columns around the cursor that fit."""

    @cache
    def column(t: int) -> StripColumn:
        return _column(view, t)

    def size_of(t: int) -> int:
        return max(cell_width(span.text) for span in column(t)) + 2 + len(BAR) * crosses(t)

    def crosses(t: int) -> bool:
        return 0 < t == view.current.encoder_length

    count = view.current.length
    first, last = window(size_of, count, view.t or 0, max(1, width - HEAD))
    cut = Span("… ", Role.MUTED) if first else Span("")
    lines = []
    for row, head in enumerate(HEADS if view.experiment.has_classes else OF_NUMBERS):
        spans = [Span(f"{head:<{HEAD}}", Role.MUTED), cut]
        for t in range(first, last):
            span, bar = column(t)[row], BAR * crosses(t)
            if bar:
                spans.append(Span(bar, Role.MUTED))
            spans += [span, Span(" " * (size_of(t) - cell_width(span.text) - len(bar)))]
        lines.append((*spans, Span("…", Role.MUTED)) if last < count else tuple(spans))
    places, x = {}, HEAD + len(cut.text)
    for t in range(first, last):
        before = len(BAR) * crosses(t)
        places[t] = x + before, size_of(t) - before
        x += size_of(t)
    return Strip(tuple(lines), places)


def _column(view: StepView, t: int) -> StripColumn:
    """A token as it is read, and under it its answer, where there is one."""
    token = read_text(view, t)
    read = Span(token, _read_role(view, t))
    k = view.current.output_at(t)
    if k is None:
        return read, Span(""), Span(""), Span("")
    return read, *(_answer if view.experiment.has_classes else _numbers)(view, t, k)


def _numbers(view: StepView, t: int, k: int) -> tuple[Span, Span, Span]:
    """What is wanted at output k, what is answered, and how far that is off."""
    found, name = real_answer(view, k), view.network.head.answer
    goal = Span(NONE if found.target is None else target_text(view.current, k), Role.MUTED,
                f"target[{t},0]")  # fmt: skip
    if not view.known.answers(t):
        nothing = Span(EMPTY, Role.EMPTY)
        return goal, nothing, nothing
    output = Span(outputs(found.output), Role.STRONG, f"{name}[{t},0]")
    if found.target is None:
        return goal, output, Span(NONE, Role.MUTED)
    return goal, output, Span(size(found.off))


def _read_role(view: StepView, t: int) -> Role:
    if t == view.t:
        return Role.CURRENT
    return Role.TOKEN if t < view.known.states else Role.MUTED


def _answer(view: StepView, t: int, k: int) -> tuple[Span, Span, Span]:
    """What is wanted at output k, what is said, and how likely the wanted one was."""
    labels, p = view.experiment.labels, view.known.trace.p[k]
    found = judged(view.network, p, view.current, k)
    target = found.target
    goal = Span(NONE if target is None else visible(labels[target]), Role.MUTED)
    if not view.known.answers(t):
        nothing = Span(EMPTY, Role.EMPTY)
        return goal, nothing, nothing
    text = f"{mark(found)}{visible(said(found, labels))}"
    says = Span(text, role(found), ref_of_class(t, p, found.said or 0))
    if target is None:
        return goal, says, Span(NONE, Role.MUTED)
    sure = float(view.network.head.probability_of(p, np.asarray(target)))
    return goal, says, Span(percent(sure, 0), ref=ref_of_class(t, p, target))


def ref_of_class(t: int, p: Floats, c: int) -> str:
    """The address of the probability of a class; of two classes only the second has one."""
    if len(p) > 1:
        return f"p[{t},{c}]"
    return f"p[{t},0]" if c else ""


def likeliest(view: StepView) -> Line:
    """The likeliest next tokens at the newest answer, each with its probability.

    Where answers are numbers, these.
    """
    if not view.experiment.has_classes:
        return newest(view)
    known, labels = view.known, view.experiment.labels
    outputs = view.current.outputs
    answered = bisect_left(outputs, True, key=lambda t: not known.has("p", t))
    if not answered:
        return (Span("no answer yet", Role.EMPTY),)
    k = answered - 1
    here = None if view.t is None else view.current.output_at(view.t)
    if here is not None and here < answered:
        k = here
    t, p = outputs[k], known.trace.p[k]
    read = view.experiment.vocabulary.join(
        [visible(token) for token in view.current.tokens[max(0, t - 7) : t + 1]]
    )
    spans = [Span("after ", Role.MUTED), Span(f"“{read}”", Role.TOKEN), Span("  ")]
    if len(p) == 1:
        p = np.array([1.0 - p[0], p[0]])
    for c in np.argsort(-p, kind="stable")[:MOST_LIKELY]:
        wanted = view.current.labelled and int(c) == view.current.targets[k]
        chance = Span(percent(float(p[c])), ref=ref_of_class(t, known.trace.p[k], int(c)))
        label = Span(visible(labels[int(c)]), Role.ACCENT if wanted else Role.TEXT)
        spans += [label, Span(" "), chance, Span("  ")]
    return tuple(spans)
