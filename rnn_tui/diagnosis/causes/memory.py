"""The state between examples: carried or reset, and how far back gradients reach from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.finding import Cure, Finding, Severity, Suspicion

SHORT, USUAL = 3, 25  # timesteps of a chunk
GOES_ON, FEWEST = 0.9, 8  # the share of examples that begin where the one before ended, and pairs


def reset(case: Case) -> Iterator[Finding]:
    """Pieces of one text as examples that stand apart: each begins with an empty memory."""
    one = case.experiment
    if one.stream is not None or not one.has_classes or one.task != "many-to-many":
        return
    tokens = one.vocabulary.tokens
    ends = [example for example in one.train if len(example.targets)]
    pairs = [
        (one.labels[int(before.targets[-1])], tokens[int(after.ids[0])])
        for before, after in pairwise(ends)
        if before.outputs[-1] == before.length - 1
    ]
    if len(pairs) < FEWEST:
        return
    if sum(end == begin for end, begin in pairs) >= GOES_ON * len(pairs):
        ref = f"h[-1,0]#2@{case.start}"
        cause = "The text goes on from example to example, yet each begins with a state (h) of 0"
        cure = 'Give it as one text, kind = "stream", which carries the state'
        yield Finding("state-reset", cause, Severity.WARNING, case.evidence(ref), cure)


def truncated(case: Case) -> Iterator[Suspicion]:
    """Chunks so short that no gradient reaches what should have been remembered."""
    one, stream = case.experiment, case.experiment.stream
    if stream is None or not stream.sequence_length <= SHORT or len(stream.ids) < 4 * USUAL:
        return
    longer = replace(
        one,
        train=replace(stream, sequence_length=USUAL),
        training=replace(one.training, sequence_length=USUAL),
    )
    ref = f"h[-1,0]#2@{case.start + 1}"
    cause = (
        f"The state is carried on, but gradients reach back at most {stream.sequence_length} "
        f"timestep{'s' if stream.sequence_length > 1 else ''}"
    )
    reopening = case.opened_with(f"training.sequence_length={USUAL}")
    words = f"Read longer chunks, of {USUAL} timesteps"
    cure = Cure(words, instead=longer, reopening=reopening)
    refs = (ref, f"sent_norm[0]#2@{case.start + 1}")
    yield Suspicion("truncated", cause, refs, (cure,), 5)
