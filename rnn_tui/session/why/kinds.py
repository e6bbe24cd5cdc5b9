"""The names that numbers have in addresses, and what their indices count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.experiments import EMBEDDING, ENCODER_OF, Example
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.metrics import METRICS


class Kind(NamedTuple):
    """What numbers a name stands for: in words, and what its indices count.

    With `bare` the name may stand without indices, too. `of` says what a number hangs
    on: a pass (an example and an update), an update alone, or the moment as it is shown.
    """

    about: str
    axes: tuple[str, ...] = ()
    of: str = "pass"
    bare: bool = False


_ROW_AXES = {
    "W_xh": ("unit", "input"),
    "W_hh": ("unit", "unit"),
    "b_h": ("unit",),
    "W_hy": ("output", "unit"),
    "b_y": ("output",),
    EMBEDDING: ("token row", "input"),
}
_ROW_AXES |= {own: _ROW_AXES[name] for name, own in ENCODER_OF.items()}
_OF_PARAMETERS = {
    "{}": Kind("a weight", of="update"),
    "d{}": Kind("the gradient of this example so far"),
    "reduced_{}": Kind("the gradient reduced over the batch", of="update"),
    "g_{}": Kind("the gradient of the batch, 0 where it is frozen", of="update"),
    "step_{}": Kind("the gradient after clipping", of="update"),
    "v_{}": Kind("the velocity: what the update adds", of="update"),
}


ADDRESSED = {name: one for name, one in METRICS.items() if one.why}


def _kinds() -> dict[str, Kind]:
    kinds = {
        "x": Kind("an input, the embedding of a token", ("token", "input")),
        "xh": Kind("what comes from the input", ("token", "unit")),
        "hh": Kind("what comes from the memory", ("token", "unit")),
        "pre": Kind("a unit before it is squashed", ("token", "unit")),
        "h": Kind("the hidden state after a token", ("state", "unit")),
        "y": Kind("a logit", ("answer", "output")),
        "p": Kind("a probability", ("answer", "output")),
        "target": Kind("the probability that is wanted", ("answer", "output")),
        "loss": Kind("the loss of an answer, or their mean", ("answer",), bare=True),
        "total_loss": Kind("the sum of the losses of all answers"),
        "dy": Kind("dL/dy", ("answer", "output")),
        "dh_local": Kind("what dh gets from the output here", ("token", "unit")),
        "dh": Kind("dL/dh", ("token", "unit")),
        "delta": Kind("dL/dpre", ("token", "unit")),
        "dh_next": Kind("what a token sends back to the state before it", ("sent", "unit")),
        "dh_norm": Kind("the norm of dL/dh", ("token",)),
        "decay": Kind("the norm of dL/dh against the last one", ("token",)),
        "local_norm": Kind("the norm of dh_local", ("token",)),
        "future_norm": Kind("the norm of what dh gets from later", ("token",)),
        "sent_norm": Kind("the norm of what goes back to the state before", ("sent",)),
        "ledger": Kind("the norm of one loss's own dL/dh", ("answer", "token")),
        "slope": Kind("the mean slope f′ of the units", ("token",)),
        "jacobian": Kind("the largest stretch of one step back", ("token",)),
        "reach": Kind("the largest stretch of all steps back to here", ("token",)),
        "sigma": Kind("the largest singular value of W_hh", of="update"),
        "sigma_enc": Kind("the largest singular value of W_hh_enc", of="update"),
        **{one.name: Kind(one.about, one.axes, one.of) for one in ADDRESSED.values()},
    }
    for name in _ROW_AXES:
        for pattern, kind in _OF_PARAMETERS.items():
            kinds[pattern.format(name)] = kind._replace(axes=_ROW_AXES[name])
        kinds[f"norm_g_{name}"] = Kind(f"the norm of g_{name}", of="update")
    return kinds


KINDS: dict[str, Kind] = _kinds()

AXIS_WORDS = {
    "token": "a timestep",
    "state": "a timestep",
    "sent": "a timestep",
    "answer": "a timestep with an output",
    "unit": "a unit",
    "input": "an input",
    "output": "an output",
    "token row": "a token's row",
    "example": "an example",
    "point": "an epoch or step",
}


def kinds(bench: Pass) -> dict[str, Kind]:
    """The names that mean something in this experiment."""
    learned = EMBEDDING in bench.before.layout.shapes
    encoder = bench.before.layout.encoder
    frozen = bench.program.freezes
    return {
        name: kind
        for name, kind in KINDS.items()
        if (learned or not _speaks_of_embedding(name, kind))
        and (encoder or not name.endswith("_enc"))
        and (frozen or not name.startswith("reduced_"))
        and (name not in ADDRESSED or ADDRESSED[name].fits(bench.experiment))
    }


def _speaks_of_embedding(name: str, kind: Kind) -> bool:
    return "token row" in kind.axes or name == f"norm_g_{EMBEDDING}"


def extent(bench: Pass, axis: str, example: Example | None = None) -> Sequence[int]:
    """What an index may be, in ascending order, in the example of a pass or in another one."""
    layout, one = bench.before.layout, example or bench.current
    T = one.length
    updates = bench.updates_per_epoch if bench.experiment.stream is None else 1
    return {
        "token": range(T),
        "state": range(-1, T),
        "sent": range(T + 1),
        "answer": one.outputs,
        "unit": range(layout.hidden_size),
        "input": range(layout.input_size),
        "output": range(layout.output_size),
        "token row": range(layout.learned_tokens),
        "example": range(1, len(bench.examples) + 1),
        "point": range(bench.timeline.records.count // updates),
    }[axis]
