"""A setting that was changed just before: the first suspect, as the run went well until then."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes import steps
from rnn_tui.diagnosis.course import Course
from rnn_tui.diagnosis.cures import from_before
from rnn_tui.diagnosis.finding import Cure, Finding, Severity, Suspicion
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.edits.settings import DRAWN, SETTINGS, written

NAME = "last-change"
RISES = 1.5  # times the loss
FIRST = -1  # its rank: before all that is suspected of any run


def look(case: Case) -> Iterator[Suspicion]:
    """What was changed where this run begins; its cures are the values that it had before."""
    edits, history = case.view.time.edits, case.view.history
    if not edits or edits[-1].update != case.start:
        return
    for change in edits[-1].changes:
        name = SETTINGS.get(change.name)
        if name is None or change.name in DRAWN:
            continue
        earlier = [
            one.before
            for edit in reversed(edits)
            for one in edit.changes
            if one.name == change.name
        ]
        cures = tuple(
            Cure(f"Set it back to {value}", f"set {name} {value}")
            for value in dict.fromkeys(map(written, earlier))
            if value != written(change.after)
        )
        when = f"{history.unit} {case.start // history.updates:,}"
        point = case.point
        refs = (f"past_loss[{max(0, case.start // history.updates - 1)}]", f"past_loss[{point}]")
        yield Suspicion(_name(change), _cause(change, when), refs, cures, FIRST, speaks=False)


def earlier(case: Case) -> Iterator[tuple[Finding, Course]]:
    """A change further back than where this run begins, after which the loss rose: the way back.

    From the weights that it left, no setting may help any more. And how it goes on from before.
    """
    harmed = None
    timeline, end = case.timeline, case.start
    while (fork := timeline.fork) is not None:
        if fork.at < end and fork.changes and _rises(case, fork.at, end):
            harmed = fork
        timeline, end = fork.parent.owner(fork.at), fork.at
    if harmed is None or case.start == harmed.at:
        return
    change, run = harmed.changes[0], harmed.parent.owner(harmed.at)
    history = case.view.history
    when = f"{history.unit} {harmed.at // history.updates:,}"
    case.expect(case.updates)
    case.doing("Going on from before the change")
    course = from_before(case, run.trainer, run.state(harmed.at))
    if not course.last < case.course.last:
        return
    point, last = harmed.at // history.updates - 1, case.start // history.updates - 1
    evidence = case.evidence(f"past_loss[{max(0, point)}]", f"past_loss[{max(0, last)}]")
    found = Finding(
        _name(change), _cause(change, when), Severity.ERROR, evidence,
        f"Go back to run {run.number}, before that change", f"goto run {run.number}",
    )  # fmt: skip
    yield found, course


def _rises(case: Case, start: int, end: int) -> bool:
    """Whether the loss is clearly higher before one update than before an earlier one."""
    rows = case.timeline.records.rows(end)
    size = min(case.view.history.updates, start, end - start)
    if not size:
        return False
    before, after = (
        float(rows[at - size : at, 0].sum() / rows[at - size : at, 2].sum()) for at in (start, end)
    )
    return not after < RISES * before


def _name(change: Change) -> str:
    if change.name != "learning_rate":
        return NAME
    assert isinstance(change.before, float)
    assert isinstance(change.after, float)
    return steps.TOO_HIGH if change.after > change.before else steps.TOO_LOW


def _cause(change: Change, when: str) -> str:
    before, after = written(change.before), written(change.after)
    if (name := _name(change)) != NAME:
        word = "high" if name == steps.TOO_HIGH else "low"
        return f"The learning rate {after}, set at {when} (before: {before}), is too {word}"
    return f"What was changed at {when} does harm: {change.name} {before} → {after}"
