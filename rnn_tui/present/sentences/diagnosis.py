"""A diagnosis in words: what was watched, and of each cause its proof and its cure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnn_tui.diagnosis import Diagnosis, Finding, Severity
from rnn_tui.diagnosis.course import NOTHING
from rnn_tui.diagnosis.finding import Watched
from rnn_tui.present.digits import counted, measured, short
from rnn_tui.present.sentences.train_words import change_text
from rnn_tui.present.sentences.working import work_bar
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.spikes import recent_spike
from rnn_tui.session.runs.history import Change
from rnn_tui.session.view import StepView

TITLE = "Why doesn't it learn?"
ABOUT = (
    "Checks the gradient, the data and the first weights; then repeats the same updates with one "
    "thing changed: a cause is named only if its cure lowers the loss."
)

MANY_AGAIN = 0.2  # of the examples held back
FEWEST_HELD = 2  # examples: of one text held back, how it fares is no chance
OPEN = "   open   "  # how the line of a command of the shell begins


def summary(found: Diagnosis) -> str:
    """How many causes there are, and what the loss did."""
    return f"{_verdict(found)}. {went(found)}.{_held_back(found)}"


def _held_back(found: Diagnosis) -> str:
    """What is to be said of data held back: where it is no test, or what is learnt fails in it."""
    held = found.held
    if held is None or held.examples < FEWEST_HELD:
        return ""
    count = counted(held.examples, "example")
    if MANY_AGAIN * held.examples <= held.again:
        return f" Of the {count} held back {held.again} are trained on too, as texts repeat."
    if found.findings or not found.learns or not held.loss > held.constant:
        return ""
    told = (
        f" On the {count} held back the loss is {_loss(held.loss)}, above a constant answer's "
        f"{_loss(held.constant)}: too few to tell chance from learning by heart"
    )
    if held.left_out is None or held.commonest is None:
        return f"{told}."
    return (
        f"{told}; but of all examples, left out in turn, {held.left_out:.0%} are answered right, "
        f"the commonest answer {held.commonest:.0%}."
    )


def _verdict(found: Diagnosis) -> str:
    if found.findings:
        return f"{counted(len(found.findings), 'cause')} found"
    if found.learns:
        return "Nothing found"
    if found.later is not None:
        return _later(found, found.later)
    what = "Slow progress" if found.moves else "No progress"
    return f"{what} in {_span(found)}, and no cause found"


def _later(found: Diagnosis, later: Watched) -> str:
    """That a plan is too short, and what trains far enough."""
    unit, each = ("epoch", found.each) if found.each else ("step", 1)
    planned, wanted = found.planned // each, -(-later.updates // each)
    are = "is" if planned == 1 else "are"
    return (
        f"Nothing found but a short plan: {counted(planned, unit)} {are} too few, "
        f"in {wanted:,} it learns (goto {unit} {wanted})"
    )


def _span(found: Diagnosis) -> str:
    """How much was watched: `34 of 1,000 epochs`."""
    each = found.each if found.each and found.updates >= found.each else 0
    unit = "epoch" if each else "update"
    done, planned = found.updates // (each or 1), found.planned // (each or 1)
    return counted(done, unit) if done >= planned else f"{done:,} of {counted(planned, unit)}"


def went(found: Diagnosis) -> str:
    """How the loss went over the updates that were watched."""
    if not found.updates:
        return "The first update already overflows"
    if found.last == float("inf"):
        return f"It breaks after {counted(found.updates, 'update')}, with what isn't finite"
    way = f"Loss {_loss(found.first)} → {_loss(found.last)} in {counted(found.updates, 'update')}"
    if found.known <= NOTHING:
        return way
    slow = "" if found.learns or found.last < found.known else ", which is hardly learning"
    return f"{way} (a constant answer: {_loss(found.known)}){slow}"


def _loss(x: float) -> str:
    """Three digits of a loss, and no exponent where it can be had without."""
    return f"{x:.3g}" if 1e-3 <= x < 999.5 else short(x)


def proof(one: Finding) -> str:
    """The numbers that prove a cause, each by its address."""
    return " · ".join(f"{ref} = {measured(value)}" for ref, value in one.evidence)


def cure(one: Finding) -> str:
    """What helps, and the command that does it, if there is one."""
    return f"{one.cure}: {one.verb}" if one.verb else one.cure


def tried(one: Finding) -> str:
    """What the cure came to when it was tried; nothing where it wasn't."""
    if one.tried is None:
        return ""
    updates = counted(one.tried.updates, "update")
    before = "it broke" if one.tried.loss == float("inf") else _loss(one.tried.loss)
    of = f" of {one.tried.of}" if one.tried.of else ""
    return f"after {updates}: mean loss{of} {_loss(one.tried.cured)} with it, {before} without"


def lines(found: Diagnosis) -> Iterator[str]:
    """All of it, a line each: what stands under a cause is set in."""
    yield summary(found)
    for place, one in enumerate(found.findings, 1):
        mark = " (possibly)" if one.tried is None and one.severity.value == "possible" else ""
        yield f"{place}. {one.cause}{mark}"
        yield f"   proof  {proof(one)}"
        yield f"   cure   {cure(one)}"
        if one.command:
            yield f"{OPEN}{one.command}"
        if one.see:
            yield f"   see    {one.see}"
        if told := tried(one):
            yield f"   tried  {told}"


def progress(done: int, of: int, doing: str) -> list[Line]:
    """What is being done, and how far all of it is: a bar, and how many updates were tried."""
    far = work_bar(done, of, "updates watched and tried", about=True)
    return [(Span(doing and f"{doing} …"),), far, ()]


def row(one: Finding) -> Line:
    """A cause in the list of them."""
    mark = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.POSSIBLE: "?"}[one.severity]
    role = Role.BAD if one.severity is Severity.ERROR else Role.WARN
    return Span(f"{mark} ", role), Span(one.cause)


def details(one: Finding) -> list[Line]:
    """The proof of a cause, each number by its address; its cure, and what that came to."""
    spans: list[Span] = [Span("proof  ", Role.MUTED)]
    for place, (ref, value) in enumerate(one.evidence):
        spans += [Span(" · ")] if place else []
        spans += [Span(ref, Role.STRONG, ref), Span(f" = {measured(value)}", ref=ref)]
    found = [tuple(spans)]
    verb = f"  :{one.verb}" if one.verb else ""
    found.append((Span("cure   ", Role.MUTED), Span(one.cure), Span(verb, Role.ACCENT)))
    for name, command in (("open", one.command), ("see", one.see and f":{one.see}")):
        if command:
            found.append((Span(f"{name:<7}", Role.MUTED), Span(command, Role.ACCENT)))
    if told := tried(one):
        found.append((Span("tried  ", Role.MUTED), Span(told, Role.GOOD)))
    return [*found, ()]


def spoken(found: Diagnosis) -> Iterator[str]:
    """The same in whole sentences, each to be heard alone."""
    yield summary(found)
    for place, one in enumerate(found.findings, 1):
        yield f"Cause {place}: {one.cause}. Proof: {proof(one).replace(' · ', ', ')}."
        yield f"Cure: {one.cure}{f', by the command {one.verb}' if one.verb else ''}."
        if one.command:
            yield f"To open it so: {one.command}"
        if one.see:
            yield f"To see it: {one.see}."


def keys(one: Finding) -> str:
    """What can be done about a cause; a cure that the keys can't bring about is none of it."""
    if one.verb:
        return "⏎ apply the cure · w why, of its numbers · esc leave"
    if one.command:
        return "⏎ open it so, anew · w why, of its numbers · esc leave"
    return "w why, of its numbers · esc leave"


def no_key(one: Finding) -> str:
    """What is to be done where no command cures."""
    return f"No command does it. {one.cure}"


def applied(view: StepView) -> str:
    """What a cure has changed, and what trains with it, with `{verb}` for keys."""
    unit, updates = view.history.unit, view.history.updates
    where = f"from {unit} {view.in_force // updates:,}"
    changes = view.time.edits[-1].changes if view.time.edits else ()
    told = ", ".join(change_text(_named(one)) for one in changes).replace("→", " → ")
    return f"Run {view.time.number} {where} with {told}. {{run}} trains it"


def reopened(overrides: Sequence[str]) -> str:
    """What an experiment was opened anew with, with `{verb}` for keys."""
    return f"Opened anew with {' and '.join(overrides)}. {{run}} trains it"


def _named(change: Change) -> Change:
    """A limit says of what it is one, where no chart does."""
    return change._replace(name="clip") if change.name == "clip_limit" else change


def jumped(view: StepView) -> str:
    """Where the loss has just jumped, and what may help, with `{verb}` for keys; else nothing."""
    timeline, updates = view.timeline, view.history.updates
    at = recent_spike(timeline, view.in_force)
    if at is None:
        return ""
    where = f"{view.history.unit} {(at + 1) // updates:,}"
    return f"The loss jumped at {where}. {{command}} cure clip: go back before it, and clip"


def hint(found: Diagnosis) -> str:
    """The first cause for the hint line of a run that ended badly; nothing where there is none."""
    if not found.findings:
        return "" if found.learns else f"{_verdict(found)}. {{diagnose}}: what was looked at"
    cause = found.findings[0].cause.replace("{", "(").replace("}", ")")  # as braces name keys
    return f"{cause}. {{diagnose}}: proof and cure"
