"""Where the timesteps stand: all of them, or the window around one that there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rnn_tui.characters import cell_width, visible
from rnn_tui.present.tokens import read_width
from rnn_tui.session.view import StepView

LABEL = 11  # cells of the names of the lines
START = 8  # of the state before the first token
OF_ANSWER = 33  # of the one answer at the end, with its loss
OF_VERDICT = 12  # of it without its loss: the arrow, the tick, 100.0%, and the name of a class
OF_MEAN = 17  # of the mean loss where there are several
VALUE = 7  # of a state's value: −1e−308
NORM = 6
NARROW = (8, NORM)  # of what stands at a timestep where there is little room, and less
ARROW = 4  # between two timesteps
FEW = 4  # timesteps: a window of fewer takes the room of the loss behind it
MOST_UNITS = 6  # of a state that are drawn
BOX_EDGES = 4  # cells of a box around what is in it
OF_LOSS = len("loss 0.584")
LEAST_NAMED = 14  # cells of an arrow in which a matrix has its name, weight_hh_l0
MOST_INSIDE = 24  # cells of a box
MOST_LARGE = 44  # between a timestep and the next of a large picture
MOST = 30  # between a timestep and the next
CROSSING = 2  # more, between what an encoder reads and what the decoder does


@dataclass(frozen=True)
class Columns:
    """Timesteps `first` to `last` (not included) of `count`, `pitch` cells from one to the next.

    `wide` says whether a state has its value beside its units, `inside` is the room of what
    stands at a timestep, `right` where there is room for what comes at the end. `crossing` is
    the first timestep of a decoder, 0 where there is none.
    """

    first: int
    last: int
    count: int
    pitch: int
    inside: int
    wide: bool
    crossing: int

    @property
    def timesteps(self) -> range:
        """Those that are drawn."""
        return range(self.first, self.last)

    @property
    def right(self) -> int:
        """The cell behind the last one."""
        return self.x(self.last - 1) + self.inside + 1

    def x(self, t: int) -> int:
        """The first cell of what stands at a timestep."""
        over = CROSSING if self.first < self.crossing <= t else 0
        return LABEL + START + (t - self.first) * self.pitch + self.pitch - self.inside + over


def units_shown(view: StepView, depth: int, unit: int) -> range:
    """The units of a layer that are drawn: those around the chosen one."""
    units = view.known.trace.layers[depth]["h"].shape[1]
    count = min(units, MOST_UNITS)
    first = min(unit, units - 1) // count * count
    return range(first, min(first + count, units))


def columns(view: StepView, width: int, around: int, depth: int, *, boxes: bool) -> Columns:
    """Those for a picture so wide; of a long pass the ones around a timestep."""
    units = len(units_shown(view, depth, 0))
    edges = BOX_EDGES if boxes else 0
    of_state = units + 1 + VALUE + edges
    narrow = [max(least, units + edges) for least in NARROW]
    ends = _ends(view)
    # What is a box keeps its number rather than the loss behind the answer has room.
    tries = ((ends[0], ARROW), (ends[1], ARROW - 1)) if boxes else ((ends[0], ARROW),)
    return _columns(view, width, around, of_state, narrow, ends, tries)


def large_columns(view: StepView, width: int, around: int) -> Columns:
    """The same where each unit has a line: its number is in the box, and the answer on lines."""
    end = _large_end(view)
    ends = end, end if view.experiment.answers_once else 1
    of_state = VALUE + BOX_EDGES
    tries = ((ends[0], ARROW),)
    found = _columns(view, width, around, of_state, [NARROW[0]], ends, tries, MOST_LARGE)
    room = found.pitch - LEAST_NAMED
    wider = max(found.inside, min(room, MOST_INSIDE)) if found.wide else found.inside
    return replace(found, inside=wider, wide=True)


def _columns(
    view: StepView, width: int, around: int, of_state: int, narrow: Sequence[int],
    ends: tuple[int, int], tries: Sequence[tuple[int, int]], most: int = MOST,
) -> Columns:  # fmt: skip
    count, crossing = view.current.length, view.current.encoder_length
    tokens = read_width(view.experiment, view.current)
    wide = min(max(of_state, NORM + 5, tokens), of_state + 6)
    before = LABEL + START + (CROSSING if crossing else 0)
    for end, arrow in tries:
        if count * (wide + arrow) <= (room := max(0, width - before - end)):
            pitch = min(room // count, max(most, wide + arrow))
            return Columns(0, count, count, pitch, wide, True, crossing)
    rooms = [max(0, width - before - end) for end in ends]
    for room in rooms:
        for inside in narrow:
            if count * (least := inside + ARROW - 1) <= room:
                pitch = max(least, min(room // count, MOST))
                return Columns(0, count, count, pitch, inside, False, crossing)
    least = narrow[-1] + ARROW - 1
    room = next((room for room in rooms if room >= FEW * least), rooms[-1])
    shown = max(1, min(count, room // least))
    first = _first(count, shown, around)
    pitch = max(least, min(room // shown, MOST))
    return Columns(first, first + shown, count, pitch, narrow[-1], False, crossing)


def _ends(view: StepView) -> tuple[int, int]:
    """Room of what comes behind the last timestep: with a loss, and without it."""
    if not view.experiment.answers_once:
        return OF_MEAN, 1
    if not view.experiment.has_classes:
        return OF_ANSWER, min(OF_ANSWER, ARROW + view.experiment.output_size * (VALUE + 1))
    name = max(cell_width(visible(label)) for label in view.experiment.labels)
    return OF_ANSWER, min(OF_ANSWER, OF_VERDICT + name)


def _large_end(view: StepView) -> int:
    """Room of the answer, its probability and its loss below each other."""
    if not view.experiment.answers_once:
        return OF_MEAN
    if not view.experiment.has_classes:
        numbers = view.experiment.output_size * (VALUE + 1)
        return ARROW + max(OF_LOSS, min(OF_ANSWER, numbers))
    name = max(cell_width(visible(label)) for label in view.experiment.labels)
    return ARROW + max(OF_LOSS, min(OF_ANSWER, name + 2))


def _first(count: int, shown: int, around: int) -> int:
    """Where a window begins that has a timestep in its middle; it moves by half of itself."""
    step = max(1, shown // 2)
    first = around // step * step - (shown - step) // 2
    return max(0, min(first, count - shown))
