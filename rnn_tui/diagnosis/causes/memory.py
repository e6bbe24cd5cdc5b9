"""The state between examples: carried or reset, and how far back gradients reach from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.finding import Cure, Finding, Severity, Suspicion

NAME = "truncated"
SHORT, USUAL, TIMES = 3, 25, 5  # timesteps of a chunk, and as many as so many chunks have
FEWEST_CHUNKS = 4
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
    stream = case.experiment.stream
    if stream is None or stream.sequence_length >= USUAL:
        return
    ref = f"h[-1,0]#2@{case.start + 1}"
    cause = (
        "The state is carried on, but gradients reach back at most "
        f"{timesteps(stream.sequence_length)}"
    )
    refs = (ref, f"sent_norm[0]#2@{case.start + 1}")
    is_short = stream.sequence_length <= SHORT  # by itself; else what is rarer comes first
    for cure in longer(case):
        yield Suspicion(NAME, cause, refs, (cure,), 5 if is_short else 8, is_short)


def timesteps(length: int) -> str:
    """`1 timestep`, `5 timesteps`."""
    return f"{length} timestep{'s' if length > 1 else ''}"


def longer(case: Case) -> Iterator[Cure]:
    """To read longer chunks, if the text has enough of them."""
    one, stream = case.experiment, case.experiment.stream
    if stream is None or case.updates < 2:
        return
    length = max(USUAL, TIMES * stream.sequence_length)
    if len(stream.ids) < FEWEST_CHUNKS * length * one.training.parallel:
        return
    instead = replace(
        one,
        train=replace(stream, sequence_length=length),
        training=replace(one.training, sequence_length=length),
    )
    reopening = case.opened_with(f"training.sequence_length={length}")
    yield Cure(f"Read longer chunks, of {length} timesteps", "", instead, reopening)
