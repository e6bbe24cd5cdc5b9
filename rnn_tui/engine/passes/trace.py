"""One example carried through a network, forward and backward, with nothing thrown away."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from rnn_tui.arrays import Bools, Floats, frozen
from rnn_tui.engine.passes.patches import Patch, ending, putting
from rnn_tui.engine.passes.sums import add_products, by_products
from rnn_tui.engine.passes.walking import (
    Arrays,
    Runner,
    backward_plans,
    forward_plans,
    place_of,
    start_plans,
)
from rnn_tui.equations.network import Network
from rnn_tui.equations.norms import l2_norm
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example

Held = Mapping[str, Bools]  # by state, which of its units (H,) are put in by hand


@dataclass(frozen=True, eq=False)
class Trace:
    """All that a pass over one example of T tokens and K outputs computes, and from what.

    `layers[l]` has the arrays of layer l by the names of its lines, those of the last layer
    are attributes too: `trace.h`, `trace.delta`. `x` (T, I) is what the cell reads, the
    embeddings. Row t of an array belongs to token t, save two: a state as `h` has T+1
    rows, row t+1 the state after token t and row 0 the one that the pass starts from;
    `dh_next` likewise, row t the gradient that token t sends back to the state before it,
    row T zero. `outputs` has `y`, `p`, `dy`, `target` and `loss`, whose row k belongs to
    the k-th output, at `example.outputs[k]`; they are attributes, too, `losses` for `loss`.
    `grads` is this example's gradient before any reduction or clipping. `patches` are
    the values that were put in: `pre` is as it was computed, `h` what stands in
    its place. `dh` at such a value is what reaches it, and there it ends: `delta` is 0.
    `start` (S,) is what it was given to begin with, None where the network has its own.
    """

    example: Example
    params: Parameters
    net: Network
    layers: tuple[Mapping[str, Floats], ...]
    outputs: Mapping[str, Floats]
    grads: Parameters
    patches: tuple[Patch, ...] = ()
    start: Floats | None = None

    def __getattr__(self, name: str) -> Floats:
        if "outputs" in self.__dict__:
            for arrays in (self.layers[-1], self.outputs):
                if name in arrays:
                    return arrays[name]
        raise AttributeError(name)

    @property
    def answer(self) -> Floats:
        """What is answered at each output (K, O): p, or y where answers are numbers."""
        return self.outputs[self.net.head.answer]

    @property
    def losses(self) -> Floats:
        """The loss of each output (K,), in nats."""
        return self.outputs["loss"]

    @property
    def loss(self) -> float:
        """The mean loss an output, in nats."""
        return float(self.losses.mean())

    def row(self, name: str, t: int, layer: int = -1, *, made: bool = False) -> Floats:
        """The value of a variable of a line at timestep t, `made` if the line makes it.

        Of the readout and head it is that of the output there. Raises KeyError for a name
        that has none, and for an output where there is none.
        """
        if name in self.outputs:
            k = self.example.output_at(t)
            if k is None:
                raise KeyError(f"no output at timestep {t}")
            row: Floats = self.outputs[name][k]
            return row
        states = self.net.layers[layer].cell.states
        place = place_of(name, states, made=made)
        found: Floats = self.layers[layer][place.array][t + place.ahead]
        return found

    def states(self, t: int) -> Floats:
        """All states (S,) before token t, layer by layer: what a pass may start from."""
        return _gathered(self.net, self.layers, t, "{}")

    def sent(self, t: int) -> Floats:
        """The gradients (S,) that token t sends back to all states before it."""
        return _gathered(self.net, self.layers, t, "d{}_next")

    @property
    def dh_norm(self) -> Floats:
        """‖dL/dh_t‖ after each token, shape (T,)."""
        return self._norm_and_decay[0]

    @property
    def held(self) -> Bools:
        """Which h (T, H) of the last layer were put in, so that no gradient goes back there."""
        held = np.zeros(self.dh.shape, bool)
        for t, unit, state, depth in (patch.place(self.net) for patch in self.patches):
            if t >= 0 and (state, depth) == ("h", self.net.depth - 1):
                held[t, unit] = True
        return held

    def held_at(self, t: int, layer: int) -> Held:
        """Which units (H,) of a layer's states after token t were put in, by state, if any were."""
        held: dict[str, Bools] = {}
        for at, unit, state, depth in (patch.place(self.net) for patch in self.patches):
            if (at, depth) == (t, layer):
                units = self.layers[layer][state].shape[1]
                held.setdefault(state, np.zeros(units, bool))[unit] = True
        return held

    @property
    def held_first(self) -> Bools:
        """Which of all states (S,) at the start of the pass were put in by hand."""
        layout = self.params.layout
        held = np.zeros(self.net.state_size(layout), bool)
        for depth, state, part in self.net.state_slices(layout):
            for t, unit, *own in (patch.place(self.net) for patch in self.patches):
                if (t, *own) == (-1, state, depth):
                    held[part.start + unit] = True
        return held

    @property
    def decay(self) -> Floats:
        """Each ‖dL/dh_t‖ as a share of the last one, shape (T,); NaN where that is 0."""
        return self._norm_and_decay[1]

    @cached_property
    def _norm_and_decay(self) -> tuple[Floats, Floats]:
        return norm_and_decay(self.dh)


def norm_and_decay(dh: Floats) -> tuple[Floats, Floats]:
    """The norm (T,) of each gradient of dh (T, H), and its share of the last one's."""
    with np.errstate(all="ignore"):
        norms = frozen(l2_norm(dh, axis=1))
        return norms, frozen(norms / norms[-1] if norms[-1] else np.full_like(norms, np.nan))


def _gathered(
    net: Network, layers: tuple[Mapping[str, Floats], ...], t: int, pattern: str
) -> Floats:
    rows = [
        arrays[pattern.format(state)][t]
        for layer, arrays in zip(net.layers, layers, strict=True)
        for state in layer.cell.states
    ]
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


def trace_example(
    params: Parameters,
    net: Network,
    example: Example,
    start: Floats | None = None,
    patches: tuple[Patch, ...] = (),
) -> Trace:
    """Run the network's lines over an example, forward from the first token, back from the last.

    `start` (S,) are the states that it begins with, layer by layer, the network's own if left
    out, which are zero, given or learned. The
    values in `patches` are overwritten as soon as they are computed, so nothing flows back
    through them to what would have made them. The gradients of a very long pass are
    added up in the end, by one product for each weight matrix.
    """
    arrays = Arrays.of(net, params, example)
    begun = net.given_start if start is None and not net.learns_start else start
    if begun is not None:
        for depth, state, part in net.state_slices(params.layout):
            arrays.layers[depth][state][0] = begun[part]
    if start is None:
        for plan in start_plans(net)[0]:
            Runner(plan, arrays, params).run(0, None, 0)
    for patch in patches:
        if patch.t == -1:
            arrays.layers[patch.layer][patch.state][0, patch.unit] = patch.value
    grads = Parameters.zeros(params.layout)
    with np.errstate(all="ignore"):
        _walk_forward(net, params, example, arrays, patches)
        later = by_products(net, params, patches, example.length)
        _walk_back(net, params, example, arrays, grads, patches, summing=not later)
        if later:
            add_products(net, example, arrays, grads, range(example.length))
        if start is None:
            _end_at_start(net, params, arrays, grads, patches)
    layers = tuple(_read_only(one) for one in arrays.layers)
    read_only = params.with_flat(grads.flat)
    return Trace(example, params, net, layers, _read_only(arrays.outputs), read_only, patches,
                 start)  # fmt: skip


def _end_at_start(
    net: Network, params: Parameters, arrays: Arrays, grads: Parameters, patches: tuple[Patch, ...]
) -> None:
    """What the first token sends back comes to the first states, where these are learned.

    Not to one that was put in by hand.
    """
    for plan in start_plans(net)[1]:
        Runner(plan, arrays, params, grads).run(0, None, 0)
    for name, (depth, state) in net.firsts.items():
        for t, unit, *own in (patch.place(net) for patch in patches):
            if (t, *own) == (-1, state, depth):
                grads[name][unit] = 0.0


def _read_only(arrays: Mapping[str, Floats]) -> Mapping[str, Floats]:
    return MappingProxyType({name: frozen(array) for name, array in arrays.items()})


def _walk_forward(
    net: Network, params: Parameters, example: Example, arrays: Arrays, patches: tuple[Patch, ...]
) -> None:
    ids, outputs = example.ids.tolist(), _outputs_by_timestep(example)
    for encodes, part in _stretches(net, example):
        runners = [Runner(plan, arrays, params) for plan in forward_plans(net, encodes)]
        for t in part:
            k = outputs.get(t)
            for runner in runners:
                if k is not None or not runner.at_outputs:
                    put = putting(net, patches, t, runner) if patches else None
                    runner.run(t, k, ids[t], put)


def _walk_back(
    net: Network,
    params: Parameters,
    example: Example,
    arrays: Arrays,
    grads: Parameters,
    patches: tuple[Patch, ...],
    *,
    summing: bool = True,
    timesteps: range | None = None,
    walls: Container[int] = (),
) -> None:
    """Timesteps backwards, all if left out; gradients are added up if `summing`."""
    ids, outputs = example.ids.tolist(), _outputs_by_timestep(example)
    for encodes, part in reversed(_stretches(net, example, timesteps)):
        plans = backward_plans(net, encodes, summing)
        runners = [Runner(plan, arrays, params, grads) for plan in plans]
        for t in reversed(part):
            k = outputs.get(t)
            for runner in runners:
                if k is not None or not runner.at_outputs:
                    end = ending(net, patches, t, runner) if patches else None
                    runner.run(t, k, ids[t], end)
            if t in walls:
                _cut(net, arrays, t)


def _outputs_by_timestep(example: Example) -> dict[int, int]:
    return {t: k for k, t in enumerate(example.outputs)}


def _stretches(
    net: Network, example: Example, timesteps: range | None = None
) -> list[tuple[bool, range]]:
    """The timesteps of the encoder and the others, those that there are any of."""
    wanted = range(example.length) if timesteps is None else timesteps
    E = example.encoder_length if net.encoder else 0
    both = (True, range(wanted.start, min(E, wanted.stop))), (
        False, range(max(E, wanted.start), wanted.stop),
    )  # fmt: skip
    return [(encodes, part) for encodes, part in both if len(part)]


def _cut(net: Network, arrays: Arrays, t: int) -> None:
    """Let no gradient cross to before timestep t."""
    for layer, own in zip(net.layers, arrays.layers, strict=True):
        for state in layer.cell.states:
            own[f"d{state}_next"][t] = 0.0


def gradients_down_to(
    trace: Trace,
    t: int,
    walls: Container[int] = (),
    sent: Floats | None = None,
    begun: tuple[int, Parameters] | None = None,
) -> Parameters:
    """What the gradients of a pass have come to once its timesteps T-1 … t are behind it.

    They are computed by the lines that ran, so a fault in them is in it too. No gradient
    crosses the walls, which stand before these timesteps. `sent` (S,) is what comes to
    the last states from beyond the pass, zero if left out. What they had come to at a
    later timestep, without walls and nothing sent, may be given as `begun`, so that
    only the timesteps since then cost anything.
    """
    params, net, example = trace.params, trace.net, trace.example
    last, so_far = begun or (example.length, Parameters.zeros(params.layout))
    grads = Parameters(params.layout, so_far.flat.copy())
    with np.errstate(all="ignore"):
        if sent is None and not walls and by_products(net, params, trace.patches, last - t):
            known = Arrays(tuple(map(dict, trace.layers)), dict(trace.outputs))
            add_products(net, example, known, grads, range(t, last))
            if t == 0 and trace.start is None:
                _end_at_start(net, params, known, grads, trace.patches)
            return grads
        arrays = _again(trace, last, sent)
        _walk_back(net, params, example, arrays, grads, trace.patches,
                   timesteps=range(t, last), walls=walls)  # fmt: skip
        if t == 0 and trace.start is None:
            _end_at_start(net, params, arrays, grads, trace.patches)
    return grads


def _again(trace: Trace, last: int, sent: Floats | None) -> Arrays:
    """What a pass made on the way forward, and its gradients anew from timestep `last` back."""
    arrays = Arrays.of(trace.net, trace.params, trace.example)
    back = {name for one in trace.net.backward_blocks() for name in one.body.targets}
    made = {place_of(name, layer.cell.states).array for layer in trace.net.layers for name in back}
    for mine, theirs in zip(arrays.layers, trace.layers, strict=True):
        mine |= {name: array for name, array in theirs.items() if name not in made}
    forward = {name for one in trace.net.forward_blocks() for name in one.body.targets}
    arrays.outputs.update({name: trace.outputs[name] for name in forward & {*trace.outputs}})
    for depth, state, part in trace.net.state_slices(trace.params.layout):
        name = f"d{state}_next"
        arrays.layers[depth][name][last] = (
            trace.layers[depth][name][last] if sent is None else sent[part]
        )
    return arrays
