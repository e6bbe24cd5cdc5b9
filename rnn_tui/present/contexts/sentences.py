"""Two contexts in sentences: where they part, and what the same word does in each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.digits import signed, size
from rnn_tui.present.sentences.states import layer_in_words
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.contexts.comparison import START, Contexts, StateContexts
from rnn_tui.session.view import StepView

TITLE = "Two contexts"
READING = "Reading both …"
CHOOSE = "Compare with: most words in common first, other answers before the same one"
SIDES = "here", "there"
DIRECTIONS = (  # from this cosine on
    (0.95, "in the same direction"), (0.3, "in directions partly alike"),
    (-0.3, "nearly at right angles"), (-0.95, "in directions partly opposed"),
    (-1.1, "in opposite directions"),
)  # fmt: skip


def title(whole: Contexts) -> str:
    """`Two contexts: example 1 (here) and example 3 (there)`."""
    view = whole.view
    here = named(view, view.example, typed=view.typed)
    place = whole.other.place
    there = named(view, place, typed=place >= len(view.experiment.train))
    weights = ", by the new weights" if view.updated else ""
    patched = ", patched" if whole.here.patches else ""
    return f"Two contexts: {here} (here{patched}) and {there} (there){weights}"


def keys(found: StateContexts) -> str:
    """What can be pressed, as far as it does something here."""
    net = found.whole.view.network
    state = " · h state" if len(net.layers[found.layer].cell.states) > 1 else ""
    layer = " · L layer" if net.depth > 1 else ""
    return f"← → unit{state}{layer} · o other example · i type a text · g go there · esc leave"


def named(view: StepView, place: int, *, typed: bool) -> str:
    """`example 3`, `chunk 3` of a stream, `your text`."""
    if typed:
        return "your text"
    return f"{view.experiment.item_name} {place + 1}"


def telling(found: StateContexts, row: int, unit: int) -> str:
    """What the words on a row do to a unit, after where the two have parted before it."""
    pair, parted = found.pairs[row], found.parts_at
    here, there = (found.change(row, side) for side in (False, True))
    name = f"unit {unit}" if found.name == "h" else f"unit {unit} of {found.name}"
    if here is None or there is None:
        change = here or there
        assert change is not None
        side = SIDES[here is None]
        token = quoted(found, row, there=here is None)
        by = signed(float(change.by[unit]), 2)
        return f"{token} stands {side} only: it moves {name} by {by}."
    one, other = _apart(float(here.by[unit]), float(there.by[unit]))
    if not pair.same:
        words = f"{quoted(found, row)} moves {name} by {one} here, "
        words += f"{quoted(found, row, there=True)} by {other} there"
        met = "the same state" if found.met[row] == 0 else "another state"
        return f"{words}: another {token_kind(found)} combined with {met}."
    token = quoted(found, row)
    if found.met[row] == 0:
        what = f"the same {token_kind(found)} combined with the same state"
        return f"{token} moves {name} by {one} in both: {what}."
    end = f"the {token_kind(found)} is the same, the state before it is not"
    begins = _until(found) if parted is not None and row > parted else ""
    if one == other:
        return f"{begins}{token} moves {name} by {one} in both, though the state before it differs."
    return f"{begins}{token} moves {name} by {one} here and {other} there: {end}."


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two changes in as many digits as tell them apart, four at most."""
    for digits in (2, 3, 4):
        texts = signed(one, digits), signed(other, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _until(found: StateContexts) -> str:
    """`Up to “the” both read the same; `."""
    parted = found.parts_at
    if parted == START:
        return "They start from different states; "
    if not parted:
        return f"They differ from the first {token_kind(found)} on; "
    return f"Up to {quoted(found, parted - 1)} both read the same; "


def whole_change(found: StateContexts, row: int) -> str:
    """How large the changes of all units are, and how their directions lie; nothing of one."""
    here, there = (found.change(row, side) for side in (False, True))
    if here is None or there is None:
        return ""
    name, cosine = f"‖Δ{found.name}‖", found.cosine(row)
    text = f"All units: {name} is {_length(here.by)} here and {_length(there.by)} there"
    if not np.isfinite(cosine):
        return f"{text}."
    direction = next(words for least, words in DIRECTIONS if cosine >= least)
    return f"{text}, {direction} (cosine {signed(cosine, 2)})."


def _length(change: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    with np.errstate(all="ignore"):
        return size(float(l2_norm(change)), 2)


def apart(found: StateContexts) -> str:
    """Where the states part, and how far apart they are there, at most, and in the end."""
    parted, distance = found.parts_at, found.distance
    symbol, largest = f"‖{found.name}−{found.name}′‖", "; largest at"
    if parted is None:
        return f"No {found.name} differs: both read the same."
    if parted == START:
        with np.errstate(all="ignore"):
            first = float(l2_norm(found.states()[0] - found.states(there=True)[0]))
        text = f"The states differ before the first {token_kind(found)}: {symbol} is {size(first)}"
    elif None in found.pairs[parted][:2]:
        is_there, first = found.pairs[parted].here is None, 0.0
        token = quoted(found, parted, there=is_there)
        text = f"The states differ at {token}, which stands {SIDES[is_there]} only"
        largest = f"; {symbol} is largest at"
    else:
        first = float(distance[parted])
        text = f"The states differ first at {both(found, parted)}: {symbol} is {size(first)}"
    return f"{text}{_later(found, parted, first, largest)}."


def _later(found: StateContexts, parted: int, first: float, largest: str) -> str:
    """The largest distance and the last, of the rows behind the parting that have one."""
    rows = [row for row in range(parted + 1, len(found.pairs)) if np.isfinite(found.distance[row])]
    if not rows:
        return ""
    most, last = max(rows, key=lambda row: found.distance[row]), rows[-1]
    ends = f"at {both(found, last)} {size(float(found.distance[last]))}"
    if found.distance[most] <= first:
        return f", the largest; {ends}"
    text = f"{largest} {both(found, most)}, {size(float(found.distance[most]))}"
    return text if most == last else f"{text}; {ends}"


def both(found: StateContexts, row: int) -> str:
    """`“bank”` of a row that both read, `“river” / “savings”` of another."""
    here, there = quoted(found, row), quoted(found, row, there=True)
    return here if here == there else f"{here} / {there}"


def quoted(found: StateContexts, row: int, *, there: bool = False) -> str:
    """The token of a row, `“bank”`."""
    trace = found.whole.there if there else found.whole.here
    t = found.timestep(row, there)
    return "" if t is None else f"“{visible(trace.example.tokens[t])}”"


def token_kind(found: StateContexts) -> str:
    """What is read at a timestep: a word, a character, or a row."""
    if found.whole.is_of_numbers:
        return "input"
    return found.whole.view.experiment.vocabulary.noun


def where(found: StateContexts) -> str:
    """Which state it is, of which layer."""
    layer = layer_in_words(found.whole.view, found.layer)
    return f"{found.state}{f', {layer}' if layer else ''}"


def story(found: StateContexts, row: int, unit: int) -> tuple[Line, ...]:
    """The same, a line a sentence."""
    first, *rest = sentences(found, row, unit)
    return (Span(first, Role.STRONG),), *((Span(one),) for one in rest)


def sentences(found: StateContexts, row: int, unit: int) -> Iterator[str]:
    """What there is to say of a row and a unit, the word first."""
    yield telling(found, row, unit)
    if told := whole_change(found, row):
        yield told
    yield apart(found)
