"""What units tell apart: the AUC against its definition, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.arrays import Bools, Floats
from rnn_tui.engine.spectrum.selectivity import (
    TokenClass,
    auc,
    best_first,
    character_classes,
    same_token,
    selectivity,
    variance,
)

Case = tuple[Floats, Bools]


@st.composite
def activations(draw: st.DrawFn) -> Case:
    """A few units over a text, many of their values equal, and a class that has both kinds."""
    T, H = draw(st.integers(2, 20)), draw(st.integers(1, 4))
    values = draw(st.lists(st.integers(-3, 3), min_size=T * H, max_size=T * H))
    members = np.array(draw(st.lists(st.booleans(), min_size=T, max_size=T)))
    members[0], members[1] = True, False
    return np.array(values, dtype=float).reshape(T, H), members


def by_pairs(values: Floats, members: Bools) -> Floats:
    """The definition, pair by pair."""
    areas = []
    for unit in values.T:
        pairs = [(p > n) + 0.5 * (p == n) for p in unit[members] for n in unit[~members]]
        areas.append(float(np.mean(pairs)))
    return np.array(areas)


@given(activations())
def test_it_is_the_share_of_pairs_in_order(case: Case) -> None:
    np.testing.assert_allclose(auc(*case), by_pairs(*case), atol=1e-12)


@given(activations())
def test_a_flipped_sign_or_class_is_as_selective(case: Case) -> None:
    values, members = case
    areas = auc(values, members)
    np.testing.assert_allclose(auc(-values, members), 1 - areas, atol=1e-12)
    np.testing.assert_allclose(auc(values, ~members), 1 - areas, atol=1e-12)
    score = selectivity(areas)
    np.testing.assert_allclose(selectivity(auc(-values, members)), score, atol=1e-12)
    assert ((score >= 0.5) & (score <= 1)).all()


@given(activations())
def test_squashing_changes_nothing(case: Case) -> None:
    values, members = case
    np.testing.assert_array_equal(auc(np.tanh(values), members), auc(values, members))


def test_perfect_useless_and_hurt_units() -> None:
    members = np.array([True, False, True, False])
    high, flat, hurt = [1.0, -1.0, 0.5, 0.4], [0.2] * 4, [1.0, np.nan, 0.0, 0.0]
    areas = auc(np.array([high, flat, hurt]).T, members)
    assert areas[0] == 1.0
    assert areas[1] == 0.5
    assert np.isnan(areas[2])
    assert best_first(areas) == (0, 1, 2)


@pytest.mark.parametrize("members", [[True, True], [False, False]])
def test_a_class_of_one_kind_tells_nothing(members: list[bool]) -> None:
    assert np.isnan(auc(np.array([[0.1], [0.2]]), np.array(members))).all()


def test_infinite_activations_are_compared_like_others() -> None:
    values = np.array([[np.inf], [1.0], [-np.inf]])
    assert auc(values, np.array([True, False, False]))[0] == 1.0


def test_variance_knows_what_it_cannot_tell() -> None:
    values = np.array([[0.0, np.inf], [1.0, 0.0]])
    spread = variance(values)
    assert spread[0] == 0.25
    assert np.isnan(spread[1])
    assert best_first(spread) == (0, 1)


def members_of(one: TokenClass, text: str) -> str:
    return "".join(c if m else "." for c, m in zip(text, one.members, strict=True))


def test_classes_of_characters() -> None:
    text = "The épée,\nis I"
    vowels, spaces, ends = character_classes(text)
    assert members_of(vowels, text) == "..e.é.ée..i..I"
    assert members_of(spaces, text) == "... .....\n.. ."
    assert members_of(ends, text) == "..e.....,..s.."
    assert ends.counted.sum() == len(text) - 1, "what follows the last character is not known"
    assert all(one.both for one in (vowels, spaces, ends))


@given(st.text(alphabet="ab e\n", max_size=12))
def test_classes_of_any_text_fit_it(text: str) -> None:
    for one in (*character_classes(text), same_token(text, "a")):
        assert one.members.shape == one.counted.shape == (len(text),)
        areas = one.auc(np.linspace(0, 1, max(1, len(text)))[: len(text), None])
        assert np.isfinite(areas).all() == one.both


def test_one_token_against_all_others() -> None:
    one = same_token(("the", "cat", "the"), "the")
    assert one.members.tolist() == [True, False, True]
    assert one.what == "the"
