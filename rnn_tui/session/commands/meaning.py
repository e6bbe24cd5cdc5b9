"""What a person means: the words of a question that say something, and what each stands for.

The palette finds its lines by it, and a verb that there is not is answered with one there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# What people say, and the words of our own sentences that it may stand for.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "alpha": ("learning_rate",), "ambiguous": ("contexts",), "back": ("undo", "rewind", "earlier"),
    "bank": ("contexts",), "beamer": ("projector",), "beginner": ("tour",), "blame": ("why",),
    "bug": ("break", "bug"),
    "close": ("leave",), "color": ("theme", "colours"),
    "colour": ("theme", "colours"), "compare": ("compare", "runs"),
    "dataset": ("experiment",), "diagnose": ("diagnosis", "check"), "exit": ("leave",),
    "equation": ("equations", "formula", "code"), "explain": ("why", "computed"),
    "explode": ("clip", "factors", "diverged"), "export": ("save", "copy"), "extend": ("epochs",),
    "fail": ("diagnose",), "fit": ("epoch",), "forget": ("gradients", "factors", "vanish"),
    "formula": ("equations", "code"), "fullscreen": ("fill",), "graph": ("chart", "curves"),
    "hardly": ("diagnose", "vanish"), "inspect": ("why",), "intro": ("tour",), "jump": ("go",),
    "little": ("diagnose", "vanish"), "load": ("open",), "lr": ("learning_rate",),
    "math": ("equations",), "maths": ("equations",), "maximise": ("fill",), "maximize": ("fill",),
    "model": ("network", "model"), "numeric": ("finite",), "pause": ("run",),
    "plot": ("chart", "curves"), "predict": ("forward",), "proof": ("gradient", "check"),
    "reason": ("why",), "redo": ("redo",), "restart": ("over",), "revert": ("undo",),
    "sample": ("sample", "write"), "sentence": ("text", "input"), "slowly": ("diagnose", "slower"),
    "speed": ("faster", "slower"), "stop": ("stop", "run"), "stuck": ("diagnose",),
    "test": ("quiz",), "train": ("train", "epoch"), "tutorial": ("tour", "lesson", "lessons"),
    "vanish": ("gradients", "factors", "vanish"), "verify": ("check",), "zoom": ("fill",),
}  # fmt: skip

_SAY_NOTHING = (
    "a about am an and are at be can could did do does for from get has have how i in is it its "
    "me my of on or please shall should show so tell that the then there these they this to was "
    "what when where which who will with would you your"
)
_UNSAID = frozenset(_SAY_NOTHING.split())
_ENDINGS = ("ations", "ation", "ingly", "ing", "ies", "ed", "es", "s", "e")
_LEAST_STEM = 4
_NUMBER = re.compile(r"\d{1,9}")

NAMED, MEANT = 2.0, 1.0  # scores: all words in the title, or in the sentence about it
NEAR = 0.5  # the most that one has of which only some words are meant


def words_of(query: str) -> tuple[str, ...]:
    """The words that a question is about: all of them where it has no others."""
    every = tuple(query.lower().replace("?", " ").split())
    about = tuple(word for word in every if word not in _UNSAID and not _NUMBER.fullmatch(word))
    return about or every


def number_in(query: str) -> int | None:
    """The number that a question takes along, such as the 10 of “train 10 epochs”."""
    found = [word for word in query.split() if _NUMBER.fullmatch(word)]
    return int(found[0]) if len(found) == 1 else None


@lru_cache(maxsize=1024)
def stem(word: str) -> str:
    """A word without its ending, if enough of it is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word.removesuffix(ending)
    return word


_BY_STEM = {stem(word): meant for word, meant in SYNONYMS.items()}


def synonyms(word: str) -> tuple[str, ...]:
    """The words of ours that a word of somebody else may stand for; mostly none."""
    return SYNONYMS.get(word, _BY_STEM.get(stem(word), ()))


@lru_cache(maxsize=1024)
def meanings(word: str) -> tuple[str, ...]:
    """The beginnings of words of ours that a word may stand for, its own stem among them."""
    return (word, stem(word), *synonyms(word))


def relevance(query: str, title: str, about: str) -> float:
    """How well a line answers a question; 0 if some word of it is neither named nor meant."""
    words = words_of(query)
    if not words:
        return 0.0
    if all(_begins(word, title) or _begins(stem(word), title) for word in words):
        return NAMED
    both = f"{title} {about}"
    return MEANT if all(_is_meant(word, both) for word in words) else 0.0


def nearness(query: str, lines: Sequence[tuple[str, str]]) -> list[float]:
    """For lines of title and sentence: how near each comes, below `NEAR`; 0 without any word.

    A word that few lines have counts more, and one in the title twice.
    """
    words = words_of(query)
    hits = [
        [
            2.0 * _begins(stem(word), title) or 1.0 * _is_meant(word, f"{title} {about}")
            for title, about in lines
        ]
        for word in words
    ]
    rare = [1.0 / max(1, sum(map(bool, column))) for column in hits]
    most = 2.0 * sum(rare)
    return [
        NEAR * sum(weight * column[place] for weight, column in zip(rare, hits, strict=True)) / most
        for place in range(len(lines))
    ]


def _is_meant(word: str, text: str) -> bool:
    return any(_begins(one, text) for one in meanings(word))


def _begins(word: str, text: str) -> bool:
    """Whether a word of the text begins so; names are several words, training.learning_rate too."""
    text = text.lower()
    pieces = re.split(r"[ ._-]+", text)
    return any(piece.strip("(“:").startswith(word) for piece in (*text.split(), *pieces)) or (
        "_" in word and word in text
    )
