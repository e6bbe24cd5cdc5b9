"""A question on any number of a pass: its value, and what honest mistakes would make of it.

The classic bugs come first. Where they give no other value, a part of the arithmetic is left
out or its sign is turned, or the number is one beside it. Each mistake says what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.equations.faults import FAULTS
from rnn_tui.lessons.choices import Choice, faulty, shuffled
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass, is_short
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.explain import explain, explain_whole, value_of
from rnn_tui.session.why.expressions import (
    FUNCTIONS,
    Call,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    evaluate,
    numbers,
)
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.refs import Ref, RefError, elsewhere, parse

MOST_WRONG = 3
MOST_NAMED = 2  # factors of a term, that are named
LEAST = 0.01  # of the value: a mistake that changes less can't be told from it by thought
TIMED = ("token", "state", "answer", "sent")  # axes along which there are numbers one step away
NEVER_NEGATIVE = ("sigmoid", "exp", "sqrt", "square", "softplus")


@dataclass(frozen=True)
class QuizQuestion:
    """What is asked: the derivation of a number, and choices in an order of their own.

    `computed` says whether the algorithm has come to it, so that it may stand on the screen.
    """

    derivation: Derivation
    choices: tuple[Choice, ...]
    computed: bool

    @property
    def ref(self) -> str:
        """The address of the number."""
        return self.derivation.ref


def question(view: StepView, text: str, write: Callable[[float], str]) -> QuizQuestion:
    """The question on the number at an address, with its choices as `write` writes numbers.

    Raises RefError where there is no such number, Refused where nothing can be asked of it.
    """
    ref = parse(text, view)
    if view.network.fault is not None:
        raise Refused("no quiz while a bug is in the code", "break")
    given = ref.name in view.before.layout.shapes
    if given or kind_of(ref.name, view).is_of_moment:
        raise Refused(f"no quiz on {ref}: choose a number of the pass")
    one = view.whole() if ref == ref.here else elsewhere(ref, view)
    derivation = replace(explain_whole(one, ref), ref=str(ref))
    if not derivation.op and isinstance(derivation.expression, Number):
        raise Refused(f"no quiz on {ref}: it is given, not computed")
    value = float(derivation.value)
    if not np.isfinite(value):
        raise Refused(f"no quiz on {ref}: it is not finite")
    wrong: dict[str, Choice] = {}
    right = Choice(write(value + 0.0), str(ref), right=True)  # + 0.0: there is no negative zero
    for mistaken, why in mistakes(one, ref, derivation):
        if not np.isfinite(mistaken) or abs(mistaken - value) <= LEAST * abs(value):
            continue
        shown = write(mistaken + 0.0)
        if shown != right.text and shown not in wrong:
            wrong[shown] = Choice(shown, str(ref), right=False, why_not=why)
        if len(wrong) == MOST_WRONG:
            break
    if not wrong:
        raise Refused(f"no quiz on {ref}: no mistake changes it")
    found = shuffled((right, *wrong.values()), f"{ref} {view.update} {view.example}")
    return QuizQuestion(derivation, found, _is_computed(view, ref))


def _is_computed(view: StepView, ref: Ref) -> bool:
    try:
        explain(view, ref)
    except Refused:
        return False
    return True


def mistakes(one: Pass, ref: Ref, derivation: Derivation) -> Iterator[tuple[float, str]]:
    """Values that a number of a whole pass might be taken for, each with what is wrong with it."""
    yield from _by_bugs(one, ref, derivation)
    with np.errstate(all="ignore"):
        for wrong, why in slips(derivation.expression):
            value = evaluate(wrong)
            if np.ndim(value) == 0:
                yield float(value), why
    yield from _beside(one, ref)
    expression = derivation.expression
    positive = isinstance(expression, Call) and expression.function in NEVER_NEGATIVE
    if not (positive or isinstance(expression, Quotient)):
        yield -float(derivation.value), "the sign is turned"


def _by_bugs(one: Pass, ref: Ref, derivation: Derivation) -> Iterator[tuple[float, str]]:
    """Of each classic bug; none of them is in a line of the forward pass."""
    kind = one.program.algorithm.kinds.get(derivation.op)
    if kind is not None and kind.phase is not Phase.BACKWARD:
        return
    if not is_short(one.experiment, one.current.length):
        return
    for name, fault in FAULTS.items():
        if fault.of_update or not any(fault.fits(layer.cell) for layer in one.network.layers):
            continue
        with suppress(RefError, Refused):
            yield value_of(faulty(one, name), ref), fault.slip


def _beside(one: Pass, ref: Ref) -> Iterator[tuple[float, str]]:
    """The number a timestep earlier, or else later, and that of the next unit or the one before."""
    axes = kind_of(ref.name, one).axes
    for place, axis in enumerate(axes):
        if place >= len(ref.index):
            return
        steps = (-1, 1) if axis in TIMED else (1, -1)
        of = "another timestep" if axis in TIMED else f"another {axis.rstrip('0123456789')}"
        for by in steps:
            index = (*ref.index[:place], ref.index[place] + by, *ref.index[place + 1 :])
            with suppress(RefError, Refused):
                near = parse(str(Ref(ref.name, index)), one)
                yield value_of(one, near), f"that is {near}, of {of}"
                break


def slips(expression: Expression) -> Iterator[tuple[Expression, str]]:
    """The arithmetic with one part of it left out or turned, and what was done to it."""
    match expression:
        case Call(function=name, argument=argument):
            yield argument, f"{_called(name, '…')} is left out"
            yield from ((Call(name, wrong), why) for wrong, why in slips(argument))
        case Negative(part=part):
            yield part, "the minus is left out"
        case Quotient(above=above, below=below):
            yield above, f"not divided by {_named(below)}"
            yield from ((Quotient(wrong, below), why) for wrong, why in slips(above))
        case Product(parts=parts) if len(parts) > 1:
            for place, part in reversed(tuple(enumerate(parts))):
                others = (*parts[:place], *parts[place + 1 :])
                yield Product(others), f"not multiplied by {_named(part)}"
        case Sum(parts=parts) if len(parts) == 1:
            yield from slips(parts[0])
        case Sum(parts=parts) if len(parts) > 1:
            yield from _slips_of_sum(parts)


def _slips_of_sum(parts: Sequence[Expression]) -> Iterator[tuple[Expression, str]]:
    """What a sum is without its last term, often a bias, or without its largest."""
    sizes = [float(np.abs(evaluate(part)).max()) for part in parts]
    for place in dict.fromkeys((len(parts) - 1, int(np.argmax(sizes)))):
        others = (*parts[:place], *parts[place + 1 :])
        named = _named(parts[place])
        yield Sum(others), f"{named} is left out"
        yield Sum((*others, Negative(parts[place]))), f"{named} is subtracted"


def _called(name: str, of: str) -> str:
    """A function as it is written."""
    return FUNCTIONS[name][0].format(of)


def _named(part: Expression) -> str:
    """A part by the addresses in it, without the update that it is before."""
    if isinstance(part, Call):
        return _called(part.function, _named(part.argument))
    if isinstance(part, Sum):
        return "the sum"
    found = list(numbers(part))
    names = [one.ref.partition("@")[0] or one.label for one in found]
    if len(found) == 1 and not names[0] and np.ndim(found[0].value) == 0:
        return f"{float(found[0].value):g}"
    return "·".join(names) if all(names) and len(names) <= MOST_NAMED else "a term"
