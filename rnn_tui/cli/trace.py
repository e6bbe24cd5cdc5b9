"""`rnn-tui trace`: one pass over one example, with nothing left out."""

from __future__ import annotations

from argparse import Namespace
from math import isfinite
from typing import Any

import numpy as np
from rich.text import Text

from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.engine.epochs import states
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.trace import Trace, trace_example
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import Example, Experiment, ExperimentError, encode, load
from rnn_tui.experiments.errors import nearest, one_of, shown
from rnn_tui.present.digits import signed, size, times
from rnn_tui.present.tables import visible

BAR = 24
MOST_ROWS = 12  # of a gradient array


def run(options: Namespace) -> int:
    """Print a trace."""
    experiment = load(options.experiment, options.set)
    example, labelled = chosen_example(experiment, options)
    epochs = options.epochs or 0
    params = trained(Trainer(experiment), epochs)
    trace = trace_example(params, Network.of(experiment), example)
    if options.json:
        print(to_json(as_json(experiment, epochs, params, trace, labelled)))
    else:
        _print(experiment, epochs, trace, labelled)
    return 0


def trained(trainer: Trainer, epochs: int) -> Parameters:
    """The parameters after some epochs from the start, with a progress bar."""
    state = trainer.initial_state()
    for after in progress(states(trainer, epochs), epochs, "epochs"):
        state = after
    return state.params


def chosen_example(experiment: Experiment, options: Namespace) -> tuple[Example, bool]:
    """The example that the options ask for, and whether its right answer is known."""
    if getattr(options, "text", None) is not None:
        label = options.label
        if label is not None and label not in experiment.labels:
            hint = nearest(label, experiment.labels)
            raise ExperimentError(
                f"{one_of(experiment.labels)}, found {shown(label)}{hint}", key="--label"
            )
        target = experiment.labels.index(label) if label is not None else 0
        try:
            return encode(experiment, options.text, target), label is not None
        except ExperimentError as error:
            raise error.at(key="--text") from None
    if getattr(options, "label", None) is not None:
        raise ExperimentError("expected only together with --text", key="--label")
    number = 1 if options.example is None else options.example
    if not 1 <= number <= len(experiment.train):
        raise ExperimentError(
            f"expected 1 to {len(experiment.train)}, found {number}", key="--example"
        )
    return experiment.train[number - 1], True


def as_json(
    experiment: Experiment, epochs: int, params: Parameters, trace: Trace, labelled: bool
) -> dict[str, Any]:
    """The whole trace; what depends on a target is None where there is none."""
    example = trace.example
    backward = {
        "loss": trace.loss,
        "dh": trace.dh,
        "dh_norm": trace.dh_norm,
        "decay": trace.decay,
        "delta": trace.delta,
        "grads": dict(trace.grads.items()),
    }
    return {
        "experiment": experiment.name,
        "epoch": epochs,
        "tokens": example.tokens,
        "target": experiment.labels[example.targets[-1]] if labelled else None,
        "params": dict(params.items()),
        "h": trace.h,
        "pre": trace.pre,
        "logits": trace.y,
        "probs": trace.p,
    } | (backward if labelled else dict.fromkeys(backward))


def _print(experiment: Experiment, epochs: int, trace: Trace, labelled: bool) -> None:
    out, example = console(), trace.example
    where = f"{experiment.name} · epoch {epochs} · “{example.text}”"
    states = table(
        f"{where}\nhidden state",
        "t",
        "token",
        *(f"h[{i}]" for i in range(trace.h.shape[1])),
        left=2,
    )
    for t, row in enumerate(trace.h):
        name = visible(example.tokens[t - 1]) if t else "start"
        states.add_row(str(t - 1) if t else "–", name, *(signed(float(x)) for x in row))
    out.print(states)
    answers = table("answer", "class", "logit", "p")
    classes = experiment.labels if trace.y.shape[1] > 1 else experiment.labels[1:]
    for label, y, p in zip(classes, trace.y[-1], trace.p[-1], strict=True):
        answers.add_row(label, signed(float(y), 6), size(float(p), 6))
    out.print(answers)
    if not labelled:
        out.print("No --label, so no loss and no gradient.")
        return
    out.print(f"target {experiment.labels[example.targets[-1]]}   loss {size(trace.loss, 6)}\n")
    _print_gradients(trace)


def _print_gradients(trace: Trace) -> None:
    out = console()
    bptt = table("BPTT, ‖∂L/∂h_t‖", "t", "token", "norm", "decay", "", left=2)
    bptt.columns[-1].justify = "left"
    largest = float(trace.dh_norm.max())
    rows = list(zip(trace.example.tokens, trace.dh_norm, trace.decay, strict=True))
    for t, (token, norm, decay) in reversed(list(enumerate(rows))):
        share = float(norm) / largest if largest > 0 else 0.0
        bar = "█" * round(BAR * share) if isfinite(share) else ""
        bptt.add_row(str(t), visible(token), size(float(norm), 6), times(float(decay)), bar)
    out.print(bptt)
    grads = table("gradients of this example", "array", "numbers")
    grads.columns[-1].justify = "left"
    for name, array in trace.grads.items():
        matrix = np.atleast_2d(array)
        lines = ["  ".join(signed(float(x)) for x in row) for row in matrix[:MOST_ROWS]]
        if len(matrix) > MOST_ROWS:
            lines.append(f"… {len(matrix) - MOST_ROWS} rows more")
        grads.add_row(f"d{name}", Text("\n".join(lines), overflow="ellipsis", no_wrap=True))
    out.print(grads)
