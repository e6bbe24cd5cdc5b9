"""Addresses of numbers, such as `h[2,1]`: unit 1 after token 2.

A ref is a name, then indices in brackets, then where else than here: `#3` is in
example 3, `@12` before update 12, `@12:20` what updates 12 to 19 changed:

    h[2,1]   dW_hh[1,0]   W_hh[1,0]@12   dW_hh[1,0]#3   W_hh[1,0]@0:64   grad_norm

Tokens, units and updates count from 0, h[-1,i] is the state that a pass starts
from; examples count from 1, as everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from rnn_tui.characters import one_line
from rnn_tui.experiments.errors import clipped, nearest, shown
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.kinds import AXIS_WORDS, Kind, extent, kind_of, kinds
from rnn_tui.session.why.metrics.metrics import ALSO

MOST_CHARACTERS = 80
MOST_COMPLETIONS = 200


class RefError(ValueError):
    """An address that leads nowhere: one line, what was expected."""

    def __init__(self, line: str) -> None:
        super().__init__(one_line(line))


@dataclass(frozen=True)
class Ref:
    """The address of a number. `until` is given only with `update`, for a change over time."""

    name: str
    index: tuple[int, ...] = ()
    example: int | None = None
    update: int | None = None
    until: int | None = None

    def __str__(self) -> str:
        text = self.name
        if self.index:
            text += f"[{','.join(map(str, self.index))}]"
        if self.example is not None:
            text += f"#{self.example}"
        if self.update is not None:
            text += f"@{self.update}"
        return text if self.until is None else f"{text}:{self.until}"

    @property
    def here(self) -> Ref:
        """The same number of the pass and the moment that one looks at."""
        return Ref(self.name, self.index)


_SYNTAX = re.compile(
    r"(?P<name>[A-Za-z_]\w*)(?:\[(?P<index>-?\d+(?:,-?\d+)*)\])?"
    r"(?:#(?P<example>\d+))?(?:@(?P<update>\d+)(?::(?P<until>\d+))?)?",
    re.ASCII,
)


@lru_cache(maxsize=512)
def read(text: str) -> Ref:
    """The ref that is written so, wherever it leads. Raises RefError."""
    typed, text = text.strip(), "".join(text.split())
    found = _SYNTAX.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if found is None or is_sentence(typed):
        expected = "an address such as h[2,1], dW_hh[1,0] or W_hh[1,0]@12"
        raise RefError(f"{shown(clipped(typed))}: expected {expected}")
    index = tuple(int(i) for i in found["index"].split(",")) if found["index"] else ()
    numbers = [found[part] for part in ("example", "update", "until")]
    return Ref(found["name"], index, *(None if n is None else int(n) for n in numbers))


def is_sentence(text: str) -> bool:
    """Whether something typed is several words, and so no address."""
    return _WORDS.search(text) is not None


_WORDS = re.compile(r"[^\W\d]\s+[^\W\d]")


def parse(text: str, pass_: Pass) -> Ref:
    """The ref that is written so, if there can be such a number here. Raises RefError.

    A last index that can be but one number may be left out: `p[3]` where there is one output.
    """
    ref = _completed(read(text), pass_)
    check(ref, pass_)
    return ref


def _completed(ref: Ref, pass_: Pass) -> Ref:
    kind = kinds(pass_).get(ref.name)
    if kind is None or not ref.index or len(ref.index) != len(kind.axes) - 1:
        return ref
    only = extent(pass_, kind.axes[-1])
    return replace(ref, index=(*ref.index, only[0])) if len(only) == 1 else ref


def check(ref: Ref, pass_: Pass) -> None:
    """Raise RefError where a ref leads nowhere; whether it is computed yet is another matter."""
    known = kinds(pass_)
    kind = known.get(ref.name)
    if kind is None:
        also = ALSO.get(ref.name)
        known_as = f" (did you mean {shown(also)}?)" if also in known else nearest(ref.name, known)
        raise RefError(f"there is no {shown(ref.name)} here{known_as}")
    _check_where(ref, kind, pass_)
    if ref.index or not kind.bare:
        _check_index(ref, kind, elsewhere(ref, pass_))


def reach_of(text: str, pass_: Pass) -> int:
    """How many updates must have been done for there to be such a number; 0 if any will do.

    Raises RefError where no ref is written so.
    """
    ref = read(text)
    kind = kinds(pass_).get(ref.name)
    points = [
        (number + 1) * (pass_.updates_per_epoch if pass_.experiment.stream is None else 1)
        for number, axis in zip(ref.index, kind.axes if kind else (), strict=False)
        if axis == "point"
    ]
    return max(0, ref.update or 0, ref.until or 0, *points)


def elsewhere(ref: Ref, pass_: Pass) -> Pass:
    """The pass that a ref speaks of: this one, or a whole one where it names another.

    Of another update that is the example under the cursor, or one that it trains on.
    """
    if ref.example is None and ref.update is None:
        return pass_
    if ref.example is not None:
        return pass_.whole(ref.update, ref.example - 1)
    k = pass_.update if ref.update is None else ref.update
    members = pass_.timeline.owner(k).trainer.members(k)
    of_pass = kind_of(ref.name, pass_).of == "pass"
    alone = of_pass and (pass_.typed or pass_.experiment.stream is None)
    stays = alone or pass_.example in members
    return pass_.whole(k, pass_.example if stays else members[0])


def _check_where(ref: Ref, kind: Kind, pass_: Pass) -> None:
    frontier, examples = pass_.timeline.frontier, len(pass_.examples)
    if ref.example is not None:
        if kind.of != "pass":
            raise RefError(f"{ref.name} is not of an example: leave out #{ref.example}")
        if not 1 <= ref.example <= examples:
            raise RefError(f"{ref}: examples count from 1 to {examples}")
    if ref.update is None:
        return
    if kind.of == "moment":
        raise RefError(f"{ref.name} is of the moment on the screen: leave out @{ref.update}")
    last = ref.update if ref.until is None else ref.until
    if last > frontier or (ref.until is not None and ref.until <= ref.update):
        raise RefError(f"{ref}: updates count from 0, and {frontier} are trained")
    if ref.until is not None and ref.name not in pass_.before.layout.shapes:
        raise RefError(f"{ref}: only weights are followed over time, such as W_hh[1,0]@0:8")


def _check_index(ref: Ref, kind: Kind, pass_: Pass) -> None:
    if len(ref.index) != len(kind.axes):
        wanted = ", ".join(_range(pass_, axis) for axis in kind.axes)
        form = f"in brackets {wanted}" if wanted else "no index"
        raise RefError(f"{ref.name} takes {form}")
    for number, axis in zip(ref.index, kind.axes, strict=True):
        if number not in extent(pass_, axis):
            raise RefError(f"{ref}: {number} is not {_range(pass_, axis)}")


def _range(pass_: Pass, axis: str) -> str:
    numbers, words = extent(pass_, axis), AXIS_WORDS[pass_.network.layer_of(axis)[0]]
    if not numbers:
        return f"{words} (there is none yet)"
    if len(numbers) == 1 and axis != "answer":
        return f"{words} (only {numbers[0]})"
    if isinstance(numbers, range):
        return f"{words} from {numbers[0]} to {numbers[-1]}"
    named = ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")
    return f"{words} ({named})"


def about(ref: Ref, pass_: Pass) -> str:
    """What a ref's name stands for, in words."""
    return kind_of(ref.name, pass_).about


def within(text: str, context: Ref, pass_: Pass) -> str:
    """A ref as it is called from here, that stands in a pass which `context` names."""
    ref = read(text)
    kind = kind_of(ref.name, pass_)
    if kind.of == "pass" and ref.example is None:
        ref = replace(ref, example=context.example)
    if kind.of != "moment" and ref.update is None:
        ref = replace(ref, update=context.update)
    return str(ref)


def complete(text: str, pass_: Pass) -> tuple[str, ...]:
    """How a ref that has been begun may go on: names, then index after index."""
    text = "".join(text.split())
    name, bracket, rest = text.partition("[")
    known = kinds(pass_)
    if not bracket:
        exact = [one for one in known if one.startswith(name)]
        loose = [one for one in known if name.lower() in one.lower() and one not in exact]
        return tuple(_opened(one, known[one]) for one in (*exact, *loose))
    kind = known.get(name)
    if kind is None or "]" in rest:
        return ()
    *given, begun = rest.split(",")
    if len(given) >= len(kind.axes):
        return ()
    close = "]" if len(given) + 1 == len(kind.axes) else ","
    head = "".join(f"{one}," for one in given)
    fits = (str(i) for i in extent(pass_, kind.axes[len(given)]) if str(i).startswith(begun))
    return tuple(f"{name}[{head}{one}{close}" for one in islice(fits, MOST_COMPLETIONS))


def _opened(name: str, kind: Kind) -> str:
    return f"{name}[" if kind.axes and not kind.bare else name
