"""What the Text screen says in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.characters import cut_before, meant, visible
from rnn_tui.experiments import Experiment, Vocabulary
from rnn_tui.present.digits import counted
from rnn_tui.present.text.text_layout import running
from rnn_tui.session.text.writing import Manner, Passage

ANSWERS_ONCE = (
    "This network classifies; it generates no text. Below: one hidden unit's value after each "
    "word. {open} opens hello or grammar, which generate."
)
ANSWERS_EACH = (
    "This network labels every word; it generates no text. Below: one hidden unit's value after "
    "each word. {open} opens hello or grammar, which generate."
)
BEGINS_ANEW = "an answer begins with the prompt: {prompt} types one"
AT_WORK = "generating the sample …"
SAMPLE_HINT = "{cooler} {warmer} temperature · tab to the units below · {run} train and watch"
LENS_HINT = "← → other units · {lens_order} sort by (variance, vowels, …) · {run} train on"
WRITES_NOT = "This network classifies and generates no text. {open} opens hello or grammar"
TAGS = "This network labels words and generates no text. {open} opens hello"
NOT_FINITE = "the network's output is inf or NaN, so no token can be drawn: {undo} undo"


def no_writing(experiment: Experiment) -> str:
    """Why there is no sample."""
    return ANSWERS_ONCE if experiment.answers_once else ANSWERS_EACH


def writes_not(experiment: Experiment) -> str:
    """Why nothing can be written, where that is asked for."""
    return WRITES_NOT if experiment.answers_once else TAGS


def temperature_text(temperature: float, *, short: bool = False) -> str:
    """`temperature 0.8`, or `temp 0.8`; 0 says what it means."""
    name = "temp" if short else "temperature"
    return f"{name} {temperature:.1f}" if temperature else f"{name} 0, greedy"


def sample_title(manner: Manner) -> str:
    """How the sample is drawn."""
    return f"Sample · {temperature_text(manner.temperature)} · seed {manner.seed}"


def tail(tokens: Sequence[str], vocabulary: Vocabulary, most: int) -> str:
    """The end of a text in about `most` cells, blanks visible, with an ellipsis if it is cut."""
    gap = vocabulary.gap
    text = gap.join(visible(token) for token in tokens)
    return cut_before(text, most)


def next_title(tokens: Sequence[str], vocabulary: Vocabulary, room: int) -> str:
    """What the next token comes after."""
    return f"Next after “{tail(tokens, vocabulary, max(4, room))}”"


def vocabulary_title(vocabulary: Vocabulary) -> str:
    """How many characters or words there are."""
    return counted(len(vocabulary.tokens), vocabulary.noun)


def vocabulary_text(vocabulary: Vocabulary) -> str:
    """All tokens in sorted order, blanks visible."""
    gap = " " if vocabulary.tokenizer == "char" else "  "
    return gap.join(visible(token) for token in sorted(vocabulary.tokens))


def line_text(passage: Passage, experiment: Experiment, most: int) -> str:
    """The beginning of what was written, without a prompt of blanks, or one that is answered."""
    given = "".join(passage.tokens[: passage.given]).strip()
    first = 0 if given and experiment.answering is None else passage.given
    return running(passage.tokens[first : first + most], experiment.vocabulary.gap)


def typed_prompt(vocabulary: Vocabulary, text: str) -> tuple[str, ...]:
    """The tokens of a typed text, in which ␣ ⏎ ␍ ‹200B› stand for what can't be typed.

    Where those signs are characters of the text themselves, they are just that.
    """
    if vocabulary.tokenizer == "char":
        text = meant(text, vocabulary.index.__contains__)
    return vocabulary.tokenize(text)


def prompt_text(manner: Manner, vocabulary: Vocabulary) -> str:
    """A prompt as it can be typed."""
    return vocabulary.gap.join(visible(token) for token in manner.prompt)
