"""What a verb is given: how its arguments are described, read and written.

Nothing of them is ever evaluated as code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from rnn_tui.experiments.errors import nearest

MOST_ASKED = 1_000_000  # the largest number that a person may ask for at once
FARTHEST = 10**15  # what a journal may lead to: a session goes on as long as it likes

Arguments = tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """The arguments of a verb.

    `read` is told the largest number that is allowed, and raises ValueError with what was
    expected. Only what is `plain` may be written with a number of times after it; the rest is
    the user's own text. `choices` are what it may begin with, where that can be said before
    there is a session.
    """

    usage: str
    read: Callable[[str, int], Arguments]
    write: Callable[[Arguments], str] = " ".join
    plain: bool = True
    choices: tuple[str, ...] = ()


def whole(text: str, least: int, most: int) -> int:
    """A whole number of a command. Raises ValueError with what was expected."""
    is_short = re.fullmatch(r"[0-9]{1,16}", text)  # Python refuses to read thousands of digits
    if not (is_short and least <= int(text) <= most):
        raise ValueError(f"a whole number from {least} to {most:,}")
    return int(text)


# Nothing, or numbers


def _nothing(rest: str, most: int) -> Arguments:
    if rest:
        raise ValueError("nothing after it")
    return ()


def number(usage: str, least: int, default: int | None = None) -> Form:
    """A whole number from `least` on; it may be left out where there is a default."""

    def read(rest: str, most: int) -> Arguments:
        return (str(default if not rest and default is not None else whole(rest, least, most)),)

    return Form(usage, read)


def _optional(rest: str, most: int) -> Arguments:
    return (str(whole(rest, 1, most)),) if rest else ()


TEMPERATURE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?")


def _passage(rest: str, most: int) -> Arguments:
    """How many tokens are to be written, and at which temperature if not at 1."""
    count, at, temperature = (part.strip() for part in f" {rest} ".partition(" at "))
    length = str(whole(count, 1, most)) if count else "60"
    if not at:
        return (length,)
    if not TEMPERATURE.fullmatch(temperature):
        raise ValueError("a temperature after at, such as 0.5")
    return length, temperature


NOTHING = Form("", _nothing)
COUNTED = Form("[N]", _nothing)  # its number is how many times
COUNT = number("[N]", 1, 1)
RUN = Form("[RUN]", _optional)
PASSAGE = Form("[N] [at T]", _passage, " at ".join)

# One of several words

PLACES = ("epoch", "step", "update", "run")
PANES = (
    "here", "tokens", "hidden", "gates", "gradients", "ledger", "factors", "microscope", "loss",
    "probabilities", "program", "output", "weights", "runs",
)  # fmt: skip


def _place(rest: str, most: int) -> Arguments:
    """Where to go; to a run, at one of its updates or as the session has it."""
    kind, _, number = rest.partition(" ")
    if kind not in PLACES:
        raise ValueError("epoch K, step K, update K or run K")
    if kind != "run":
        return kind, str(whole(number.strip(), 0, most))
    run, at, update = (part.strip() for part in number.partition(" at "))
    named = kind, str(whole(run, 1, most))
    return (*named, str(whole(update, 0, most))) if at else named


def _write_place(arguments: Arguments) -> str:
    kind, number, *update = arguments
    return " at ".join((f"{kind} {number}", *update))


def _cure(rest: str, most: int) -> Arguments:
    """A cure; the journal says of which update, as only a run that came there knows it."""
    name, of, update = (part.strip() for part in rest.partition(" of "))
    if not name:
        raise ValueError("clip, halve or rescale")
    return (name, str(whole(update, 0, most))) if of else (name,)


def _pane(rest: str, most: int) -> Arguments:
    if rest and rest not in PANES:
        raise ValueError(f"{', '.join(PANES)}{nearest(rest, PANES)}")
    return (rest or "here",)


PLACE = Form(
    "epoch K, goto step K, goto update K, goto run K", _place, _write_place,
    choices=tuple(f"{kind} " for kind in PLACES),
)  # fmt: skip
PANE = Form("[PANE]", _pane, choices=PANES)
CURE = Form("clip, cure halve or cure rescale", _cure, " of ".join)


def perhaps(usage: str, *, plain: bool = True) -> Form:
    """All that follows the verb, whatever it is, or nothing."""
    return Form(usage, lambda rest, _: (rest,) if rest else (), plain=plain)


WORD = perhaps("[VERB]")

# The user's own text


def _quoted(rest: str) -> tuple[str, str]:
    """A text in double quotes, as in JSON, and what follows it."""
    try:
        text, end = json.JSONDecoder().raw_decode(rest)
    except (ValueError, RecursionError):
        raise ValueError('a text whose "quotes" are closed') from None
    return str(text), rest[end:].strip()


def _text(rest: str, most: int) -> Arguments:
    text, label = rest, ""
    if rest.startswith('"'):
        text, after = _quoted(rest)
        if after and not after.startswith("as "):
            raise ValueError("as LABEL after the text")
        label = after.removeprefix("as ").strip()
    elif " as " in rest:
        text, _, label = (part.strip() for part in rest.rpartition(" as "))
    if label.startswith('"'):
        label, _ = _quoted(label)
    if not text:
        raise ValueError("a text")
    return (text, label) if label else (text,)


def _write_text(arguments: Arguments) -> str:
    return " as ".join(json.dumps(one, ensure_ascii=False) for one in arguments)


_NAME = re.compile(
    r"(?P<name>[^\s=\[\"+*/]*[^\s=\[\"+*/-])(?P<index>\s*\[[^\]\n]*\])?"
    r"(?P<gap>\s*=?\s*)(?P<value>.+)",
    re.DOTALL,
)
_RELATIVE = re.compile(r"[-+*/]=")


def _setting(rest: str, most: int) -> Arguments:
    found = _NAME.fullmatch(rest)
    if not found or not (found["index"] or found["gap"] or _RELATIVE.match(found["value"])):
        raise ValueError("a name and a value, such as lr 0.1 or W_hh[1,0] 0.5")
    value = found["value"].strip()
    if value.startswith('"'):
        value, after = _quoted(value)
        if after:
            raise ValueError("one value")
    return "".join((found["name"] + (found["index"] or "")).split()), value


def _write_setting(arguments: Arguments) -> str:
    name, value = arguments
    fine = value.isprintable() and not re.search(r'^[=\s]|[;#"]|\s$|^$', value)
    return f"{name} {value if fine else json.dumps(value, ensure_ascii=False)}"


def _until(rest: str, most: int) -> Arguments:
    found = re.fullmatch(r"until\s+(.+?)(?:\s+for\s+([0-9]+)(?:\s+(?:epoch|step)s?)?)?", rest)
    if not found:
        raise ValueError("until CONDITION, such as until loss < 0.3")
    return (found[1],) if found[2] is None else (found[1], str(whole(found[2], 1, most)))


def _write_until(arguments: Arguments) -> str:
    return f"until {' for '.join(arguments)}"


def line(usage: str, expected: str, *, plain: bool = True) -> Form:
    """All that follows the verb, whatever it is, which must be something."""

    def read(rest: str, most: int) -> Arguments:
        if not rest:
            raise ValueError(expected)
        return (rest,)

    return Form(usage, read, plain=plain)


def _other(rest: str, most: int) -> Arguments:
    """An example by its number, or a text; a text that is a number stands in quotes."""
    if not rest:
        return ()
    if re.fullmatch(r"[0-9]+", rest):
        return "example", str(whole(rest, 1, most))
    return "text", *_text(rest, most)


def _write_other(arguments: Arguments) -> str:
    kind, *rest = arguments or ("example",)
    return _write_text(tuple(rest)) if kind == "text" else " ".join(rest)


OTHER = Form("[EXAMPLE or TEXT]", _other, _write_other, plain=False)
TEXT = Form("TEXT [as LABEL]", _text, _write_text, plain=False)
SETTING = Form("NAME VALUE", _setting, _write_setting, plain=False)
UNTIL = Form(
    "until CONDITION [for N]", _until, _write_until, plain=False,
    choices=("until loss < 0.3", "until clipped", "until rho > 1", "until nan"),
)  # fmt: skip
