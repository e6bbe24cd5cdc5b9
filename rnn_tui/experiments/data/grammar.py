"""A little English to learn from: sentences drawn from templates, and the entropy they have.

The plan is that of Elman (1990), Finding structure in time, table 4: categories of
words, and templates that say which categories may follow each other. Sentences
run on without a mark between them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

DETERMINERS = ("the", "a")

CATEGORIES: dict[str, tuple[str, ...]] = {
    "human": ("boy", "girl", "man", "woman", "king", "queen"),
    "animal": ("cat", "dog", "lion", "bird", "fish", "mouse"),
    "food": ("bread", "cake", "apple", "milk", "cookie"),
    "object": ("book", "rock", "glass", "plate", "ball"),
    "intransitive": ("sleep", "walk", "think", "swim"),
    "transitive": ("chase", "eat", "see", "break", "read", "move"),
    "perception": ("smell", "hear", "watch"),
}
DETERMINER = "determiner"  # the category of those
VERBS = ("intransitive", "transitive", "perception")

TEMPLATES: tuple[tuple[str, ...], ...] = (
    ("human", "intransitive"),
    ("human", "transitive", "object"),
    ("human", "transitive", "food"),
    ("human", "transitive", "animal"),
    ("human", "transitive", "human"),
    ("human", "transitive"),
    ("human", "perception", "human"),
    ("human", "perception", "animal"),
    ("animal", "intransitive"),
    ("animal", "transitive", "food"),
    ("animal", "transitive", "animal"),
    ("animal", "transitive", "human"),
    ("animal", "transitive", "object"),
    ("animal", "transitive"),
    ("animal", "perception", "human"),
    ("animal", "perception", "animal"),
)
HUMAN_SUBJECTS = 2.0  # times as likely as others
SENTENCES, SEED = 600, 42  # of a text, where nobody says otherwise


def inflected(verb: str) -> str:
    """A verb after “the boy”: sleeps, watches."""
    return verb + ("es" if verb.endswith(("ch", "s", "sh", "x")) else "s")


@dataclass(frozen=True)
class Grammar:
    """Templates with their weights, over categories of words; every noun has a determiner."""

    categories: Mapping[str, tuple[str, ...]]
    templates: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]

    @classmethod
    def elman(cls) -> Grammar:
        """The bundled one: 7 categories, 35 words, 16 templates."""
        weights = (HUMAN_SUBJECTS if one[0] == "human" else 1.0 for one in TEMPLATES)
        return cls(CATEGORIES, TEMPLATES, tuple(weights))

    @property
    def probabilities(self) -> tuple[float, ...]:
        """How likely each template is."""
        total = sum(self.weights)
        return tuple(weight / total for weight in self.weights)

    @cached_property
    def _slots(self) -> tuple[list[tuple[str, ...]], ...]:
        """Those of each template in its order."""
        return tuple(map(self.slots, self.templates))

    def slots(self, template: Sequence[str]) -> list[tuple[str, ...]]:
        """The words that each place of a template chooses from, all equally likely."""
        places = []
        for category in template:
            if category in VERBS:
                places.append(tuple(map(inflected, self.categories[category])))
            else:
                places += [DETERMINERS, self.categories[category]]
        return places

    @property
    def tags(self) -> tuple[str, ...]:
        """The categories that words are told apart by."""
        return (DETERMINER, *self.categories)

    @property
    def words(self) -> set[str]:
        """Every word that a sentence may have."""
        return {word for one in self.templates for slot in self.slots(one) for word in slot}

    def tagged(self, sentences: int, seed: int) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """So many different sentences, each as its words and their categories."""
        rng = np.random.default_rng(seed)
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        while len(found) < sentences:
            chosen = int(rng.choice(len(self.templates), p=self.probabilities))
            words = tuple(slot[int(rng.integers(len(slot)))] for slot in self._slots[chosen])
            found[words] = tuple(
                tag
                for category in self.templates[chosen]
                for tag in ((category,) if category in VERBS else (DETERMINER, category))
            )
        return list(found.items())

    def text(self, sentences: int, seed: int) -> str:
        """So many sentences with a space between any two words."""
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(self.templates), size=sentences, p=self.probabilities)
        slots = [slot for template in chosen.tolist() for slot in self._slots[template]]
        places = rng.integers([len(slot) for slot in slots])  # the draws of one call a slot
        return " ".join(slot[place] for slot, place in zip(slots, places.tolist(), strict=True))

    def characters(self) -> float:
        """The expected length of a sentence, the space behind it included."""
        return sum(
            share * sum(1 + sum(map(len, words)) / len(words) for words in self.slots(template))
            for share, template in zip(self.probabilities, self.templates, strict=True)
        )

    def entropy(self) -> float:
        """Nats a sentence: the choice of a template, and of a word for each of its places.

        The template can be told from the sentence, so nothing is counted twice.
        """
        return sum(
            share * (sum(math.log(len(words)) for words in self.slots(template)) - math.log(share))
            for share, template in zip(self.probabilities, self.templates, strict=True)
        )

    def entropy_per_character(self) -> float:
        """Nats a character of the endless text: the entropy of a sentence over its mean length.

        That is the text's entropy rate, as sentences are independent and can be
        told apart in it: Cover and Thomas, Elements of Information Theory, ch. 4 and 5.
        No model that reads the text once can average a smaller loss.
        """
        return self.entropy() / self.characters()
