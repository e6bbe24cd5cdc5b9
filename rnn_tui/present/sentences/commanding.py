"""A line of the grammar while it is being typed: how it may go on, and what is wrong with it."""

from __future__ import annotations

from rnn_tui.engine.checks.faults import FAULTS
from rnn_tui.session.checks.cures import Cure
from rnn_tui.session.commands.verbs import NAMES, PANES, VERBS, VerbError, parse
from rnn_tui.session.edits.changes import changeables
from rnn_tui.session.session import Session
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.refs import complete

MOST = 40
ABOUT = "One verb and what it is given. What plain and the journal say in the same words."


def line_completions(session: Session, text: str) -> tuple[tuple[str, str], ...]:
    """Whole lines that go on from what was typed, each with what it is about."""
    word, space, rest = text.lstrip().partition(" ")
    if not space:
        return tuple(
            (verb.name, f"{verb.form.usage}  {verb.about}".strip())
            for verb in VERBS.values()
            if verb.name.startswith(word.lower()) and not verb.quiet
        )
    verb = NAMES.get(word.lower(), "")
    return tuple((f"{word} {end}", about) for end, about in _ends(session, verb, rest)[:MOST])


def _ends(session: Session, verb: str, rest: str) -> tuple[tuple[str, str], ...]:
    if verb == "why":
        found = complete(rest, session.view)
        view = session.view
        return tuple((ref, kind_of(ref.partition("[")[0], view).about) for ref in found)
    if verb == "set":
        named = (
            (one.name, f"is {one.value}; {one.expected}") for one in changeables(session.bench)
        )
        return tuple((name, about) for name, about in named if rest in name)
    choices: dict[str, dict[str, str]] = {
        "show": dict.fromkeys(PANES, ""),
        "break": {fault.name: fault.slip for fault in FAULTS.values()},
        "cure": dict.fromkeys(map(str, Cure), ""),
        "help": {one.name: one.about for one in VERBS.values() if not one.quiet},
        "goto": dict.fromkeys(("epoch ", "step ", "run "), ""),
        "run": {"until loss < 0.3": "", "until clipped": "", "until rho > 1": ""},
        "back": {"until loss < 0.3": "", "until clipped": "", "until rho > 1": ""},
    }
    return tuple((end, about) for end, about in choices.get(verb, {}).items() if rest in end)


def problem(text: str) -> str:
    """Why a line is no command; nothing if it is one."""
    try:
        parse(text)
    except VerbError as error:
        return str(error)
    return ""
