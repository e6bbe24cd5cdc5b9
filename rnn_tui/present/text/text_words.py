"""What the Text screen says in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.characters import cut_before, meant, visible
from rnn_tui.experiments import Experiment, Vocabulary
from rnn_tui.present.digits import counted
from rnn_tui.present.text.text_layout import running
from rnn_tui.session.text.writing import Manner, Passage

ANSWERS_ONCE = (
    "This network answers once, at the end of what it reads, and doesn't write. Here is what one "
    "of its units does word by word; {open} opens hello or grammar, which write."
)
ANSWERS_EACH = (
    "This network answers at every word that it reads, and doesn't write. Here is what one of its "
    "units does word by word; {open} opens hello or grammar, which write."
)
BEGINS_ANEW = "an answer begins with what {prompt} types; no token can be put into it"
AT_WORK = "the network writes and reads; at this size that takes a moment"
SAMPLE_HINT = "{cooler} {warmer} temperature, tab to the units below; {run} trains while it writes"
LENS_HINT = "← → flip through units, {lens_order} sorts them by what they tell; {run} trains on"
WRITES_NOT = "This network answers once and doesn't write. {open} opens hello or grammar, which do"
TAGS = "This network answers at every word and doesn't write. {open} opens hello, which does"
NOT_FINITE = "the network's output is not finite, so nothing can be drawn: {undo} goes back"


def no_writing(experiment: Experiment) -> str:
    """Why there is no sample."""
    return ANSWERS_ONCE if experiment.answers_once else ANSWERS_EACH


def writes_not(experiment: Experiment) -> str:
    """Why nothing can be written, where that is asked for."""
    return WRITES_NOT if experiment.answers_once else TAGS


def temperature_text(temperature: float) -> str:
    """`T 0.8`; 0 says what it means."""
    return f"T {temperature:.1f}" if temperature else "T 0, greedy"


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
    kind = "character" if vocabulary.tokenizer == "char" else "word"
    return counted(len(vocabulary.tokens), kind)


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
