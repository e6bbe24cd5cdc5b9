"""The choices that make one vanilla RNN differ from another, apart from its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.arrays import Floats
from rnn_tui.engine.activations import ACTIVATIONS, Activation
from rnn_tui.engine.heads import HEADS, Head
from rnn_tui.engine.parameters import Layout, Parameters
from rnn_tui.experiments import Experiment


@dataclass(frozen=True)
class Network:
    """Activation, output head, and how the gradient crosses the recurrence.

    `transposed` is what the chain rule asks for: dh_{t-1} = W_hhᵀ delta. Without
    it the gradient is multiplied by W_hh itself, the slip in a published backprop.
    """

    activation: Activation
    head: Head
    transposed: bool = True

    @classmethod
    def of(cls, experiment: Experiment) -> Network:
        """The network that an experiment describes."""
        return cls(
            ACTIVATIONS[experiment.model.activation],
            HEADS[experiment.model.output],
            experiment.training.recurrent_backprop == "exact",
        )

    def recurrence(self, params: Parameters) -> Floats:
        """The matrix (H, H) that carries delta_t back to h_{t-1}."""
        return params.W_hh.T if self.transposed else params.W_hh


def layout_of(experiment: Experiment) -> Layout:
    """The sizes of an experiment's parameters."""
    vocabulary = experiment.vocabulary
    learned_tokens = len(vocabulary.tokens) if vocabulary.kind == "learned" else 0
    H, O = experiment.model.hidden_size, experiment.output_size  # noqa: E741
    return Layout(vocabulary.size, H, O, learned_tokens)
