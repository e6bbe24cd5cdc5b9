"""Where the timesteps stand: all of them, or the window around one that there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.present.tokens import read_width
from rnn_tui.session.view import StepView

LABEL = 11  # cells of the names of the lines
START = 8  # of the state before the first token
OF_ANSWER = 33  # of the one answer at the end
OF_MEAN = 17  # of the mean loss where there are several
VALUE = 7  # of a state's value: −1e−308
NORM = 6
NARROW = 8  # of what stands at a timestep where there is little room
ARROW = 4  # between two timesteps
MOST_UNITS = 6  # of a state that are drawn
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
    count, crossing = view.current.length, view.current.encoder_length
    end = OF_ANSWER if view.experiment.answers_once else OF_MEAN
    room = max(0, width - LABEL - START - end - (CROSSING if crossing else 0))
    units = len(units_shown(view, depth, 0))
    of_state = units + 1 + VALUE + (4 if boxes else 0)
    tokens = read_width(view.experiment, view.current)
    wide = min(max(of_state, NORM + 5, tokens), of_state + 6)
    if count * (wide + ARROW) <= room:
        return Columns(0, count, count, min(room // count, max(MOST, wide + ARROW)), wide,
                       True, crossing)  # fmt: skip
    narrow = max(NARROW, units)
    shown = max(1, min(count, room // (narrow + ARROW - 1)))
    pitch = max(narrow + ARROW - 1, min(room // shown, MOST))
    first = _first(count, shown, around)
    return Columns(first, first + shown, count, pitch, narrow, False, crossing)


def _first(count: int, shown: int, around: int) -> int:
    """Where a window begins that has a timestep in its middle; it moves by half of itself."""
    step = max(1, shown // 2)
    first = around // step * step - (shown - step) // 2
    return max(0, min(first, count - shown))
