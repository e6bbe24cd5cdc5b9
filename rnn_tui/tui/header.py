"""The line at the top: the pages with their keys, one of them marked, and where one stands.

Nothing is imported here but Textual, as the first frame has this line too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from textual.content import Content

from rnn_tui.characters import cell_width, cut
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.tui.text import content

PAGES = {"step": "Step", "train": "Train", "weights": "Weights", "text": "Text"}
OF_NUMBERS = {"text": "Output"}  # in their place where answers are numbers
DOCK = "learn"  # what stands beside a page, in place of being one
DOCK_TITLE = "Learn"
PROGRAM = "rnn-tui"
GAP = 2  # cells between the two sides
BETWEEN = " · "
LEAST_TITLE = 16  # cells of a title that is cut


def title_of(name: str, *, has_classes: bool = True) -> str:
    """What a page is called; `has_classes` says whether answers are, or else numbers."""
    return PAGES[name] if has_classes else OF_NUMBERS.get(name, PAGES[name])


def act_of(name: str) -> str:
    """The act that brings a page to the front; its key is the page's place among them."""
    return f"{name}_page"


def header(
    page: str,
    has_classes: bool,
    rights: Sequence[Line],
    room: int,
    *,
    docked: bool = False,
    titled: tuple[str, Line] | None = None,
) -> Content:
    """Pages to the left and the first of `rights` that fits to the right, in `room` cells.

    `docked` says whether the lessons stand beside the page. What is `titled` comes before the
    `rights`: the title is cut before anything else goes. Then the program's name goes before the
    right side loses a word, and names of pages behind go before all of it does.
    """
    lefts = [content(line) for line in _lefts(page, has_classes, docked)]
    told = [content(right) for right in rights] or [Content()]
    *named, keys = lefts
    pairs = [(left, right) for right in told for left in named]
    if titled is not None:
        title, stands = titled
        least = min(LEAST_TITLE, cell_width(title))
        whole = content(named_before(title, stands)).cell_length
        over = max(0, named[0].cell_length + GAP + whole - room)
        if (shown := cell_width(title) - over) >= least:
            pairs.insert(0, (named[0], content(named_before(cut(title, shown), stands))))
    for left, right in (*pairs, *product([keys], told), (keys, Content())):
        gap = room - left.cell_length - right.cell_length
        if gap >= GAP:
            return Content("").join((left, Content(" " * gap), right))
    return lefts[-1]


def named_before(name: str, stands: Line) -> Line:
    """What an experiment is called, before where one stands in it."""
    return Span(name, Role.MUTED, act="open"), Span(BETWEEN, Role.MUTED), *stands


def _lefts(page: str, has_classes: bool, docked: bool) -> Iterator[Line]:
    """The pages, in fewer and fewer words."""
    named = tuple(_pages(page, has_classes, docked))
    yield (Span(f"{PROGRAM} ", Role.ACCENT), *named)
    yield named
    yield tuple(_pages(page, has_classes, docked, keys_alone=True))


def _pages(page: str, has_classes: bool, docked: bool, keys_alone: bool = False) -> Iterator[Span]:
    for number, name in enumerate((*PAGES, DOCK), 1):
        is_front = name == page or (docked and name == DOCK)
        title = DOCK_TITLE if name == DOCK else title_of(name, has_classes=has_classes)
        text = f"{number} {title}" if is_front or not keys_alone else f"{number}"
        shown = f"[{text}]" if is_front else f" {text} "
        yield Span(shown, Role.ACCENT if is_front else Role.TEXT, act=act_of(name))
