"""The operations of the algorithm, in words: what each computes and which source line does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from rnn_tui.engine import cell, optimizer
from rnn_tui.experiments import ENCODER_OF


class Phase(StrEnum):
    """The three parts of an update."""

    FORWARD = "FORWARD"
    BACKWARD = "BACKWARD"
    UPDATE = "UPDATE"


@dataclass(frozen=True)
class OpKind:
    """One line of the algorithm.

    `name` is what it computes; `function` is the code that runs it, `target` the
    left side of its line there; `equation` reads as on the blackboard.
    """

    name: str
    phase: Phase
    equation: str
    function: Callable[..., object]
    target: str


def _kinds() -> list[OpKind]:
    F, B, U = Phase.FORWARD, Phase.BACKWARD, Phase.UPDATE
    step, out = cell.forward_step, cell.output_step
    back, out_back, update = cell.backward_step, cell.output_backward_step, optimizer.update
    return [
        OpKind("x", F, "x_t = E[token]", cell.embed_step, "x_t"),
        OpKind("xh", F, "xh = W_xh · x_t", step, "xh"),
        OpKind("hh", F, "hh = W_hh · h_t-1", step, "hh"),
        OpKind("pre", F, "pre = xh + hh + b_h", step, "pre"),
        OpKind("h", F, "h_t = f(pre)", step, "h_t"),
        OpKind("y", F, "y = W_hy · h_t + b_y", out, "y"),
        OpKind("p", F, "p = σ(y)", out, "p"),
        OpKind("loss", F, "loss of p against the target", out, "loss"),
        OpKind("dy", B, "dy = p − target", out_back, "dy"),
        OpKind("dW_hy", B, "dW_hy += dy · h_tᵀ", out_back, "grads.W_hy"),
        OpKind("db_y", B, "db_y += dy", out_back, "grads.b_y"),
        OpKind("dh_local", B, "dh_local = W_hyᵀ · dy", out_back, "dh_local"),
        OpKind("dh", B, "dh = dh_local + dh_next", back, "dh"),
        OpKind("delta", B, "delta = dh · f′(pre)", back, "delta"),
        OpKind("dW_xh", B, "dW_xh += delta · x_tᵀ", back, "grads.W_xh"),
        OpKind("dW_hh", B, "dW_hh += delta · h_t-1ᵀ", back, "grads.W_hh"),
        OpKind("db_h", B, "db_h += delta", back, "grads.b_h"),
        OpKind("dE", B, "dE[token] += W_xhᵀ · delta", cell.embed_backward_step, "grads.E"),
        OpKind("dh_next", B, "dh_next = W_hhᵀ · delta", back, "dh_next"),
        OpKind("reduce", U, "g = reduce over the batch", update, "reduced"),
        OpKind("freeze", U, "g = 0 for frozen parameters", update, "gradient"),
        OpKind("grad_norm", U, "‖g‖ = √Σ g²", update, "grad_norm"),
        OpKind("clip", U, "g within its limit", update, "step"),
        OpKind("learning_rate", U, "lr of this update", update, "learning_rate"),
        OpKind("velocity", U, "v = momentum · v − lr · g", update, "velocity"),
        OpKind("update", U, "θ = θ + v", update, "theta"),
    ]


def _of_encoder(kind: OpKind) -> OpKind:
    """The same line of code where the weights in it are the encoder's."""
    name = f"d{ENCODER_OF[kind.name[1:]]}" if kind.name[1:] in ENCODER_OF else kind.name
    equation = kind.equation
    for one, own in ENCODER_OF.items():
        equation = equation.replace(one, own)
    return replace(kind, name=name, equation=equation)


LINES: dict[str, OpKind] = {kind.name: kind for kind in _kinds()}
_OF_ENCODER = {name: _of_encoder(kind) for name, kind in LINES.items()}
ENCODER_OPS = {kind.name: kind for kind in _OF_ENCODER.values()}  # at the encoder's timesteps
OPS: dict[str, OpKind] = LINES | {
    name: kind for name, kind in ENCODER_OPS.items() if name not in LINES
}

EMBED_OPS = ("x",)
STATE_OPS = ("xh", "hh", "pre", "h")
OUTPUT_OPS = ("y", "p", "loss")
OUTPUT_BACK_OPS = ("dy", "dW_hy", "db_y", "dh_local")
STATE_BACK_OPS = ("dh", "delta", "dW_xh", "dW_hh", "db_h", "dh_next")
EMBED_BACK_OPS = ("dE",)
ENCODER_BACK_OPS = tuple(_OF_ENCODER[name].name for name in STATE_BACK_OPS)
UPDATE_OPS = ("reduce", "freeze", "grad_norm", "clip", "learning_rate", "velocity", "update")


@dataclass(frozen=True)
class Op:
    """One operation in its place. `t` is its timestep, None in the update."""

    kind: OpKind
    t: int | None

    @property
    def name(self) -> str:
        """The name of what it computes."""
        return self.kind.name

    @property
    def phase(self) -> Phase:
        """The part of the update it belongs to."""
        return self.kind.phase
