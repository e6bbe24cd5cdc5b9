"""The capital that a sentence begins with; a symbol keeps its spelling."""

from __future__ import annotations

import re

from rnn_tui.session.why.kinds import MEASURES
from rnn_tui.session.why.metrics.metrics import METRICS

_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")  # `W_hh`, `dL/dh`, `h[2,1]` and `net.toml` are none
_OF_A_NAME = re.compile(  # what is said of a number or a setting by its name
    r"takes |is (?:of|not|already|many) |can't |has (?:\d|not )|follows from |never became |[<>=!]"
)
_SHORTEST = 4  # letters, from which on a word is no symbol such as pre or dx
_SHORT = frozenset(
    "a all an and any at end for go if in is it its no not of on one out the to two".split()  # noqa: SIM905
)


def sentence_case(text: str) -> str:
    """With a capital, unless the first word is a symbol, the name of a number or a command."""
    first, _, rest = text.partition(" ")
    word = first.rstrip(",;.")
    is_word = _WORD.fullmatch(word) and (len(word) >= _SHORTEST or word in _SHORT)
    is_name = word in MEASURES or word in METRICS or _OF_A_NAME.match(rest)
    return text[:1].upper() + text[1:] if is_word and not is_name else text
