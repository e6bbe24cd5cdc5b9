"""What each symbol on the screen stands for, in a sentence.

Numbers that have an address are told of by its name, which the lines of the network explain;
signs of formulas and titles, which have none, stand in a table here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rnn_tui.present.tables.tables import first_state
from rnn_tui.present.tables.weight_rows import use
from rnn_tui.present.tokens import token_text
from rnn_tui.session.view import StepView
from rnn_tui.session.why.kinds import Kind, kind_of, kinds
from rnn_tui.session.why.refs import Ref, read

SIGNS: dict[str, str] = {
    "∂L/∂h": "the gradient of the loss with respect to a hidden state (dh)",
    "∂L/∂c": "the gradient of the loss with respect to the cell state (dc)",
    "∂L/∂y": "the gradient of the loss with respect to an output (dy); p − t for a class",
    "dL": "the gradient of the loss with respect to what follows",
    "∂L_k": "the gradient of one loss alone, L_k",
    "∂": "the derivative: how fast what is above moves with what is below",
    "Δ": "the change: the value now minus that at the start, or before an update",
    "L": "the loss of a pass; L_2 is that of the answer at timestep 2 alone",
    "J": "the Jacobian: the derivatives of all states by those of the timestep before",
    "λ": "an eigenvalue: along its eigenvector a matrix multiplies by it alone",
    "ε": "a small number: the step of a finite difference, or what keeps a quotient finite",
    "‖": "the norm: the square root of the sum of squares, a vector's length",
    "‖₂": "of a matrix: its largest singular value, the largest factor of a single step",
    "h′": "a state of the other example, where two contexts are compared",
    "ρ": "the spectral radius: the largest |eigenvalue|; repeated steps grow above 1",
    "σ": "the sigmoid 1 / (1 + e⁻ˣ), between 0 and 1",
    "tanh": "the hyperbolic tangent: squashes any number to between −1 and 1",
    "tanh′": "the slope of tanh, 1 − h²: near 0 where a unit is saturated",
    "f": "the activation of a unit: tanh, relu or sigmoid",
    "f′": "the slope of the activation at a unit; the gradient is multiplied by it",
    "⊙": "the product number by number, of two vectors of one length",
    "ᵀ": "transposed: rows become columns; a gradient goes back through Wᵀ",
    "±": "plus or minus; a ± bi is a pair of complex numbers",
    "⌊": "rounded down to a whole number, up to the sign ⌋",
    "≈": "about: rounded to the digits that are shown",
    "·": "the product; where a number would stand alone, not computed yet",
    "Σ": "the sum over what stands below it",
    "Π": "the product over what stands below it",
    "δ": "the gradient before the activation, ∂L/∂pre (delta)",
    "η": "the learning rate (lr): how far an update goes along the gradient",
    "lr": "the learning rate: how far an update goes along the gradient",
    "momentum": "how much of the last update is kept in the next one",
    "g": "the gradient of the batch, from which an update is made; ‖g‖ is its norm",
    "θ": "all parameters, as one vector",
    "velocity": "what an update adds to the weights, momentum included",
    "clip": "to shorten a gradient that is above the limit, so that no update is too large",
    "half-life": "the number of timesteps after which half of the gradient is left",
    "BPTT": "backpropagation through time: the chain rule, from the last timestep back",
    "epoch": "one pass of training over all examples; counted from 0",
    "update": "one change of the weights (s); an epoch has one or more",
    "epoch mean": "the mean over an epoch's updates, each measured before it, as the weights move",
    "update : weights": "‖ΔW‖ / ‖W‖: how far an update moves a matrix, against its length",
    "timestep": "the reading of one token (t); counted from 0",
    "logit": "an output before softmax or sigmoid (y)",
    "softmax": "turns logits into probabilities that add up to 1: e^y / Σ e^y",
    "binary_cross_entropy": "the loss −ln p of the correct one of two classes",
    "cross_entropy": "the loss −ln p of the correct class",
    "cross-entropy": "the loss −ln p of the correct class; ln V where all of V are equally likely",
    "saturated": "a unit whose slope is near 0: its gradient hardly passes",
    "ledger": "which loss sends how much gradient to which state",
    "local": "the part of a gradient that comes from this timestep's own output",
    "future": "the part of a gradient that comes from later timesteps",
    "wall": "the truncation point: states pass it, gradients do not",
    "patch": "a hidden value set by hand, for this pass only (✎)",
    "val": "validation: the loss on text held back, never trained on",
    "floor": "the entropy of the text's source: no model is better on unseen text",
    "temperature": "divides the logits before the softmax: below 1 likelier, above 1 more random",
    "seed": "the number that all random draws follow from: the same draws the same",
    "AUC": "how well a unit tells two kinds apart: 0.5 is chance, 1 always",
    "R²": "1 − squared error / variance of the targets: 1 is exact, 0 as good as their mean",
    "t": "the timestep, from 0; t=0 reads the first token",
    "T": "the number of timesteps, or transposed where it stands above a matrix",
    "H": "the number of hidden units",
    "I": "the number of inputs: how long the vector of a token is",
    "O": "the number of outputs",
    "N": "the number of examples that an update trains on",
    "base_rate": "the learning rate as it is set, before its decay",
    "lr_decay": "what the learning rate is multiplied by, every lr_decay_every updates",
    "clip_norm": "shortens a gradient to the limit and keeps its direction",
    "clip_value": "limits each number of a gradient by itself, which may turn it",
    "clip_limit": "the norm, or the number, above which a gradient is clipped",
    "lr_decay_every": "the number of updates after which lr_decay multiplies once more",
    "β": "how much Adam keeps of a running mean: β₁ of gradients, β₂ of their squares",
    "beta_1": "how much Adam keeps of the mean of gradients at each update",
    "beta_2": "how much Adam keeps of the mean of squared gradients at each update",
    "k": "the number of an update from 1, or a timestep that a gradient comes from",
    "V": "the number of tokens in the vocabulary",
    "ln V": "the loss of a network that knows nothing: all V tokens equally likely",
}

_JOINS = {
    "HI": "weights: input to unit", "HH": "weights: state before to unit",
    "OH": "weights: state to output", "H": "biases of the units", "O": "biases of the outputs",
    "VI": "learned vectors, a row for each token",
}  # fmt: skip
_COUNTED = {"token": "timestep", "state": "after token", "sent": "at timestep",
            "answer": "output at timestep", "point": "number"}  # fmt: skip


def meaning(view: StepView, name: str) -> str:
    """What a name or a sign stands for; nothing where it is not known here."""
    return _meaning(view, name, kinds(view))


def _meaning(view: StepView, name: str, known: Mapping[str, Kind]) -> str:
    axes = view.params.layout.axes
    if name in axes:
        own = _JOINS.get(axes[name], "weights")
        return f"{own}, of {purpose}" if (purpose := use(view.network, name)) else own
    if name in known:
        owner = next((one for one in sorted(axes, key=len)[::-1] if name.endswith(one)), "")
        about = known[name].about
        whose = _meaning(view, owner, known) if owner and owner != name else ""
        return f"{about}; {owner}: {whose}" if whose else about
    optimizer = view.network.optimizer
    for vector in optimizer.vectors:
        if name in {vector, optimizer.symbol(vector)}:
            return optimizer.body.line(vector).words
    told = SIGNS.get(name) or _SIGNS_IN_LOWER_CASE.get(name.lower(), "")
    return told or _of_parts(view, name, known)


_WITH_SIGN = re.compile(r"(∂L/∂|∂|Δ)(?P<of>.+)")
_AT_A_TIME = re.compile(r"(?P<of>.+)_(?P<when>t|prev|start|\d+|t[-−]1)")


def _of_parts(view: StepView, name: str, known: Mapping[str, Kind]) -> str:
    """The meaning of a name with a sign before it or a timestep behind it, by its parts."""
    if found := _WITH_SIGN.fullmatch(name):
        of = _meaning(view, found["of"], known)
        change = found[1] == "Δ"
        what = "the change since the start" if change else "the gradient of the loss"
        return f"{what}; {found['of']}: {of}" if of else ""
    if found := _AT_A_TIME.fullmatch(name):
        of = _meaning(view, found["of"], known)
        return f"{of}; {_WHEN.get(found['when']) or 'at timestep ' + found['when']}" if of else ""
    return ""


_WHEN = {
    "t": "at the timestep at hand", "prev": "of the timestep before",
    "t-1": "of the timestep before", "t−1": "of the timestep before",
    "start": "before the first token",
}  # fmt: skip


_SIGNS_IN_LOWER_CASE = {sign.lower(): about for sign, about in reversed(SIGNS.items())}


def entry(view: StepView, ref: str) -> str:
    """A number's entry: what its name stands for, and where in the network it is.

    `h[2,1]: the hidden state after a token; after token 2 “this”, unit 1`. Nothing for a name
    that means nothing here.
    """
    address = read(ref)
    told = meaning(view, address.name)
    if not told:
        return ""
    if _is_start(view, address):
        told = f"the {first_state(view)} state, before the first token"
    place = ", ".join(_place(view, address))
    return f"{ref}: {told}{f'; {place}' if place else ''}"


def _is_start(view: StepView, ref: Ref) -> bool:
    """Whether a number is of the state that a pass starts from."""
    axes = (view.network.layer_of(axis)[0] for axis in kind_of(ref.name, view).axes)
    return any(axis == "state" and k < 0 for axis, k in zip(axes, ref.index, strict=False))


def _place(view: StepView, ref: Ref) -> list[str]:
    """What its indices count, in words."""
    kind, words = kind_of(ref.name, view), []
    for axis, number in zip(kind.axes, ref.index, strict=False):
        plain = view.network.layer_of(axis)[0]
        token = ""
        here = ref.example is None and plain in ("token", "state", "answer", "sent")
        if here and 0 <= number < view.current.length:
            token = f" {token_text(view, number)}"
        if plain != "state" or number >= 0:
            words.append(f"{_COUNTED.get(plain, plain)} {number}{token}")
    return words


def glossary(view: StepView) -> dict[str, str]:
    """All names and signs that mean something here, with their sentences."""
    known = kinds(view)
    names = dict.fromkeys((*known, *view.params.layout.axes, *SIGNS))
    return {name: _meaning(view, name, known) for name in names}
