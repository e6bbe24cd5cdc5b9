"""A trace as tables."""

from __future__ import annotations

from math import isfinite

import numpy as np
from rich.table import Table
from rich.text import Text

from rnn_tui.characters import cell_width, one_line, visible
from rnn_tui.cli.output import console, table
from rnn_tui.cli.trained import Trained
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.experiments import Experiment
from rnn_tui.present.answers import said
from rnn_tui.present.digits import short, signed, size, times
from rnn_tui.present.tokens import heading, read_in
from rnn_tui.session.answers import answer

BAR = 24
MOST_ROWS = 12  # of a gradient array
BETWEEN = 3  # columns from one column of a table to the next


def print_trace(network: Trained, trace: Trace) -> None:
    """Print states, answers and, where the right answer is known, gradients."""
    out, experiment = console(), network.experiment
    text = one_line(trace.example.text)
    out.print(f"{experiment.name} · {network.when} · “{text}”", style="bold")
    out.print(_states(experiment, trace, out.width))
    if not experiment.has_classes:
        out.print(_numbers(experiment, trace))
        if not trace.example.labelled:
            out.print("No target, so no loss and no gradient.")
            return
        _print_loss(trace)
    elif not experiment.answers_once:
        out.print(_named(experiment, trace))
        _print_loss(trace)
    else:
        out.print(_answer(experiment, trace))
        if not trace.example.labelled:
            out.print("No --label, so no loss and no gradient.")
            return
        target = visible(experiment.labels[trace.example.targets[-1]])
        out.print(f"target {target}   loss {size(trace.loss, 6)}\n")
    out.print(_decay(experiment, trace))
    out.print(_gradients(trace))


def _print_loss(trace: Trace) -> None:
    count, total = len(trace.losses), size(float(trace.losses.sum()), 6)
    if count == 1:
        console().print(f"loss {total}\n")
        return
    of = "those of this mean" if trace.net.averages else f"those of their sum, {total}"
    console().print(f"loss {size(trace.loss, 6)}, the mean of {count} outputs; gradients below "
                    f"are {of}\n")  # fmt: skip


def _numbers(experiment: Experiment, trace: Trace) -> Table:
    """A row for each number of each output: what was wanted, what is answered, the error."""
    title = heading(experiment)
    made = table("output", "t", title, "", "target", "output", "error", "loss", left=3)
    example, answers, target = trace.example, trace.answer, trace.target
    for k, t in enumerate(example.outputs):
        for o, name in enumerate(experiment.output_names):
            first, y = o == 0, float(answers[k, o])
            judged = ("–", "–", "–")
            if example.labelled:
                wanted, loss = float(target[k, o]), size(float(trace.losses[k]), 6)
                judged = short(wanted, 6), signed(y - wanted, 6), loss if first else ""
            made.add_row(str(t) if first else "", read_in(experiment, example, t) if first else "",
                         visible(name), judged[0], short(y, 6), *judged[1:])  # fmt: skip
    return made


def _states(experiment: Experiment, trace: Trace, width: int) -> Table:
    """A row a state, and as many units as there is room for."""
    names = ["start", *_read(experiment, trace)]
    units = [[signed(float(x)) for x in column] for column in trace.h.T]
    columns = [["t", *("–" if t < 0 else str(t) for t in range(-1, len(names) - 1))]]
    columns += [[heading(experiment), *names]]
    columns += [[f"h[{i}]", *unit] for i, unit in enumerate(units)]
    ends = np.cumsum([BETWEEN + max(map(cell_width, column)) for column in columns])
    fit = max(3, int((ends < width).sum()))
    some = f", {fit - 2} of {len(units)} units" if fit < len(columns) else ""
    made = table(f"hidden state{some}", *(column[0] for column in columns[:fit]), left=2)
    for row in zip(*(column[1:] for column in columns[:fit]), strict=True):
        made.add_row(*row)
    return made


def _read(experiment: Experiment, trace: Trace) -> list[str]:
    """What is read at each timestep."""
    return [read_in(experiment, trace.example, t) for t in range(trace.example.length)]


def _answer(experiment: Experiment, trace: Trace) -> Table:
    """A row a class of the one output."""
    made = table("answer", "class", "logit", "p")
    classes = experiment.labels if trace.y.shape[1] > 1 else experiment.labels[1:]
    for label, y, p in zip(classes, trace.y[-1], trace.p[-1], strict=True):
        made.add_row(visible(label), signed(float(y), 6), size(float(p), 6))
    return made


def _named(experiment: Experiment, trace: Trace) -> Table:
    """A row an output: the token after each, or the answer there."""
    title = "answers" if experiment.stream is None else "next token"
    made = table(title, "t", "token", "target", "predicted", "p(target)", "loss", left=4)
    example, labels = trace.example, experiment.labels
    for k, (t, target) in enumerate(zip(example.outputs, example.targets, strict=True)):
        made.add_row(
            str(t),
            visible(example.tokens[t]),
            visible(labels[target]),
            visible(said(answer(trace.net, trace.p[k], example, k), labels)),
            size(float(trace.net.head.probability_of(trace.p[k], np.asarray(target))), 6),
            size(float(trace.losses[k]), 6),
        )
    return made


def _decay(experiment: Experiment, trace: Trace) -> Table:
    """A row a timestep from the last: how much gradient reaches it."""
    made = table("BPTT, ‖∂L/∂h_t‖", "t", heading(experiment), "norm", "decay", "", left=2)
    made.columns[-1].justify = "left"
    largest = float(trace.dh_norm.max())
    rows = list(zip(_read(experiment, trace), trace.dh_norm, trace.decay, strict=True))
    for t, (read, norm, decay) in reversed(list(enumerate(rows))):
        share = float(norm) / largest if largest > 0 else 0.0
        bar = "█" * round(BAR * share) if isfinite(share) else ""
        made.add_row(str(t), read, size(float(norm), 6), times(float(decay)), bar)
    return made


def _gradients(trace: Trace) -> Table:
    """The first rows of each parameter's gradient."""
    made = table("gradients of this example", "array", "numbers")
    made.columns[-1].justify = "left"
    for name, array in trace.grads.items():
        matrix = np.atleast_2d(array)
        lines = ["  ".join(signed(float(x)) for x in row) for row in matrix[:MOST_ROWS]]
        if len(matrix) > MOST_ROWS:
            lines.append(f"… {len(matrix) - MOST_ROWS} rows more")
        made.add_row(f"d{name}", Text("\n".join(lines), overflow="ellipsis", no_wrap=True))
    return made
