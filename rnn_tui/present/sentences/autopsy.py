"""The card of a run that broke: what first, by which way, why, and what may help."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnn_tui.characters import visible
from rnn_tui.equations.optimizers import optimizer_of
from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import short
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.autopsy import Autopsy, Chain
from rnn_tui.session.checks.cures import Cure, Treatment, likeliest
from rnn_tui.session.program.ops import Phase

MOST_LINKS = 7
WAYS = {Phase.FORWARD: "in the forward pass", Phase.BACKWARD: "in backpropagation"}
WHAT = {
    "reduce": "the gradient of the batch",
    "freeze": "the gradient",
    "grad_norm": "the gradient's norm ‖g‖",
    "clip": "the clipped gradient",
    "decay": "the gradient with weight decay",
    "loss": "the loss",
}


def title(found: Autopsy, unit: str, updates: int) -> str:
    """`Epoch 31 breaks the run`."""
    return f"Autopsy: {_when(found, unit, updates)} diverges"


def _when(found: Autopsy, unit: str, updates: int) -> str:
    inside = found.update % updates
    place = f"{unit} {found.update // updates:,}"
    return f"{place}, update {inside + 1} of {updates}," if updates > 1 else place


def broken_hint(found: Autopsy, unit: str, updates: int) -> str:
    """What to press when the card was closed, with `{verb}` for keys."""
    where = _when(found, unit, updates)
    return f"{where[:1].upper()}{where[1:]} will diverge (inf or NaN) · {{run}} train on anyway"


def card(found: Autopsy) -> tuple[tuple[str, Line], ...]:
    """What is known: a heading and a line each."""
    facts = [("first", _first(found))]
    if found.inside is not None:
        facts.append((found.inside.name, _links(found.inside)))
    if len(found.by_update.norms) > 1:
        facts.append(("gradient norm until then", _links(found.by_update)))
    causes = enumerate(why(found))
    return (*facts, *(("" if k else "why", (Span(cause),)) for k, cause in causes))


def _of_optimizer(found: Autopsy, name: str) -> str:
    """A vector of the optimizer, or an array of the parameters that it leaves."""
    optimizer = optimizer_of(found.settings.optimizer)
    if name in optimizer.vectors:
        return optimizer.body.line(name).words.partition(":")[0]
    return f"{name}, the new weights"


def _first(found: Autopsy) -> Line:
    place = found.place
    value = Span(number(place.value), Role.BAD)
    if place.t is None:
        what = WHAT.get(place.name) or _of_optimizer(found, place.name)
        return (Span(what, Role.STRONG), Span(" became "), value, Span(" in the update"))
    what = f"{place.name}[{','.join(map(str, (place.t, *place.at)))}]"
    where = f" {WAYS[place.phase]}, t={place.t} of {found.timesteps - 1} "
    kind = "chunk" if found.settings.batch == "stream" else "example"
    example = f" of {kind} {(place.example or 0) + 1}"
    return (
        Span(what, Role.STRONG), Span(" became "), value, Span(where),
        Span(f"“{visible(found.token)}”", Role.TOKEN), Span(example, Role.MUTED),
    )  # fmt: skip


def number(x: float) -> str:
    """A number of any size in few digits: `0.31`, `42`, `8e3`, `1.2e304`, `∞`, `NaN`."""
    if not math.isfinite(x):
        return short(x).replace("+", "")
    if x == 0 or 0.01 <= abs(x) < 1000:
        return (f"{x:.2g}" if abs(x) < 100 else f"{x:.0f}").replace("-", MINUS)
    mantissa, exponent = f"{x:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", MINUS)


def _links(chain: Chain) -> tuple[Span, ...]:
    """`t=0 1.7 → … → t=182 ∞`: some of the norms, the last ones among them."""
    places = thinned(len(chain.norms))
    spans: list[Span] = []
    before = -1
    for place in places:
        if place:
            spans.append(Span(" → " if place == before + 1 else " ⋯ ", Role.MUTED))
        value = chain.norms[place]
        last = place == len(chain.norms) - 1
        role = Role.TEXT if math.isfinite(value) else Role.BAD
        spans.append(Span(number(value), Role.STRONG if last and role is Role.TEXT else role))
        before = place
    if "t" in chain.name:
        spans.append(Span(f"   t={chain.at[0]} … {chain.at[-1]}", Role.MUTED))
    return tuple(spans)


def thinned(count: int) -> Sequence[int]:
    """Places of at most `MOST_LINKS` links, evenly spread, with the last three in a row."""
    if count <= MOST_LINKS:
        return range(count)
    early = MOST_LINKS - 3
    return [*(k * (count - 3) // early for k in range(early)), *range(count - 3, count)]


def why(found: Autopsy) -> tuple[str, ...]:
    """What the numbers say about the cause."""
    said: list[str] = []
    settings, inside = found.settings, found.inside
    if inside is not None and found.singular > 1 and len(inside.norms) > 2:
        held = " and relu has no bound" if found.activation == "relu" else ""
        said.append(
            f"each timestep multiplies by W_hh, by up to {number(found.singular)} (its largest "
            f"singular value){held}; there are {found.timesteps} timesteps"
        )
    norms = found.by_update.norms
    norm = norms[-1] if inside is None else norms[-2] if len(norms) > 1 else 0.0
    if found.learning_rate * norm > found.weights:
        said.append(
            f"the last step was lr × ‖g‖ = {number(found.learning_rate)} × {number(norm)}, while "
            f"the norm of all weights is {number(found.weights)}"
        )
    if settings.clip == "none":
        said.append("the gradient is not clipped")
    elif not found.clipped:
        said.append(f"clipping by {settings.clip} at {settings.clip_limit:g} did not limit it")
    return tuple(said)


def remedy(found: Treatment, unit: str, updates: int) -> str:
    """What a cure does."""
    there = f"back to {unit} {found.update // updates:,}"
    before, after = number(found.before), number(found.after)
    if found.cure is Cure.CLIP:
        now = "" if math.isinf(found.before) else f" instead of {before}"
        return f"{there}, ‖g‖ clipped at {after}{now}"
    if found.cure is Cure.HALVE:
        return f"{there}, learning rate halved: {before} → {after}"
    return f"{there}, W_hh rescaled to radius {after}, from {before}"


def advice(found: Autopsy, cure: Cure) -> str:
    """Whether to try a cure first."""
    return "try this first" if likeliest(found) is cure else ""
