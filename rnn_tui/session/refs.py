"""Addresses of numbers, such as `h[2,1]`: unit 1 after token 2.

A ref is a name, then indices in brackets, then where else than here: `#3` is in
example 3, `@12` before update 12, `@12:20` what updates 12 to 19 changed:

    h[2,1]   dW_hh[1,0]   W_hh[1,0]@12   dW_hh[1,0]#3   W_hh[1,0]@0:64   grad_norm

Tokens, units and updates count from 0, h[-1,i] is the state that a pass starts
from; examples count from 1, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from rnn_tui.experiments import EMBEDDING, PARAMETER_NAMES
from rnn_tui.experiments.errors import clipped, nearest, printable, shown
from rnn_tui.session.passes import Pass

MOST_CHARACTERS = 80
MOST_COMPLETIONS = 200


class RefError(ValueError):
    """An address that leads nowhere: one line, what was expected."""

    def __init__(self, line: str) -> None:
        super().__init__(printable(line))


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


class Kind(NamedTuple):
    """What numbers a name stands for: in words, and what its indices count.

    With `bare` the name may stand without indices, too. `of` says what a number hangs
    on: a pass (an example and an update), an update alone, or the moment as it is shown.
    """

    about: str
    axes: tuple[str, ...] = ()
    of: str = "pass"
    bare: bool = False


_ROW_AXES = {
    "W_xh": ("unit", "input"),
    "W_hh": ("unit", "unit"),
    "b_h": ("unit",),
    "W_hy": ("output", "unit"),
    "b_y": ("output",),
    EMBEDDING: ("token row", "input"),
}
_OF_PARAMETERS = {
    "{}": Kind("a weight", of="update"),
    "d{}": Kind("the gradient of this example so far"),
    "reduced_{}": Kind("the gradient reduced over the batch", of="update"),
    "g_{}": Kind("the gradient of the batch, 0 where it is frozen", of="update"),
    "step_{}": Kind("the gradient after clipping", of="update"),
    "v_{}": Kind("the velocity: what the update adds", of="update"),
}


def _kinds() -> dict[str, Kind]:
    kinds = {
        "x": Kind("an input, the embedding of a token", ("token", "input")),
        "xh": Kind("what comes from the input", ("token", "unit")),
        "hh": Kind("what comes from the memory", ("token", "unit")),
        "pre": Kind("a unit before it is squashed", ("token", "unit")),
        "h": Kind("the hidden state after a token", ("state", "unit")),
        "y": Kind("a logit", ("answer", "output")),
        "p": Kind("a probability", ("answer", "output")),
        "target": Kind("the probability that is wanted", ("answer", "output")),
        "loss": Kind("the loss of an answer, or their mean", ("answer",), bare=True),
        "total_loss": Kind("the sum of the losses of all answers"),
        "dy": Kind("dL/dy", ("answer", "output")),
        "dh_local": Kind("what dh gets from the output here", ("token", "unit")),
        "dh": Kind("dL/dh", ("token", "unit")),
        "delta": Kind("dL/dpre", ("token", "unit")),
        "dh_next": Kind("what a token sends back to the state before it", ("sent", "unit")),
        "dh_norm": Kind("the norm of dL/dh", ("token",)),
        "decay": Kind("the norm of dL/dh against the last one", ("token",)),
        "local_norm": Kind("the norm of dh_local", ("token",)),
        "future_norm": Kind("the norm of what dh gets from later", ("token",)),
        "sent_norm": Kind("the norm of what goes back to the state before", ("sent",)),
        "ledger": Kind("the norm of one loss's own dL/dh", ("answer", "token")),
        "slope": Kind("the mean slope f′ of the units", ("token",)),
        "jacobian": Kind("the largest stretch of one step back", ("token",)),
        "reach": Kind("the largest stretch of all steps back to here", ("token",)),
        "sigma": Kind("the largest singular value of W_hh", of="update"),
        "rho": Kind("the spectral radius of W_hh", of="moment"),
        "grad_norm": Kind("the norm of the batch's gradient", of="update"),
        "learning_rate": Kind("the learning rate of an update", of="update"),
        "train_loss": Kind("the mean loss of the training examples", of="moment"),
        "accuracy": Kind("the share of training examples that is right", of="moment"),
        "recent_loss": Kind("the mean of the newest losses", of="moment"),
        "test_loss": Kind("the newest loss on data held back", of="moment"),
        "test_accuracy": Kind("the newest accuracy on data held back", of="moment"),
        "example_loss": Kind("the loss of an example now", ("example",), "moment"),
        "example_p": Kind("the probability that the table shows", ("example",), "moment"),
        "past_loss": Kind("the loss of an epoch or step", ("point",), "moment"),
        "past_accuracy": Kind("the accuracy of an epoch or step", ("point",), "moment"),
        "past_norm": Kind("the largest ‖g‖ of an epoch or step", ("point",), "moment"),
    }
    for name in (*PARAMETER_NAMES, EMBEDDING):
        for pattern, kind in _OF_PARAMETERS.items():
            kinds[pattern.format(name)] = kind._replace(axes=_ROW_AXES[name])
        kinds[f"norm_g_{name}"] = Kind(f"the norm of g_{name}", of="update")
    return kinds


KINDS: dict[str, Kind] = _kinds()

AXIS_WORDS = {
    "token": "a timestep",
    "state": "a timestep",
    "sent": "a timestep",
    "answer": "a timestep with an output",
    "unit": "a unit",
    "input": "an input",
    "output": "an output",
    "token row": "a token's row",
    "example": "an example",
    "point": "an epoch or step",
}

_SYNTAX = re.compile(
    r"(?P<name>[A-Za-z_]\w*)(?:\[(?P<index>-?\d+(?:,-?\d+)*)\])?"
    r"(?:#(?P<example>\d+))?(?:@(?P<update>\d+)(?::(?P<until>\d+))?)?",
    re.ASCII,
)


def kinds(bench: Pass) -> dict[str, Kind]:
    """The names that mean something in this experiment."""
    learned = EMBEDDING in bench.before.layout.shapes
    frozen, stream = bench.program.freezes, bench.experiment.stream is not None
    return {
        name: kind
        for name, kind in KINDS.items()
        if (learned or not _speaks_of_embedding(name, kind))
        and (frozen or not name.startswith("reduced_"))
        and (name not in _LABELLED if stream else name != "recent_loss")
        and (bench.experiment.test or not name.startswith("test_"))
    }


def _speaks_of_embedding(name: str, kind: Kind) -> bool:
    return "token row" in kind.axes or name == f"norm_g_{EMBEDDING}"


_LABELLED = frozenset({"train_loss", "accuracy", "example_loss", "example_p"})


def extent(bench: Pass, axis: str) -> Sequence[int]:
    """What an index may be, in ascending order."""
    layout, T = bench.before.layout, bench.current.length
    updates = bench.updates_per_epoch if bench.experiment.stream is None else 1
    return {
        "token": range(T),
        "state": range(-1, T),
        "sent": range(T + 1),
        "answer": bench.current.outputs,
        "unit": range(layout.hidden_size),
        "input": range(layout.input_size),
        "output": range(layout.output_size),
        "token row": range(layout.learned_tokens),
        "example": range(1, len(bench.examples) + 1),
        "point": range(bench.timeline.records.count // updates),
    }[axis]


@lru_cache(maxsize=512)
def read(text: str) -> Ref:
    """The ref that is written so, wherever it leads. Raises RefError."""
    text = "".join(text.split())
    found = _SYNTAX.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if found is None:
        expected = "an address such as h[2,1], dW_hh[1,0] or W_hh[1,0]@12"
        raise RefError(f"{shown(clipped(text))}: expected {expected}")
    index = tuple(int(i) for i in found["index"].split(",")) if found["index"] else ()
    numbers = [found[part] for part in ("example", "update", "until")]
    return Ref(found["name"], index, *(None if n is None else int(n) for n in numbers))


def parse(text: str, bench: Pass) -> Ref:
    """The ref that is written so, if there can be such a number here. Raises RefError."""
    ref = read(text)
    check(ref, bench)
    return ref


def check(ref: Ref, bench: Pass) -> None:
    """Raise RefError where a ref leads nowhere; whether it is computed yet is another matter."""
    known = kinds(bench)
    kind = known.get(ref.name)
    if kind is None:
        known_as = nearest(ref.name, known)
        raise RefError(f"there is no {shown(ref.name)} here{known_as}")
    _check_where(ref, kind, bench)
    if ref.index or not kind.bare:
        _check_index(ref, kind, elsewhere(ref, bench))


def elsewhere(ref: Ref, bench: Pass) -> Pass:
    """The pass that a ref speaks of: this one, or a whole one where it names another.

    Of another update that is the example under the cursor, or one that it trains on.
    """
    if ref.example is None and ref.update is None:
        return bench
    if ref.example is not None:
        return bench.whole(ref.update, ref.example - 1)
    k = bench.update if ref.update is None else ref.update
    members = bench.timeline.owner(k).trainer.members(k)
    alone = KINDS[ref.name].of == "pass" and bench.experiment.stream is None
    stays = bench.typed or alone or bench.example in members
    return bench.whole(k, bench.example if stays else members[0])


def _check_where(ref: Ref, kind: Kind, bench: Pass) -> None:
    frontier, examples = bench.timeline.frontier, len(bench.examples)
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
        raise RefError(f"{ref}: updates count from 0, and the run has come to {frontier}")
    if ref.until is not None and ref.name not in bench.before.layout.shapes:
        raise RefError(f"{ref}: only weights are followed over time, such as W_hh[1,0]@0:8")


def _check_index(ref: Ref, kind: Kind, bench: Pass) -> None:
    if len(ref.index) != len(kind.axes):
        wanted = ", ".join(_range(bench, axis) for axis in kind.axes)
        form = f"in brackets {wanted}" if wanted else "no index"
        raise RefError(f"{ref.name} takes {form}")
    for number, axis in zip(ref.index, kind.axes, strict=True):
        if number not in extent(bench, axis):
            raise RefError(f"{ref}: {number} is not {_range(bench, axis)}")


def _range(bench: Pass, axis: str) -> str:
    numbers = extent(bench, axis)
    if not numbers:
        return f"{AXIS_WORDS[axis]} (there is none yet)"
    if isinstance(numbers, range):
        return f"{AXIS_WORDS[axis]} from {numbers[0]} to {numbers[-1]}"
    named = ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")
    return f"{AXIS_WORDS[axis]} ({named})"


def about(ref: Ref) -> str:
    """What a ref's name stands for, in words."""
    return KINDS[ref.name].about


def within(text: str, context: Ref) -> str:
    """A ref as it is called from here, that stands in a pass which `context` names."""
    ref = read(text)
    kind = KINDS[ref.name]
    if kind.of == "pass" and ref.example is None:
        ref = replace(ref, example=context.example)
    if kind.of != "moment" and ref.update is None:
        ref = replace(ref, update=context.update)
    return str(ref)


def complete(text: str, bench: Pass) -> tuple[str, ...]:
    """How a ref that has been begun may go on: names, then index after index."""
    text = "".join(text.split())
    name, bracket, rest = text.partition("[")
    known = kinds(bench)
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
    fits = (str(i) for i in extent(bench, kind.axes[len(given)]) if str(i).startswith(begun))
    return tuple(f"{name}[{head}{one}{close}" for one in islice(fits, MOST_COMPLETIONS))


def _opened(name: str, kind: Kind) -> str:
    return f"{name}[" if kind.axes and not kind.bare else name
