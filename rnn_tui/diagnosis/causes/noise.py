"""Training labels that contradict what the other texts tell, and that only heart can learn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.generalising import best_stop, held_back, held_right
from rnn_tui.diagnosis.causes.naming import named
from rnn_tui.diagnosis.course import LEARNT
from rnn_tui.diagnosis.finding import Finding, Severity
from rnn_tui.engine.checks import folds, telling

# Of labels so surely told, one in twenty may be an exception: that more of them contradict the
# rule than come of that by chance is tested at 1%.
TOLERATED, CHANCE = 0.05, 0.01
EXPLAINED = 0.05  # the level at which a token goes with them: one noisy set in twenty is let go
BETTER = 1.0  # standard errors, by which the network knows more than the rule
FEWEST_NAMED = 2  # examples


def suspected(case: Case) -> telling.Doubted | None:
    """Labels that contradict the rule where it is surest, and by nothing that a text has."""
    if not telling.has_rules(case.experiment):
        return None
    found = telling.doubted(case.experiment)
    if found is None or folds.chance_of(len(found.wrong), found.sure, TOLERATED) > CHANCE:
        return None
    return found if found.by_lot >= EXPLAINED else None


def is_at_floor(case: Case) -> bool:
    """Whether the loss is as low as such labels let it come, unless they are learnt by heart."""
    found = suspected(case)
    return found is not None and case.watched.last <= found.left


def noisy(case: Case) -> Iterator[Finding]:
    """Such labels, if the network knows no more than the rule of what it isn't trained on.

    Labels that a harder rule tells look just the same to the simple one, but not to a network
    that has learnt it.
    """
    found, one = suspected(case), case.experiment
    if found is None or _knows_more(case):
        return
    held = held_back(case)
    if held is not None and held.loss < LEARNT * held.constant:
        return  # noise that is learnt by heart spoils the answers to what is held back
    accuracy, rule = case.left_out_right(), telling.fold_rule_fit(one)
    if accuracy is None or accuracy > rule:
        return
    share, examples = len(found.wrong) / found.sure, found.wrong[:FEWEST_NAMED]
    cause = (
        f"Training labels look noisy: {share:.0%} contradict what the other texts predict most "
        f"surely. Left out in turn, {accuracy:.0%} are answered right, and {rule:.0%} by a simple "
        "rule of tokens"
    )
    cure = f"Check such labels: {', '.join(named(case, place) for place in examples)}"
    evidence = case.evidence(
        "doubted_share", "fold_rule_fit", f"fold_accuracy[{case.watched_point}]",
        f"past_accuracy[{case.watched_point}]",
    )  # fmt: skip
    stop = best_stop(case)
    if stop is not None:
        cure += f". Until they are right, {stop.words[0].lower()}{stop.words[1:]}"
    yield Finding(
        "noisy-labels", cause, Severity.WARNING, evidence, cure,
        "" if stop is None else stop.verb,
    )  # fmt: skip


def _knows_more(case: Case) -> bool:
    """Whether the network is right held back where the rule is wrong, more than the other way."""
    right = held_right(case)
    if right is None:
        return False
    told = telling.held_credit_by_rule(case.experiment)
    more = right[: len(told)] - told
    return bool(more.sum() > BETTER * np.sqrt(np.square(more).sum()))
