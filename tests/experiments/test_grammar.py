"""The generated corpus and the entropy under it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from rnn_tui.experiments.data.grammar import (
    CATEGORIES,
    DETERMINERS,
    TEMPLATES,
    VERBS,
    Grammar,
    inflected,
)

ELMAN = Grammar.elman()


def sentences(grammar: Grammar) -> dict[str, float]:
    """Every sentence there is, with its probability; equal ones are added up."""
    found: dict[str, float] = {}
    for share, template in zip(grammar.probabilities, grammar.templates, strict=True):
        slots = grammar.slots(template)
        each = share / math.prod(map(len, slots))
        for words in itertools.product(*slots):
            sentence = " ".join(words)
            found[sentence] = found.get(sentence, 0.0) + each
    return found


def test_its_size_is_that_of_the_published_one() -> None:
    assert len(CATEGORIES) == 7
    assert sum(map(len, CATEGORIES.values())) == 35
    assert len(TEMPLATES) == len(set(TEMPLATES)) == 16
    assert len(set(ELMAN.text(600, 42))) == 24
    assert ("human", "intransitive") in TEMPLATES
    assert ("human", "transitive", "object") in TEMPLATES


def test_human_subjects_are_twice_as_likely_each() -> None:
    for template, share in zip(ELMAN.templates, ELMAN.probabilities, strict=True):
        other = ELMAN.probabilities[ELMAN.templates.index(("animal", "intransitive"))]
        assert share == pytest.approx((2 if template[0] == "human" else 1) * other)
    assert sum(ELMAN.probabilities) == pytest.approx(1)


def test_verbs_are_inflected_and_nouns_have_determiners() -> None:
    assert [inflected(verb) for verb in ("sleep", "watch", "chase")] == [
        "sleeps", "watches", "chases",
    ]  # fmt: skip
    words = ELMAN.text(300, 7).split()
    verbs = {inflected(verb) for name in VERBS for verb in CATEGORIES[name]}
    nouns = {noun for name, group in CATEGORIES.items() if name not in VERBS for noun in group}
    assert set(words) == verbs | nouns | set(DETERMINERS)
    for before, word in itertools.pairwise(words):
        assert (word in nouns) == (before in DETERMINERS)


def test_a_seed_makes_one_text() -> None:
    assert ELMAN.text(50, 1) == ELMAN.text(50, 1)
    assert ELMAN.text(50, 1) != ELMAN.text(50, 2)
    assert ELMAN.text(600, 3).startswith(ELMAN.text(1, 3).split()[0])


def test_words_drawn_at_once_are_those_drawn_one_by_one() -> None:
    """A text is what its seed has always made, in whichever calls it is drawn."""
    rng = np.random.default_rng(42)
    chosen = rng.choice(len(ELMAN.templates), size=200, p=ELMAN.probabilities)
    slots = [slot for template in chosen for slot in ELMAN.slots(ELMAN.templates[template])]
    assert ELMAN.text(200, 42).split() == [slot[int(rng.integers(len(slot)))] for slot in slots]


def test_the_entropy_is_that_of_all_sentences_written_out() -> None:
    found = sentences(ELMAN)
    assert sum(found.values()) == pytest.approx(1)
    assert ELMAN.entropy() == pytest.approx(-sum(p * math.log(p) for p in found.values()))
    assert ELMAN.characters() == pytest.approx(sum(p * (len(s) + 1) for s, p in found.items()))
    assert ELMAN.entropy_per_character() == pytest.approx(0.421637, abs=1e-6)


@pytest.mark.slow
def test_a_text_costs_as_much_as_its_entropy_says() -> None:
    """Coded with its own probabilities, a long text comes to the floor."""
    text = ELMAN.text(20_000, 5)
    nats = sum(_cost(sentence) for sentence in _parsed(text.split()))
    assert nats / len(text) == pytest.approx(ELMAN.entropy_per_character(), rel=0.005)


def _category(word: str) -> str:
    for name, group in CATEGORIES.items():
        if word in (map(inflected, group) if name in VERBS else group):
            return name
    return "determiner"


def _parsed(words: list[str]) -> list[tuple[str, ...]]:
    """The templates of a text: a sentence ends where a determiner, a noun and a verb follow."""
    kinds = [kind for kind in map(_category, words) if kind != "determiner"]
    found: list[list[str]] = []
    for place, kind in enumerate(kinds):
        following = kinds[place + 1] if place + 1 < len(kinds) else ""
        if kind not in VERBS and following in VERBS:
            found.append([])
        found[-1].append(kind)
    return [tuple(sentence) for sentence in found]


def _cost(template: tuple[str, ...]) -> float:
    share = ELMAN.probabilities[ELMAN.templates.index(template)]
    return sum(math.log(len(words)) for words in ELMAN.slots(template)) - math.log(share)


def test_sentences_can_be_told_apart_in_the_text() -> None:
    """Sardinas and Patterson (1953): no dangling suffix of the templates is itself a template.

    Words are told apart by spaces and have one category each, so it is enough to look
    at categories. Without this the entropy of a sentence would not be that of the text.
    """
    words = [word for name, group in CATEGORIES.items() for word in group]
    assert len(set(words)) == len(words)
    code = set(TEMPLATES)
    dangling = {b[len(a) :] for a in code for b in code if a != b and b[: len(a)] == a}
    seen: set[tuple[str, ...]] = set()
    while dangling - seen:
        assert not dangling & code
        seen |= dangling
        dangling = {
            long[len(short) :]
            for suffix in seen
            for word in code
            for short, long in ((suffix, word), (word, suffix))
            if long[: len(short)] == short
        }
