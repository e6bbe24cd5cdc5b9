"""The one grammar of lines, for journal, `rnn-tui plain` and colon line. A line is a command.

    forward 4        epoch 10        set training.learning_rate 0.1        why h[2,1]

A line is a verb and what it is given. Nothing of it is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rnn_tui.characters import one_line
from rnn_tui.experiments.errors import clipped, shown
from rnn_tui.session.commands.forms import COUNTED, FARTHEST, MOST_ASKED, Arguments, whole
from rnn_tui.session.commands.verbs import VERBS, Verb, similar, verb_named

MOST_CHARACTERS = 100_000  # of a line that is typed


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


def parse(text: str) -> Command:
    """The command that a person's line is. Raises VerbError."""
    if len(text) > MOST_CHARACTERS:
        raise VerbError(f"expected a command of at most {MOST_CHARACTERS:,} characters")
    return _parsed(text, MOST_ASKED)


def parse_journal(text: str) -> Command:
    """The command that a journal's line is, which may go as far as a session can. Raises VerbError.

    Limits of what may be asked for don't hold for what has been done.
    """
    return _parsed(text, FARTHEST)


def _parsed(text: str, most: int) -> Command:
    word, rest = (*text.split(None, 1), "", "")[:2]
    verb, rest = verb_named(word), rest.strip()
    if verb is None:
        meant = similar(word) or "; help names all verbs"
        raise VerbError(f"no verb {shown(clipped(word))}{meant}")
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
