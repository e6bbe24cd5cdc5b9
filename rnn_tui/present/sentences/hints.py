"""What to press next, and why: one sentence for every moment.

A `{verb}` in a hint stands for the key of that verb; each face puts its own in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from rnn_tui.characters import cell_width, visible
from rnn_tui.equations.gates import gates, kept
from rnn_tui.present.answers import said
from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.real_answers import sentence as real_sentence
from rnn_tui.present.sentences.happened.training import peak_since, peak_text, to_peak
from rnn_tui.present.sentences.status import numbered
from rnn_tui.present.tables.cells import Line, Role, Span, width_of
from rnn_tui.present.tokens import memory_text, reads_rows, token_text, told_text
from rnn_tui.present.why.book import past_book
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.commands.verbs import label_of
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.refs import RefError
from rnn_tui.session.why.state_norms import factor_text

GAP = 2  # cells between what was done and the hint
BETWEEN = " · "  # parts of a hint
MOST_MEMORY = 3  # tokens of the memory that are named
OFFER = "New here? {tour} a sixty-second tour · {forward} read the first word"
# The same where there is nothing to explain yet, with what else to do there.
OFFERED = (
    "New here? {tour} a sixty-second tour: four panes, forward, back, an epoch, undo",
    "Not now: {forward} reads FIRST: its arithmetic appears here",
)


def hint(view: StepView) -> str:
    """The useful next step, with `{verb}` where a key belongs; past the end of the book, that."""
    past = past_book(view)
    if past is None:
        return _next(view)
    return f"{_next(view)} · {{goto}} {past[0]} the book's last epoch, loss {past[1]}"


def _next(view: StepView) -> str:
    if view.op is None:
        trains = "{epoch} train one epoch"
        if view.history.unit == "step":
            over = "all rows" if reads_rows(view) else "the text"
            trains = f"{{update}} train one step · {{epoch}} one pass over {over}"
        return f"{{forward}} read {told_text(view, 0)} · {trains}"
    if view.phase is Phase.FORWARD:
        return _forward_hint(view)
    if view.phase is Phase.BACKWARD:
        return _backward_hint(view)
    if view.next_op is not None:
        return f"{{op}} next: {view.next_op.kind.equation}"
    again = "the next chunk" if view.experiment.stream is not None else "it again"
    return f"The weights have changed · {{forward}} read {again}"


def planned_done(view: StepView, done: str, start: int) -> str:
    """What to press where a plan is `done`: the way on, and back to where the book ends.

    Where the loss jumped since update `start`, that and what shows it come first.
    """
    if (peak := peak_since(view, start)) is not None:
        top = peak_text(peak, view.history.unit)
        done = f"{done}, loss {top} on the way · {to_peak(peak)}"
    said, past = f"{done} · {{run}} train on", past_book(view)
    return said if past is None else f"{said} · {{goto}} {past[0]} the book's last epoch"


STOPPED = "Stopped: nothing has changed"
STOPPED_HALFWAY = "Stopped on the way · {undo} undo"


def computing(session: Session) -> str:
    """What is computed while a long pass is waited for."""
    tokens = session.examples[session.moment.cursor.example].length
    units = session.experiment.model.hidden_size
    return f"Computing a pass of {tokens:,} tokens through {units} units …"


def train_hint(view: StepView) -> str:
    """What to do beside the charts."""
    if not view.history.count:
        one = "{update}" if view.history.unit == "step" else "{epoch}"
        return f"{{run}} train · {one} train one {view.history.unit}: the curves start then"
    return "{run} train on · {pin} pin this curve to compare · {log} logarithmic scale"


def _forward_hint(view: StepView) -> str:
    T = view.current.length
    if view.done == view.program.forward_end and not view.program.labels:
        return "No label, so no loss and no gradient · {input} type a text with a label"
    if view.done == view.program.forward_end:
        last = token_text(view, T - 1)
        kind, several = view.experiment.item_name, len(view.examples) > 1
        other = f" · {{next_example}} next {kind}" if several else ""
        return f"{{backward}} start backpropagation at {last}{other}"
    ended = view.t is not None and view.done == view.program.end_of(Phase.FORWARD, view.t)
    if not ended or view.t is None or view.next_op is None:
        equation = view.next_op.kind.equation if view.next_op else ""
        return f"{{op}} next: {equation} · {{forward}} finish this timestep"
    if view.program.has_output(view.t):
        return f"{_said(view, view.t)} · {{forward}} read {told_text(view, view.t + 1)}"
    memory = memory_text(view, view.t + 1, MOST_MEMORY)
    more = "" if view.t + 2 == T else " · {finish_forward} read to the end"
    token = token_text(view, view.t + 1)
    if view.t + 1 == view.current.encoder_length:
        return f"{{forward}} pass the encoder's final state to the decoder, which reads {token}"
    return f"{{forward}} read {token}, combined with the memory of {memory}{more}"


def _said(view: StepView, t: int) -> str:
    """What the network expected next, and what came."""
    k, labels = view.known.output_index(t), view.experiment.labels
    if not view.experiment.has_classes:
        return real_sentence(view, k)
    found = judged(view.network, view.known.trace.p[k], view.current, k)
    what = visible(said(found, labels))
    streams = view.experiment.stream is not None
    text = f"It predicts “{what}”" if streams else f"It says “{what}”"
    if found.target is None:
        return text
    if found.right:
        return f"{text}, correctly"
    return f"{text}; correct is “{visible(labels[found.target])}”"


def _backward_hint(view: StepView) -> str:
    if view.done == view.program.backward_end:
        if view.program.trains:
            steps = view.history.unit == "step"
            then = "{update} train the step" if steps else "{epoch} train the epoch"
            return f"{{op}} turn the gradients into an update, op by op · {then}"
        if not isinstance(view.experiment.training.batch, str):
            trained = numbered(view.members)
            return (
                f"This batch trains on {trained}, not on this example · {{epoch}} train the epoch"
            )
        return f"This update trains on example {numbered(view.members)} · {{epoch}} train the epoch"
    t = view.t or 0
    if view.done != view.program.end_of(Phase.BACKWARD, t):
        equation = view.next_op.kind.equation if view.next_op else ""
        return f"{{op}} next: {equation} · {{backward}} finish this timestep"
    earlier = token_text(view, t - 1)
    through = carried_through(view, t)
    if t == view.current.encoder_length:
        return f"{{backward}} one timestep back, into the encoder, to {earlier}"
    return f"{{backward}} one timestep back, to {earlier}, through {through}"


def carried_through(view: StepView, t: int) -> str:
    """What a gradient passes on its way to the state before: the matrices, the slope or gates.

    Where a state is only scaled on its way, that too: `along c × f`.
    """
    sent = view.program.kind(view.program.algorithm.top("dh_next"), t)
    assert sent is not None
    layer = view.network.layers[-1]
    matrices = [name for name in sent.line.reads if name in view.before.layout.shapes]
    named = [f"{matrices[0]} … {matrices[-1]}"] if len(matrices) > 1 else matrices
    past = ["the gates"] if gates(layer.cell) else []
    if layer.cell.has_slope:
        past = [f"{layer.activation.name}′"]
    ways = ((s, kept(layer.cell.backward_body.lines, s)) for s in layer.cell.states)
    along = [f"along {s} × {factor_text(factor)}" for s, factor in ways if factor is not None]
    return ", ".join([" and ".join([*named, *past]), *along])


def with_keys(template: str, keys: Mapping[str, str]) -> Line:
    """A hint with its keys put in and set apart; a click on one does what it does."""
    spans: list[Span] = []
    rest = template
    while "{" in rest:
        before, _, after = rest.partition("{")
        verb, _, rest = after.partition("}")
        spans += [Span(before), Span(f" {keys.get(verb, verb)} ", Role.KEY, act=verb)]
    return (*spans, Span(rest))


def place_named(line: Line | None) -> int | None:
    """Where a hint says that one may go to, if it does."""
    for key, rest in pairwise(line or ()):
        if key.act == "goto" and (found := re.match(r" *([0-9]+)", rest.text)):
            return int(found[1])
    return None


def said_and_hint(
    said: str, hint: Line, room: int, *, two: bool, label: Callable[[str], str] = label_of
) -> tuple[Line, ...]:
    """What was done and what to press, on `two` lines or on one of so many cells.

    A hint is cut to the parts between its dots that fit. Beside what was done, on one line, it is
    left out if none does; alone it keeps the first. Where there is only room for keys, the `label`
    of each says what it does.
    """
    done: Line = (Span(said),)
    if two or not said:
        fits = (part for part in _fewer_parts(hint) if width_of(part) <= room)
        alone = next(fits, tuple(_fewer_parts(hint))[-1])
        return (done, alone) if said else (alone,)
    used = cell_width(said) + GAP
    for part in _shorter(hint, label):
        if used + width_of(part) <= room:
            return ((*done, Span(" " * GAP), *part),)
    return (done,)


def _fewer_parts(hint: Line) -> Iterator[Line]:
    """A hint, then less and less of it, up to a dot between its parts."""
    yield hint
    for end in range(len(hint) - 1, -1, -1):
        last = hint[end]
        parts = [] if last.role is Role.KEY else last.text.split(BETWEEN)
        for count in range(len(parts) - 1, 0, -1):
            kept = BETWEEN.join(parts[:count])
            if kept.strip():
                yield (*hint[:end], Span(kept, last.role))


def _shorter(hint: Line, label: Callable[[str], str]) -> Iterator[Line]:
    """Fewer parts of a hint, then the first words, the keys by name."""
    yield from _fewer_parts(hint)
    if len(hint) > 2 and hint[1].role is Role.KEY and not hint[0].text:
        first = re.split(r" · |, | \(", hint[2].text, maxsplit=1)[0]
        if first.strip():
            yield hint[0], hint[1], Span(first)
    keys = [(span, Span(f" {label(span.act)}")) for span in hint if span.role is Role.KEY]
    for count in range(len(keys), 0, -1):
        first, *others = keys[:count]
        yield (*first, *(span for key in others for span in (Span(BETWEEN), *key)))


def why_not(error: RefError | Refused) -> str:
    """Why a number can't be shown, as a hint."""
    return refusal_hint(error) if isinstance(error, Refused) else str(error)


def refusal_hint(refused: Refused) -> str:
    """A refusal and what can be done instead, with `{verb}` where a key belongs."""
    why = sentence_case(refused.why)
    instead = "  ".join(f"{{{verb}}} {label_of(verb)}" for verb in refused.instead)
    return f"{why}.  {instead}" if instead else f"{why}."
