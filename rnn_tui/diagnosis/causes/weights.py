"""First weights that nothing can be learnt from, and units through which no gradient comes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.diagnosis.case import SLIGHT, Case, root_mean_square
from rnn_tui.diagnosis.finding import Cure, Suspicion
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.spectrum.flatness import dead_share, flat_share, gates_flat_share
from rnn_tui.engine.spectrum.spectrum import (
    has_radius,
    recurrent_matrix,
    recurrent_names,
    spectral_radius,
)
from rnn_tui.numerals import worded
from rnn_tui.session.why.metrics.proving import traces_of
from rnn_tui.session.why.state_norms import decays, name_of_figure

LARGE = 1.5  # root mean square of a matrix
SURPRISED = 2.5  # times the loss of an answer that knows nothing
FLAT, SATURATED, DEAD = 0.4, 0.6, 0.5  # shares of units
FADES, GROWS = 1e-4, 1e3  # what is left of dL/dh at the first timestep
FADING = 1e-2  # of it: with that little it may be the cause, if a cure helps
WEAK, STRONG = 0.3, 1.6  # the spectral radius
LONG = 4  # timesteps
RADIUS = 0.95


def anew(how: str = "") -> tuple[Cure, ...]:
    """New weights, drawn in one of two usual ways; `how` they differ then from those there are."""
    return tuple(
        Cure(f"Initialise the weights again ({init}){how}", f"set model.init {init}")
        for init in ("orthogonal", "xavier")
    )


def tiny(case: Case) -> Iterator[Suspicion]:
    """Weights that are all but 0, or all alike: units that can't become different."""
    params = case.state.params
    recurrent = recurrent_names(params)
    small = [
        n for n in case.matrices if n not in recurrent and root_mean_square(params[n]) < SLIGHT
    ]
    alike = [n for n in recurrent if _rows_alike(params[n])]
    found = small or alike
    if found:
        name = found[0]
        what = "are close to 0" if small else "are all alike"
        cause = f"The first weights {what}: units hardly get a gradient (g)"
        refs = (f"{name}[0,0]@{case.start}", f"norm_g_{name}@{case.start}")
        yield Suspicion("tiny-weights", cause, refs, anew(", with larger numbers"), 3)


def _rows_alike(W: Floats) -> bool:
    return len(W) > 1 and bool((W[:1] == W).all())


def is_sure(case: Case, first: float) -> bool:
    """Whether a first loss is far above that of an answer that knows nothing, ln V."""
    known = case.value("chance_loss")
    return case.experiment.has_classes and not first <= SURPRISED * known


def large(case: Case) -> Iterator[Suspicion]:
    """Units that are flat from the beginning, or an answer that is sure of what it can't know."""
    ref, share = flattest(case)
    sure = is_sure(case, case.course.first)
    recurrent = recurrent_names(case.state.params)
    rest = (case.state.params[name] for name in case.matrices if name not in recurrent)
    is_large = any(root_mean_square(matrix) > LARGE for matrix in rest)
    if is_large and sure and not share > FLAT:
        cause = "The first answers are far too sure: the first loss is above chance (ln V)"
        refs = [ref, "past_loss[0]", "chance_loss"]
    elif (is_large and share > FLAT) or share > SATURATED:
        units = "Units" if ref.startswith("saturation") else "Gates"
        cause = (
            f"{units} are saturated from {_beginning(case)}: their slope (f′) lets hardly any "
            "gradient through"
        )
        refs = [ref, _farthest(case), "past_loss[0]", "chance_loss"]
    else:
        return
    name = "large-weights" if is_large else "saturated"
    yield Suspicion(name, cause, tuple(refs), anew(", with smaller numbers"), 3)


def _beginning(case: Case) -> str:
    """Where the run began, in words: it may go on from a change."""
    history = case.view.history
    if not case.start:
        return "the beginning"
    return f"{history.unit} {case.start // history.updates:,}"


def flattest(case: Case) -> tuple[str, float]:
    """The address of the share of units, or else of gates, that are flat at the start; and it."""
    traces, layer = traces_of(case.one()), case.trainer.net.layers[-1]
    bounded = not layer.cell.has_slope or layer.activation.bounded
    shares = {
        f"saturation@{case.start}": flat_share(traces) if bounded else 0.0,
        f"gate_saturation@{case.start}": gates_flat_share(traces),
    }
    ref = max(shares, key=lambda one: np.nan_to_num(shares[one]))
    return ref, shares[ref]


def _farthest(case: Case) -> str:
    """The address of the number that is farthest from 0 of those that make the units."""
    params, net = case.state.params, case.trainer.net
    names = [name for name in params.layout.shapes if name not in net.head.readout.parameters]
    name = max(names, key=lambda one: np.abs(params[one]).max(initial=0.0))
    index = np.unravel_index(int(np.argmax(np.abs(params[name]))), params[name].shape)
    return f"{name}[{','.join(str(int(i)) for i in index)}]@{case.start}"


def _dead_share(case: Case, k: int) -> float:
    """The share of units that answer 0 to everything at an update; 0 where none can."""
    layer = case.trainer.net.layers[-1]
    if not layer.cell.has_slope or layer.activation.bounded:
        return 0.0
    return dead_share(traces_of(case.one(k)))


def dead_after(case: Case) -> str | None:
    """The address of the share of units that have died by the end, where most have."""
    end = case.start + len(case.course.losses)
    if case.course.broke or _dead_share(case, case.start) > DEAD:
        return None
    return f"dead_units@{end}" if _dead_share(case, end) > DEAD else None


def dead(case: Case) -> Iterator[Suspicion]:
    """Units that answer 0 to everything, so that no gradient comes through."""
    share = _dead_share(case, case.start)
    if share > DEAD:
        cause = f"{share:.0%} of the units are dead: their output is 0 for every token"
        name = recurrent_names(case.state.params)[0]
        refs = (f"dead_units@{case.start}", f"norm_g_{name}@{case.start}")
        yield Suspicion("dead-units", cause, refs, anew(", with biases of 0"), 3)


def _worst(trace: Trace, layers: int) -> tuple[int, float]:
    """The layer in which least is left of dL/dh at the first timestep, or else most, and how much.

    All of them have to carry it back, so one in which it dies out is enough.
    """
    left = {depth: float(decays(trace, depth, "h")[0]) for depth in range(layers)}
    least = min(left, key=lambda depth: left[depth])
    most = max(left, key=lambda depth: left[depth])
    depth = most if left[most] > GROWS else least
    return depth, left[depth]


def _way_back(name: str, left: float, radius: float, layer: str) -> str:
    """What the gradient does on its way back: how much is left, or else what W_hh does to it."""
    word = "vanishes" if name == "vanishing" else "explodes"
    if left < FADING or left > GROWS:
        return f"The gradient{layer} {word}: {worded(left, 2)} of ∂L/∂h is left at the first token"
    does = "shrinks" if name == "vanishing" else "amplifies"
    return f"W_hh {does} what it carries: its spectral radius (ρ) is {worded(radius, 2)}"


def _through_flat(left: float, radius: float, layer: str) -> str:
    """A gradient that vanishes though W_hh amplifies: the units that it comes through are flat."""
    return (
        f"The gradient{layer} vanishes, as units are flat, though W_hh amplifies (ρ is "
        f"{worded(radius, 3)}): {worded(left, 2)} of ∂L/∂h is left at the first token"
    )


def recurrence(case: Case) -> Iterator[Suspicion]:
    """A recurrence through which gradients vanish or explode."""
    one = case.one(case.start, case.longest)
    trace, T = one.known.trace, one.current.length
    if T < LONG:
        return
    depth, left = _worst(trace, case.trainer.net.depth)
    params = case.state.params
    radius = spectral_radius(recurrent_matrix(params))  # NaN where there are several
    weak = left < FADING or radius < WEAK
    strong = left > GROWS or radius > STRONG
    if not (weak or strong):
        return
    grows = left > GROWS or (radius > STRONG and not left < FADING)
    name = "exploding" if grows else "vanishing"
    speaks = strong or left < FADES or radius < WEAK
    where = f"#{one.example + 1}@{case.start}"
    layer = f" of layer {depth}" if case.trainer.net.depth > 1 else ""
    is_flat = left < FADING and radius > STRONG  # W_hh amplifies, and still nothing comes through
    cause = _through_flat(left, radius, layer) if is_flat else _way_back(name, left, radius, layer)
    decay = (f"{name_of_figure('decay', 'h', depth)}[0]{where}",) if not np.isnan(left) else ()
    if not has_radius(params.layout):
        yield Suspicion(name, cause, decay, anew(), 4, speaks)
        return
    slope = flattest(case)[0] if is_flat else f"radius[{T - 1}]{where}"
    refs = (*decay, slope, f"rho@{case.start}")
    words = f"Rescale W_hh to a spectral radius (ρ) of {RADIUS:g}"
    cures = (Cure(words, f"set rho {RADIUS:g}"), anew()[0])
    yield Suspicion(name, cause, refs, cures, 4, speaks)
