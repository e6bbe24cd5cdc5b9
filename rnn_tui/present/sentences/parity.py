"""Parity with torch in words: what is compared, what is apart, and why the counts differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout
from rnn_tui.experiments import Experiment
from rnn_tui.numerals import MINUS
from rnn_tui.parity import TOLERANCE, ParitySummary, Step, module_name, second_biases, torch_numbers
from rnn_tui.present.tables.cells import Line, Role, Span


def apart(difference: float) -> str:
    """A difference in one digit: `2e−16`; `0` where there is none."""
    if difference == 0:
        return "0"
    text = f"{difference:.0e}" if difference < float("inf") else "∞"
    return text.replace("e-0", "e-").replace("e+0", "e+").replace("-", MINUS)


TOLERANCE_TEXT = apart(TOLERANCE)


def gradients(names: Iterable[str]) -> tuple[str, ...]:
    """The names of the gradients among those of the differences, in their order."""
    return tuple(name for name in names if name.startswith("d"))


def heading(name: str, apart: Mapping[str, float]) -> str:
    """A difference's name over its column: torch's two biases where here is one by their own.

    `db_h` is then `db_ih`, beside torch's `db_hh`, which has no weights of ours to be compared.
    """
    rest = name.removeprefix("db_")
    second = f"db_h{rest}"
    return f"db_i{rest}" if second in apart and second[1:] not in apart else name


def counts(net: Network, layout: Layout) -> str:
    """Why torch has more parameters, or that it has not."""
    own, torchs = layout.size, torch_numbers(net, layout)
    added = second_biases(net, layout)
    if not added:
        return f"{own} parameters here, {torchs} in torch."
    second, first = next(iter(added.items()))
    return (
        f"{own} parameters here, {torchs} in torch: it adds two biases, b_ih and b_hh, of "
        f"{layout.hidden_size} numbers each for every gate. Only their sum matters, so each has "
        f"the gradient of {first}; trained both, the sum would move twice as far. Here b_ih is "
        f'trained and {second} stays 0; with model.biases = "two" both are trained.'
    )


def by_what(net: Network, layout: Layout) -> str:
    """What of torch ran."""
    readout = " and torch.nn.Linear" if net.head.readout.is_linear else ""
    if module := module_name(net, layout):
        return f"{module}{readout} with autograd"
    return (
        "the cell's forward lines on torch's tensors, differentiated by autograd: torch.nn has no "
        f"module for this cell ({net.layers[0].cell.name}, {net.layers[-1].activation.name})"
    )


CLIPPED = "Gradients are clipped by our formula, as clip_grad_norm_ divides by ‖g‖ + 1e−6."


def stepped(experiment: Experiment) -> str:
    """What of torch took the step."""
    optimizer, settings = experiment.network.optimizer, experiment.training
    if optimizer.is_torchs(settings):
        return f"The step is that of torch.optim.{optimizer.torch_name}. {CLIPPED}"
    why = "torch.optim has ε outside the root"
    if not settings.epsilon_inside:
        why = "optim.SGD scales the whole velocity by the learning rate of the moment"
    return f"The step is taken in torch's tensors by our lines: {why}. {CLIPPED}"


def verdict(total: ParitySummary, slip: str | None) -> Line:
    """What it comes to; `slip` is the bug in the engine's code, if one was put in."""
    if not total.wrong:
        worst = apart(max(total.apart.values()))
        return (
            Span("✓ ", Role.GOOD),
            Span(f"All numbers agree within {worst} (allowed: {TOLERANCE_TEXT}).", Role.GOOD),
        )
    told = f" The bug in the code: {slip}." if slip else ""
    names = ", ".join(heading(one, total.apart) for one in total.wrong)
    return Span("✗ ", Role.BAD), Span(f"Different: {names}.", Role.BAD), Span(told)


def left_alone(total: ParitySummary, updates: int) -> str:
    """How far torch has come from us by its own weights."""
    if total.free is None or total.wrong:
        return ""
    text = f"After {updates} updates of its own, torch's weights differ from ours by at most "
    text += f"{apart(total.free)}"
    if total.free > TOLERANCE:
        return f"{text}: rounding, which training makes larger from update to update."
    return f"{text}."


def _row(mark: str, text: str, role: Role) -> Line:
    return (Span(f"{mark} PyTorch: {text}", role),)


LOADING = _row("·", "the same update by autograd …", Role.EMPTY)


def unavailable(why: str) -> Line:
    """A torch that is there and can't be loaded."""
    return _row("!", why, Role.WARN)


def row(step: Step) -> Line:
    """One update for the dialog of checks."""
    if not step.finite:
        return _row("!", "not finite, so there is nothing to compare.", Role.WARN)
    if step.agrees:
        worst = apart(max(step.apart.values()))
        return _row("✓", f"all of this update by autograd, within {worst}.", Role.GOOD)
    wrong = [name for name, one in step.apart.items() if not one <= TOLERANCE]
    names = [name for name in wrong if f"d{name}" not in wrong]  # weights follow their gradients
    told = ", ".join(heading(one, step.apart) for one in names)
    text = f"by autograd this update has another {told}."
    return _row("✗", text, Role.BAD)
