"""How wrong a prediction is, by where in its word the character stands.

After Elman (1990), Finding structure in time, figure 6: the error is large at the first letter
of a word, falls as the word can be told, and rises again where the next one begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.study import Study
from rnn_tui.arrays import Floats, Ints

MOST_POSITIONS = 12  # positions; what is beyond is left out
PASSAGE = 60  # characters shown one by one
SPACE, UNKNOWN = -1, -2


@dataclass(frozen=True, eq=False)
class Positions:
    """By the position of the character predicted: 0 is the first of a word.

    `loss` (P,) in nats and `wrong` (P,), the share of likeliest characters that are wrong,
    each the mean over `counts` (P,). `ending` and `ending_wrong` are those of the spaces
    behind words. `passage` are characters with `passage_loss`, that of each.
    """

    loss: Floats
    wrong: Floats
    counts: Ints
    ending: float
    ending_wrong: float
    passage: str
    passage_loss: Floats


def measure(study: Study) -> Positions:
    """On the text that is read, at the last moment."""
    text = study.spelt_text()
    params, net = study.now, study.net
    targets = np.array(text.targets)
    p = net.head.probabilities(study.states_now[0][1:] @ params.W_hy.T + params.b_y)
    with np.errstate(divide="ignore"):
        losses = -np.log(p[np.arange(len(targets)), targets])
    wrong = (p.argmax(axis=1) != targets) | ~np.isfinite(p).all(axis=1)
    characters = [study.experiment.labels[one] for one in text.targets]
    place = places(characters)
    counts = np.bincount(place[(place >= 0) & (place < MOST_POSITIONS)])
    kept = range(len(counts))
    spaces = place == SPACE
    first = next((t + 1 for t, one in enumerate(characters) if one == " "), 0)
    shown = slice(first, first + PASSAGE)
    return Positions(
        np.array([losses[place == k].mean() for k in kept]),
        np.array([wrong[place == k].mean() for k in kept]),
        counts,
        float(losses[spaces].mean()),
        float(wrong[spaces].mean()),
        "".join(characters[shown]),
        losses[shown],
    )


def places(characters: list[str]) -> Ints:
    """The position of each character in its word; `SPACE` of spaces.

    What comes before the first space is `UNKNOWN`, as the word may have begun earlier.
    """
    found, place = [], UNKNOWN
    for one in characters:
        if one.isspace():
            found.append(SPACE)
            place = 0
        else:
            found.append(place)
            place += place != UNKNOWN
    return np.array(found, dtype=np.int64)
