"""Text from the network as it is at a moment: what it writes, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.sampling import (
    answers,
    begun,
    next_token_probabilities,
    read,
    read_example,
    sample,
)
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, Experiment, Vocabulary
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.view import StepView

MOST_READ = 800  # tokens over which units are looked at
MILESTONES = (1, 3)  # times a power of ten, from 100 on


@dataclass(frozen=True)
class Manner:
    """How a text is written; the same weights and the same manner write the same text."""

    prompt: tuple[str, ...]
    temperature: float = 1.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Passage:
    """Tokens as the network reads them, and what it has in mind after each.

    Row t of `states` (T, H) is the state after token t. The tokens from `given` on
    were drawn by the network itself; where they are answers that it does not read, the
    states are those after nothing was read in their place. It begins with an empty memory
    at each of `starts`, and what it reads from there has the label in `labels`, if any.
    `finite` is False where it had to stop, as its output was not.
    """

    tokens: tuple[str, ...]
    states: Floats
    given: int
    starts: tuple[int, ...] = (0,)
    labels: tuple[str, ...] = ()
    finite: bool = True

    def __len__(self) -> int:
        return len(self.tokens)


def default_prompt(experiment: Experiment) -> tuple[str, ...]:
    """A space where the network knows one, else the first token of the text."""
    tokens = experiment.vocabulary.tokens
    return (" ",) if " " in tokens else experiment.train[0].tokens[:1]


def prompt_of(view: StepView) -> tuple[str, ...]:
    """What the network is to go on from at first: where it answers, the text that it looks at."""
    if view.experiment.answering is None:
        return default_prompt(view.experiment)
    return view.experiment.vocabulary.tokenize(view.current.text)


def write(
    params: Parameters, net: Network, vocabulary: Vocabulary, manner: Manner, length: int
) -> Passage:
    """The prompt, and at most `length` tokens drawn after it: fewer where that is impossible."""
    prompt = vocabulary.ids(manner.prompt)
    draws = sample(
        params, net, vocabulary, prompt, temperature=manner.temperature, seed=manner.seed
    )
    tokens, states = list(manner.prompt), [*read(params, net, vocabulary, prompt)[1:]]
    finite = True
    try:
        for one in islice(draws, length):
            tokens.append(vocabulary.tokens[one.token])
            states.append(one.h)
    except FloatingPointError:
        finite = False
    return Passage(tuple(tokens), frozen(np.array(states)), len(prompt), finite=finite)


def answer(
    params: Parameters, net: Network, experiment: Experiment, manner: Manner, length: int
) -> Passage:
    """The prompt, and what the network answers to it, reading its own answers, up to the end."""
    vocabulary, answering = experiment.vocabulary, experiment.answering
    assert answering is not None, "asked for only where answers are sequences"
    prompt = vocabulary.ids(manner.prompt)
    states = [*begun(params, net, vocabulary, answering, prompt)]
    start = () if answering.start is None else (vocabulary.tokens[answering.start],)
    tokens, given = [*manner.prompt, *start], len(states)
    draws = answers(
        params, net, vocabulary, answering, prompt, temperature=manner.temperature,
        seed=manner.seed,
    )  # fmt: skip
    finite = True
    try:
        for one in islice(draws, min(length, answering.most)):
            if one.token != answering.end:
                tokens.append(experiment.labels[one.token])
                states.append(one.h)
    except FloatingPointError:
        finite = False
    return Passage(tuple(tokens), frozen(np.array(states)), given, finite=finite)


def _made(
    params: Parameters, net: Network, experiment: Experiment, manner: Manner, length: int
) -> Passage:
    if experiment.answering is not None:
        return answer(params, net, experiment, manner, length)
    return write(params, net, experiment.vocabulary, manner, length)


def written(view: StepView, manner: Manner, length: int) -> Passage:
    """What the network writes with the parameters in force."""
    return _made(view.params, view.network, view.experiment, manner, length)


def next_tokens(view: StepView, state: Floats, temperature: float) -> Floats | None:
    """The probabilities (V,) of what follows after a state (H,); None if they aren't finite."""
    try:
        return next_token_probabilities(view.params, view.network, state, temperature)
    except FloatingPointError:
        return None


# Reading


def held_text(view: StepView, most: int = MOST_READ) -> Passage:
    """The text kept for validation as the network reads it now, at most its first tokens.

    Where nothing is kept it is the training text. Labelled data is read example
    after example, whole ones, each with an empty memory.
    """
    experiment = view.experiment
    stream = experiment.stream
    if stream is None:
        return _read(view, list(_first_examples(view.examples, most)))
    ids = experiment.test[0].ids if experiment.test else stream.ids
    names = experiment.vocabulary.tokens
    tokens = tuple(names[row] for row in ids[:most])
    h = read(view.params, view.network, experiment.vocabulary, ids[:most])
    return Passage(tokens, h[1:], len(tokens))


def current_text(view: StepView) -> Passage:
    """The labelled example under the cursor, or the chunk, as the network reads it from nothing."""
    return _read(view, [view.current])


def _first_examples(examples: Sequence[Example], most: int) -> Iterator[Example]:
    for number, example in enumerate(examples):
        most -= example.length
        if most < 0 and number:
            return
        yield example


def _read(view: StepView, examples: list[Example]) -> Passage:
    vocabulary, labels = view.experiment.vocabulary, view.experiment.labels
    once = view.experiment.answers_once or view.experiment.stream is not None
    once = once and view.experiment.has_classes
    parts = [read_example(view.params, view.network, vocabulary, one)[1:] for one in examples]
    tokens = tuple(token for one in examples for token in one.tokens)
    return Passage(
        tokens,
        frozen(np.concatenate(parts)),
        len(tokens),
        starts=tuple(accumulate((one.length for one in examples[:-1]), initial=0)),
        labels=tuple(labels[one.targets[-1]] if one.labelled else "" for one in examples)
        if once
        else (),
    )


# How the language came


def milestones(update: int) -> tuple[int, ...]:
    """The updates before this one whose states are looked back at: 0, 100, 300, 1000, …"""
    made, power = [0], 100
    while power < update:
        made += [times * power for times in MILESTONES]
        power *= 10
    return tuple(k for k in made if k < update)


def written_then(timeline: Timeline, k: int, manner: Manner, length: int) -> Passage:
    """What the network wrote before update k, from the parameters that it had then."""
    trainer = timeline.owner(k).trainer
    params = timeline.state(k).params
    return _made(params, trainer.net, trainer.experiment, manner, length)
