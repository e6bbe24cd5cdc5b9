"""The same experiment in torch, its gradients by autograd, held against the engine."""

from rnn_tui.parity.compare import (
    TOLERANCE,
    ParitySummary,
    Step,
    compare,
    compare_update,
    comparer,
    passed,
    summed,
    usual_updates,
)
from rnn_tui.parity.presence import NoTorchError, is_installed
from rnn_tui.parity.twin import module_name, second_biases, torch_names, torch_numbers

__all__ = [
    "TOLERANCE",
    "NoTorchError",
    "ParitySummary",
    "Step",
    "compare",
    "compare_update",
    "comparer",
    "is_installed",
    "module_name",
    "passed",
    "second_biases",
    "summed",
    "torch_names",
    "torch_numbers",
    "usual_updates",
]
