"""How much gradient reaches the states of a layer, and what is kept of it on the way along one.

Each state of each layer has the same figures: of h they have the names that they always had, of
another state its own in front, of a layer above the first its number behind: `dh_norm`,
`dc_local_norm`, `dh_norm_1`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import Trace, norm_and_decay
from rnn_tui.engine.spectrum.carousel import Carousel, carousels
from rnn_tui.engine.spectrum.ledger import parts
from rnn_tui.equations.gates import kept
from rnn_tui.equations.network import Network
from rnn_tui.equations.norms import l2_norm
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.equations import Blackboard
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Expression, Number, Product, Quotient, norm
from rnn_tui.session.why.lines import LineAt

CUT = (
    "Truncated BPTT: the gradient that would leave this chunk is dropped. The state is carried on, "
    "but the network does not learn what it should have remembered from earlier text."
)
AT_THE_END = "1: the last state, where backpropagation starts"


@dataclass(frozen=True)
class StateFigure:
    """A figure of a timestep: its name, what it is, whose it is, and what it is a figure of.

    `made` is the variable of the layer's lines with which it is known.
    """

    name: str
    about: str
    part: str
    state: str
    depth: int
    made: str
    axis: str = "token"

    @property
    def is_norm(self) -> bool:
        """Whether it is the norm of a gradient."""
        return self.part in _NORMS

    def derive(self, one: Pass, t: int) -> Derivation:
        """How it came about at timestep t."""
        return _DERIVE[self.part](self, one, t)

    def gradient(self, one: Pass) -> Floats:
        """dL/ds of all timesteps (T, H)."""
        return one.known.trace.layers[self.depth][f"d{self.state}"]

    def called(self, one: Pass, name: str) -> str:
        """A variable of the same layer's lines in addresses."""
        return one.program.algorithm.called(name, self.depth)

    def carousel(self, one: Pass) -> Carousel:
        """The way along the state."""
        ways = carousels(one.known.trace, self.depth)
        return next(way for way in ways if way.state == self.state)


def name_of_figure(part: str, state: str = "h", depth: int = 0) -> str:
    """The name of a `part` of `_DERIVE`, of a state of a layer."""
    behind = f"_{depth}" if depth else ""
    if part in ("kept", "left"):
        return f"{part}_{state}{behind}"
    if state != "h":
        return f"d{state}_{part}{behind}"
    return f"{'dh_' * (part == 'norm')}{part}{behind}"


@lru_cache(maxsize=16)
def figures(network: Network) -> dict[str, StateFigure]:
    """Those of all states of all layers, by name."""
    found = (
        figure
        for layer in network.layers
        for state in layer.cell.states
        for figure in _of_state(network, layer.depth, state)
    )
    return {one.name: one for one in found}


def _of_state(network: Network, depth: int, state: str) -> Iterator[StateFigure]:
    own = f"d{state}"
    of = f" of layer {depth}" if network.depth > 1 else ""
    abouts = {
        "norm": f"the norm of ∂L/∂{state}{of}",
        "decay": f"‖∂L/∂{state}‖ here ÷ at the last timestep{of}",
        "local_norm": f"the norm of {own}_local{of}",
        "future_norm": f"the norm of the part of {own} from later timesteps{of}",
        "sent_norm": f"the norm of the gradient passed to the previous {state}{of}",
    }
    if depth < network.depth - 1 and state == "h":
        abouts["local_norm"] = f"the norm of the part of dh from layer {depth + 1}{of}"
    for part, about in abouts.items():
        sent = part == "sent_norm"
        yield StateFigure(
            name_of_figure(part, state, depth), about, part, state, depth,
            f"{own}_next" if sent else own, "sent" if sent else "token",
        )  # fmt: skip
    factor = kept(network.layers[depth].cell.backward_body.lines, state)
    if factor is not None:
        text = factor_text(factor)
        for part, about in (
            ("kept", f"the largest factor of d{state} in one step back: {text}{of}"),
            ("left", f"the most that is left of d{state} along {state} alone: the product of "
                     f"{text}{of}"),
        ):  # fmt: skip
            yield StateFigure(name_of_figure(part, state, depth), about, part, state, depth, own)


def factor_text(factor: ast.expr) -> str:
    """A factor as on the blackboard: `f`, `1 − z`."""
    return Blackboard({}).of(factor)


@lru_cache(maxsize=8)
def _norms_and_decays(trace: Trace, depth: int, state: str) -> tuple[Floats, Floats]:
    return norm_and_decay(trace.layers[depth][f"d{state}"])


def norms(trace: Trace, depth: int, state: str) -> Floats:
    """‖dL/ds_t‖ of a state of a layer (T,)."""
    return _norms_and_decays(trace, depth, state)[0]


def decays(trace: Trace, depth: int, state: str) -> Floats:
    """Each norm as a share of the last one's (T,); NaN where that is 0."""
    return _norms_and_decays(trace, depth, state)[1]


# The derivations


def _of_vector(
    figure: StateFigure, one: Pass, t: int, values: Floats, name: str, at: int, note: str = ""
) -> Derivation:
    """√ Σ of row `at` of a vector of the layer's lines; its op is the one that makes the vector."""
    value = float(l2_norm(values))
    called = figure.called(one, name)
    over = ", over the units" if figure.part == "norm" else ""
    expression = norm(values, f"{called}[{at},{{}}]")
    ref = f"{figure.name}[{t}]"
    made = (
        called if called in one.program.algorithm.kinds else figure.called(one, f"d{figure.state}")
    )
    return Derivation(made, ref, f"√ Σ {called}²{over}", expression, value, note)


def _norm(figure: StateFigure, one: Pass, t: int) -> Derivation:
    return _of_vector(figure, one, t, figure.gradient(one)[t], f"d{figure.state}", t)


def _local(figure: StateFigure, one: Pass, t: int) -> Derivation:
    name, arrays = f"d{figure.state}_local", one.known.trace.layers[figure.depth]
    if figure.state == "h" and figure.depth < one.network.depth - 1:
        above = one.program.algorithm.called("dx", figure.depth + 1)
        ref, formula = f"{figure.name}[{t}]", f"√ Σ {above}², from the layer above"
        values = arrays[name][t]
        made = figure.called(one, "dh")
        return Derivation(made, ref, formula, norm(values, f"{above}[{t},{{}}]"),
                          float(l2_norm(values)))  # fmt: skip
    if name in arrays:
        return _of_vector(figure, one, t, arrays[name][t], name, t)
    value = float(parts(one.known.trace, figure.depth, figure.state)[0][t])
    formula = f"the norm of d{figure.state} without the part from later timesteps"
    made = figure.called(one, f"d{figure.state}")
    return Derivation(made, f"{figure.name}[{t}]", formula, Number(value), value)


def _future(figure: StateFigure, one: Pass, t: int) -> Derivation:
    name = f"d{figure.state}_next"
    values = one.known.trace.layers[figure.depth][name][t + 1]
    return _of_vector(figure, one, t, values, name, t + 1)


def _sent(figure: StateFigure, one: Pass, t: int) -> Derivation:
    name = f"d{figure.state}_next"
    values = one.known.trace.layers[figure.depth][name][t]
    return _of_vector(figure, one, t, values, name, t, CUT if t == 0 and one.carried else "")


def _decay(figure: StateFigure, one: Pass, t: int) -> Derivation:
    trace, last = one.known.trace, one.current.length - 1
    whole = norms(trace, figure.depth, figure.state)
    norm_name = name_of_figure("norm", figure.state, figure.depth)
    above, below = (Number(float(whole[s]), f"{norm_name}[{s}]") for s in (t, last))
    value = float(decays(trace, figure.depth, figure.state)[t])
    made = figure.called(one, f"d{figure.state}")
    formula = f"‖{made}‖ here ÷ at the last timestep"
    return Derivation(made, f"{figure.name}[{t}]", formula, Quotient(above, below), value)


def _kept(figure: StateFigure, one: Pass, t: int) -> Derivation:
    way = figure.carousel(one)
    unit = way.most_kept(t)
    value = float(abs(way.kept[t, unit]))
    text = factor_text(way.factor)
    formula = f"{text} of unit {unit}, the largest factor of d{figure.state} here"
    expression = _factor_at(figure, one, t, unit, value)
    made = figure.called(one, f"d{figure.state}")
    return Derivation(made, f"{figure.name}[{t}]", formula, expression, value)


def _left(figure: StateFigure, one: Pass, t: int) -> Derivation:
    way, last = figure.carousel(one), one.current.length - 1
    unit = way.most_left(t)
    value = float(abs(way.left[t, unit]))
    made = figure.called(one, f"d{figure.state}")
    ref = f"{figure.name}[{t}]"
    if t == last:
        formula = AT_THE_END
        return Derivation(made, ref, formula, Number(value), value)
    steps = (float(way.kept[s, unit]) for s in range(last, t, -1))
    factors = tuple(
        _factor_at(figure, one, s, unit, step)
        for s, step in zip(range(last, t, -1), steps, strict=True)
    )
    text = factor_text(way.factor)
    formula = f"Π {text} of timesteps {t + 1} … {last}, in unit {unit}, where most is left"
    return Derivation(made, ref, formula, Product(factors), value)


def _factor_at(figure: StateFigure, one: Pass, t: int, unit: int, value: float) -> Expression:
    """A factor of the way as arithmetic, where the line that ran has it at all."""
    way = figure.carousel(one)
    if not value:
        return Number(0.0, label="0: no gradient is passed on here")
    kinds = one.program.kinds_at(Phase.BACKWARD, t)
    last = f"d{figure.state}_next"
    kind = next((k for k in kinds if k.depth == figure.depth and k.line.target == last), None)
    if kind is None or kind.part != "layer":
        return Number(value)
    return LineAt(one, kind, t).expression(way.factor, (unit,))


_Derive = Callable[[StateFigure, Pass, int], Derivation]
_NORMS: dict[str, _Derive] = {
    "norm": _norm,
    "local_norm": _local,
    "future_norm": _future,
    "sent_norm": _sent,
}
_DERIVE: dict[str, _Derive] = {**_NORMS, "decay": _decay, "kept": _kept, "left": _left}
