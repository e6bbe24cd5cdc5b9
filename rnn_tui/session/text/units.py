"""What the units of the network tell apart in a text that it reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum import selectivity
from rnn_tui.engine.spectrum.selectivity import TokenClass
from rnn_tui.session.text.writing import Passage
from rnn_tui.session.view import StepView

VARIANCE, TOKEN = "variance", "token"


@dataclass(frozen=True, eq=False)
class Ranking:
    """The units from the one that tells most to the one that tells least.

    `by` is what they are sorted by: "variance", or the name of a class of tokens, with
    `what` the one token or label that it is of, if any. `scores` (H,) are the variances,
    or max(AUC, 1 − AUC) with the `auc` (H,) beside it. `units` are their numbers, best first.
    """

    by: str
    what: str
    scores: Floats
    auc: Floats | None
    units: tuple[int, ...]

    def rank(self, unit: int) -> int:
        """The place of a unit, 0 the best."""
        return self.units.index(unit)


def token_classes(view: StepView, passage: Passage) -> tuple[TokenClass, ...]:
    """What units may tell apart in a text; only where it has tokens of both kinds.

    Characters may be vowels, spaces or word ends. Of labelled examples the last
    states are looked at: is this one's label that of the example under the cursor?
    """
    experiment = view.experiment
    found: tuple[TokenClass, ...] = ()
    if experiment.vocabulary.tokenizer == "char":
        found = selectivity.character_classes(passage.tokens)
    judged = experiment.answers_once and experiment.has_classes
    if judged and view.current.labelled:
        found = (*found, _label_class(view, passage))
    return tuple(one for one in found if one.both)


def _label_class(view: StepView, passage: Passage) -> TokenClass:
    wanted = view.experiment.labels[view.current.targets[-1]]
    last, members = np.zeros((2, len(passage)), dtype=np.bool_)
    ends = [stop - 1 for _, stop in pairwise((*passage.starts, len(passage)))]
    for end, label in zip(ends, passage.labels, strict=True):
        last[end], members[end] = True, label == wanted
    return TokenClass("label", members, last, wanted)


def by_variance(states: Floats) -> Ranking:
    """Units by how much their states (T, H) vary over a text."""
    scores = selectivity.variance(states)
    return Ranking(VARIANCE, "", scores, None, selectivity.best_first(scores))


def by_class(states: Floats, tokens: TokenClass) -> Ranking:
    """Units by how well their states (T, H) tell a class of tokens from the others."""
    areas = tokens.auc(states)
    scores = selectivity.selectivity(areas)
    return Ranking(tokens.name, tokens.what, scores, areas, selectivity.best_first(scores))


def orders(view: StepView, passage: Passage) -> tuple[str, ...]:
    """What the units may be sorted by, over this text."""
    return (VARIANCE, *(one.name for one in token_classes(view, passage)), TOKEN)


def ranked(
    view: StepView, passage: Passage, by: str, token: str, states: Floats | None = None
) -> Ranking:
    """The units sorted by one of `orders`; `token` is the one to be told, if that is what it is.

    `states` (T, H) are those of the units, one of the passage's for each of its tokens: h of the
    last layer if left out.
    """
    if states is None:
        states = view.network.read_from(passage.states, view.params.layout)
    if by == TOKEN:
        return by_class(states, selectivity.same_token(passage.tokens, token))
    found = (one for one in token_classes(view, passage) if one.name == by)
    tokens = next(found, None)
    return by_variance(states) if tokens is None else by_class(states, tokens)
