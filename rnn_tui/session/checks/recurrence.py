"""The eigenvalues of W_hh, which cost: computed once for the same parameters, by any thread.

An eigenvalue problem takes some H³ steps, an update some H² for each token read. At 64
units the radius takes as long as ten updates of 25 tokens, at 512 tenths of a second.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.spectrum.spectrum import (
    eigenvalues,
    largest_singular_value,
    recurrent_matrix,
    spectral_radius,
)
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.computed_once import Kept

CHEAP = 96  # units up to which it takes a few milliseconds, which a screen may wait for

SMALL = 24  # numbers in all states, up to which a Jacobian takes a millisecond or two
MOST_STATES = 2 * CHEAP  # numbers in all states, up to which a timestep's Jacobian is taken apart

T = TypeVar("T")


class OfRecurrence(Kept[Parameters, T]):
    """A function of W_hh that remembers what it came to."""

    def is_at_hand(self, params: Parameters) -> bool:
        """Whether the value takes no time to wait for."""
        return params.layout.hidden_size <= CHEAP or params in self


class Spectrum(NamedTuple):
    """The eigenvalues of W_hh, the largest first, and its largest singular value."""

    values: NDArray[np.complex128]
    stretch: float

    @property
    def radius(self) -> float:
        """The spectral radius."""
        return float(np.abs(self.values[0]))


def _spectrum(params: Parameters) -> Spectrum | None:
    """Of the recurrence under these weights; None where they aren't finite."""
    matrix = recurrent_matrix(params)
    values = eigenvalues(matrix)
    return None if values is None else Spectrum(values, largest_singular_value(matrix))


class Timestep(NamedTuple):
    """A timestep of a pass, from 0."""

    trace: Trace
    t: int


class OfTimesteps(Kept[Timestep, T]):
    """A function of timesteps that remembers what it came to."""

    def is_at_hand(self, one: Timestep) -> bool:
        """Whether the value takes no time to wait for."""
        net, layout = one.trace.net, one.trace.params.layout
        return net.state_size(layout) <= SMALL or one in self


def _spectrum_of_timestep(one: Timestep) -> Spectrum | None:
    """Of ∂s_t/∂s_{t-1} of all states, where no one matrix stands for the recurrence.

    None where it isn't finite, or is so large that it would be waited for.
    """
    trace, t = one
    if trace.net.state_size(trace.params.layout) > MOST_STATES:
        return None
    with np.errstate(all="ignore"):
        jacobian = Carrier(trace).jacobian(t)
    values = eigenvalues(jacobian)
    return None if values is None else Spectrum(values, largest_singular_value(jacobian))


radius: OfRecurrence[float] = OfRecurrence(lambda params: spectral_radius(recurrent_matrix(params)))
of_timestep: OfTimesteps[Spectrum | None] = OfTimesteps(_spectrum_of_timestep)
spectrum: OfRecurrence[Spectrum | None] = OfRecurrence(_spectrum)
