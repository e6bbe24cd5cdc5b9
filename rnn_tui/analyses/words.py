"""Which words the network holds for alike: their mean hidden states, clustered.

The plan is that of Elman (1990), Finding structure in time, figure 7. There a word is one
input; in a text of characters the state is that after the space behind the word, when the
network knows that it is over and all the same does not read its letters any more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.clustering import Tree, cluster, distances
from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats, Ints
from rnn_tui.experiments.data.grammar import DETERMINER, DETERMINERS, VERBS, Grammar, inflected
from rnn_tui.experiments.data.vocabulary import BLANK
from rnn_tui.experiments.schema.answering import END, START

FEWEST, MOST_WORDS = 3, 60
NOT_WORDS = (START, END, BLANK)
KINDS = {DETERMINER: "determiner"} | dict.fromkeys(VERBS, "verb")


@dataclass(frozen=True)
class TreeBranch:
    """The cluster of a tree that is nearest to being all words of a kind and no others.

    It holds `inside` of the `total` words of the kind, and `others`.
    """

    kind: str
    inside: int
    total: int
    others: int

    @property
    def whole(self) -> bool:
        """Whether it is just that kind."""
        return self.inside == self.total and not self.others


@dataclass(frozen=True, eq=False)
class Words:
    """Words, the commonest `MOST_WORDS` in the order of the alphabet, by their states.

    `means` (W, H), over `counts` (W,) occurrences each; `apart` (W, W) are distances,
    `tree` their average linkage. `kinds` are the parts of speech and `categories` finer
    ones, where they are known; `branches` how well each part of speech stands together, and
    `before` how well it did at the first moment, if that is another.
    """

    words: tuple[str, ...]
    counts: Ints
    means: Floats
    apart: Floats
    tree: Tree
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    branches: tuple[TreeBranch, ...]
    before: tuple[TreeBranch, ...]


def measure(study: Study) -> Words:
    """The words of what is read, at the last moment."""
    means, counts = mean_states(study, study.states_now)
    if len(counts) < FEWEST:
        raise Unfit(f"it needs {FEWEST} different words or more")
    words = tuple(sorted(word for word, _ in counts.most_common(MOST_WORDS)))
    points = np.array([means[word] for word in words])
    apart = distances(points)
    tree = cluster(apart)
    categories = categories_of(study, words)
    kinds = parts_of_speech(categories)
    return Words(
        words, np.array([counts[word] for word in words]), points, apart, tree, kinds, categories,
        branches(tree, kinds), _before(study, words, kinds),
    )  # fmt: skip


def _before(study: Study, words: Sequence[str], kinds: Sequence[str]) -> tuple[TreeBranch, ...]:
    """How well the kinds stood together at the first moment."""
    if len(study.snapshots) < 2 or not kinds:
        return ()
    means, _ = mean_states(study, study.states(study.snapshots[0].params))
    return branches(cluster(distances(np.array([means[word] for word in words]))), kinds)


def mean_states(study: Study, states: Sequence[Floats]) -> tuple[dict[str, Floats], Counter[str]]:
    """The mean state (H,) of every word that is read, and how often it is."""
    sums: dict[str, Floats] = {}
    counts: Counter[str] = Counter()
    for word, state in occurrences(study, states):
        sums[word] = sums[word] + state if word in sums else state
        counts[word] += 1
    return {word: total / counts[word] for word, total in sums.items()}, counts


def occurrences(study: Study, states: Sequence[Floats]) -> Iterator[tuple[str, Floats]]:
    """Every word that is read, with the state (H,) right after it and what ends it."""
    if study.experiment.vocabulary.tokenizer == "char":
        text = study.spelt_text()
        yield from spelt(text.tokens, states[0])
        return
    for example, h in zip(study.examples, states, strict=True):
        for token, state in zip(example.tokens, h[1:], strict=True):
            if token not in NOT_WORDS:
                yield token, state


def spelt(tokens: Sequence[str], h: Floats) -> Iterator[tuple[str, Floats]]:
    """Whole words of characters, each with the state after the space behind it.

    What stands before the first space may be the end of a word, so it is left out.
    """
    start = None
    for t, token in enumerate(tokens):
        if not token.isspace():
            continue
        if start is not None and t > start:
            yield "".join(tokens[start:t]), h[t + 1]
        start = t + 1


def categories_of(study: Study, words: Sequence[str]) -> tuple[str, ...]:
    """The category of every word where all are known: labels of tokens, or the little grammar's."""
    known = _labels(study) or grammar_categories()
    return tuple(known[word] for word in words) if all(word in known for word in words) else ()


def _labels(study: Study) -> Mapping[str, str]:
    """What most occurrences of a word are labelled with, where every token has a label."""
    if study.experiment.stream is not None or study.experiment.task != "many-to-many":
        return {}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in study.examples:
        for token, target in zip(one.tokens, one.targets, strict=True):
            found[token][study.experiment.labels[target]] += 1
    return {word: labels.most_common(1)[0][0] for word, labels in found.items()}


def grammar_categories() -> dict[str, str]:
    """The category of every word of the little grammar, verbs as they stand in sentences."""
    known = dict.fromkeys(DETERMINERS, DETERMINER)
    for category, members in Grammar.elman().categories.items():
        for word in members:
            known[inflected(word) if category in VERBS else word] = category
    return known


def parts_of_speech(categories: Sequence[str]) -> tuple[str, ...]:
    """Noun, verb and determiner for the little grammar's categories; others as they are."""
    if not set(categories) <= set(Grammar.elman().tags):
        return tuple(categories)
    return tuple(KINDS.get(one, "noun") for one in categories)


def branches(tree: Tree, kinds: Sequence[str]) -> tuple[TreeBranch, ...]:
    """The best one for each kind."""
    return tuple(best_branch(tree, kinds, kind) for kind in sorted(set(kinds)))


def best_branch(tree: Tree, kinds: Sequence[str], kind: str) -> TreeBranch:
    """The cluster whose words overlap most with a kind: the largest |∩| / |∪|."""
    total = sum(one == kind for one in kinds)
    best, share = TreeBranch(kind, 0, total, 0), -1.0
    for members in tree.members:
        inside = sum(kinds[point] == kind for point in members)
        overlap = inside / (total + len(members) - inside)
        if overlap > share:
            best, share = TreeBranch(kind, inside, total, len(members) - inside), overlap
    return best
