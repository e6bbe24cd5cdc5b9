"""Data held back that is of another kind than the training data, where what is learnt fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.generalising import fails, newest_measured
from rnn_tui.diagnosis.finding import Finding, Severity, column_name
from rnn_tui.engine.checks import folds, material, renaming, splits, telling

MANY, MOST = 0.1, 0.5  # of the tokens held back are new; of these are known in another case
FEW, AGREE = 5, 0.2  # examples that are trained on too, and how many of them have the same answer
FAR = 2.0  # standard deviations between two means
NAMED = 3  # tokens
FEWEST = 5  # answers for each label, of which all would be right by chance once in a while
# Two shifts are tried: so many labels agree with those beside them once in a hundred times, if they
# are drawn by lot, each class as often as it is there. Neighbours that are alike are told
# unshifted nearly as well.
CHANCE, APART = 0.01, 0.3
RULE = 0.9  # of the training answers are told by a token
RIGHT, BETTER = 0.8, 0.5  # of the answers, with labels renamed; and more than without


def look(case: Case) -> Iterator[Finding]:
    """Other answers to the same, tokens that training never has, numbers that lie elsewhere."""
    refs = fails(case)
    if not refs:
        return
    if len(splits.seen(case.experiment)) >= FEW and splits.seen_fit(case.experiment) < AGREE:
        cause = "The data held back has other answers to the same examples than the training data"
        cure = "Check how labels are read in both files: their order or their names may differ"
        evidence = case.evidence("seen_fit", *refs)
        yield Finding("other-answers", cause, Severity.WARNING, evidence, cure, see="show loss")
        return
    if (mixed := _shifted(case, refs) or _renamed(case, refs)) is not None:
        yield mixed
        return
    if splits.new_token_share(case.experiment) >= MANY:
        yield _new_tokens(case, refs)
        return
    shifts = splits.input_shifts(case.experiment)
    i = int(np.argmax(np.abs(shifts)))
    if not abs(shifts[i]) > FAR:
        return
    name = column_name(case.experiment.vocabulary.columns, i)
    cause = (
        f"The input {name} lies elsewhere in the data held back: its mean is {abs(shifts[i]):.2g} "
        "standard deviations off"
    )
    cure = "Hold back rows of the same range, or read differences from row to row"
    evidence = case.evidence(f"input_shift[{i}]", *refs)
    yield Finding("other-range", cause, Severity.WARNING, evidence, cure)


def _shifted(case: Case, refs: tuple[str, ...]) -> Finding | None:
    """Labels held back that a rule of the training data tells from the example beside them."""
    one = case.experiment
    if np.isnan(telling.held_rule_fit(one)):
        return None
    fits = {offset: telling.held_rule_fit(one, offset) for offset in material.OFFSETS}
    best = max((-1, 1), key=lambda offset: fits[offset])
    answers = len(one.test) - 1
    counts = Counter(int(example.targets[-1]) for example in one.test)
    agree = sum(np.square(count / len(one.test)) for count in counts.values())
    chance = folds.chance_of(int(fits[best] * answers), answers, float(agree))
    if not (2 * chance < CHANCE and fits[best] - fits[0] > APART):
        return None
    after = best > 0
    cause = (
        "The labels held back are shifted by one row: by the rule of the training data, what an "
        f"example reads predicts {fits[best]:.0%} of the labels of the example "
        f"{'after' if after else 'before'} it, and {fits[0]:.0%} of its own"
    )
    cure = f"Move the labels held back one row {'up' if after else 'down'}, against their texts"
    evidence = case.evidence(f"test_rule_fit[{best}]", "test_rule_fit[0]", *refs)
    return Finding("shifted-rows", cause, Severity.WARNING, evidence, cure, see="show tokens")


def _renamed(case: Case, refs: tuple[str, ...]) -> Finding | None:
    """Labels that mean something else there: nearly all would be right by other names."""
    update, point = newest_measured(case)
    state, trainer = case.timeline.state(update), case.timeline.owner(update).trainer
    found = renaming.renamed(state.params, trainer.net, case.experiment)
    labels = case.experiment.labels
    if found.answers < FEWEST * len(labels):
        return None
    cure = "Check the order of the labels in both files: one of them has it the other way round"
    is_clear = found.accuracy >= RIGHT and found.accuracy - found.right > BETTER
    if not found.pairs or not is_clear:
        return _swapped_by_rule(case, refs, cure)
    swaps = ", ".join(f"“{visible(labels[b])}” for “{visible(labels[a])}”" for a, b in found.pairs)
    cause = (
        f"The labels held back are swapped: {found.right:.0%} of them are answered right, and "
        f"{found.accuracy:.0%} once they are renamed, {swaps}"
    )
    evidence = case.evidence(f"past_test_accuracy[{point}]", f"renamed_accuracy[{point}]", *refs)
    return Finding("swapped-labels", cause, Severity.WARNING, evidence, cure)


def _swapped_by_rule(case: Case, refs: tuple[str, ...], cure: str) -> Finding | None:
    """What the network doesn't tell surely enough: a token that tells answers, and there never."""
    told, place = telling.told_by_place(case.experiment), telling.most_telling(case.experiment)
    if place is None or not told[place] >= RULE:
        return None
    held = telling.held_told_by_place(case.experiment, place)
    if not held <= 1 - RULE:
        return None
    where = f"{place + 1} from the beginning" if place >= 0 else f"{-place} from the end"
    cause = (
        f"The labels held back are swapped: the token {where} predicts {told[place]:.0%} of the "
        f"training answers and {held:.0%} held back, far fewer than chance"
    )
    evidence = case.evidence(f"told_at[{place}]", f"test_told_at[{place}]", *refs)
    return Finding("swapped-labels", cause, Severity.WARNING, evidence, cure)


def _new_tokens(case: Case, refs: tuple[str, ...]) -> Finding:
    found, known = splits.new_tokens(case.experiment), case.experiment.vocabulary.tokens
    named = ", ".join(f"“{visible(token)}”" for token, _ in found.most_common(NAMED))
    share = splits.new_token_share(case.experiment)
    cause = f"{share:.0%} of the tokens held back never occur in the training data, such as {named}"
    cure = "Train on texts that have them, or split the data anew"
    trained = {token.casefold() for token in known if token not in found}
    cased = sum(count for token, count in found.items() if token.casefold() in trained)
    if cased >= MOST * found.total():
        cause += ": most are known in another case"
        cure = "Write all texts in lower case, so that one word is one token"
    evidence = case.evidence("new_token_share", *refs)
    return Finding("new-tokens", cause, Severity.WARNING, evidence, cure, see="show tokens")
