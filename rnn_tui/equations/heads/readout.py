"""The linear readout: y = W_hy h_t + b_y, the logits of O outputs from a state of H units.

What of dL/dy reaches the state directly is `dh_local`. h_t (H,), y (O,); a gradient dA has
the shape of A. Where the state is the answer there is no readout: y is h_t, and O is H.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rnn_tui.equations.lines import Body, body_of
from rnn_tui.equations.mathematics import outer

PARAMETERS = {"W_hy": "OH", "b_y": "O"}


def forward(W_hy, b_y, h_t):
    """The logits at a timestep with an output."""
    y = W_hy @ h_t + b_y  # a logit
    return y


def backward(W_hy, h_t, dy, dW_hy, db_y):
    """The derivative of `forward`; adds to the gradients of the parameters."""
    dW_hy += outer(dy, h_t)
    db_y += dy
    dh_local = W_hy.T @ dy  # part of dh from this output
    return dh_local


def as_it_is(h_t):
    """The state as the answer."""
    y = h_t  # an answer: the state itself
    return y


def straight_back(dy):
    """The derivative of `as_it_is`."""
    dh_local = dy  # part of dh from this output
    return dh_local


@dataclass(frozen=True, eq=False)
class Readout:
    """The lines between a state h_t and y, both ways, and their parameters by letters."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_linear(self) -> bool:
        """Whether there are a matrix and a bias."""
        return bool(self.parameters)

    @cached_property
    def forward_body(self) -> Body:
        """The lines of `forward`."""
        return body_of(self.forward)

    @cached_property
    def backward_body(self) -> Body:
        """The lines of `backward`."""
        return body_of(self.backward)


LINEAR = Readout(forward, backward, PARAMETERS)
NONE = Readout(as_it_is, straight_back)
