"""The derivations of a pass: one number that a line of a timestep made, or that is given."""

from __future__ import annotations

from rnn_tui.characters import one_line, visible
from rnn_tui.engine.passes.walking import place_of
from rnn_tui.equations.first_state import first_of
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import OpKind, Phase
from rnn_tui.session.why import answers
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Number, given
from rnn_tui.session.why.lines import Index, LineAt, weight

HELD = (
    "Later values are computed from it; no gradient passes through it, and no update trains on it."
)


def step(one: Pass, name: str, t: int, index: Index) -> Derivation:
    """How a number of a timestep came about: by its line, or as something that is given."""
    given = _given(one, name, t, index)
    if given is not None:
        return given
    kind = one.program.kind(name, t)
    assert kind is not None
    return _by_line(one, kind, t, index)


def _by_line(one: Pass, kind: OpKind, t: int, index: Index) -> Derivation:
    line, node = LineAt(one, kind, t), kind.line.value
    place = () if kind.name == "loss" else index
    made = one.known.trace.row(kind.line.target, t, kind.depth, made=True)
    value = float(made[place])
    ref, formula = ref_made(one, kind, t, place), _formula(line, kind, index)
    return Derivation(kind.name, ref, formula, line.expression(node, place), value)


def ref_made(one: Pass, kind: OpKind, t: int, index: Index) -> str:
    """The address of a number that a line made at a timestep."""
    row, array = t, kind.name
    if kind.at_start:  # the state before the first token
        states = one.network.layers[kind.depth].cell.states
        row, array = (
            t - 1,
            one.network.name_of(place_of(kind.line.target, states).array, kind.depth),
        )
    return f"{array}[{','.join(map(str, (row, *index)))}]"


def _formula(line: LineAt, kind: OpKind, index: Index) -> str:
    node, one = kind.line.value, line.one
    ending = [name for name in kind.line.reads if line.is_held(name, index)]
    if ending and line.is_elementwise(node):
        state = ending[0].removeprefix("d")
        return f"0: {state}[{line.t},{index[0]}] was set by hand, so no gradient passes through it"
    if kind.name == "loss":
        return answers.loss_formula(line)
    if kind.part == "embedding":
        return f"row {line.ids} of E, that of “{visible(one.current.tokens[line.t])}”"
    written = line.formula(node, index[0])
    if kind.name == "p":
        own = answers.formula(one, "p", line.t)
        return own if own.startswith("e^") else f"{written} = {own}"
    return f"{written}: {kind.aside}" if kind.aside else written


# What no line makes


def _given(one: Pass, name: str, t: int, index: Index) -> Derivation | None:
    """An input, a target, a first state, a value put in by hand; zeros from beyond the pass."""
    bare, depth = one.network.layer_of(name)
    states = one.network.layers[depth].cell.states
    if name == "x" and one.program.kind("x", t) is None:
        return _input(one, t, index[0])
    if name == "target":
        return answers.target(one, t, index)
    if bare in states and (t < 0 or _is_patched(one, name, t, index[0])):
        return _state(one, name, t, index[0])
    sent = [f"d{state}_next" for state in states]
    if bare in sent and t == one.current.length:
        return _zero(one, name, t, index[0], "no timestep after the last token")
    if bare == "dh_local" and not one.program.has_output(t):
        return _zero(one, name, t, index[0], f"no output at t = {t}, so no loss here")
    return None


def _zero(one: Pass, name: str, t: int, i: int, formula: str) -> Derivation:
    bare, depth = one.network.layer_of(name)
    value = float(one.known.trace.layers[depth][bare][t, i])
    return Derivation("", f"{name}[{t},{i}]", formula, given(value), value)


def _input(one: Pass, t: int, j: int) -> Derivation:
    token, value = int(one.current.ids[t]), float(one.known.trace.layers[0]["x"][t, j])
    vocabulary = one.experiment.vocabulary
    formula = f"the given vector of “{visible(one.current.tokens[t])}”"
    if token < 0:
        formula = "typed"
    elif vocabulary.places:
        column = visible(vocabulary.columns[j]) if vocabulary.columns else f"number {j}"
        place = one_line(vocabulary.places[token])
        formula = f"{column} in {place}, as the network reads it"  # it may be normalised
    return Derivation("", f"x[{t},{j}]", formula, given(value), value)


def _is_patched(one: Pass, name: str, t: int, unit: int) -> bool:
    state, depth = one.network.layer_of(name)
    wanted = (t, unit, state, depth)
    return any(patch.place(one.network) == wanted for patch in one.patches)


def _state(one: Pass, name: str, t: int, i: int) -> Derivation:
    """A state put in by hand, or the one that a pass starts from."""
    state, depth = one.network.layer_of(name)
    value, ref = float(one.known.trace.layers[depth][state][t + 1, i]), f"{name}[{t},{i}]"
    if _is_patched(one, name, t, i):
        return Derivation("", ref, "set by hand", given(value), value, HELD)
    formula, note = "initial state of each example: an empty memory", ""
    learned = first_of(state, one.network.layers[depth].tail)
    if one.network.given_start is not None:
        formula = "initial state of each example, as the experiment's file gives it"
    if learned in one.network.firsts and one.program.begins:
        formula = f"initial state of each example: {learned}, a parameter"
        parameter = Number(float(one.before[learned][i]), weight(one, learned, str(i)))
        return Derivation("", ref, formula, parameter, value)
    if one.carried:
        formula = "final state of the previous chunk"
        note = "The state is carried from chunk to chunk; the gradient is not."
    number = Number(value, label=formula) if one.carried else given(value)
    return Derivation("", ref, formula, number, value, note)


def is_of_timestep(one: Pass, name: str, t: int) -> bool:
    """Whether a line of a timestep makes a number of this name."""
    kind = one.program.kind(name, t)
    return kind is not None and kind.phase is not Phase.UPDATE
