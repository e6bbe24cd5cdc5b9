"""`rnn-tui trace`: one pass over one example, with nothing left out."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, NamedTuple

from rnn_tui.cli.arguments import Parser, add_example, add_experiment, add_length
from rnn_tui.cli.output import to_json
from rnn_tui.cli.trace_tables import print_trace
from rnn_tui.cli.trained import Trained, opened, trained
from rnn_tui.engine.passes.trace import Trace, norm_and_decay, trace_example
from rnn_tui.engine.passes.walking import place_of
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Example, Experiment, ExperimentError, encode
from rnn_tui.experiments.errors import nearest, one_of, shown
from rnn_tui.session.edits.typed import answers_of, known, typed_numbers


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    add_length(parser, "epochs to train first (0)", weights=True)
    which = parser.add_mutually_exclusive_group()
    add_example(which)
    which.add_argument("--text", metavar="TEXT", help="a text of your own")
    parser.add_argument("--label", help="the correct answer to --text")


def run(options: Namespace) -> int:
    """Print a trace."""
    experiment = opened(options)
    chosen = chosen_example(experiment, options)
    network = trained(Trainer(experiment), options)
    start = None if chosen.place is None else network.start(chosen.place)
    trace = trace_example(network.params, network.net, chosen.example, start)
    if options.json:
        print(to_json(as_json(network, trace)))
    else:
        print_trace(network, trace)
    return 0


class Chosen(NamedTuple):
    """What to trace; its place among the training examples, from 0, or None for a typed text."""

    example: Example
    place: int | None


def chosen_example(experiment: Experiment, options: Namespace) -> Chosen:
    """The example that the options ask for. Raises ExperimentError."""
    if options.text is not None:
        return _typed(experiment, options.text, options.label)
    if options.label is not None:
        raise ExperimentError("expected only together with --text", key="--label")
    place = example_place(experiment, 1 if options.example is None else options.example)
    return Chosen(experiment.train[place], place)


def example_place(experiment: Experiment, number: int) -> int:
    """The place from 0 of training example `number`, from 1. Raises ExperimentError."""
    if not 1 <= number <= len(experiment.train):
        wrong = f"expected 1 to {len(experiment.train)}, found {number}"
        raise ExperimentError(wrong, key="--example")
    return number - 1


def _typed(experiment: Experiment, text: str, label: str | None) -> Chosen:
    labels, streamed = experiment.labels, experiment.stream is not None
    if not experiment.has_classes:
        return Chosen(_of_numbers(experiment, text, label), None)
    if not (streamed or experiment.answers_once):
        return Chosen(_answered(experiment, text, label), None)
    if label is not None and streamed:
        wrong = "expected only for labelled examples: here each token is the answer to the last"
        raise ExperimentError(wrong, key="--label")
    if label is not None and label not in labels:
        wrong = f"{one_of(labels)}, found {shown(label)}{nearest(label, labels)}"
        raise ExperimentError(wrong, key="--label")
    target = None if label is None else labels.index(label)
    try:
        example = encode(experiment, text, target)
    except ExperimentError as error:
        raise error.at(key="--text") from None
    return Chosen(example, None)


def _of_numbers(experiment: Experiment, text: str, wanted: str | None) -> Example:
    """A text whose answers are numbers."""
    try:
        return typed_numbers(experiment, text, wanted)
    except ExperimentError as error:
        raise error.at(key="--text" if wanted is None else "--label") from None


def _answered(experiment: Experiment, text: str, label: str | None) -> Example:
    """A text with the answers that are given, or that the data has for it."""
    found = known(experiment, text) if label is None else None
    if found is not None:
        return found
    if label is None:
        wrong = f"missing, expected the answers wanted: the data has none for {shown(text)}"
        raise ExperimentError(wrong, key="--label")
    try:
        answers = answers_of(experiment, label)
    except ExperimentError as error:
        raise error.at(key="--label") from None
    try:
        return encode(experiment, text, answers=answers)
    except ExperimentError as error:
        raise error.at(key="--text") from None


def as_json(network: Trained, trace: Trace) -> dict[str, Any]:
    """The whole trace; what depends on a target is None where there is none.

    `loss` is the mean an output; the gradients are those of their sum, `loss_sum`, or with
    `timestep_reduction = "mean"` those of `loss`.
    """
    experiment, example = network.experiment, trace.example
    labelled = example.labelled
    has_classes = experiment.has_classes
    targets = [experiment.labels[c] if has_classes else c for c in example.targets]
    layers = [_layer(trace, depth, labelled=labelled) for depth in range(trace.net.depth)]
    backward = {
        "loss": trace.loss,
        "loss_sum": float(trace.losses.sum()),
        "grads": dict(trace.grads.items()),
    }
    return {
        "experiment": experiment.name,
        **network.as_json(),
        "tokens": example.tokens,
        "target": (targets[-1] if experiment.answers_once else targets) if labelled else None,
        "params": dict(network.params.items()),
        **layers[-1],
        **({"logits": trace.y, "probs": trace.p} if has_classes else {"outputs": trace.answer}),
        **(backward if labelled else dict.fromkeys(backward)),
        **({"layers": layers} if len(layers) > 1 else {}),
    }


def _layer(trace: Trace, depth: int, *, labelled: bool) -> dict[str, Any]:
    """The arrays that a layer's lines make, and how much gradient reaches its states."""
    layer, arrays = trace.net.layers[depth], trace.layers[depth]
    states = layer.cell.states
    ahead = [place_of(name, states).array for name in layer.forward_body().targets]
    made = [place_of(name, states, made=True).array for name in layer.backward_body(
        trace.net.fault, trace.net.sends_down(layer)).targets]  # fmt: skip
    back = [name for name in dict.fromkeys(made) if name in arrays and not name.endswith("_next")]
    norms, decay = norm_and_decay(arrays["dh"])
    backward = {name: arrays[name] for name in back} | {"dh_norm": norms, "decay": decay}
    return {name: arrays[name] for name in ahead} | (
        backward if labelled else dict.fromkeys(backward)
    )
