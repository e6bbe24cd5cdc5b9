"""What a network is, in a line: what it reads, its units, what it answers with, its size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rnn_tui.equations.gates import gates
from rnn_tui.experiments import Experiment
from rnn_tui.present.digits import counted


def shapes(experiment: Experiment) -> tuple[str, ...]:
    """`2 numbers a word → 3 tanh units → sigmoid; 22 parameters`, then the same in fewer words."""
    reads, units, answers = _reads(experiment), _units(experiment), _answers(experiment)
    size = counted(experiment.layout.size, "parameter")
    inside = f"{units} → {answers}"
    return f"{reads} → {inside}; {size}", f"{inside}; {size}", f"{units}; {size}", size


def _reads(experiment: Experiment) -> str:
    """What a token is to the network."""
    one = experiment.vocabulary
    if one.kind == "one-hot":
        return f"{counted(one.size, one.noun)}, one-hot"
    if one.kind == "learned":
        learned = f"{counted(one.size, 'learned number')} each"
        return f"{counted(len(one.tokens), one.noun)}, {learned}"
    return f"{counted(one.size, 'number')} a {one.noun}"


def _units(experiment: Experiment) -> str:
    """The layers, those of one size together, as often as they are there."""
    network = experiment.network
    parts = " → ".join(_alike(experiment))
    return f"encoder and decoder of {parts} each" if network.encoder else parts


def _alike(experiment: Experiment) -> Iterator[str]:
    cell, activation = experiment.model.recurrent, experiment.network.layers[-1].activation
    for units, layers in groupby(experiment.model.units):
        one = f"{experiment.model.cell.upper()} of {counted(units, 'unit')}"
        if not gates(cell):
            one = f"{units:,} {activation.name} unit{'' if units == 1 else 's'}"
        times = len(list(layers))
        yield one if times == 1 else f"{times} layers of {one}"


def _answers(experiment: Experiment) -> str:
    """The head, and how many answers it has for each output."""
    head, count = experiment.model.head, experiment.output_size
    if not head.readout.is_linear:
        return "the state is the answer"
    if not head.has_classes and not head.has_probabilities:
        return counted(count, "number")
    return head.name if count == 1 else f"{head.name} of {count:,}"
