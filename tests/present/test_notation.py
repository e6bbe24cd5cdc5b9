"""Other names for what is on the screen, and nothing else changed by them."""

from __future__ import annotations

import pytest

from rnn_tui.experiments import load
from rnn_tui.present.notation import NOTATIONS, Notation, Speller, after
from rnn_tui.session.session import Session
from rnn_tui.session.why.kinds import kinds

BOOK, LETTERS, TORCH = NOTATIONS[1:]


def speller(notation: Notation, name: str = "sentiment", *settings: str) -> Speller:
    return Speller(notation, load(name, settings).network)


@pytest.mark.parametrize(
    ("notation", "name", "ours", "theirs"),
    [
        (BOOK, "sentiment", "h_0 h_start dh_3 δ_2", "h₁ h₀ ∂L/∂h₄ δ₂"),
        (BOOK, "sentiment", "h[2,1] dh[0,1] = 0.46", "h₃[1] ∂L/∂h₁[1] = 0.46"),
        (BOOK, "sentiment", "W_hhᵀ[0] · h_1ᵀ", "W_hhᵀ[0] · h₂ᵀ"),
        (BOOK, "sentiment", "h[0]  h_t  x[0]  dh_next[2,0]", "h[0]  h_t  x[0]  dh_next[2,0]"),
        (BOOK, "gates", "c[-1,0] dc[3,1]", "c₀[0] ∂L/∂c₄[1]"),
        (BOOK, "sentiment", "delta · x_0ᵀ + h_0ᵀ", "delta · x₀ᵀ + h₁ᵀ"),
        (BOOK, "gates", "delta_i_3 x_t W_xi_1 x_2[0]", "delta_i₃ x_t W_xi_1 x_2[0]"),
        (LETTERS, "sentiment", "W_xh W_hh b_h W_hy b_y", "U W b V c"),
        (LETTERS, "sentiment", "dW_hh[1,0] v_W_xh ρ(W_hh)", "dW[1,0] v_U ρ(W)"),
        (LETTERS, "gates", "W_xi W_hf b_o", "U_i W_f b_o"),
        (LETTERS, "translation", "W_hh_enc W_xh", "W_enc U"),
        (TORCH, "sentiment", "W_xh dW_hh b_h W_hy", "weight_ih_l0 weight_hh_l0.grad bias_ih_l0 "
         "linear.weight"),
        (TORCH, "gates", "W_xi[1,0] b_f", "weight_ih_l0[i][1,0] bias_ih_l0[f]"),
        (TORCH, "gru", "W_xr", "W_xr"),  # reset before the product: torch has no such module
    ],
)  # fmt: skip
def test_a_text_in_a_notation(notation: Notation, name: str, ours: str, theirs: str) -> None:
    assert speller(notation, name).spell(ours) == theirs


def test_layers_keep_their_numbers() -> None:
    two = ("model.layers=2",)
    assert speller(LETTERS, "grammar", *two).spell("W_hh_1 W_hh") == "W_1 W"
    assert speller(TORCH, "grammar", *two).spell("W_xh_1") == "weight_ih_l1"
    assert speller(BOOK, "grammar", *two).spell("h_1[2,0] h_1") == "h₃[0] of layer 1 h_1"


def test_a_learned_first_state_keeps_its_name() -> None:
    learned = speller(BOOK, "hello", 'model.initial_state="learned"')
    assert learned.spell("h_0 h[0,1]") == "h_0 h₁[1]"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sentiment", "gates", "translation", "melody"])
@pytest.mark.parametrize("notation", NOTATIONS, ids=lambda one: one.name)
def test_every_name_stays_another_one_and_figures_stay(name: str, notation: Notation) -> None:
    view = Session(load(name)).view
    other = Speller(notation, view.network)
    names = [*kinds(view), *view.params.layout.axes]
    assert len({other.spell(one) for one in names}) == len(set(names))
    figures = "0.4621 −0.0997 1e−9 12 of 40, epoch 3: loss 0.69 → 0.67"
    assert other.spell(figures) == figures


def test_our_own_notation_changes_nothing_and_all_take_turns() -> None:
    own = speller(NOTATIONS[0])
    assert not own.changes
    assert own.spell("W_hh h_0") == "W_hh h_0"
    seen = [NOTATIONS[0]]
    while (following := after(seen[-1].name)) is not NOTATIONS[0]:
        seen.append(following)
    assert tuple(seen) == NOTATIONS


def test_a_notation_is_told_of_in_a_line() -> None:
    for one in NOTATIONS:
        assert 10 < len(one.about) < 80
