"""What stands beside the mouse: what a click there would do."""

from __future__ import annotations

import re

from textual import events
from textual.widget import Widget

from rnn_tui.tui.bindings import ACT_OF_VERB, NAMED_BY_VERB
from rnn_tui.tui.screen_acts import OF_CLICKS

ACT = re.compile(r"screen\.act\('(\w+)'\)")


def tip(click: object) -> str | None:
    """The sentence about the act that a click does, with its key; None where it does none."""
    found = ACT.fullmatch(click) if isinstance(click, str) else None
    if found is None:
        return None
    if found[1] in OF_CLICKS:
        return OF_CLICKS[found[1]]
    act = ACT_OF_VERB.get(NAMED_BY_VERB.get(found[1], found[1]))
    return None if act is None else f"{act.about}  ({act.key_text})"


class Tips(Widget):
    """A widget with texts that can be clicked: says of each what it does."""

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Another text may be under the mouse."""
        if (told := tip(event.style.meta.get("@click"))) != self.tooltip:
            self.tooltip = told

    def on_leave(self) -> None:
        """What stands inside has tips of its own."""
        self.tooltip = None
