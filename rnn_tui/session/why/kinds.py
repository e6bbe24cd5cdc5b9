"""The names that numbers have in addresses, and what their indices count."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rnn_tui.engine.checks import telling
from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.equations.network import Network
from rnn_tui.experiments import Example
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import Algorithm, OpKind, name_of
from rnn_tui.session.why.metrics.metrics import METRICS
from rnn_tui.session.why.metrics.proving import MOST_ALONE, OFFSETS, PER_PARAMETER
from rnn_tui.session.why.state_norms import figures
from rnn_tui.session.why.updates.update_lines import prefixes


class Kind(NamedTuple):
    """What numbers a name stands for: in words, and what its indices count.

    With `bare` the name may stand without indices, too. `of` says what a number hangs
    on: a pass (an example and an update), an update alone, or the moment as it is shown; of
    "weights" it is of these as they are in force, or were before an update that is named.
    It may be the norm of a gradient, or the largest of some.
    """

    about: str
    axes: tuple[str, ...] = ()
    of: str = "pass"
    bare: bool = False
    is_norm: bool = False

    @property
    def is_of_moment(self) -> bool:
        """Whether it is there at once, without a pass."""
        return self.of in ("moment", "weights")


AXES = {"H": "unit", "I": "input", "O": "output", "V": "token row"}  # by the letters of shapes

_OF_PARAMETERS = {
    "{}": Kind("a weight", of="update"),
    "d{}": Kind("the gradient of this example"),
    "reduced_{}": Kind("the mean or sum of the gradient over the batch", of="update"),
    "g_{}": Kind("the gradient of the batch, 0 where it is frozen", of="update"),
    "step_{}": Kind("the gradient after clipping", of="update"),
}


ADDRESSED = {name: one for name, one in METRICS.items() if one.why}

MEASURES: dict[str, Kind] = {
    "total_loss": Kind("the sum of the losses of all answers"),
    "ledger": Kind(
        "the norm of the gradient of one loss (∂L_k/∂h)", ("answer", "token"), is_norm=True
    ),
    "slope": Kind("the mean slope f′ over the units", ("token",)),
    "jacobian": Kind("the largest factor of one step back", ("token",)),
    "J": Kind("∂(state number i) / ∂(number j before)", ("token", "number", "number")),
    "radius": Kind("the spectral radius of the Jacobian of one timestep", ("token",)),
    "reach": Kind("the largest factor of all steps back to here", ("token",)),
    "saturation": Kind("the share of units and timesteps that are flat", of="update"),
    "gate_saturation": Kind("the share of gates and timesteps that are flat", of="update"),
    "kept_share": Kind("the share of a state that its gate keeps each timestep", of="update"),
    "dead_units": Kind("the share of units that are always flat", of="update"),
    "sigma": Kind("the largest singular value of W_hh", of="update"),
    "sigma_enc": Kind("the largest singular value of W_hh_enc", of="update"),
    **{
        one.name: Kind(one.about, one.axes, one.of, is_norm=one.is_norm)
        for one in ADDRESSED.values()
    },
}

GIVEN = {
    "x": Kind("an input, the embedding of a token", ("token", "input")),
    "target": Kind("the target of an output", ("answer", "output")),
}


@lru_cache(maxsize=16)
def _of_network(algorithm: Algorithm) -> dict[str, Kind]:
    """The numbers of a network's lines, by name, and those that belong to its parameters."""
    network = algorithm.network
    found = dict(GIVEN)
    for kinds in (*algorithm.forward, *algorithm.backward):
        for kind in kinds:
            if not (kind.line.adds_up or kind.at_start) and kind.name not in found:
                found[kind.name] = _of_line(network, kind)
    of_update = {
        f"{prefix}{{}}": Kind(kind.line.words, of="update")
        for prefix, kind in prefixes(algorithm).items()
        if f"{prefix}{{}}" not in _OF_PARAMETERS or kind.name == "decay"
    }
    owners = {name: one.tail for one in (*network.layers, *network.encoder) for name in one.axes}
    owners |= {name: network.layers[depth].tail for name, (depth, _) in network.firsts.items()}
    owners |= dict.fromkeys(network.head.readout.parameters, network.layers[-1].tail)
    for name, letters in network.axes.items():
        axes = tuple(_axis(letter, owners.get(name, "")) for letter in letters)
        for pattern, kind_of_number in (_OF_PARAMETERS | of_update).items():
            found[pattern.format(name)] = kind_of_number._replace(axes=axes)
        found[f"norm_g_{name}"] = Kind(f"the norm of g_{name}", of="update", is_norm=True)
        for prefix, about in PER_PARAMETER.items():
            whole = prefix == "update_ratio_"
            of = "pass" if prefix == "numeric_" else "update"
            found[prefix + name] = Kind(about, () if whole else axes, of)
    for name, figure in figures(network).items():
        found[name] = Kind(figure.about, (figure.axis,), is_norm=figure.is_norm)
    return found


def _of_line(network: Network, kind: OpKind) -> Kind:
    """What a line makes at each timestep, or at each output."""
    target, states = kind.line.target, network.layers[kind.depth].cell.states
    if kind.name == "loss":
        return Kind("the loss of an answer, or their mean", ("answer",), bare=True)
    if target in network.output_axes:
        first, letters = "answer", network.output_axes[target]
    else:
        of_layer = {"x_t": "I", "dh_local": "H", **network.layers[kind.depth].variables}
        first, letters = "token", of_layer[target]
    tail = "" if target in network.output_axes else network.layers[kind.depth].tail
    if name_of(target, states) in states:
        first = "state"
    elif target in [f"d{state}_next" for state in states]:
        first = "sent"
    return Kind(kind.about, (first, *(_axis(letter, tail) for letter in letters)))


def _axis(letter: str, tail: str) -> str:
    """What an axis counts, of a layer above the first one with its number at the end."""
    axis = AXES[letter]
    return f"{axis}{tail}" if letter in "HI" else axis


AXIS_WORDS = {
    "token": "a timestep",
    "state": "a timestep",
    "sent": "a timestep",
    "answer": "a timestep with an output",
    "unit": "a unit",
    "number": "a number of the states",
    "input": "an input",
    "output": "an output",
    "token row": "a token's row",
    "example": "an example",
    "point": "an epoch or step",
    "class": "a class",
    "offset": "a distance in tokens",
    "neighbour": "a distance in examples",
    "place": "a place in the text, from its end where negative,",
    "vector row": "a token's row",
    "updates alone": "a number of updates",
}


def kinds(pass_: Pass) -> dict[str, Kind]:
    """The names that mean something in this experiment."""
    encoder = bool(pass_.network.encoder)
    frozen = pass_.program.freezes
    return {
        name: kind
        for name, kind in (_of_network(pass_.program.algorithm) | MEASURES).items()
        if (encoder or name != "sigma_enc")
        and (not name.startswith("sigma") or has_radius(pass_.before.layout))
        and (frozen or not name.startswith("reduced_"))
        and (name not in ADDRESSED or ADDRESSED[name].fits(pass_.experiment))
    }


def kind_of(name: str, pass_: Pass) -> Kind:
    """What a name stands for. Raises KeyError for one that stands for nothing."""
    return MEASURES.get(name) or _of_network(pass_.program.algorithm)[name]


def extent(pass_: Pass, axis: str, example: Example | None = None) -> Sequence[int]:
    """What an index may be, in ascending order, in the example of a pass or in another one."""
    axis, layer = pass_.network.layer_of(axis)
    layout, one = pass_.before.layout, example or pass_.current
    sizes = pass_.network.layers[layer].sizes(layout)
    T, places = one.length, telling.places(pass_.experiment)
    updates = pass_.updates_per_epoch if pass_.experiment.stream is None else 1
    return {
        "token": range(T),
        "state": range(-1, T),
        "sent": range(T + 1),
        "answer": one.outputs,
        "unit": range(sizes["H"]),
        "number": range(pass_.network.state_size(layout)),
        "input": range(sizes["I"]),
        "output": range(layout.output_size),
        "token row": range(layout.learned_tokens),
        "example": range(1, len(pass_.examples) + 1),
        "point": range(pass_.timeline.records.count // updates),
        "class": range(len(pass_.experiment.labels)),
        "offset": range(OFFSETS[0], OFFSETS[-1] + 1),
        "neighbour": range(OFFSETS[0], OFFSETS[-1] + 1),
        "place": range(-places, places),
        "vector row": range(len(pass_.experiment.vocabulary.tokens)),
        "updates alone": range(MOST_ALONE + 1),
    }[axis]
