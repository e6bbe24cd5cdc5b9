"""Numbers in prose, filled in live: `{h[2,1]:.4f}` is what the network computes now.

What is computed from several is, too, as conditions have it: `{f[1,0] * c[0,0]:.4f}`. `{forward}`,
`{epoch 10}` or `{show factors}` is what that command is done by: keys on the screen, the command
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rnn_tui.numerals import MINUS
from rnn_tui.session.breakpoints.breakpoints import scope_of
from rnn_tui.session.breakpoints.condition_reader import parse_number
from rnn_tui.session.breakpoints.conditions import ConditionError
from rnn_tui.session.commands.verbs import NAMES
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain, value_of
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.refs import RefError, check, elsewhere, read

NUMBER = re.compile(r"\{(?P<ref>[^{}:]+?)(?::(?P<form>[+]?(?:\.\d)?[feg%]?))?\}")
ADDRESS = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?(?:#\d+)?(?:@\d+)?(?!\w*\s*\()", re.ASCII)
EMPTY = "·"


def numbers(prose: str) -> Iterator[str]:
    """The numbers in a text, as they are written: addresses, or what is computed from some."""
    found = (one["ref"].strip() for one in NUMBER.finditer(prose))
    return (number for number in found if not is_command(number))


def commands(prose: str) -> Iterator[str]:
    """The commands in a text, as they are written: a verb, or one with what it is given."""
    return filter(is_command, (one["ref"].strip() for one in NUMBER.finditer(prose)))


def is_command(text: str) -> bool:
    """Whether what stands in braces begins with a verb."""
    return text.partition(" ")[0] in NAMES


def addresses(prose: str) -> Iterator[str]:
    """The addresses of the numbers in a text, and of those that others are computed from."""
    return (found[0] for number in numbers(prose) for found in ADDRESS.finditer(number))


def filled(prose: str, view: StepView, key: Callable[[str], str] = str) -> str:
    """The text with its numbers, and with what each command in it is done by, as `key` says.

    Raises RefError or Refused for a number that there is none of.
    """

    def written(found: re.Match[str]) -> str:
        ref = found["ref"].strip()
        if is_command(ref):
            return key(ref)
        return format(number_in(view, ref), found["form"] or ".4f").replace("-", MINUS)

    return NUMBER.sub(written, prose)


def filled_where_known(prose: str, view: StepView, key: Callable[[str], str] = str) -> str:
    """The text with the numbers that there are, and a dot for each that there is none of."""

    def written(found: re.Match[str]) -> str:
        try:
            return filled(found[0], view, key)
        except (RefError, Refused):
            return EMPTY

    return NUMBER.sub(written, prose)


def number_in(view: StepView, text: str) -> float:
    """A number of a text: that of an address, or what is computed from several.

    Raises RefError where it can't be read, Refused where it hangs on what is missing.
    """
    if ADDRESS.fullmatch(text):
        return whole_value(view, text)
    try:
        computed = parse_number(text, scope_of(view))
    except ConditionError as error:
        raise RefError(f"{text}: {error}") from None
    return computed.result(lambda name: whole_value(view, name))


def whole_value(view: StepView, text: str) -> float:
    """A number of the pass from its first op to its last, whether or not it is computed by now.

    Raises RefError where there is no such number, Refused where it hangs on what is missing.
    """
    ref = read(text)
    check(ref, view)
    if kind_of(ref.name, view).is_of_moment or ref.name in view.before.layout.shapes:
        return float(explain(view, ref).value)
    one: Pass = elsewhere(ref, view)
    whole = one.whole() if ref == ref.here else one
    return value_of(whole, ref.here)
