"""Memory, hit rate and error by position, on networks made by hand and against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from analyses.studies import study_of
from making import make_experiment, make_layout, make_network, make_parameters, make_stream

from rnn_tui.analyses import Snapshot, Study, Unfit, hits, memory, positions
from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.sampling import read
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Vocabulary

TEXT = "the cat sees a dog and the dog sees the cat a dog sees a cat the dog and the cat "
TOKENS = ("a", "b", "c")
KEPT = 2  # tokens that the register holds
NET = make_network("tanh", "softmax")


def ids_of(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 3, count)


def register() -> Parameters:
    """A network that keeps the last `KEPT` tokens, one-hot, and hands them on a place further."""
    params = Parameters.zeros(make_layout(3, 3 * KEPT, 3))
    params.W_xh[:3] = 2 * np.eye(3)
    params.W_hh[3:, :3] = 2 * np.eye(3)
    params.W_hy[:, :3] = 3 * np.eye(3)
    return params


def test_a_register_can_be_read_out_as_far_as_it_reaches() -> None:
    ids = ids_of(400)
    h = read(register(), NET, Vocabulary.one_hot("char", TOKENS), ids)
    assert [memory.readout(h[1:], ids, d)[0] for d in range(KEPT)] == [1.0] * KEPT
    right, guessed = memory.readout(h[1:], ids, KEPT)
    assert right < 0.5
    assert guessed == pytest.approx(1 / 3, abs=0.1)


def moved(params: Parameters, reach: int = 4) -> Floats:
    ids, vocabulary = ids_of(60), Vocabulary.one_hot("char", TOKENS)
    h = read(params, NET, vocabulary, ids)
    return memory.ablated(params, NET, vocabulary, ids, h, np.arange(10, 60), reach)


def test_what_the_prediction_does_not_use_does_not_move_it() -> None:
    """The output looks at the newest token of the register alone, which it also holds an older of."""
    found = moved(register())
    assert found[0] > 0.1
    assert found[1:].tolist() == [0.0] * 4


def test_a_prediction_from_the_token_before_is_moved_by_that_alone() -> None:
    params = register()
    params.W_hy[:] = 0
    params.W_hy[:, 3:] = 3 * np.eye(3)
    found = moved(params)
    assert found[1] > 0.1
    assert found[[0, 2, 3, 4]].tolist() == [0.0] * 4


def test_ablation_against_reading_all_of_it_again() -> None:
    params, vocabulary = (
        make_parameters(make_layout(3, 4, 3), 3),
        Vocabulary.one_hot("char", TOKENS),
    )
    ids = ids_of(40)
    h = read(params, NET, vocabulary, ids)
    shift = np.random.default_rng(memory.SEED).integers(1, 3, 40)
    differences = []
    for t in range(10, 40):
        other = ids.copy()
        other[t - 3] = (ids[t - 3] + shift[t - 3]) % 3
        p, q = (
            NET.head.probabilities(params.W_hy @ states[t + 1] + params.b_y)
            for states in (h, read(params, NET, vocabulary, other))
        )
        differences.append(0.5 * np.abs(p - q).sum())
    found = memory.ablated(params, NET, vocabulary, ids, h, np.arange(10, 40), 3)
    assert found[3] == pytest.approx(np.mean(differences))


def test_how_far_back_in_words() -> None:
    found = memory.Memory(
        np.array([0.4, 0.0, 0.02, 0.001]), np.array([1.0, 0.6, 0.31, 0.9]), np.full(4, 0.3)
    )
    assert (found.felt, found.readable) == (2, 1)
    nothing = memory.Memory(np.zeros(2), np.zeros(2), np.zeros(2))
    assert (nothing.felt, nothing.readable) == (-1, -1)


def test_where_there_is_too_little_to_remember() -> None:
    with pytest.raises(Unfit, match="a running text"):
        memory.measure(study_of(make_experiment(), 0))
    with pytest.raises(Unfit, match="8 tokens or more, and this has 4"):
        memory.measure(study_of(make_stream("abcab"), 0))


@pytest.mark.parametrize(
    ("text", "rate", "count"),
    [
        ("the cat sat ", 2 / 3, 3),
        ("the cat sat", 1.0, 2),
        ("xx yy zz", 0.0, 2),
        ("the", float("nan"), 0),
        ("", float("nan"), 0),
    ],
)
def test_hit_rate_of_a_text(text: str, rate: float, count: int) -> None:
    found, words = hits.hit_rate(text, {"the", "cat"})
    assert found == pytest.approx(rate, nan_ok=True)
    assert words == count


def test_hits_at_every_moment() -> None:
    study = study_of(make_stream(TEXT), 4)
    found = hits.measure(study)
    assert len(found.rate) == len(study.snapshots)
    assert len(found.text) == hits.LENGTH
    known = set(TEXT.split())
    assert set(found.invented).isdisjoint(known)
    words = found.text.split()[: found.words[-1]]
    assert found.rate[-1] == pytest.approx(sum(word in known for word in words) / len(words))


def test_places_in_words() -> None:
    found = positions.places(list("he cat a  is"))
    assert found.tolist() == [-2, -2, -1, 0, 1, 2, -1, 0, -1, -1, 0, 1]


def test_error_by_position_against_a_plain_loop() -> None:
    experiment = make_stream(TEXT)
    params = make_parameters(experiment.layout, 2)
    study = Study.of(experiment, [Snapshot(0, params)])
    found = positions.measure(study)
    text = study.examples[0]
    h = read(params, study.net, experiment.vocabulary, text.ids)
    losses: dict[int, list[float]] = {}
    wrong: dict[int, list[bool]] = {}
    place = None
    for t, target in enumerate(text.targets):
        p = study.net.head.probabilities(params.W_hy @ h[t + 1] + params.b_y)
        space = experiment.labels[target] == " "
        if space or place is not None:
            key = -1 if space or place is None else place
            losses.setdefault(key, []).append(-np.log(p[target]))
            wrong.setdefault(key, []).append(int(p.argmax()) != target)
        place = 0 if space else None if place is None else place + 1
    assert found.ending == pytest.approx(np.mean(losses.pop(-1)))
    assert found.ending_wrong == pytest.approx(np.mean(wrong.pop(-1)))
    assert found.loss == pytest.approx([np.mean(losses[k]) for k in sorted(losses)])
    assert found.wrong == pytest.approx([np.mean(wrong[k]) for k in sorted(losses)])
    assert found.counts.tolist() == [len(losses[k]) for k in sorted(losses)]
    assert TEXT[1:].index(found.passage) >= 0
    assert len(found.passage) == len(found.passage_loss)
