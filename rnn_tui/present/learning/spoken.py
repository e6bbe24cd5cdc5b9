"""What a lesson's text speaks of, to light up beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rnn_tui.lessons.lesson import Write
from rnn_tui.lessons.prose import addresses
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.session.commands.forms import PANES
from rnn_tui.session.why.refs import Ref, RefError, read

PROGRAM = "program"


class Spoken(NamedTuple):
    """Names of panes, as `show` takes them, and numbers; the line that is to be written, if any."""

    panes: frozenset[str] = frozenset()
    refs: frozenset[Ref] = frozenset()
    blank: str = ""


def spoken_of(play: Play) -> Spoken:
    """What the step at hand speaks of: in its prose, and once it is over in what is said then."""
    step = play.step
    refs = set(_refs(play))
    panes = {step.highlight} & set(PANES)
    is_written = isinstance(step.task, Write) and not play.here.over
    if isinstance(step.task, Write) and is_written:
        return Spoken(frozenset(panes | {PROGRAM}), frozenset(refs), step.task.line)
    return Spoken(frozenset(panes), frozenset(refs))


def _refs(play: Play) -> Iterator[Ref]:
    step = play.step
    told = step.say if play.here.over else ""
    intro = play.lesson.intro if play.place == 0 else ""
    named = [*addresses(intro), *addresses(step.prose), *addresses(told)]
    for text in [*named, *([step.highlight] if step.highlight not in (*PANES, "") else [])]:
        try:
            yield read(text)
        except RefError:
            continue  # of another moment than there is
