"""How large a screen is, and how many lines of it each part of the Step page gets.

Nothing is imported here that takes time, as the first frame is laid out with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rnn_tui.present.charts.network.lanes import LONG, lines_of

# The classes that a screen carries, by the least width and height of each.
WIDTHS = [(0, "-w40"), (78, "-w80"), (118, "-w120"), (156, "-w160")]
HEIGHTS = [(0, "-h10"), (20, "-h20"), (24, "-h24"), (34, "-h36"), (43, "-h45")]
ROOMY = WIDTHS[2][0]  # from which on Why and the lessons stand at a side
WIDE, TALL = WIDTHS[-1][0], HEIGHTS[-1][0]
SHORT, LOW, HIGH = (least for least, _ in HEIGHTS[1:4])

BORDER, HEADING = 2, 1  # lines of a pane and of a table that hold no row
STRIP = 5  # lines of a strip of tokens with their answers
OVERVIEW = 2  # of a long pass below its tokens, where the picture has no room
LEAST_STRIP = 3  # of it where others need lines: what is read, wanted and said
AROUND_BOXES, OF_BOX = 42, 18  # cells beside the boxes of the picture, and of each with an arrow
CODE = 13  # lines in which a line of code has its operands and four timesteps below
FEWEST_EXAMPLES, FEW_EXAMPLES, MOST_EXAMPLES = 3, 5, 12
SHORT_PASS = 8  # timesteps that come before more examples
LEAST_WHY = 5  # lines in which Why says more than the line of the last operation
FEW_UNITS = 5  # with more, the table of states may have a bar to scroll sideways
ALL = 10_000  # lines, so whatever is left


class Contents(NamedTuple):
    """What the parts of the Step page have to show.

    `examples` is how many rows, None where a strip of tokens stands in the place of that table;
    `timesteps` are those of the longest example, `units` columns of the table of states. Before a
    pass has `begun` there is nothing to explain, and before two points there is no `curve`. The
    picture has lanes for the `states` of a cell in so many `layers`, and is drawn otherwise on a
    screen of great `width`. One below the other it has so many `tables` of states and gates.
    """

    examples: int | None
    timesteps: int
    units: int = 0
    begun: bool = False
    curve: bool = False
    states: int = 1
    layers: int = 1
    width: int = 0
    tables: int = 1


class Share(NamedTuple):
    """A part, and up to how many lines it gets in its turn."""

    part: str
    lines: int


def step_heights(height: int, contents: Contents, *, code: bool = False) -> dict[str, int]:
    """Lines of each part of the Step page on a screen of this height; 0 has no room.

    Each has the least with which it is of use. What is left goes to the tables first, then to
    the others in their turn. On a screen that is not high Why has what the tables leave, if that is
    some lines, with the last operation in its place. Where the `code` has the place of Why it has
    that part's lines, those of the picture if it needs them, and on a low screen those of the
    tables and of the loss, on a very low one those of the tokens.
    """
    given = dict(_least(height, contents))
    if code and height < HIGH:
        tokens = 0 if height < SHORT else _tokens(contents, 0)
        return given | {"tokens": tokens, "middle": 0, "loss": 0}
    if code:
        given["why"] = CODE
    left = height - _around(height) - sum(given.values())
    if code and left < 0:
        left += given["network"]
        given["network"] = 0
    for part, lines in _turns(contents, _wanted_overview(height, contents, given)):
        if part == "tokens" and height < LOW and contents.examples is not None:
            continue  # which shows no table there
        comes = part == "why" and LOW <= height < HIGH and left >= LEAST_WHY
        if (given[part] or comes) and left > 0:
            more = min(left, max(0, lines - given[part]))
            given[part] += more
            left -= more
    return given | {"why": 0} if code else given


def has_overview(height: int, contents: Contents) -> bool:
    """Whether the tokens have lines for all of a long pass, before it has begun and after."""
    given = step_heights(height, contents._replace(begun=True))
    wanted = _wanted_overview(height, contents, given)
    return wanted > 0 and given["tokens"] >= _tokens(contents, FEWEST_EXAMPLES) + wanted


def _wanted_overview(height: int, contents: Contents, given: Mapping[str, int]) -> int:
    has_room = height >= HIGH and not given["network"]
    return OVERVIEW if has_room and contents.timesteps > LONG else 0


def _around(height: int) -> int:
    """Lines of the screen that belong to no part: header, operation, hint, keys, timeline.

    On a high screen the hint has two: what was done, and what to press.
    """
    return 3 + (SHORT <= height < HIGH) + (height >= LOW) + (height >= HIGH)


def _least(height: int, contents: Contents) -> Iterator[Share]:
    """With fewer lines than these a part says nothing."""
    most = 0 if height < LOW or contents.examples is None else 2
    yield Share("tokens", _tokens(contents, most))
    yield Share("network", 0 if height < HIGH else _network(height, contents))
    yield Share("middle", 5)
    yield Share("why", 0 if height < HIGH else 4 if contents.begun else 3)
    yield Share("loss", 0 if height < SHORT else 3 if height < HIGH else 4)


def boxed(width: int, height: int, timesteps: int) -> bool:
    """Whether the picture of the network has boxes, as in a book: where all of them fit."""
    is_wide = width >= WIDE or width >= AROUND_BOXES + timesteps * OF_BOX
    return is_wide and height >= TALL and timesteps <= LONG


def _network(height: int, contents: Contents) -> int:
    """The picture's lines.

    A long pass leaves them to the tables, unless the screen is tall; so do many layers.
    """
    if contents.timesteps > LONG and height < TALL:
        return 0
    lines = BORDER + lines_of(
        contents.states, contents.layers, contents.timesteps,
        answers=contents.examples is None,
        boxes=boxed(contents.width, height, contents.timesteps),
    )  # fmt: skip
    return lines if lines <= height // 4 else 0


def _tokens(contents: Contents, most: int) -> int:
    """The sentence and so many examples, or the strip."""
    if contents.examples is None:
        return BORDER + (STRIP if most else LEAST_STRIP)
    rows = min(contents.examples, most)
    return BORDER + 1 + (rows + HEADING if rows else 0)


def _turns(contents: Contents, overview: int) -> Iterator[Share]:
    """Who is given more, in this order: room goes to the tables first.

    The tokens have so many lines more for an `overview`.
    """
    start, bar = 1, contents.units > FEW_UNITS
    around = BORDER + HEADING + start + bar
    table = around + contents.timesteps
    yield Share("middle", around + min(contents.timesteps, SHORT_PASS))
    yield Share("tokens", _tokens(contents, FEW_EXAMPLES))
    yield Share("tokens", _tokens(contents, FEWEST_EXAMPLES) + overview)
    yield Share("tokens", _tokens(contents, FEW_EXAMPLES) + overview)
    yield Share("middle", table)
    yield Share("tokens", _tokens(contents, MOST_EXAMPLES) + overview)
    yield Share("why", 14)
    yield Share("middle", contents.tables * table)
    yield Share("loss", 10 if contents.curve else 0)
    yield Share("why", 18)
    yield Share("loss", 16 if contents.curve else 0)
    yield Share("why", ALL)
    yield Share("middle", ALL)
