"""Truncated BPTT: states pass through the walls, gradients don't.

Walls are counted from the end of a pass, where BPTT begins, so that the last k
timesteps are always together and a longer reach never loses one of them. Source:
Williams and Peng (1990), An efficient gradient-based algorithm for on-line training
of recurrent network trajectories.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.batches import batches_of
from rnn_tui.engine.passes.kernel import Kernel
from rnn_tui.engine.passes.trace import Trace, gradients_down_to, trace_example
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example


def walls(length: int, k: int) -> frozenset[int]:
    """Before which of the timesteps 0 … length-1 the gradient is cut: every k from the end.

    None where k ≥ length. Raises ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"a gradient reaches over 1 timestep or more, not {k}")
    return frozenset(range(length - k, 0, -k))


def cut_every(trace: Trace, k: int) -> Floats:
    """The gradient of a pass, flat, cut every k timesteps; for k ≥ T that of the trace."""
    grads = gradients_down_to(trace, 0, walls(trace.example.length, k))
    return frozen(grads.flat)


def batch_cut_every(
    params: Parameters, net: Network, examples: Sequence[Example], k: int
) -> Floats:
    """The gradient of examples without a first state, each cut every k timesteps; summed, flat."""
    total = np.zeros(params.layout.size)
    if not net.in_kernel:
        for example in examples:
            total += cut_every(trace_example(params, net, example), k)
        return frozen(total)
    with np.errstate(all="ignore"):
        for batch in batches_of(examples):
            given = batch.inputs
            kernel = Kernel(params.layout, net, batch.shape, given=given is not None)
            cut = walls(batch.shape.length, k)
            total += kernel.run(params, batch.ids, batch.targets, None, given, cut).total
    return frozen(total)


def reaching_back(trace: Trace, earlier: Trace, timesteps: int) -> Floats:
    """The gradient of a pass that goes on through the text before it, flat.

    `earlier` is a pass without outputs that ends in the state with which `trace`
    begins; the gradient goes on through its last `timesteps`. If other parameters made
    that state, it is what it would be had these made it.
    """
    sent = trace.sent(0).copy()
    sent[trace.held_first] = 0.0
    first = max(0, earlier.example.length - timesteps)
    beyond = gradients_down_to(earlier, first, sent=sent)
    with np.errstate(all="ignore"):
        return frozen(trace.grads.flat + beyond.flat)
