"""The break-it lab: a bug goes into the code, and is looked for line by line."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

import numpy as np

from rnn_tui.engine.checks.gradient_check import TOLERANCE
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer
from rnn_tui.engine.update import update_bodies
from rnn_tui.equations.faults import FAULTS, Fault, shows_nowhere
from rnn_tui.equations.lines import Line
from rnn_tui.equations.network import Network
from rnn_tui.equations.norms import l2_norm
from rnn_tui.experiments import TrainingConfig
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import OpKind


def settings_with(trainer: Trainer, name: str | None, update: int) -> TrainingConfig:
    """The settings of a trainer with a bug put in before an update, or taken out (None).

    Raises Refused where that would change nothing.
    """
    settings, now = trainer.settings, trainer.net.fault
    if name is None:
        if now is None:
            raise Refused("there is no bug in the code", "forward", "epoch")
        return replace(settings, fault="none", recurrent_backprop="exact")
    if name not in FAULTS:
        raise Refused(f"there is no bug called {name}, only {', '.join(FAULTS)}")
    fault = FAULTS[name]
    if now is fault:
        raise Refused("that bug is in the code already", "finish_backward")
    if why := _nowhere(fault, settings.reduction, len(trainer.members(update)), trainer.net):
        raise Refused(why)
    return replace(settings, fault=cast("Any", name), recurrent_backprop="exact")


def refusal(one: Pass, fault: Fault) -> str | None:
    """Why a bug can't be seen in this experiment; None if it can."""
    return _nowhere(fault, one.experiment.training.reduction, len(one.members), one.network)


def _nowhere(fault: Fault, reduction: str, examples: int, net: Network) -> str | None:
    return shows_nowhere(fault, reduction, examples, net.layers[-1].cell)


def surprise(one: Pass, turn: int) -> str:
    """The name of a bug that the gradient check notices here, in an order drawn from the moment.

    The same moment and `turn` = 0, 1, … give the same one, the next turn another.
    """
    seed = zlib.crc32(one.before.flat.tobytes())
    order = np.random.default_rng((seed, one.update)).permutation(
        [name for name, fault in FAULTS.items() if fault.fits(one.network.layers[-1].cell)]
    )
    others = [FAULTS[name] for name in order if FAULTS[name] is not one.network.fault]
    seen = [fault for fault in others if refusal(one, fault) is None and _shows(one, fault)]
    found = seen or others
    return found[turn % len(found)].name


def _shows(one: Pass, fault: Fault) -> bool:
    """Whether a bug makes another gradient of this example, or of the batch."""
    if fault.of_update:
        return True
    trace = one.known.trace
    right, wrong = (
        trace_example(trace.params, replace(trace.net, fault=which), trace.example, trace.start)
        for which in (None, fault)
    )
    with np.errstate(all="ignore"):
        off = l2_norm(right.grads.flat - wrong.grads.flat)
        return bool(off > 100 * TOLERANCE * l2_norm(right.grads.flat))


@dataclass(frozen=True)
class Suspect:
    """A line of the code that makes the gradient or uses it, as it runs now."""

    file: str
    function: str
    number: int
    text: str

    def is_wrong(self, lines: FaultLines | None) -> bool:
        """Whether this is the line that a bug is in."""
        return lines is not None and self.text == lines.wrong.text


class FaultLines(NamedTuple):
    """The line that a bug is in as it should read, and as it does."""

    right: Line
    wrong: Line


def fault_lines(one: Pass, fault: Fault | None) -> FaultLines | None:
    """Where a bug is in the code of a pass; None if it is nowhere in it."""
    if fault is None:
        return None
    bodies = update_bodies(one.network.optimizer, one.experiment.training)
    found = fault.line_in_update(bodies) or fault.line_in(one.network.layers[-1].cell)
    return None if found is None else FaultLines(*found)


def suspects(one: Pass) -> tuple[Suspect, ...]:
    """The lines of the backward ops and of the update, in the order in which they run."""
    algorithm = one.program.algorithm
    return tuple(_suspect(kind) for kind in (*algorithm.backward[False], *algorithm.update))


def _suspect(kind: OpKind) -> Suspect:
    body, line = kind.body, kind.line
    return Suspect(body.file, body.name, body.place(line), line.text)
