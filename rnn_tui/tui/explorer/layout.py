"""Where everything stands: composed once, for the first frame and for what takes its place.

Nothing is imported here but Textual, as the first frame waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from rnn_tui.tui.sizes import FEW_UNITS, Contents, has_overview, step_heights

TITLES = {
    "tokens": "Tokens",
    "network": "Network",
    "hidden": "Hidden state",
    "gradient": "BPTT  ‖∂L/∂h_t‖",
    "why": "Why",
    "program": "Program",
    "loss": "Loss",
    "timeline": "Timeline",
}


def around(pages: Iterable[Widget], line: Callable[[str], Widget]) -> ComposeResult:
    """The status over the pages, over the last operation, over a hint, over the keys."""
    yield line("status")
    yield from pages
    yield line("op")
    yield line("hint")
    yield line("acts")


def step_panes(pane: Callable[[str], Widget]) -> ComposeResult:
    """The panes of the Step page, by their ids: side by side, the loss below."""
    yield pane("network")
    with Horizontal(id="body"):
        with Vertical(id="main"):
            yield pane("tokens")
            with Horizontal(id="middle"):
                yield pane("hidden")
                yield pane("gradient")
            yield pane("why")
        yield pane("program")
    yield pane("loss")
    yield pane("timeline")


def give_heights(parts: Widget, height: int, contents: Contents, *, code: bool = False) -> None:
    """Give each part of the Step page its lines on a screen of this height.

    Why takes what another line of the timeline leaves; where it has no room, the tables do. Where
    the `code` stands in the place of Why it takes its lines, and what is left.
    """
    given = step_heights(height, contents, code=code)
    taking = "" if code else "why" if given["why"] else "middle"
    for name, lines in given.items():
        part = parts.query_one(f"#{name}")
        part.set_class(not lines, "-no-room")
        part.styles.height = "1fr" if name == taking else lines
    parts.screen.set_class(bool(given["why"]), "-why")  # the last operation stands there
    # With many units the table of states wants what would make bars longer.
    parts.query_one("#gradient").set_class(contents.units > FEW_UNITS, "-narrow")
    parts.query_one("#tokens").set_class(has_overview(height, contents), "-overview")
    parts.query_one("#main").styles.height = "auto" if code else "1fr"
    parts.query_one("#program").styles.height = "1fr"
