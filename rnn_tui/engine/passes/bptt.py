"""Backpropagation through time for batches: the numbers of `cell`, many examples at once.

Examples of one length with outputs at the same timesteps form a `Batch`; the
time axis comes first, so that each timestep is one contiguous (B, H) slice and
one matrix product.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats, Ints, Reals, add_rows, frozen, one_hot
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.experiments import Example


@dataclass(frozen=True, eq=False)
class Batch:
    """B examples of T tokens and K outputs each.

    `members` are their places in the sequence they were taken from; `ids` is (T, B),
    `inputs` (T, B, I) or None where no example has them, `targets` (K, B). The
    timesteps before `encoder_length` are the encoder's.
    """

    members: tuple[int, ...]
    ids: Ints
    inputs: Floats | None
    outputs: tuple[int, ...]
    targets: Ints
    encoder_length: int = 0

    def encodes(self, t: int) -> bool:
        """Whether timestep t is the encoder's."""
        return t < self.encoder_length

    @property
    def stretches(self) -> tuple[tuple[bool, slice], ...]:
        """The timesteps of the encoder, where there are any, and the others."""
        E = self.encoder_length
        return ((True, slice(0, E)), (False, slice(E, None))) if E else ((False, slice(None)),)

    def cut(self, first: int, end: int) -> Batch:
        """The timesteps from `first` to before `end`, as a batch that may have no output."""
        low, high = bisect_left(self.outputs, first), bisect_left(self.outputs, end)
        return Batch(
            self.members,
            self.ids[first:end],
            None if self.inputs is None else self.inputs[first:end],
            tuple(t - first for t in self.outputs[low:high]),
            self.targets[low:high],
            min(max(0, self.encoder_length - first), end - first),
        )


def alike(examples: Sequence[Example]) -> Iterable[list[int]]:
    """The places of examples of one length with outputs at the same timesteps, so unpadded."""
    groups: dict[tuple[int, tuple[int, ...], int], list[int]] = {}
    for place, one in enumerate(examples):
        groups.setdefault((one.length, one.outputs, one.encoder_length), []).append(place)
    return groups.values()


def batches_of(examples: Sequence[Example]) -> tuple[Batch, ...]:
    """All examples, in as few batches as there are shapes."""
    return tuple(batch_of(examples, places) for places in alike(examples))


def batch_of(examples: Sequence[Example], places: Sequence[int]) -> Batch:
    """The examples at some places, which have one shape."""
    first = examples[places[0]]
    return Batch(
        tuple(places),
        np.stack([examples[place].ids for place in places], axis=1),
        _stacked([examples[place].inputs for place in places]),
        first.outputs,
        np.array([examples[place].targets for place in places], dtype=np.int64).T,
        first.encoder_length,
    )


def _stacked(inputs: Sequence[Floats | None]) -> Floats | None:
    known = [one for one in inputs if one is not None]
    if len(known) == 1:
        return known[0][:, None]
    return frozen(np.stack(known, axis=1)) if known else None


def looked_up(params: Parameters, ids: Ints) -> Floats:
    """The vectors (…, I) of tokens that come without: learned ones, or else unit vectors."""
    layout = params.layout
    learned: Floats = params.E[ids] if layout.learned_tokens else one_hot(ids, layout.input_size)
    return learned


@dataclass(frozen=True, eq=False)
class Forward:
    """x (T, B, I); h (T+1, B, H); y and p (K, B, O); losses (K, B), in nats."""

    x: Floats
    h: Floats
    y: Floats
    p: Floats
    losses: Floats


def by_timestep(rows: Reals, sequences: int) -> list[Reals]:
    """A view a timestep of arrays (…, n), whose rows go through the B sequences first.

    It is (B, n); of a single sequence a vector, whose products are faster.
    """
    n = rows.shape[-1]
    return list(rows.reshape(-1, n) if sequences == 1 else rows.reshape(-1, sequences, n))


def recur(ahead: Iterable[tuple[Reals, ...]], W_hh: Reals, net: Network, now: Reals) -> None:
    """h_t = f(W_hh h_t-1 + driven_t), given the places of h_t-1, driven_t and h_t by timestep.

    `now` has the shape of a state, and is overwritten.
    """
    recurrence, add, squash = W_hh.T, np.add, net.activation.into
    for before, drive, after in ahead:
        before.dot(recurrence, now)
        add(now, drive, now)
        squash(now, after)


def forward(params: Parameters, net: Network, batch: Batch, start: Floats | None = None) -> Forward:
    """Every state and answer of a batch, as `cell.forward_step` and `cell.output_step`.

    `start` (H,) is the state that each example begins with, or (B, H); zero if left out.
    """
    x = looked_up(params, batch.ids) if batch.inputs is None else batch.inputs
    T, B, _ = x.shape
    h = np.zeros((T + 1, B, params.layout.hidden_size))
    if start is not None:
        h[0] = start
    states = by_timestep(h, B)
    for encodes, part in batch.stretches:
        own = params.cell_at(encodes)
        driven = by_timestep(x[part] @ own.W_xh.T + own.b_h, B)
        ahead = zip(states[:-1][part], driven, states[1:][part], strict=True)
        recur(ahead, own.W_hh, net, np.empty_like(states[0]))
    read = h[np.array(batch.outputs, dtype=np.intp) + 1]
    y = read @ params.W_hy.T + params.b_y
    return Forward(x, h, y, net.head.probabilities(y), net.head.loss(y, batch.targets))


def backward(
    params: Parameters, net: Network, batch: Batch, run: Forward, walls: Container[int] = ()
) -> Parameters:
    """dL/dθ of the summed loss of the batch: summed over outputs and over examples.

    No gradient crosses the walls, which stand before these timesteps.
    """
    T, B, I = run.x.shape  # noqa: E741
    O, H = params.W_hy.shape  # noqa: E741
    dy = run.p - net.head.target(batch.targets, O)
    read = run.h[[t + 1 for t in batch.outputs]]
    local = dict(zip(batch.outputs, dy @ params.W_hy, strict=True))
    carry = {encodes: net.recurrence(params.cell_at(encodes)).T for encodes in (False, True)}

    delta = np.empty((T, B, H))
    dh_next: Floats = np.zeros((B, H))
    slope = net.activation.slope(run.h[1:])
    for t in reversed(range(T)):
        dh = local[t] + dh_next if t in local else dh_next
        delta[t] = dh * slope[t]
        dh_next = np.zeros((B, H)) if t in walls else delta[t] @ carry[batch.encodes(t)]

    grads = Parameters.zeros(params.layout)
    grads.W_hy[...] = dy.reshape(-1, O).T @ read.reshape(-1, H)
    grads.b_y[...] = dy.sum(axis=(0, 1))
    for encodes, part in batch.stretches:
        own, rows = grads.cell_at(encodes), delta[part].reshape(-1, H).T
        own.W_xh[...] = rows @ run.x[part].reshape(-1, I)
        own.W_hh[...] = rows @ run.h[:-1][part].reshape(-1, H)
        own.b_h[...] = delta[part].sum(axis=(0, 1))
        if batch.inputs is None:
            add_rows(grads.E, batch.ids[part], delta[part] @ params.cell_at(encodes).W_xh)
    return grads
