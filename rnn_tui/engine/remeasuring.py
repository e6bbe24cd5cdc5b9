"""Numbers of a gradient measured again, with steps that suit the loss better than the usual one.

Central differences D(h) are off by two things. The wider the step, the farther the loss
bends within it; the narrower, the more of the difference is rounding. So a number on which
both gradients differ is measured with several steps h, each as (4 D(h) − D(2h)) / 3, which is
off by h⁴. The best agreement counts. What speaks against a gradient is only a measurement
whose steps agree with each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints
from rnn_tui.engine.checks.differences import STEP, Objective, Watch, central_differences
from rnn_tui.equations.norms import l2_norm
from rnn_tui.equations.parameters import Parameters

NARROWER = (STEP, 1e-6, 1e-7, 1e-8)  # where the loss bends so soon that `STEP` is too wide
WIDER = (1e-2, 1e-3, 1e-4)  # where rounding drowns what `STEP` makes of the loss
DOUBT = 10  # times as far as steps disagree, a measurement may be off
NEGLIGIBLE = 0.01  # of what both may differ by, a number that is off by less is not looked at
LOOSE = 1e-2  # steps that disagree by more of what they measure say nothing about it


@dataclass(frozen=True, eq=False)
class Measured:
    """Some numbers of a gradient, (n,), and how far each may be off.

    That is by `blur`, as rounding has it, and by `bend`, as far as steps disagree beyond
    that: infinite where nothing is known. At `corners` the step led across the corner of
    relu, which says nothing of a slope beside it.
    """

    gradient: Floats
    bend: Floats
    blur: float
    corners: Bools

    def beside(self, other: Measured) -> Measured:
        """The same, where the steps of another measurement have to agree as well."""
        apart = abs(self.gradient - other.gradient) - self.blur - other.blur
        return replace(self, bend=np.maximum(self.bend, np.nan_to_num(apart, nan=np.inf)))

    def agrees_with_itself(self, places: Ints) -> bool:
        """Whether its own steps come to nearly the same at these places, corners left out."""
        smooth = places[~self.corners[places]]
        return length(self.bend[smooth]) <= LOOSE * length(self.gradient[smooth])


@dataclass(frozen=True, eq=False)
class Settled:
    """What numbers of a gradient were measured to be, (n,), and by how much that may be off.

    `blur` and `bend` are norms. `kink` says whether all that is off stands at a corner of
    relu, `contradicts` whether the measurement speaks against what was computed.
    """

    numeric: Floats
    blur: float
    bend: float
    kink: bool
    contradicts: bool

    @property
    def is_undecided(self) -> bool:
        """Whether rounding, or the loss's own bends, leave it open whether both agree."""
        return not self.kink and not self.contradicts and self.blur + self.bend > 0


@dataclass(frozen=True, eq=False)
class Remeasured:
    """Measures numbers at some `places` of the flat vector, whose `analytic` values (n,) are known.

    `noise` is how far a loss may be off by rounding, in nats.
    """

    objective: Objective
    params: Parameters
    places: Ints
    analytic: Floats
    noise: float
    watch: Watch

    def settle(self, numeric: Floats, slack: float) -> Settled:
        """Measure until both agree within `slack` (a norm), or surely differ, or steps run out.

        `numeric` (n,) is what they were measured to be with the usual step.
        """
        best, before, found = numeric, None, self._nothing_known(numeric)
        is_tiny = length(self.analytic - numeric) < self.noise / STEP * np.sqrt(len(numeric))
        for step in WIDER if is_tiny else NARROWER:
            one = self._measured(step)
            best = self._nearer(best, one.gradient)
            if length(self.analytic - best) < slack:
                return Settled(best, 0.0, 0.0, kink=False, contradicts=False)
            off = np.flatnonzero(~(abs(self.analytic - best) < NEGLIGIBLE * slack))
            one = self._with_corners(one, off, step)
            if not one.agrees_with_itself(off):
                continue
            if before is not None:
                pair = one.beside(before), before.beside(one)
                judged = [self._judged(best, each, off) for each in pair]
                found = min(found, *judged, key=lambda each: each.blur + each.bend)
            before = one
            if found.contradicts:
                break
        return found

    def _measured(self, step: float) -> Measured:
        losses, places = self.objective.losses, self.places
        once = central_differences(losses, self.params, places, step, self.watch)
        twice = central_differences(losses, self.params, places, 2 * step, self.watch)
        blur = 2 * self.noise / step
        bend = np.maximum(0.0, np.nan_to_num(abs(once - twice) / 3, nan=np.inf) - blur)
        return Measured((4 * once - twice) / 3, bend, blur, np.zeros(len(places), bool))

    def _with_corners(self, one: Measured, off: Ints, step: float) -> Measured:
        corners = one.corners.copy()
        corners[off] = self.objective.bends(self.params, self.places[off], step)
        return replace(one, corners=corners)

    def _nearer(self, one: Floats, other: Floats) -> Floats:
        """Number by number, the measurement that is nearer to what was computed."""
        is_nearer = abs(self.analytic - other) < abs(self.analytic - one)
        return np.where(is_nearer | ~np.isfinite(one), other, one)

    def _nothing_known(self, numeric: Floats) -> Settled:
        return Settled(numeric, 0.0, np.inf, kink=False, contradicts=False)

    def _judged(self, best: Floats, one: Measured, off: Ints) -> Settled:
        """What a measurement says where both are off."""
        numeric, smooth = best.copy(), off[~one.corners[off]]
        numeric[off] = one.gradient[off]
        error = length(self.analytic[smooth] - numeric[smooth])
        blur, bend = one.blur * np.sqrt(len(smooth)), DOUBT * length(one.bend[smooth])
        contradicts = error > blur + bend
        kink = len(smooth) < len(off) and not contradicts
        return Settled(numeric, float(blur), bend, kink, contradicts)


def length(numbers: Floats) -> float:
    """The norm; that of no numbers is 0."""
    return float(l2_norm(numbers)) if len(numbers) else 0.0
