"""The numbers that stand in the picture, each as a text with its address."""

from __future__ import annotations

import math
from typing import NamedTuple

from rnn_tui.characters import visible
from rnn_tui.numerals import MINUS
from rnn_tui.present import digits
from rnn_tui.present.answers import mark, role, said
from rnn_tui.present.digits import EMPTY, percent, signed, size
from rnn_tui.present.real_answers import numbers, real_answer
from rnn_tui.present.tables.cells import Role
from rnn_tui.present.tables.strip import ref_of_class
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.view import StepView
from rnn_tui.session.why.state_norms import decays, name_of_figure, norms

LEAST = 0.01  # of a gradient: where less of it is left, hardly anything is learned


class Figure(NamedTuple):
    """A number as it is shown, and its address."""

    text: str
    ref: str = ""
    role: Role = Role.TEXT

    @property
    def is_there(self) -> bool:
        """Whether it has been computed."""
        return self.text != EMPTY


def left(share: float) -> str:
    """What is left of a gradient, as a share of the last one; nothing where there is none."""
    return "" if math.isnan(share) else digits.left(share)


def sign(value: float) -> str:
    """A unit in one cell: whether it is above or below 0."""
    if math.isnan(value):
        return "?"
    return "+" if value > 0 else MINUS if value < 0 else "0"


def value(x: float, room: int = 7) -> str:
    """A state's number in three digits."""
    return signed(x, 3, room)


def is_known(view: StepView, name: str, depth: int, t: int) -> bool:
    """Whether a layer's line of this name has run at a timestep."""
    return view.known.has(view.program.algorithm.called(name, depth), t)


def norm_of(view: StepView, depth: int, state: str, t: int) -> Figure:
    """‖∂L/∂s_t‖ of a state of a layer."""
    ref = f"{name_of_figure('norm', state, depth)}[{t}]"
    if not is_known(view, f"d{state}", depth, t):
        return Figure(EMPTY, ref, Role.EMPTY)
    return Figure(size(float(norms(view.known.trace, depth, state)[t]), 3, 6), ref)


def left_of(view: StepView, depth: int, state: str, t: int) -> Figure:
    """Its share of the last one's; in the colour of warnings where hardly any is left."""
    ref = f"{name_of_figure('decay', state, depth)}[{t}]"
    if not is_known(view, f"d{state}", depth, t):
        return Figure(EMPTY, ref, Role.EMPTY)
    share = float(decays(view.known.trace, depth, state)[t])
    return Figure(left(share), ref, Role.WARN if share < LEAST else Role.MUTED)


def wanted(view: StepView, k: int) -> str:
    """What is wanted of the k-th output; empty without a label."""
    if not view.current.labelled:
        return ""
    if not view.experiment.has_classes:
        return numbers(real_answer(view, k).target)
    return visible(view.experiment.labels[int(view.current.targets[k])])


def said_at(view: StepView, k: int, *, sure: bool = False, apart: bool = False) -> Figure:
    """What the network says at the k-th output, and if `sure` how sure it is.

    `apart` puts a blank behind the tick, as does `sure`.
    """
    t = view.current.outputs[k]
    if not view.known.answers(t):
        return Figure(EMPTY, "", Role.EMPTY)
    if not view.experiment.has_classes:
        ref = f"{view.network.head.answer}[{t},0]"
        return Figure(numbers(real_answer(view, k).output), ref, Role.STRONG)
    p = view.known.trace.p[k]
    found = judged(view.network, p, view.current, k)
    tick = mark(found)
    blank = " " * bool((sure or apart) and tick)
    text = f"{tick}{blank}{visible(said(found, view.experiment.labels))}"
    chance = f" {percent(found.p)}" if sure else ""
    ref = ref_of_class(t, p, found.said or 0) or f"p[{t},0]"
    return Figure(text + chance, ref, role(found))


def probability_at(view: StepView, k: int) -> Figure:
    """How sure it is of that; nothing of numbers, and before there is an answer."""
    if not view.experiment.has_classes:
        return Figure("")
    whole, name = said_at(view, k, sure=True), said_at(view, k)
    return whole._replace(text=whole.text.split()[-1]) if name.is_there else Figure("")


def loss_at(view: StepView, k: int, decimals: int = 3) -> Figure:
    """The loss of the k-th output; nothing where there is no label."""
    t = view.current.outputs[k]
    if not view.program.labels:
        return Figure("")
    if not view.known.has("loss", t):
        return Figure(EMPTY, f"loss[{t}]", Role.EMPTY)
    return Figure(size(float(view.known.trace.losses[k]), decimals), f"loss[{t}]")
