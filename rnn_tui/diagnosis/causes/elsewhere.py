"""Data held back that is of another kind than the training data, where what is learnt fails."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.generalising import fails
from rnn_tui.diagnosis.finding import Finding, Severity, column_name
from rnn_tui.engine.checks import splits

MANY, MOST = 0.1, 0.5  # of the tokens held back are new; of these are known in another case
FEW, AGREE = 5, 0.2  # examples that are trained on too, and how many of them have the same answer
FAR = 2.0  # standard deviations between two means
NAMED = 3  # tokens


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
