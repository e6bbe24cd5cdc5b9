"""What a unit tells apart: how its activation goes with a class of tokens.

The measure is the area under the ROC curve of “the token is in the class” when it is
guessed from the activation a alone: AUC = P(a⁺ > a⁻) + ½ P(a⁺ = a⁻), where a⁺ is the
activation after a token of the class drawn at random, and a⁻ after one outside it. It
equals U / (n⁺ n⁻) with the U of Mann and Whitney (1947); see Hanley and McNeil (1982),
The meaning and use of the area under a receiver operating characteristic curve. It is
1 where the unit is always higher in the class, 0 where always lower, and ½ where it says
nothing, however rare the class and whatever the activation function.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Bools, Floats

VOWELS = frozenset("aeiou")


def auc(activations: Floats, members: Bools) -> Floats:
    """The AUC of every unit, (H,), from activations (T, H) and which of the T are in the class.

    NaN where the class or what is outside it is empty, and for a unit with a NaN.
    """
    inside, outside = activations[members], np.sort(activations[~members], axis=0)
    pairs = len(inside) * len(outside)
    result = np.full(activations.shape[1], np.nan)
    if not pairs:
        return result
    for unit in np.flatnonzero(~np.isnan(activations).any(axis=0)):
        lower = np.searchsorted(outside[:, unit], inside[:, unit], side="left")
        not_higher = np.searchsorted(outside[:, unit], inside[:, unit], side="right")
        result[unit] = (lower.sum() + not_higher.sum()) / 2 / pairs
    return result


def selectivity(areas: Floats) -> Floats:
    """How well a unit tells, by being high or by being low: max(AUC, 1 − AUC), ½ to 1."""
    return np.maximum(areas, 1.0 - areas)


def variance(activations: Floats) -> Floats:
    """The variance of every unit over the text, (H,); NaN where it is not finite."""
    with np.errstate(all="ignore"):
        spread: Floats = activations.var(axis=0)
    return np.where(np.isfinite(spread), spread, np.nan)


def best_first(scores: Floats) -> tuple[int, ...]:
    """The units by falling score; equals in their own order, NaN last."""
    return tuple(int(unit) for unit in np.argsort(-scores, kind="stable"))


@dataclass(frozen=True, eq=False)
class TokenClass:
    """Which tokens of a text are in a class, and which are looked at at all; each (T,).

    `name` is the kind of class, `what` the one token or label that it is of, if any.
    """

    name: str
    members: Bools
    counted: Bools
    what: str = ""

    @property
    def both(self) -> bool:
        """Whether there are tokens in the class and outside it, so there is something to tell."""
        inside = self.members[self.counted]
        return bool(inside.any() and not inside.all())

    def auc(self, activations: Floats) -> Floats:
        """The AUC of every unit over the tokens that are looked at, (H,)."""
        return auc(activations[self.counted], self.members[self.counted])


def character_classes(tokens: Sequence[str]) -> tuple[TokenClass, ...]:
    """Vowels, spaces, and word ends: the last character before a space, when none is read yet.

    Of the text's last character it is not known whether a word ends with it, so it
    is not looked at there.
    """
    everything = np.ones(len(tokens), dtype=np.bool_)
    space = np.array([token.isspace() for token in tokens], dtype=np.bool_)
    ends, known = np.zeros((2, len(tokens)), dtype=np.bool_)
    ends[:-1] = ~space[:-1] & space[1:]
    known[:-1] = True
    return (
        TokenClass("vowels", np.array([_is_vowel(t) for t in tokens], np.bool_), everything),
        TokenClass("spaces", space, everything),
        TokenClass("word ends", ends, known),
    )


def same_token(tokens: Sequence[str], token: str) -> TokenClass:
    """The places where this token stands."""
    everything = np.ones(len(tokens), dtype=np.bool_)
    members = np.array([one == token for one in tokens], dtype=np.bool_)
    return TokenClass("token", members, everything, token)


def _is_vowel(token: str) -> bool:
    return unicodedata.normalize("NFD", token)[:1].lower() in VOWELS
