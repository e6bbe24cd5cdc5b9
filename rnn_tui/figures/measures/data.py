"""What the network reads: vocabularies, data sets, and the little grammar."""

from __future__ import annotations

import numpy as np

from rnn_tui.experiments.data.grammar import Grammar
from rnn_tui.figures.runs import FigureMoment, Measured


def vocabulary(moment: FigureMoment) -> str:
    """All tokens, in their order."""
    tokens = moment.experiment.vocabulary
    return tokens.join(tokens.tokens)


def indices(moment: FigureMoment, *tokens: str) -> Measured:
    """The rows of some tokens."""
    return moment.experiment.vocabulary.ids(tokens).astype(np.float64)


def size(moment: FigureMoment, what: str) -> float:
    """How many tokens, inputs, units or outputs there are, or timesteps of the example."""
    experiment = moment.experiment
    return float(
        {
            "tokens": len(experiment.vocabulary.tokens),
            "inputs": experiment.input_size,
            "units": experiment.model.hidden_size,
            "outputs": experiment.output_size,
            "timesteps": moment.example.length,
        }[what]
    )


def read_text(moment: FigureMoment) -> str:
    """What the example reads."""
    return moment.experiment.vocabulary.join(moment.example.tokens)


def target_text(moment: FigureMoment) -> str:
    """What the example has to name."""
    labels, vocabulary = moment.experiment.labels, moment.experiment.vocabulary
    return vocabulary.join([labels[target] for target in moment.example.targets])


def targets(moment: FigureMoment) -> Measured:
    """The classes that the example has to name."""
    return np.array(moment.example.targets, dtype=np.float64)


def nearest_shares(moment: FigureMoment, part: str, *shares: str) -> Measured:
    """The shares of the training or the test set that come closest to these."""
    count = len(moment.experiment.train if part == "train" else moment.experiment.test)
    return np.round(np.array(shares, dtype=np.float64) * count) / count


def validation_share(moment: FigureMoment) -> float:
    """How much of a stream's text is kept for validation."""
    stream = moment.experiment.stream
    assert stream is not None, "only a stream has a validation part"
    held = moment.experiment.test[0].length + 1
    return held / (len(stream.ids) + held)


def grammar_size(moment: FigureMoment, what: str) -> float:
    """How many categories, words or templates the grammar has; determiners are not counted."""
    grammar = Grammar.elman()
    words = {word for category in grammar.categories.values() for word in category}
    sizes = {"categories": grammar.categories, "words": words, "templates": grammar.templates}
    return float(len(sizes[what]))


def odds(moment: FigureMoment, category: str) -> float:
    """How many times likelier a template is that starts with this category."""
    grammar = Grammar.elman()
    weights: dict[bool, set[float]] = {True: set(), False: set()}
    for template, weight in zip(grammar.templates, grammar.weights, strict=True):
        weights[template[0] == category].add(weight)
    (chosen,), (others,) = weights[True], weights[False]
    return chosen / others


def corpus_length(moment: FigureMoment, sentences: str, digits: str = "0") -> float:
    """The characters of so many sentences of the grammar, rounded to 10^digits."""
    text = Grammar.elman().text(int(sentences), moment.experiment.model.seed)
    return float(round(len(text), -int(digits)))


def sentences_for(moment: FigureMoment, characters: str, digits: str) -> float:
    """How many sentences of the grammar make so many characters, rounded to 10^digits."""
    return float(round(int(characters) / Grammar.elman().characters(), -int(digits)))
