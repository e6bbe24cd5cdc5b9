"""The choices that make one vanilla RNN differ from another, apart from its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.activations import ACTIVATIONS, Activation
from rnn_tui.engine.checks.faults import NO_DH_NEXT, NO_SLOPE, UNTRANSPOSED, Fault, fault_of
from rnn_tui.engine.heads import HEADS, Head
from rnn_tui.engine.parameters import Layout, Parameters
from rnn_tui.experiments import Experiment


@dataclass(frozen=True)
class Network:
    """Activation, output head, and the bug in its code, None where that is right."""

    activation: Activation
    head: Head
    fault: Fault | None = None

    @classmethod
    def of(cls, experiment: Experiment) -> Network:
        """The network that an experiment describes."""
        return cls(
            ACTIVATIONS[experiment.model.activation],
            HEADS[experiment.model.output],
            fault_of(experiment.training),
        )

    @property
    def transposed(self) -> bool:
        """Whether the gradient crosses the recurrence as it must: dh_{t-1} = W_hhᵀ delta.

        If not it is multiplied by W_hh itself, the slip in a published backprop.
        """
        return self.fault is not UNTRANSPOSED

    def recurrence(self, params: Parameters) -> Floats:
        """The matrix (H, H) that carries delta_t back to h_{t-1}, for the `cell_at` t."""
        return params.W_hh.T if self.transposed else params.W_hh

    def passed_on(self, params: Parameters) -> Floats:
        """What of `recurrence` takes effect: nothing where a fault drops dh_next."""
        matrix = self.recurrence(params)
        return np.zeros_like(matrix) if self.fault is NO_DH_NEXT else matrix

    def slope(self, h: Floats) -> Floats:
        """The factor between dL/dh and dL/dpre at states h, 1 where a fault leaves it out."""
        return np.ones_like(h) if self.fault is NO_SLOPE else self.activation.slope(h)


def layout_of(experiment: Experiment) -> Layout:
    """The sizes of an experiment's parameters."""
    vocabulary = experiment.vocabulary
    learned_tokens = len(vocabulary.tokens) if vocabulary.kind == "learned" else 0
    H, O = experiment.model.hidden_size, experiment.output_size  # noqa: E741
    return Layout(vocabulary.size, H, O, learned_tokens, experiment.task == "encoder-decoder")
