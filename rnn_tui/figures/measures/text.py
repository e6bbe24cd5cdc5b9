"""What the network writes."""

from __future__ import annotations

from itertools import islice

from rnn_tui.engine.passes.sampling import sample
from rnn_tui.experiments.data.grammar import Grammar
from rnn_tui.figures.runs import FigureMoment


def likeliest(moment: FigureMoment, prompt: str, length: str) -> str:
    """A prompt and so many tokens after it, always the likeliest."""
    return prompt + _written(moment, prompt, int(length), 0.0)


def word_share(moment: FigureMoment, length: str) -> float:
    """The share of the words in so many characters written at random that the grammar has.

    The last one is left out: it may not be whole.
    """
    grammar = Grammar.elman()
    known = {word for one in grammar.templates for words in grammar.slots(one) for word in words}
    words = _written(moment, " ", int(length), 1.0).split()[:-1]
    return sum(word in known for word in words) / len(words)


def _written(moment: FigureMoment, prompt: str, length: int, temperature: float) -> str:
    vocabulary = moment.experiment.vocabulary
    drawn = sample(
        moment.state.params,
        moment.run.trainer.net,
        vocabulary,
        vocabulary.ids(vocabulary.tokenize(prompt)),
        temperature=temperature,
        seed=moment.experiment.model.seed,
    )
    return vocabulary.join([vocabulary.tokens[one.token] for one in islice(drawn, length)])
