"""The one grammar of verbs, for journal, `rnn-tui plain` and colon line. A line is a command.

    forward 4        epoch 10        set training.learning_rate 0.1        why h[2,1]

A line is a verb and what it is given. Nothing of it is ever evaluated as code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rnn_tui.characters import one_line
from rnn_tui.experiments.errors import clipped, nearest, shown

MOST = 1_000_000  # what a person may ask for at once
FARTHEST = 10**15  # what a journal may lead to: a session goes on as long as it likes
MOST_CHARACTERS = 100_000  # of a line that is typed

Arguments = tuple[str, ...]


class VerbError(ValueError):
    """A line that is no command: one line, what was expected."""

    def __init__(self, line: str) -> None:
        super().__init__(one_line(line))


@dataclass(frozen=True)
class Command:
    """A verb of VERBS with its arguments, to be done so many `times`, each an act of its own."""

    verb: str
    arguments: Arguments = ()
    times: int = 1

    @property
    def text(self) -> str:
        """The one way to write it, which `parse` reads back."""
        verb = VERBS[self.verb]
        line = f"{verb.name} {verb.form.write(self.arguments)}".rstrip()
        if self.times == 1:
            return line
        return f"{line} {self.times}" if verb.form is COUNTED else f"{line} * {self.times}"

    @property
    def once(self) -> Command:
        """One of its acts."""
        return replace(self, times=1)


@dataclass(frozen=True)
class Form:
    """What a verb is given: how that is described, read and written.

    `read` is told the largest number that is allowed, and raises ValueError with what was
    expected. Only what is `plain` may be written with a number of times after it; the rest is
    the user's own text.
    """

    usage: str
    read: Callable[[str, int], Arguments]
    write: Callable[[Arguments], str] = " ".join
    plain: bool = True


@dataclass(frozen=True)
class Verb:
    """A verb, declared once.

    One that `asks` changes nothing, one that is `in_place` leads nowhere. A `quiet` one is
    written by the journal and left out of help, as another verb says the same in a friendlier
    way.
    """

    name: str
    form: Form
    about: str
    asks: bool = False
    in_place: bool = False
    quiet: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How it is written."""
        return f"{self.name} {self.form.usage}".rstrip()


# Reading arguments


def _nothing(rest: str, most: int) -> Arguments:
    if rest:
        raise ValueError("nothing after it")
    return ()


def whole(text: str, least: int, most: int) -> int:
    """A whole number of a command."""
    is_short = re.fullmatch(r"[0-9]{1,16}", text)  # Python refuses to read thousands of digits
    if not (is_short and least <= int(text) <= most):
        raise ValueError(f"a whole number from {least} to {most:,}")
    return int(text)


def _number(least: int, default: int | None = None) -> Callable[[str, int], Arguments]:
    def read(rest: str, most: int) -> Arguments:
        return (str(default if not rest and default is not None else whole(rest, least, most)),)

    return read


PLACES = ("epoch", "step", "update", "run")


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


def _optional(rest: str, most: int) -> Arguments:
    return (str(whole(rest, 1, most)),) if rest else ()


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


def _quoted(rest: str) -> tuple[str, str]:
    """A text in double quotes, as in JSON, and what follows it."""
    try:
        text, end = json.JSONDecoder().raw_decode(rest)
    except (ValueError, RecursionError):
        raise ValueError('a text whose "quotes" are closed') from None
    return str(text), rest[end:].strip()


NAME = re.compile(r"([^\s=\[\"]+(?:\s*\[[^\]\n]*\])?)\s*=?\s*(.+)", re.DOTALL)


def _setting(rest: str, most: int) -> Arguments:
    found = NAME.fullmatch(rest)
    if not found:
        raise ValueError("a name and a value, such as W_hh[1,0] 0.5")
    value = found[2].strip()
    if value.startswith('"'):
        value, after = _quoted(value)
        if after:
            raise ValueError("one value")
    return "".join(found[1].split()), value


def _write_setting(arguments: Arguments) -> str:
    name, value = arguments
    fine = value.isprintable() and not re.search(r'^[=\s]|[;#"]|\s$|^$', value)
    return f"{name} {value if fine else json.dumps(value, ensure_ascii=False)}"


def _line(what: str) -> Callable[[str, int], Arguments]:
    def read(rest: str, most: int) -> Arguments:
        if not rest:
            raise ValueError(what)
        return (rest,)

    return read


def _until(rest: str, most: int) -> Arguments:
    found = re.fullmatch(r"until\s+(.+?)(?:\s+for\s+([0-9]+)(?:\s+(?:epoch|step)s?)?)?", rest)
    if not found:
        raise ValueError("until CONDITION, such as until loss < 0.3")
    return (found[1],) if found[2] is None else (found[1], str(whole(found[2], 1, most)))


def _write_until(arguments: Arguments) -> str:
    return f"until {' for '.join(arguments)}"


NOTHING = Form("", _nothing)
COUNTED = Form("[N]", _nothing)  # its number is how many times
COUNT = Form("[N]", _number(1, 1))
PANES = (
    "here", "tokens", "hidden", "gradients", "ledger", "factors", "microscope", "loss", "weights",
    "runs",
)  # fmt: skip


def _pane(rest: str, most: int) -> Arguments:
    if rest and rest not in PANES:
        raise ValueError(f"{', '.join(PANES)}{nearest(rest, PANES)}")
    return (rest or "here",)


def _verbs() -> Iterator[Verb]:
    text = Form("TEXT [as LABEL]", _text, _write_text, plain=False)
    setting = Form("NAME VALUE", _setting, _write_setting, plain=False)
    until = Form("until CONDITION [for N]", _until, _write_until, plain=False)
    yield Verb("forward", COUNTED, "Feed the next token: one timestep forward")
    yield Verb("finish_forward", NOTHING, "Finish the forward pass, up to the loss")
    yield Verb("backward", COUNTED, "Send the gradient one timestep back")
    yield Verb("finish_backward", NOTHING, "Finish BPTT, down to the first token")
    yield Verb("op", COUNTED, "Run the next single operation")
    yield Verb("again", NOTHING, "Step this pass again, with the same weights")
    yield Verb("update", COUNT, "Train on so many updates, as one act", aliases=("step",))
    yield Verb("epoch", COUNT, "Train so many epochs, as one act", aliases=("epochs",))
    yield Verb("run", until, "Train until a condition becomes true")
    yield Verb("back", until, "Go back to where a condition last became true")
    yield Verb("undo", COUNTED, "Take back the last act, to the bit")
    yield Verb("redo", COUNTED, "Do again what was taken back")
    yield Verb("reset", NOTHING, "Start over: epoch 0, first example, no edits")
    place = Form("epoch K, goto step K, goto update K, goto run K", _place, _write_place)
    yield Verb("goto", place, "Go to any epoch or update (of a text: step), or to another run")
    yield Verb("scrub", Form("K", _number(0)), "Go to an update that has been computed", quiet=True)
    yield Verb("next_example", COUNTED, "Look at the next example", aliases=("next",))
    yield Verb("previous_example", COUNTED, "Look at the example before", aliases=("previous",))
    yield Verb("example", Form("K", _number(1)), "Look at an example by its number, from 1")
    yield Verb("input", text, "Read a text of your own")
    yield Verb("set", setting, "Change a weight, a hidden value or a setting from here on")
    yield Verb("put", setting, "Change one number, even to what it is", quiet=True)
    yield Verb("settings", Form("TABLE", _line("a table in JSON"), plain=False),
               "Train on by several settings", quiet=True)  # fmt: skip
    yield Verb("break", Form("BUG", _line("the name of a bug")), "Put a classic bug into the code")
    yield Verb("mend", NOTHING, "Take the bug out of the code")
    yield Verb("cure", Form("clip, cure halve or cure rescale", _cure, " of ".join),
               "Go back before what broke the run, and change one thing")  # fmt: skip
    yield Verb("pin", Form("[RUN]", _optional), "Keep a run drawn, or let it go", in_place=True)
    yield Verb("why", Form("REF", _line("the address of a number, such as h[2,1]"), plain=False),
               "Say how a number came about", asks=True)  # fmt: skip
    yield Verb("show", Form("[PANE]", _pane), f"Say what a pane shows: {', '.join(PANES)}",
               asks=True)  # fmt: skip
    yield Verb("check", NOTHING, "Check the whole gradient against differences of the loss",
               asks=True)  # fmt: skip
    yield Verb("write", Form("[N]", _number(1, 60)), "Let the network go on with a text", asks=True)
    yield Verb("help", Form("[VERB]", lambda rest, _: (rest,) if rest else ()),
               "Name the verbs, or explain one", asks=True)  # fmt: skip


VERBS: dict[str, Verb] = {verb.name: verb for verb in _verbs()}
NAMES: dict[str, str] = {name: name for name in VERBS} | {
    alias: verb.name for verb in VERBS.values() for alias in verb.aliases
}


# Reading lines


def parse(text: str) -> Command:
    """The command that a person's line is. Raises VerbError."""
    if len(text) > MOST_CHARACTERS:
        raise VerbError(f"expected a command of at most {MOST_CHARACTERS:,} characters")
    return _parsed(text, MOST)


def parse_journal(text: str) -> Command:
    """The command that a journal's line is, which may go as far as a session can. Raises VerbError.

    Limits of what may be asked for don't hold for what has been done.
    """
    return _parsed(text, FARTHEST)


def _parsed(text: str, most: int) -> Command:
    word, rest = (*text.split(None, 1), "", "")[:2]
    name = NAMES.get(word.lower().replace("-", "_"))
    if name is None:
        known = [known for known, verb in NAMES.items() if not VERBS[verb].quiet]
        hint = nearest(word, known) or "; help names all verbs"
        raise VerbError(f"no verb {shown(clipped(word))}{hint}")
    verb, rest = VERBS[name], rest.strip()
    try:
        return _command(verb, rest, most)
    except ValueError as error:
        found = f", found {shown(rest)}" if rest else ""
        raise VerbError(f"{verb.name}: expected {error}{found}") from None


def _command(verb: Verb, rest: str, most: int) -> Command:
    times = 1
    if verb.form.plain and (found := re.fullmatch(r"(.*?)\s*\*\s*([0-9]+)", rest)):
        rest, times = found[1], whole(found[2], 1, most)
    elif verb.form is COUNTED and rest:
        rest, times = "", whole(rest, 1, most)
    return Command(verb.name, verb.form.read(rest, most), times)


_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)


def commands_in(text: str) -> Iterator[str]:
    """The lines of a script: separated by `;` and line ends, without `# comments`."""
    for line in text.replace("\r\n", "\n").split("\n"):
        made = ""
        for piece in _PIECE.findall(line):
            if piece == "#" and (not made or made[-1].isspace()):
                break  # inside a word it belongs to an address: dW_hh[1,0]#3
            if piece == ";":
                yield from _filled(made)
                made = ""
            else:
                made += piece
        yield from _filled(made)


def _filled(line: str) -> Iterator[str]:
    if line.strip():
        yield line.strip()
