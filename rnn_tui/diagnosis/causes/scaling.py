"""Numbers that are read or wanted and are far larger than what units can work with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import frozen
from rnn_tui.characters import visible
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.weights import SATURATED, flattest
from rnn_tui.diagnosis.course import last_of
from rnn_tui.diagnosis.cures import Extent, drawn_by, with_cure
from rnn_tui.diagnosis.finding import Cure, Finding, Severity, Suspicion, Tried, column_name
from rnn_tui.engine.checks import material, vectors
from rnn_tui.engine.checks.material import constant_loss
from rnn_tui.experiments import Example, Experiment, load
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.numerals import worded

LARGE, LARGISH = 20.0, 3.0  # root mean square of a number that is read or wanted
NAME = "unscaled"
SOONER = 0.25  # of the updates


def unscaled(case: Case) -> Iterator[Finding]:
    """A column that is many times larger than what units can work with, of what isn't learnt."""
    one, sooner = case.experiment, None
    if case.course.learns and (sooner := _scaled_sooner(case)) is None:
        return
    kinds = [("input", material.input_scales(one), one.vocabulary.columns)]
    if not one.has_classes:
        kinds.append(("target", material.target_scales(one), one.output_names))
    for kind, scales, names in kinds:
        column = int(np.argmax(scales))
        if not scales[column] > LARGE:
            continue
        number = "input" if kind == "input" else "answer"
        cause = _cause(number, names, column, scales[column])
        cure, evidence = _cure(case), case.evidence(f"{kind}_scale[{column}]")
        severity, tried = Severity.ERROR, None
        if sooner is not None:
            severity, tried = Severity.WARNING, sooner.tried
            cause += (
                f". Scaled, it comes as far in {sooner.updates:,} updates as now in "
                f"{len(case.course.losses):,}"
            )
        yield Finding(
            NAME, cause, severity, evidence, cure.words, tried=tried, reopening=cure.reopening
        )
        return


class _Sooner(NamedTuple):
    """After how many updates a scaled series comes as far, and how far it comes in the end."""

    updates: int
    tried: Tried


def _scaled_sooner(case: Case) -> _Sooner | None:
    """How much sooner the same series comes as far if it is scaled; None if not far sooner.

    Losses in other units are compared by what is left of a constant answer's.
    """
    one, reopening = case.experiment, _cure(case).reopening
    is_plain = one.units is not None and set(one.units.sizes) == {1.0}
    if not is_plain or not max(material.input_scales(one)) > LARGE or case.course.broke:
        return None
    scaled = load(one.path, reopening.overrides)
    case.expect(case.updates)
    course = with_cure(case, Cure("Scale", "", scaled, reopening), Extent.WHOLE)
    if course is None or course.broke:
        return None
    left = case.course.last / case.course.known
    known, window = constant_loss(scaled), last_of(case.updates)
    means = np.convolve(course.losses / known, np.full(window, 1 / window), "valid")
    reached = np.flatnonzero(means < left)
    count = int(reached[0]) + window if reached.size else 0
    if not 0 < count <= SOONER * len(case.course.losses):
        return None
    of = "all rows, as a share of a constant answer's,"
    return _Sooner(count, Tried(len(course.losses), left, course.last / known, of))


def saturating(case: Case) -> Iterator[Suspicion]:
    """Inputs that are large enough to saturate units: believed if the same ones scaled help."""
    one, scales = case.experiment, material.input_scales(case.experiment)
    column = int(np.argmax(scales))
    if one.vocabulary.vectors is None or not scales[column] > LARGISH:
        return
    ref, share = flattest(case)
    if share > SATURATED:
        cause = _cause("input", one.vocabulary.columns, column, scales[column])
        cure = _cure(case)._replace(instead=_scaled(one))
        refs = (f"input_scale[{column}]", ref)
        yield Suspicion(NAME, f"{cause}, which saturates units", refs, (cure,), 3)


def coinciding(case: Case) -> Iterator[Suspicion]:
    """Tokens that go with other answers and have next to the same vector."""
    one, found = case.experiment, vectors.alike(case.experiment)
    if found is None:
        return
    tokens = one.vocabulary.tokens
    pair = f"“{visible(tokens[found.one])}” and “{visible(tokens[found.other])}”"
    size = vectors.mean_size(one)
    cause = f"{pair} have the same vector (distance 0): nothing tells them apart"
    if found.distance:
        cause = (
            f"{pair} have nearly the same vector: {worded(found.distance, 2)} apart, where vectors "
            f"are {worded(size, 3)} long"
        )
    instead = _with_vocabulary(one, Vocabulary.one_hot(one.vocabulary.tokenizer, tokens))
    instead = replace(instead, model=drawn_by(one.model, "xavier"))
    put = ["embedding.kind=one-hot"]
    if one.model.init != "xavier":
        put.append("model.init=xavier")
    cure = Cure(
        "Give each token a vector of its own, such as one-hot ones", instead=instead,
        reopening=case.opened_with(*put),
    )  # fmt: skip
    refs = (f"vector_distance[{found.one},{found.other}]", "vector_size")
    yield Suspicion("same-vectors", cause, refs, (cure,), 0)


def _scaled(experiment: Experiment) -> Experiment:
    """The same with inputs that have mean 0 and standard deviation 1 over all tokens."""
    rows = experiment.vocabulary.vectors
    assert rows is not None
    sizes = rows.std(axis=0)
    scaled = frozen((rows - rows.mean(axis=0)) / np.where(sizes > 0, sizes, 1.0))
    return _with_vocabulary(experiment, replace(experiment.vocabulary, vectors=scaled))


def _with_vocabulary(experiment: Experiment, vocabulary: Vocabulary) -> Experiment:
    """The same with other vectors for its tokens."""

    def read(examples: Sequence[Example]) -> tuple[Example, ...]:
        return tuple(replace(one, inputs=vocabulary.embed(one.ids)) for one in examples)

    stream = experiment.stream
    train = read(experiment.train) if stream is None else replace(stream, vocabulary=vocabulary)
    test = read(experiment.test)
    return replace(experiment, vocabulary=vocabulary, train=train, test=test)


def _cause(number: str, names: Sequence[str], column: int, scale: float) -> str:
    name = column_name(names, column)
    return f"The {number} {name} is not scaled: its numbers are about {_rounded(scale)}"


def _cure(case: Case) -> Cure:
    """Where rows of files are read, it can be done by opening them anew."""
    words = "Subtract its mean and divide by its standard deviation"
    if case.experiment.units is None and not case.experiment.vocabulary.places:
        return Cure(words)
    reopening = case.opened_with("data.normalise=true")
    return Cure(f"{words}, as data.normalise does", reopening=reopening)


def _rounded(x: float) -> str:
    """Two digits of a large number: `5,000`; from a million on with an exponent."""
    return f"{float(f'{x:.2g}'):,.0f}" if x < 1e6 else worded(x, 2)
