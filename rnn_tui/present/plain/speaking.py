"""A line of the grammar in, sentences out: what `rnn-tui plain` and the colon line say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rnn_tui.diagnosis import Case, diagnose
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.experiments.errors import shown
from rnn_tui.present.glossary import meaning
from rnn_tui.present.plain import plain, plain_code, plain_contexts, plain_show
from rnn_tui.present.plain.plain_answers import answers_data
from rnn_tui.present.plain.plain_words import line_plainly, plainly, sentence
from rnn_tui.present.sentences import stops
from rnn_tui.present.sentences.autopsy import card, title
from rnn_tui.present.sentences.commanding import choices
from rnn_tui.present.sentences.diagnosis import spoken
from rnn_tui.present.sentences.happened.training import peak_since, peak_text
from rnn_tui.present.sentences.train_words import made_by_cure
from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.commands.performing import Outcome, watched
from rnn_tui.session.commands.verbs import VERBS, Verb, similar, verb_named
from rnn_tui.session.contexts.choosing import chosen
from rnn_tui.session.contexts.comparison import contexts
from rnn_tui.session.moment import Refused
from rnn_tui.session.reports import Report
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.refs import RefError

AS_COMMANDS = {"goto": "goto epoch K", "epochs": "epoch N", "input": "input TEXT as LABEL"}
FORWARD = ("forward", "finish_forward")
BACKWARD = ("backward", "finish_backward")
TRAINING, MEASURING, DOING = "Training", "Checking the gradient", "Commands"
Telling = Callable[[int, int, str], object]


@dataclass(frozen=True, eq=False)
class Reply:
    """What became of a command: sentences, the newest last, and numbers. `ok` unless refused."""

    said: tuple[str, ...]
    ok: bool = True
    data: dict[str, Any] = field(default_factory=dict)


def perform(session: Session, command: Command, tell: Telling = lambda *_: None) -> Reply:
    """Do a command as often as it says, up to the first refusal, and tell all that happened.

    `tell` is told meanwhile how much is done, of how much, and what is being done.
    """
    said: list[str] = []
    outcome = Outcome()
    try:
        if VERBS[command.verb].asks:
            sentences, data = _asked(session, command, tell)
            return Reply(sentences, data=data)
        for turn in range(command.times):
            before = session.view
            with session.telling(_told_of(command, turn, tell)):
                if command.times > 1:
                    session.tell(turn, command.times)
                outcome = watched(session, command.once)
            said += _happened(session, command.once, before)
            said += _ended(session, outcome)
    except RefError as error:
        return Reply((*said, sentence(plainly(str(error)))), ok=False)
    except Refused as refused:
        return Reply((*said, refusal(refused)), ok=False, data=plain.data(session.view))
    met = {"met": bool(outcome.hits)} if command.verb in ("run", "back") else {}
    return Reply(tuple(said), data=plain.data(session.view) | met)


def _told_of(command: Command, turn: int, tell: Telling) -> Report:
    """What is told of a turn of a command: its updates, or, of many turns, which one it is."""
    if command.times > 1:
        return lambda _done, _of: tell(turn, command.times, DOING)
    return lambda done, of: tell(done, of, TRAINING)


def refusal(refused: Refused) -> str:
    """Why not, and which verbs do something now."""
    why = plainly(f"not now: {refused.why}")
    if not refused.instead:
        return sentence(why)
    instead = " or ".join(AS_COMMANDS.get(verb, verb) for verb in refused.instead)
    return f"{why}; try {instead}."


# Moves


def _happened(session: Session, command: Command, before: StepView) -> Iterator[str]:
    view, verb = session.view, command.verb
    if verb in FORWARD:
        yield from plain.steps_forward(before, view)
    elif verb in BACKWARD:
        yield from plain.steps_back(before, view)
    elif verb == "op":
        yield plain.op_done(view)
    elif verb in ("next_example", "previous_example", "example", "input"):
        yield plain.looking_at(view)
    elif verb in ("set", "put", "settings", "cure"):
        yield from _changed(before, view)
    elif verb == "break" and view.network.fault is not None:
        yield sentence(f"the code has a bug: {plainly(view.network.fault.slip)}")
        yield "it trains with the wrong gradient from here on; check shows it, mend removes it."
    elif verb == "mend":
        yield "the code is correct again."
    elif verb == "pin":
        number = int(command.arguments[0]) if command.arguments else view.time.number
        kept = number in session.moment.timeline.family.pinned
        yield f"run {number} is {'pinned' if kept else 'no longer pinned'}."
    else:
        yield from _elsewhere(before, view, verb)


def _changed(before: StepView, view: StepView) -> Iterator[str]:
    if view.patches != before.patches:
        old, new = (
            {_address(view, one): one.value for one in each.patches} for each in (before, view)
        )
        for address, value in new.items():
            if old.get(address) != value:
                yield f"{address} is set to {value!r} for this pass only."
        for address in sorted(set(old) - set(new)):
            yield f"{address} is computed again."
        return
    for change in made_by_cure(before, view):
        yield sentence(plainly(plain.change(change)))
    yield f"this is run {view.time.number} from here on; undo undoes it."
    yield plain.standing(view)


def _address(view: StepView, patch: Patch) -> str:
    t, unit, state, depth = patch.place(view.network)
    return f"{view.network.name_of(state, depth)}[{t},{unit}]"


def _elsewhere(before: StepView, view: StepView, verb: str) -> Iterator[str]:
    """After training or travelling in time."""
    if verb in ("undo", "redo", "reset"):
        yield {"undo": "undone.", "redo": "redone.", "reset": "back at the start."}[verb]
    if view.timeline is not before.timeline:
        yield f"this is run {view.time.number}."
    trained = (view.timeline, view.update) != (before.timeline, before.update)
    if trained or view.updated != before.updated:
        yield plain.standing(view)
    if view.timeline is before.timeline and verb != "redo":
        yield from _jumped(before, view)
    if not trained or view.example != before.example:
        yield plain.place(view)


def _jumped(before: StepView, view: StepView) -> Iterator[str]:
    """Where the loss jumped on the way, though it may have come down again."""
    if (peak := peak_since(view, before.in_force)) is not None:
        told = f"on the way the loss jumped, up to {peak_text(peak, view.history.unit)}"
        yield f"{told}; goto {peak.point} shows it, cure clip goes back before it."


def _ended(session: Session, outcome: Outcome) -> Iterator[str]:
    unit, updates = session.unit, session.updates_per_unit
    if outcome.hits:
        told = stops.found if outcome.back else stops.stopped
        yield sentence(plainly(told(outcome.hits, unit, updates).partition(". {")[0]))
    if outcome.missed is not None:
        here = f"{unit} {session.moment.cursor.update // updates}"
        yield sentence(plainly(stops.missed(outcome.missed, here)))
    found = session.autopsy if outcome.broke else None
    if found is not None:
        yield sentence(plainly(title(found, unit, updates)))
        for heading, line in card(found):
            yield sentence(f"{plainly(heading)}: {line_plainly(line)}".removeprefix(": "))
        yield "this is just before it; try cure clip, cure halve or cure rescale."


# Asking


def _asked(
    session: Session, command: Command, tell: Telling
) -> tuple[tuple[str, ...], dict[str, Any]]:
    verb, view = command.verb, session.view
    argument = command.arguments[0] if command.arguments else ""
    data: dict[str, Any] = {}
    if verb == "why":
        found = explain(view, argument)
        said = plain_show.why(view, found)
        data = {"ref": found.ref, "value": float(found.value)}
    elif verb == "show":
        said = plain_show.shown(session, argument)
        data = answers_data(view) if argument == "probabilities" else {}
    elif verb == "line":
        said = plain_code.line(view, argument)
    elif verb == "check":
        said = plain_show.checked(view, lambda done, of: tell(done, of, MEASURING))
    elif verb == "contexts":
        found_contexts = contexts(view, chosen(view, command.arguments))
        said = plain_contexts.spoken(found_contexts)
        data = plain_contexts.as_json(found_contexts)
    elif verb == "diagnose":
        found_causes = diagnose(Case.of(session, tell))
        said = map(plainly, spoken(found_causes))
        data = found_causes.as_json()
    elif verb == "write":
        if not plain_show.writes(view):
            raise Refused("only a network that predicts the next token of a text can write")
        length, temperature = (*command.arguments, "1")[:2]
        said = plain_show.network_writes(view, int(length), float(temperature))
    else:
        said = _help(view, argument)
    return tuple(said), data or plain.data(view)


def _help(view: StepView, name: str) -> Iterator[str]:
    """On a verb, or a symbol; the list of all verbs without either."""
    if name:
        verb = verb_named(name)
        if verb is not None:
            return _help_on(verb)
        if told := meaning(view, name):
            return iter((sentence(plainly(f"{name}: {told}")),))
        raise Refused(f"there is no verb or symbol {shown(name)}{similar(name)}")
    listed = [f"{verb.usage}: {verb.about}." for verb in VERBS.values() if not verb.quiet]
    return iter((*listed, "quit: Leave."))


def _help_on(verb: Verb) -> Iterator[str]:
    yield f"{verb.usage}: {verb.about}."
    if verb.more:
        yield sentence(verb.more)
    for choice, about in choices(verb).items():
        if about and verb.name != "help":
            yield sentence(plainly(f"{verb.name} {choice}: {about}"))
    if verb.aliases:
        yield f"{' or '.join(verb.aliases)} means the same."
