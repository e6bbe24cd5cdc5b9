"""What the network reads: vocabularies, data sets, and the little grammar."""

from __future__ import annotations

import numpy as np

from rnn_tui.experiments.data.grammar import Grammar
from rnn_tui.figures.bench import Bench, Measured


def vocabulary(bench: Bench) -> str:
    """All tokens, in their order."""
    tokens = bench.experiment.vocabulary
    return tokens.join(tokens.tokens)


def indices(bench: Bench, *tokens: str) -> Measured:
    """The rows of some tokens."""
    return bench.experiment.vocabulary.ids(tokens).astype(np.float64)


def size(bench: Bench, what: str) -> float:
    """How many tokens, inputs, units or outputs there are, or timesteps of the example."""
    experiment = bench.experiment
    return float(
        {
            "tokens": len(experiment.vocabulary.tokens),
            "inputs": experiment.input_size,
            "units": experiment.model.hidden_size,
            "outputs": experiment.output_size,
            "timesteps": bench.example.length,
        }[what]
    )


def read_text(bench: Bench) -> str:
    """What the example reads."""
    return bench.experiment.vocabulary.join(bench.example.tokens)


def target_text(bench: Bench) -> str:
    """What the example has to name."""
    labels, vocabulary = bench.experiment.labels, bench.experiment.vocabulary
    return vocabulary.join([labels[target] for target in bench.example.targets])


def targets(bench: Bench) -> Measured:
    """The classes that the example has to name."""
    return np.array(bench.example.targets, dtype=np.float64)


def nearest_shares(bench: Bench, part: str, *shares: str) -> Measured:
    """The shares of the training or the test set that come closest to these."""
    count = len(bench.experiment.train if part == "train" else bench.experiment.test)
    return np.round(np.array(shares, dtype=np.float64) * count) / count


def validation_share(bench: Bench) -> float:
    """How much of a stream's text is kept for validation."""
    stream = bench.experiment.stream
    assert stream is not None, "only a stream has a validation part"
    held = bench.experiment.test[0].length + 1
    return held / (len(stream.ids) + held)


def grammar_size(bench: Bench, what: str) -> float:
    """How many categories, words or templates the grammar has; determiners are not counted."""
    grammar = Grammar.elman()
    words = {word for category in grammar.categories.values() for word in category}
    sizes = {"categories": grammar.categories, "words": words, "templates": grammar.templates}
    return float(len(sizes[what]))


def odds(bench: Bench, category: str) -> float:
    """How many times likelier a template is that starts with this category."""
    grammar = Grammar.elman()
    weights: dict[bool, set[float]] = {True: set(), False: set()}
    for template, weight in zip(grammar.templates, grammar.weights, strict=True):
        weights[template[0] == category].add(weight)
    (chosen,), (others,) = weights[True], weights[False]
    return chosen / others


def corpus_length(bench: Bench, sentences: str, digits: str = "0") -> float:
    """The characters of so many sentences of the grammar, rounded to 10^digits."""
    text = Grammar.elman().text(int(sentences), bench.experiment.model.seed)
    return float(round(len(text), -int(digits)))


def sentences_for(bench: Bench, characters: str, digits: str) -> float:
    """How many sentences of the grammar make so many characters, rounded to 10^digits."""
    return float(round(int(characters) / Grammar.elman().characters(), -int(digits)))
