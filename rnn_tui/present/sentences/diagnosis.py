"""A diagnosis in words: what was watched, and of each cause its proof and its cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rnn_tui.diagnosis import Diagnosis, Finding, Severity
from rnn_tui.diagnosis.causes.data import LEAKED_NAME
from rnn_tui.diagnosis.course import LEARNT, NOTHING, last_of
from rnn_tui.diagnosis.finding import Tried, Watched
from rnn_tui.present.digits import counted, measured, short
from rnn_tui.present.sentences.happened.training import BACK_AND_CLIP
from rnn_tui.present.sentences.train_words import change_text, made_by_cure
from rnn_tui.present.sentences.working import work_bar
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.spikes import recent_spike
from rnn_tui.session.runs.history import Change
from rnn_tui.session.view import StepView
from rnn_tui.session.why.kinds import MEASURES
from rnn_tui.session.why.metrics.proving import OF_BATCH

TITLE = "Why doesn't it learn?"
ABOUT = (
    "Checks the gradient, the data and the first weights; then repeats the same updates with one "
    "thing changed: a cause is named only if its cure lowers the loss."
)

KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.POSSIBLE: "possible"}
MANY_AGAIN = 0.2  # of the examples held back
FEW_LEFT = 10  # epochs or steps of a plan, by which a cure hardly shows
FEWEST_HELD = 2  # examples: of one text held back, how it fares is no chance
RUN = "   run    "  # how the line of a command of the shell begins


def summary(found: Diagnosis) -> str:
    """How many causes there are, and what the loss did."""
    failed = f" {counted(len(found.failed), 'check')} failed: {', '.join(found.failed)}."
    return f"{_verdict(found)}. {went(found)}.{_held_back(found)}{failed if found.failed else ''}"


def _held_back(found: Diagnosis) -> str:
    """What is to be said of data held back: where it is no test, or what is learnt fails in it."""
    held = found.held
    if held is None or held.examples < FEWEST_HELD:
        return ""
    count = counted(held.examples, "example")
    if any(one.name == LEAKED_NAME for one in found.findings):
        return ""
    if MANY_AGAIN * held.examples <= held.again:
        return f" Of the {count} held back {held.again} are trained on too, as texts repeat."
    if found.findings or not found.learns or not held.loss > held.constant:
        return ""
    told = (
        f" On the {count} held back the loss is {_loss(held.loss)}, above a constant answer's "
        f"{_loss(held.constant)}: too few to tell chance from overfitting"
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
        return (_later if found.later.holds else _by_heart)(found, found.later)
    what = "Slow progress" if found.moves else "No progress"
    return f"{what} in {_span(found)}, and no cause found"


def _later(found: Diagnosis, later: Watched) -> str:
    """That a plan is too short, and what trains far enough."""
    (unit, wanted), (_, asked) = planned(found, later.updates), planned(found, found.planned)
    are = "is" if asked == 1 else "are"
    what = "it learns"
    if (held := later.held) is not None and not held.loss < LEARNT * held.constant:
        what += (
            f" what it trains on, though not what is held back: there the loss is "
            f"{_loss(held.loss)}, a constant answer's {_loss(held.constant)}"
        )
    return (
        f"Nothing found but a short plan: {counted(asked, unit)} {are} too few, "
        f"in {wanted:,} {what} (goto {unit} {wanted})"
    )


def _by_heart(found: Diagnosis, later: Watched) -> str:
    """That with a longer plan only the training data is learnt."""
    assert later.held is not None
    held, (unit, count) = later.held, planned(found, later.updates)
    return (
        f"It overfits: in {count:,} {unit}s its loss falls to {_loss(later.last)}, and on "
        f"the {counted(held.examples, 'example')} held back it is {_loss(held.loss)}, a constant "
        f"answer's {_loss(held.constant)}"
    )


def planned(found: Diagnosis, updates: int) -> tuple[str, int]:
    """What a plan counts, and how many of these so many updates are."""
    return ("epoch", -(-updates // found.each)) if found.each else ("step", updates)


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
        return f"It breaks after {counted(found.updates, 'update')}, as a number becomes inf or NaN"
    loss, trial = f"oss {_loss(found.first)} → {_loss(found.last)}", found.updates - found.done
    way = f"L{loss} in {counted(found.updates, 'update')}"
    if not found.done:
        way = f"Trained {counted(found.updates, 'update')} from here as a trial: l{loss}"
    elif trial > 0:
        way += f", {trial:,} of them trained as a trial"
    if found.over > 1:
        way += f", the mean of the last {found.over:,}"
    if found.known <= NOTHING:
        return way
    slow = "" if found.learns or found.last < found.known else ", which is hardly learning"
    return f"{way} (a constant answer: {_loss(found.known)}){slow}"


def _loss(x: float) -> str:
    """Three digits of a loss, and no exponent where it can be had without."""
    return f"{x:.3g}" if 1e-3 <= x < 999.5 else short(x)


def proof(one: Finding) -> str:
    """The numbers that prove a cause, each by its address."""
    return " · ".join(f"{ref} = {measured(value)}{_meaning(ref)}" for ref, value in one.evidence)


def _meaning(ref: str) -> str:
    """What a measure of a batch is, which its name alone doesn't say."""
    name = ref.partition("@")[0]
    return f", {MEASURES[name].about}" if name in OF_BATCH else ""


def tried(one: Finding) -> str:
    """What the cure came to when it was tried, and which ones didn't help."""
    not_tried = "" if one.failed else "not yet"
    told = not_tried if one.tried is None else _came_to(one.tried)
    without = f"without success: {'; '.join(one.failed)}" if one.failed else ""
    return "; ".join(part for part in (told, without) if part)


def _came_to(tried: Tried) -> str:
    updates = counted(tried.updates, "update")
    before = "it broke" if tried.loss == float("inf") else _loss(tried.loss)
    if tried.of:
        told = f"after {updates} the mean loss of {tried.of} is {_loss(tried.cured)} with it"
        return f"{told}, {before} without"
    last = last_of(tried.updates)
    of = f"mean of the last {last:,} of {updates}" if last > 1 else f"after {updates}"
    told = f"with it the loss is {_loss(tried.cured)} ({of}), without it {before}"
    if (tried.over, tried.against) != (last, tried.updates) and tried.loss != float("inf"):
        told += f" (the last {tried.over:,} of {tried.against:,})"
    if tried.held is not None:
        without, cured = (_held(tried, place) for place in (0, 1))
        told += f"; held back {cured} with it{f', {without} without' * bool(without)}"
    return told


def _held(tried: Tried, place: int) -> str:
    """The loss of data held back, without a cure or with it, and how much is right."""
    assert tried.held is not None
    loss, right = tried.held[place], None if tried.right is None else tried.right[place]
    if loss is None:
        return ""
    return _loss(loss) + ("" if right is None else f" ({right:.0%} right)")


def lines(found: Diagnosis, shell: Callable[[Finding], str]) -> Iterator[str]:
    """All of it, a line each: what stands under a cause is set in.

    `shell` is the command of the shell that trains with a cure; empty where none does.
    """
    yield summary(found)
    for place, one in enumerate(found.findings, 1):
        mark = " (possibly)" if one.tried is None and one.severity.value == "possible" else ""
        yield f"{place}. {one.cause}{mark}"
        yield f"   proof  {proof(one)}"
        yield f"   cure   {one.cure}"
        if command := shell(one):
            yield f"{RUN}{command}"
        if one.see:
            yield f"   see    {one.see}"
        yield f"   tried  {tried(one)}"


def progress(done: int, of: int, doing: str) -> list[Line]:
    """What is being done, and how far all of it is: a bar, and how many updates were tried."""
    far = work_bar(done, of, "updates watched and tried", about=True)
    return [(Span(doing and f"{doing} …"),), far, ()]


def row(one: Finding) -> Line:
    """A cause in the list of them."""
    mark = "✗" if one.severity is Severity.ERROR else "!"
    role = Role.BAD if one.severity is Severity.ERROR else Role.WARN
    return Span(f"{mark} {KINDS[one.severity]}  ", role), Span(one.cause)


def details(one: Finding) -> list[Line]:
    """The proof of a cause, each number by its address; its cure, and what that came to."""
    spans: list[Span] = [Span("proof  ", Role.MUTED)]
    for place, (ref, value) in enumerate(one.evidence):
        spans += [Span(" · ")] if place else []
        spans += [
            Span(ref, Role.STRONG, ref),
            Span(f" = {measured(value)}{_meaning(ref)}", ref=ref),
        ]
    found = [tuple(spans)]
    verb = f"  :{one.verb}" if one.verb else ""
    found.append((Span("cure   ", Role.MUTED), Span(one.cure), Span(verb, Role.ACCENT)))
    for name, command in (("open", one.command), ("see", one.see and f":{one.see}")):
        if command:
            found.append((Span(f"{name:<7}", Role.MUTED), Span(command, Role.ACCENT)))
    role = Role.MUTED if one.tried is None else Role.GOOD
    found.append((Span("tried  ", Role.MUTED), Span(tried(one), role)))
    return [*found, ()]


def spoken(found: Diagnosis) -> Iterator[str]:
    """The same in whole sentences, each to be heard alone."""
    yield summary(found)
    for place, one in enumerate(found.findings, 1):
        yield f"Cause {place}: {one.cause}. Proof: {proof(one).replace(' · ', ', ')}."
        yield f"Cure: {one.cure}{f', by the command {one.verb}' if one.verb else ''}."
        yield f"Tried: {tried(one)}."
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


def applied(before: StepView, view: StepView) -> str:
    """All that a cure has changed, and what trains with it, with `{verb}` for keys."""
    unit, here = view.history.unit, view.in_force // view.history.updates
    changes = made_by_cure(before, view)
    told = ", ".join(change_text(_named(one)) for one in changes).replace("→", " → ")
    settings = view.experiment.training
    left = (settings.steps or settings.epochs or 0) - here
    trains = "{run} trains it"
    if 0 < left < FEW_LEFT:
        trains = f"{{run}} trains the {counted(left, unit)} left of the plan, {{epochs}} more"
    return f"Run {view.time.number} from {unit} {here:,} with {told}. {trains}"


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
    if at is None or (timeline.start and view.time.edits):  # then a change is the first suspect
        return ""
    where = f"{view.history.unit} {(at + 1) // updates:,}"
    return f"The loss jumped at {where}. {BACK_AND_CLIP}"


def hint(found: Diagnosis) -> str:
    """The first cause for the hint line of a run that ended badly; nothing where there is none."""
    if not found.findings:
        return "" if found.learns else f"{_verdict(found)}. {{diagnose}}: what was looked at"
    cause, _, _ = found.findings[0].cause.partition(": ")  # what follows stands in the dialog
    cause = cause.replace("{", "(").replace("}", ")")  # as braces name keys
    return f"{cause}. {{diagnose}}: proof and cure"
