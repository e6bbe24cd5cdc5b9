"""A line of the grammar while it is being typed: how it may go on, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rnn_tui.equations.faults import FAULTS
from rnn_tui.lessons.courses import TOUR, bundled_course, lesson_named
from rnn_tui.present.digits import counted
from rnn_tui.session.checks.cures import Cure
from rnn_tui.session.commands.command_lines import VerbError, parse
from rnn_tui.session.commands.forms import MOST_ASKED, whole
from rnn_tui.session.commands.verbs import VERBS, Verb, verb_named
from rnn_tui.session.edits.changes import changeables
from rnn_tui.session.program.code import code
from rnn_tui.session.session import Session
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.refs import complete

MOST_COMPLETIONS = 40
ABOUT = "Type a command, e.g. epoch 10. Same commands as `rnn-tui plain`."

Endings = Mapping[str, str]


def line_completions(session: Session, text: str) -> tuple[tuple[str, str], ...]:
    """Whole lines that go on from what was typed, each with what it is about."""
    word, space, rest = text.lstrip().partition(" ")
    if not space:
        return tuple(
            (verb.name, f"{verb.form.usage}  {verb.about}".strip())
            for verb in VERBS.values()
            if verb.name.startswith(word.lower()) and not verb.quiet
        )
    verb = verb_named(word)
    endings = {} if verb is None else _endings(session, verb, rest)
    return tuple((f"{word} {end}", about) for end, about in endings.items())[:MOST_COMPLETIONS]


def choices(verb: Verb) -> Endings:
    """What a verb may be given, whatever the session, each with what it is about."""
    listed = _LISTED.get(verb.name)
    return listed() if listed is not None else dict.fromkeys(verb.form.choices, "")


def _lessons() -> Endings:
    """The tour and the lessons of the course."""
    return {one.id: one.title for one in (lesson_named(TOUR), *bundled_course().lessons)}


_LISTED: dict[str, Callable[[], Endings]] = {
    "break": lambda: {fault.name: fault.slip for fault in FAULTS.values()},
    "cure": lambda: dict.fromkeys(map(str, Cure), ""),
    "learn": _lessons,
    "help": lambda: {one.name: one.about for one in VERBS.values() if not one.quiet},
}


def _endings(session: Session, verb: Verb, rest: str) -> Endings:
    if verb.name in ("why", "quiz"):
        found = complete(rest, session.view)
        return {ref: kind_of(ref.partition("[")[0], session.view).about for ref in found}
    if ahead := _ahead(session, verb, rest.strip()):
        return {rest.strip(): ahead}
    named = choices(verb)
    if verb.name == "line":
        kinds = (row.kind for row in code(session.view.program) if row.kind is not None)
        named = {kind.name: kind.equation for kind in kinds}
    if verb.name == "set":
        named = {
            one.name: f"is {one.value}; {one.expected}" for one in changeables(session.edit_base)
        }
    return {end: about for end, about in named.items() if rest in end}


def _ahead(session: Session, verb: Verb, count: str) -> str:
    """`train 30 more epochs, to 38`: what a number after a verb that trains comes to."""
    unit = "epoch" if verb.name == "epoch" else "step"
    trains = verb.name in ("epoch", "update") and session.unit == unit
    if not trains or (verb.name == "update" and session.updates_per_unit > 1):
        return ""
    try:
        n = whole(count, 1, MOST_ASKED)
    except ValueError:
        return ""
    return f"train {counted(n, f'more {unit}')}, to {session.here + n:,}"


def problem(text: str) -> str:
    """Why a line is no command; nothing if it is one."""
    try:
        parse(text)
    except VerbError as error:
        return str(error)
    return ""
