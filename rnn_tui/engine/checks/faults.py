"""Classic bugs of hand-written BPTT, each of them one line of our own code gone wrong.

A fault is put in by compiling the function again with that line swapped, so what
runs is what its source says: `inspect`, tracebacks and the explorer's listing all
show the wrong line in its place, under the file's own name and line numbers.
"""

from __future__ import annotations
import __future__

import inspect
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from rnn_tui.experiments import TrainingConfig

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Fault:
    """A bug: in `function`, the line `right` stands as `wrong`.

    `slip` says what was done wrong, `symptom` what comes of it, `hint` where to look,
    without naming the line.
    """

    name: str
    slip: str
    symptom: str
    hint: str
    function: str
    right: str
    wrong: str

    @property
    def batched(self) -> bool:
        """Whether `bptt` makes the same slip, so that training need not go step by step."""
        return self.function == "update" or self is UNTRANSPOSED


NO_SLOPE = Fault(
    "no-slope",
    "the derivative of the activation is left out",
    "gradients that do not fade where units saturate, and too large ones before them",
    "Between dh and delta the gradient goes back through the activation.",
    "backward_step",
    "delta = dh * net.activation.slope(h_t)",
    "delta = dh",
)
NO_DH_NEXT = Fault(
    "no-dh-next",
    "what the next timestep sends back is dropped",
    "no gradient reaches any token but those that have an answer of their own",
    "A state has two ways to the loss: its own output, and the state after it.",
    "backward_step",
    "dh = dh_local + dh_next",
    "dh = dh_local",
)
UNTRANSPOSED = Fault(
    "untransposed",
    "W_hh where the chain rule wants W_hhᵀ",
    "right at the last token, wrong at each one before it; published code has this one",
    "Forward, row i of W_hh collects for unit i. Which way do the shares go back?",
    "backward_step",
    "dh_next = params.W_hh.T @ delta",
    "dh_next = params.W_hh @ delta",
)
NO_ACCUMULATION = Fault(
    "no-accumulation",
    "a timestep overwrites what the others added",
    "one weight matrix hears of one timestep only, the first of the text",
    "The same weights are used at each timestep, so each timestep must leave its share.",
    "backward_step",
    "grads.W_hh += np.outer(delta, h_prev)",
    "grads.W_hh[...] = np.outer(delta, h_prev)",
)
SHIFTED_STATE = Fault(
    "shifted-state",
    "h_t where h_t-1 belongs: off by one",
    "one weight matrix has a gradient that looks plausible and is not right",
    "Which state did the weights multiply on the way forward?",
    "backward_step",
    "grads.W_hh += np.outer(delta, h_prev)",
    "grads.W_hh += np.outer(delta, h_t)",
)
NO_MEAN = Fault(
    "no-mean",
    "the sum over a batch is taken for its mean",
    "each example is right, yet the batch steps too far: N examples, N times the step",
    "Each example's gradient is right. What is done to their sum?",
    "update",
    "reduced = reduce_gradient(total, count, settings)",
    "reduced = reduce_gradient(total, 1, settings)",
)

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        NO_SLOPE, NO_DH_NEXT, UNTRANSPOSED, NO_ACCUMULATION, SHIFTED_STATE, NO_MEAN,
    )
}  # fmt: skip


def fault_of(settings: TrainingConfig) -> Fault | None:
    """The bug that an experiment asks for; "published" backpropagation is one of them."""
    if settings.fault != "none":
        return FAULTS[settings.fault]
    return UNTRANSPOSED if settings.recurrent_backprop == "published" else None


def shows_nowhere(fault: Fault, settings: TrainingConfig, examples: int) -> str | None:
    """Why a bug would change nothing at all; `examples` is how many an update trains on."""
    if fault is not NO_MEAN:
        return None
    if settings.reduction == "sum":
        return 'the gradient is not averaged here anyway: reduction is "sum"'
    if examples == 1:
        return "an update trains on one example here, and the mean of one is the one"
    return None


def in_place_of(function: F, fault: Fault | None) -> F:
    """The function that runs with a fault: itself, unless the fault is in it."""
    if fault is None or fault.function != function.__name__:
        return function
    return cast("F", _broken(function, fault))


@lru_cache(maxsize=16)
def _broken(function: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    """A function with one line swapped, under a file name that has its listing."""
    lines, first = inspect.getsourcelines(function)
    place = first - 1 + line_at_fault(function, fault)
    swapped = [*inspect.findsource(function)[0]]
    swapped[place] = swapped[place].replace(fault.right, fault.wrong)
    name = f"<{fault.name}>/{inspect.getfile(function).rpartition('/')[2]}"
    linecache.cache[name] = (sum(map(len, swapped)), None, swapped, name)
    text = "\n" * (first - 1) + "".join(swapped[first - 1 : first - 1 + len(lines)])
    flags = __future__.annotations.compiler_flag
    found: dict[str, Any] = {}
    exec(compile(text, name, "exec", flags, dont_inherit=True), function.__globals__, found)
    made: Callable[..., Any] = found[function.__name__]
    return made


def line_at_fault(function: Callable[..., Any], fault: Fault) -> int:
    """Which line of a function, from 0, a fault replaces: the one that reads so."""
    lines, _ = inspect.getsourcelines(function)
    (place,) = [i for i, line in enumerate(lines) if line.strip() == fault.right]
    return place
