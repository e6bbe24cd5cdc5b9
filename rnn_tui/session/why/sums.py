"""The derivations of gradients: what a timestep adds, for its op; for the number, the whole sum."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.characters import visible
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import OpKind, Phase
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Expression, Number, Sum, plain
from rnn_tui.session.why.lines import Index, LineAt, summed, terms_of


def added(one: Pass, kind: OpKind, t: int, place: int) -> Derivation:
    """A row of a gradient as its op leaves it: what it held, plus what this timestep adds.

    Of one that adds to the row of a token, `place` is a number of that row.
    """
    line, node, name = LineAt(one, kind, t), kind.line.value, kind.name
    if kind.line.row:
        return _added_to_row(line, place)
    value = plain(one.known.accumulated(name, t)[place])
    term, formula = line.row(node, place), line.formula(node)
    if not kind.line.accumulates:
        return Derivation(name, f"{name}[{place}]", formula, term, value)
    before = Number(
        plain(one.known.accumulated(name, t + 1)[place]), label=f"{name}[{place}], later timesteps"
    )
    return Derivation(
        name, f"{name}[{place}]", f"sum so far + {formula}", Sum((before, term)), value
    )


def _added_to_row(line: LineAt, place: int) -> Derivation:
    one, kind, t = line.one, line.kind, line.t
    row, word, name = line.ids, visible(one.current.tokens[t]), kind.name
    before = Number(float(one.known.accumulated(name, t + 1)[row, place]), label="sum so far")
    term = line.expression(kind.line.value, (place,))
    formula = f"sum so far + {line.formula(kind.line.value)}, in the row of “{word}”"
    value = float(one.known.accumulated(name, t)[row, place])
    ref = f"{name}[{row},{place}]"
    return Derivation(name, ref, formula, summed(before, term), value)


def gradient(one: Pass, name: str, index: Index) -> Derivation:
    """dL/dθ of one weight, as far as BPTT has come: its sum over the timesteps that use it."""
    known = one.known
    reached = [t for t in reversed(range(one.current.length)) if known.has(name, t)]
    kind = one.program.kind(name, reached[-1])
    assert kind is not None
    if not kind.line.accumulates:
        reached = reached[-1:]
    parts: list[Expression] = []
    for t in reached:
        parts += _share(one, name, t, index)
    value = float(known.accumulated(name, reached[-1])[index])
    ref = f"{name}[{','.join(map(str, index))}]"
    return Derivation(name, ref, _formula(one, kind, reached), Sum(tuple(parts)), value)


def _share(one: Pass, name: str, t: int, index: Index) -> Sequence[Expression]:
    """What timestep t adds to a weight's gradient; to the row of another token nothing."""
    kind = one.program.kind(name, t)
    assert kind is not None
    line = LineAt(one, kind, t)
    if not kind.line.row:
        return terms_of(line.expression(kind.line.value, index))
    if line.ids != index[0]:
        return ()
    return terms_of(line.expression(kind.line.value, index[1:]))


def first_timestep(one: Pass, kind: OpKind) -> int:
    """The earliest timestep whose line adds to a gradient, at which BPTT ends with it."""
    return min(t for t in _ends(one) if kind.name in _names(one, t))


def last_timestep(one: Pass, name: str) -> int:
    """The latest timestep whose line adds to a gradient, at which BPTT begins with it."""
    return max(t for t in _ends(one) if name in _names(one, t))


def _ends(one: Pass) -> set[int]:
    """Where a gradient may begin and end: timesteps of each kind, the first and the last."""
    T, read, outputs = one.current.length, one.current.encoder_length, one.current.outputs
    places = {0, T - 1, read - 1, read, outputs[0], outputs[-1]}
    return {t for t in places if 0 <= t < T}


def _names(one: Pass, t: int) -> tuple[str, ...]:
    return one.program.names_at(Phase.BACKWARD, t)


def _formula(one: Pass, kind: OpKind, reached: list[int]) -> str:
    line = LineAt(one, kind, reached[-1])
    if kind.at_start:
        return f"gradient passed back by the first token: {line.formula(kind.line.value)}"
    term = line.formula_anywhere(kind.line.value).removesuffix("ᵀ")
    wherever = ", at each place of the token" if kind.line.row else ""
    whose = ""
    if one.current.encoder_length and kind.part == "layer":
        whose = "the encoder's " if one.current.encodes(reached[-1]) else "the decoder's "
    far = ""
    if reached[-1] != first_timestep(one, kind):
        far = f", t = {reached[0]} to {reached[-1]}"
    return f"Σ over {whose}timesteps of {term}{wherever}{far}"
