"""What the network writes."""

from __future__ import annotations

from itertools import islice

from rnn_tui.engine.passes.sampling import sample
from rnn_tui.experiments.data.grammar import Grammar
from rnn_tui.figures.bench import Bench


def likeliest(bench: Bench, prompt: str, length: str) -> str:
    """A prompt and so many tokens after it, always the likeliest."""
    return prompt + _written(bench, prompt, int(length), 0.0)


def word_share(bench: Bench, length: str) -> float:
    """The share of the words in so many characters written at random that the grammar has.

    The last one is left out: it may not be whole.
    """
    grammar = Grammar.elman()
    known = {word for one in grammar.templates for words in grammar.slots(one) for word in words}
    words = _written(bench, " ", int(length), 1.0).split()[:-1]
    return sum(word in known for word in words) / len(words)


def _written(bench: Bench, prompt: str, length: int, temperature: float) -> str:
    vocabulary = bench.experiment.vocabulary
    drawn = sample(
        bench.state.params,
        bench.run.trainer.net,
        vocabulary,
        vocabulary.ids(vocabulary.tokenize(prompt)),
        temperature=temperature,
        seed=bench.experiment.model.seed,
    )
    return vocabulary.join([vocabulary.tokens[one.token] for one in islice(drawn, length)])
