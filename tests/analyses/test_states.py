"""Principal components, clusters and words, against laws and brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from analyses.studies import study_of
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_experiment, make_stream

from rnn_tui.analyses import Study, Unfit, pca, words
from rnn_tui.analyses.clustering import cluster, distances
from rnn_tui.arrays import Floats
from rnn_tui.experiments import load


def points(seed: int, count: int, size: int) -> Floats:
    return np.random.default_rng(seed).standard_normal((count, size))


@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(2, 6))
def test_components_rebuild_the_states(seed: int, count: int, size: int) -> None:
    states = points(seed, count, size)
    found = pca.Components.of(states)
    assert found.states(found.coordinates(states)) == pytest.approx(states)
    assert found.axes @ found.axes.T == pytest.approx(np.eye(len(found.axes)), abs=1e-9)
    assert found.variance.sum() == pytest.approx(states.var(axis=0, ddof=1).sum())
    along = found.coordinates(states)
    covariance = np.cov(along.T)
    assert np.diag(covariance) == pytest.approx(found.variance, abs=1e-9)
    assert covariance - np.diag(np.diag(covariance)) == pytest.approx(0, abs=1e-9)
    assert found.share.sum() == pytest.approx(1.0)
    assert (
        found.share[: found.most].sum() >= 0.9 - 1e-9 > found.share[: found.most - 1].sum() - 1e-9
    )


def test_the_path_is_that_of_the_states() -> None:
    study = study_of(make_stream("ab cab ba cab cab ab", 4))
    found = pca.trajectory(study)
    assert found.tokens == study.examples[0].tokens[: len(found.tokens)]
    first = study.states(study.snapshots[0].params)[0][1 : len(found.tokens) + 1]
    assert found.path[0] == pytest.approx(
        (first - found.components.mean) @ found.components.axes[:2].T
    )
    assert found.path[-1] == pytest.approx(found.cloud[: len(found.tokens)])
    assert len(found.path) == len(study.snapshots)


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(deadline=None)
def test_clusters_are_those_of_brute_force(seed: int, count: int) -> None:
    """At every join: the pair of clusters with the least mean distance between their points."""
    apart = distances(points(seed, count, 3))
    tree = cluster(apart)
    left: dict[int, tuple[int, ...]] = {point: (point,) for point in range(count)}
    for made, join in enumerate(tree.joins, start=count):
        mean = {
            (a, b): np.mean([apart[p, q] for p in left[a] for q in left[b]])
            for a, b in combinations(left, 2)
        }
        nearest = min(mean, key=lambda pair: mean[pair])
        assert {join.left, join.right} == set(nearest)
        assert join.distance == pytest.approx(mean[nearest])
        left[made] = left.pop(join.left) + left.pop(join.right)
    assert sorted(tree.order) == list(range(count))
    assert [one.distance for one in tree.joins] == sorted(one.distance for one in tree.joins)


def test_distances() -> None:
    assert distances(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [[0.0, 5.0], [5.0, 0.0]]


def test_words_of_characters_are_taken_after_the_space() -> None:
    tokens = tuple("ow the cat  a ca")
    h = np.arange(len(tokens) + 1.0)[:, None]
    found = [(word, float(state[0])) for word, state in words.spelt(tokens, h)]
    assert found == [("the", 7.0), ("cat", 11.0), ("a", 14.0)]


def test_the_nearest_branch_to_a_kind() -> None:
    tree = cluster(distances(np.array([[0.0], [1.0], [10.0], [11.0], [12.5]])))
    mixed = words.best_branch(tree, ["n", "n", "v", "v", "n"], "n")
    assert (mixed.inside, mixed.total, mixed.others, mixed.whole) == (2, 3, 0, False)
    whole = words.best_branch(tree, ["n", "n", "v", "v", "v"], "v")
    assert (whole.inside, whole.total, whole.others, whole.whole) == (3, 3, 0, True)


def test_words_of_labelled_data_are_of_their_labels() -> None:
    study = study_of(load("tagging", []), 0)
    found = words.measure(study)
    k = found.words.index("lion")
    states = [
        h[t + 1]
        for one, h in zip(study.examples, study.states_now, strict=True)
        for t, token in enumerate(one.tokens)
        if token == "lion"
    ]
    assert found.means[k] == pytest.approx(np.mean(states, axis=0))
    assert found.counts[k] == len(states)
    assert found.categories[k] == "animal"
    assert found.kinds[k] == "noun"
    assert found.before == (), "there is but one moment"


def test_the_grammar_is_known_by_its_words() -> None:
    known = words.grammar_categories()
    assert known["watches"] == "perception"
    assert known["boy"] == "human"
    assert known["the"] == "determiner"
    assert "watch" not in known
    assert words.parts_of_speech(["perception", "human", "determiner"]) == (
        "verb",
        "noun",
        "determiner",
    )
    assert words.parts_of_speech(["hot", "cold"]) == ("hot", "cold")


@pytest.mark.parametrize(
    ("study", "why"),
    [
        (study_of(make_stream(), 0), "words with spaces"),
        (study_of(make_experiment(), 0), "needs a running text"),
        (study_of(make_stream("a b a b a b a b a b a b"), 0), "3 different words"),
    ],
)
def test_where_there_are_no_words(study: Study, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        words.measure(study)
