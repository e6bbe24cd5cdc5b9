"""One example carried through the cell, forward and backward, with nothing thrown away."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.arrays import Bools, Floats, add_rows, frozen
from rnn_tui.engine import cell
from rnn_tui.engine.checks.faults import in_place_of
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.spectrum.norms import l2_norm
from rnn_tui.experiments import Example

LONG = 2**22  # multiplications that the sums over a pass take, from which on products make them

Back = Callable[..., cell.StateGradient]


class Patch(NamedTuple):
    """A hidden value put in by hand: a unit after token t, or for t = -1 in the first state."""

    t: int
    unit: int
    value: float


@dataclass(frozen=True, eq=False)
class Trace:
    """All that a pass over one example of T tokens and K outputs computes, and from what.

    `x` (T, I) is what the cell reads, the embeddings. Row t of an array belongs to
    token t, save two: `h` has T+1 rows, row t+1 the state after token t and row 0
    the one that the pass starts from; `dh_next` likewise, row t the gradient that
    token t sends back to the state before it, row T zero. Row k of
    `y`, `p`, `dy` and `losses` belongs to the k-th output, at `example.outputs[k]`.
    `grads` is this example's gradient before any reduction or clipping. `patches` are
    the hidden values that were put in: `pre` is as it was computed, `h` what stands in
    its place. `dh` at such a value is what reaches it, and there it ends: `delta` is 0.
    """

    example: Example
    params: Parameters
    net: Network
    x: Floats
    xh: Floats
    hh: Floats
    pre: Floats
    h: Floats
    y: Floats
    p: Floats
    losses: Floats
    dy: Floats
    dh_local: Floats
    dh_next: Floats
    dh: Floats
    delta: Floats
    grads: Parameters
    patches: tuple[Patch, ...] = ()

    @property
    def loss(self) -> float:
        """The mean loss an output, in nats."""
        return float(self.losses.mean())

    @cached_property
    def dh_norm(self) -> Floats:
        """‖dL/dh_t‖ after each token, shape (T,)."""
        return frozen(l2_norm(self.dh, axis=1))

    @property
    def held(self) -> Bools:
        """Which states (T, H) were put in by hand, so that no gradient goes back through them."""
        held = np.zeros(self.dh.shape, bool)
        for patch in self.patches:
            if patch.t >= 0:
                held[patch.t, patch.unit] = True
        return held

    @cached_property
    def decay(self) -> Floats:
        """Each ‖dL/dh_t‖ as a share of the last one, shape (T,); NaN where that is 0."""
        norms = self.dh_norm
        with np.errstate(over="ignore", invalid="ignore"):
            return frozen(norms / norms[-1] if norms[-1] else np.full_like(norms, np.nan))


def trace_example(
    params: Parameters,
    net: Network,
    example: Example,
    start: Floats | None = None,
    patches: tuple[Patch, ...] = (),
) -> Trace:
    """Run `cell` over one example, forward from the first token and back from the last.

    `start` (H,) is the state that it begins with, zero if left out. The hidden values
    in `patches` are overwritten as soon as they are computed, so nothing flows back
    through them to what would have made them. The gradients of a very long pass are
    added up in the end, by one product for each weight matrix.
    """
    T, H, K = example.length, params.layout.hidden_size, len(example.outputs)
    xh, hh, pre, dh, delta, dh_local = (np.zeros((T, H)) for _ in range(6))
    h, dh_next = np.zeros((T + 1, H)), np.zeros((T + 1, H))
    y, p, dy = (np.zeros((K, params.layout.output_size)) for _ in range(3))
    losses, x = np.zeros(K), np.zeros((T, params.layout.input_size))
    if example.inputs is not None:
        x[...] = example.inputs
    if start is not None:
        h[0] = start
    _put_in(h, patches, -1)
    grads = Parameters.zeros(params.layout)
    backward_step = in_place_of(cell.backward_step, net.fault)
    output_at = {t: k for k, t in enumerate(example.outputs)}
    held = _held(patches, H)
    by_products = _by_products(params, net, patches, T)
    added = _without_columns(params) if by_products else grads
    columns = slice(0 if by_products else None)  # of a matrix that a timestep adds to

    with np.errstate(all="ignore"):
        for t in range(T):
            if example.inputs is None:
                x[t] = cell.embed_step(params, int(example.ids[t]))
            state = cell.forward_step(params.cell_at(example.encodes(t)), net, x[t], h[t])
            xh[t], hh[t], pre[t], h[t + 1] = state.xh, state.hh, state.pre, state.h_t
            _put_in(h, patches, t)
            if (k := output_at.get(t)) is not None:
                answer = cell.output_step(params, net, h[t + 1], example.targets[k])
                y[k], p[k], losses[k] = answer.y, answer.p, answer.loss
        for t in reversed(range(T)):
            if (k := output_at.get(t)) is not None:
                out = cell.output_backward_step(
                    params, added, net, h[t + 1, columns], p[k], example.targets[k]
                )
                dy[k], dh_local[t] = out.dy, out.dh_local
            own, own_grads = (one.cell_at(example.encodes(t)) for one in (params, added))
            back = _state_back(backward_step, held.get(t))(
                own, own_grads, net, x[t, columns], h[t, columns], h[t + 1],
                dh_local[t], dh_next[t + 1],
            )  # fmt: skip
            dh[t], delta[t], dh_next[t] = back.dh, back.delta, back.dh_next
            if example.inputs is None:
                cell.embed_backward_step(own, own_grads, int(example.ids[t]), delta[t])
        if by_products:
            _add_products(grads, params, example, (x, h, dy, delta), range(T))

    arrays = {
        "x": x, "xh": xh, "hh": hh, "pre": pre, "h": h, "y": y, "p": p, "losses": losses, "dy": dy,
        "dh_local": dh_local, "dh_next": dh_next, "dh": dh, "delta": delta,
    }  # fmt: skip
    read_only = params.with_flat(grads.flat)
    return Trace(
        example=example, params=params, net=net, grads=read_only, patches=patches,
        **{name: frozen(array) for name, array in arrays.items()},
    )  # fmt: skip


def _by_products(
    params: Parameters, net: Network, patches: tuple[Patch, ...], timesteps: int
) -> bool:
    """Whether the gradients of so many timesteps are added up by products of whole arrays.

    They are the same sums in another order, so not the same to the last bit. Where
    something was put in by hand, a fault or a value, only the code that ran will do.
    """
    I, H = params.layout.input_size, params.layout.hidden_size  # noqa: E741
    plain = net.fault is None and not patches and not params.layout.encoder
    return plain and timesteps * H * (H + I) >= LONG


def _without_columns(params: Parameters) -> Parameters:
    """Gradients for `cell` to add to whose matrices have no columns, so that they cost nothing."""
    narrow = Parameters.zeros(params.layout)
    for name in ("W_xh", "W_hh", "W_hy"):
        setattr(narrow, name, getattr(narrow, name)[:, :0])
    return narrow


def _add_products(
    grads: Parameters,
    params: Parameters,
    example: Example,
    arrays: tuple[Floats, Floats, Floats, Floats],
    timesteps: range,
) -> None:
    """Add what a stretch of timesteps adds to the gradients, given its x, h, dy and delta."""
    x, h, dy, delta = arrays
    part = slice(timesteps.start, timesteps.stop)
    outputs = [k for k, t in enumerate(example.outputs) if t in timesteps]
    read = h[[example.outputs[k] + 1 for k in outputs]]
    grads.W_hy += dy[outputs].T @ read
    grads.b_y += dy[outputs].sum(axis=0)
    grads.W_xh += delta[part].T @ x[part]
    grads.W_hh += delta[part].T @ h[part]  # row t of h is the state before token t
    grads.b_h += delta[part].sum(axis=0)
    if example.inputs is None:
        add_rows(grads.E, example.ids[part], delta[part] @ params.W_xh)


def _put_in(h: Floats, patches: tuple[Patch, ...], t: int) -> None:
    for patch in patches:
        if patch.t == t:
            h[t + 1, patch.unit] = patch.value


def _held(patches: tuple[Patch, ...], units: int) -> dict[int, Bools]:
    """Which units (H,) are patched at each timestep that has such."""
    held: dict[int, Bools] = {}
    for patch in patches:
        held.setdefault(patch.t, np.zeros(units, bool))[patch.unit] = True
    return held


def _state_back(step: Back, held: Bools | None) -> Back:
    """`cell.backward_step` where the units in `held` are patched: the gradient ends there."""
    if held is None:
        return step

    def back(params: Parameters, grads: Parameters, *inputs: Any) -> cell.StateGradient:
        *seen, dh_local, dh_next = inputs
        reached = step(params, Parameters.zeros(params.layout), *inputs)
        passed = [np.where(held, 0.0, dh) for dh in (dh_local, dh_next)]
        gone_on = step(params, grads, *seen, *passed)
        return cell.StateGradient(reached.dh, gone_on.delta, gone_on.dh_next)

    return back


def gradients_down_to(
    trace: Trace,
    t: int,
    walls: Container[int] = (),
    sent: Floats | None = None,
    begun: tuple[int, Parameters] | None = None,
) -> Parameters:
    """What the gradients of a pass have come to once its timesteps T-1 … t are behind it.

    They are computed by the code that ran, so a fault in it is in them too. No gradient
    crosses the walls, which stand before these timesteps. `sent` (H,) is what comes to
    the last state from beyond the pass, zero if left out. What they had come to at a
    later timestep, without walls and nothing sent, may be given as `begun`, so that
    only the timesteps since then cost anything.
    """
    params, net, example = trace.params, trace.net, trace.example
    backward_step = in_place_of(cell.backward_step, net.fault)
    last, so_far = begun or (example.length, Parameters.zeros(params.layout))
    grads = Parameters(params.layout, so_far.flat.copy())
    if sent is None and not walls and _by_products(params, net, trace.patches, last - t):
        with np.errstate(all="ignore"):
            known = trace.x, trace.h, trace.dy, trace.delta
            _add_products(grads, params, example, known, range(t, last))
        return grads
    held = _held(trace.patches, params.layout.hidden_size)
    nothing = np.zeros(params.layout.hidden_size)
    dh_next = trace.dh_next[last] if sent is None else sent
    with np.errstate(all="ignore"):
        for s in reversed(range(t, last)):
            h_t = trace.h[s + 1]
            if (k := example.output_at(s)) is not None:
                cell.output_backward_step(params, grads, net, h_t, trace.p[k], example.targets[k])
            own, own_grads = (one.cell_at(example.encodes(s)) for one in (params, grads))
            back = _state_back(backward_step, held.get(s))(
                own, own_grads, net, trace.x[s], trace.h[s], h_t, trace.dh_local[s], dh_next
            )
            dh_next = nothing if s in walls else back.dh_next
            if example.inputs is None:
                cell.embed_backward_step(own, own_grads, int(example.ids[s]), back.delta)
    return grads
