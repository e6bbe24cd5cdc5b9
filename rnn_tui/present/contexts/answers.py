"""What the network answers in each of two contexts, and how far it is off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.characters import cell_width, visible
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.present.answers import NO_LABEL, mark, role, said
from rnn_tui.present.contexts.sentences import SIDES
from rnn_tui.present.digits import percent, size
from rnn_tui.present.real_answers import numbers, outputs, real_of
from rnn_tui.present.tables.cells import Line, Role, Span, width_of
from rnn_tui.session.answers import answer
from rnn_tui.session.contexts.comparison import Contexts

SIDE = max(map(len, SIDES)) + 2
LEAST = 12  # cells of a text, however little room there is
GAP = "   "


def answers(whole: Contexts, room: int) -> tuple[Line, Line]:
    """A line for each context: its text, what is answered, and the loss; both set out alike."""
    told = [tuple(_answered(whole, side)) for side in (False, True)]
    width = max(width_of(line) for line in told)
    texts = [_text(whole, side) for side in (False, True)]
    wide = max(LEAST, min(max(map(cell_width, texts)), room - SIDE - width - len(GAP)))
    first, second = (
        (Span(f"{SIDES[side]:<{SIDE}}", Role.MUTED), Span(_cut(text, wide), Role.TOKEN),
         Span(GAP), *line)
        for side, text, line in zip((False, True), texts, told, strict=True)
    )  # fmt: skip
    return first, second


def _text(whole: Contexts, side: bool) -> str:
    """What is read; of an encoder and a decoder, what the encoder does."""
    example = (whole.there if side else whole.here).example
    read = example.tokens[: example.encoder_length or None]
    return whole.view.experiment.vocabulary.join([visible(token) for token in read])


def _cut(text: str, room: int) -> str:
    """A text in exactly so many cells, or nearly where characters are wide."""
    if cell_width(text) > room:
        while text and cell_width(text) > room - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (room - cell_width(text))


def _answered(whole: Contexts, side: bool) -> Iterator[Span]:
    """The answer where there is one, else how many are right or how far they are off."""
    trace = whole.there if side else whole.here
    example, view = trace.example, whole.view
    if len(example.outputs) > 1:
        yield from _several(whole, trace)
    elif view.experiment.has_classes:
        t, p = example.outputs[0], trace.p[0]
        found = answer(view.network, p, example)
        place = 0 if len(p) == 1 else found.said or 0
        label = f"{visible(said(found, view.experiment.labels))} "
        yield Span("says ", Role.MUTED)
        yield Span(label, role(found))
        if np.isfinite(found.p):
            ref = whole.ref("p", t, place, there=side)
            yield Span(percent(found.p), ref="" if len(p) == 1 and not found.said else ref)
        yield Span(f" {mark(found)}" if mark(found) else f"   {NO_LABEL}", role(found))
    else:
        found_numbers = real_of(view, example, trace.answer[0], 0)
        yield Span("output ", Role.MUTED)
        yield Span(outputs(found_numbers.output), Role.STRONG)
        yield Span(" of ", Role.MUTED)
        yield Span(numbers(found_numbers.target), Role.MUTED)
    if example.labelled:
        ref = "" if len(example.outputs) > 1 else whole.ref("loss", example.outputs[0], there=side)
        yield Span("   loss ", Role.MUTED)
        yield Span(size(trace.loss), ref=ref)


def _several(whole: Contexts, trace: Trace) -> Iterator[Span]:
    """All answers of a pass in one figure."""
    view, example = whole.view, trace.example
    count = len(example.outputs)
    if not example.labelled:
        yield Span(f"{count} answers, {NO_LABEL}", Role.MUTED)
    elif view.experiment.has_classes:
        right = sum(bool(answer(view.network, trace.p[k], example, k).right) for k in range(count))
        yield Span(f"{right} of {count} right", Role.GOOD if right == count else Role.TEXT)
    else:
        off = [real_of(view, example, trace.answer[k], k).off for k in range(count)]
        yield Span("off by ", Role.MUTED)
        yield Span(f"{size(float(np.mean(off)))} in the mean")
