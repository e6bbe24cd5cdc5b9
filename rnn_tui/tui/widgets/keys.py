"""The line of keys at the bottom: the acts that matter most, dimmed while they can't be done."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.widgets import Static

from rnn_tui.tui.bindings import ACTS, Act
from rnn_tui.tui.text import MUTED
from rnn_tui.tui.tips import Tips

GAP = 2
HELPS = "hint", "help"  # of one key: that of a lesson's step goes before
BACK = "unzoom"  # stands first where it is wanted: without it one could not find back

_BACK_FIRST = sorted(ACTS, key=lambda act: (act.verb != BACK, act.spare))


class KeyLine(Tips, Static):
    """Made from the one table of keys, like help and palette. Each key can be clicked."""

    def __init__(self, possible: Callable[[Act], bool], wanted: Callable[[Act], bool]) -> None:
        """`possible` says whether an act can be done now, `wanted` whether it belongs here."""
        super().__init__()
        self.possible = possible
        self.wanted = wanted

    def on_resize(self, event: events.Resize) -> None:
        """Another width shows other keys."""
        self.write()

    def write(self) -> None:
        """Write the keys that fit, whole ones only; help, or a hint, is always among them."""
        room = self.content_size.width
        keys = {act.verb: self._key(act) for act in _BACK_FIRST if self.wanted(act)}
        fitting = _prefix(list(keys.values()), room)
        helps = next(verb for verb in HELPS if verb in keys)
        if len(fitting) <= list(keys).index(helps):
            more = Content.assemble("… ", keys[helps])
            fitting = [*_prefix(list(keys.values()), room - more.cell_length - GAP), more]
        self.update(Content(" " * GAP).join(fitting), layout=False)

    def _key(self, act: Act) -> Content:
        possible = self.possible(act)
        key = Content.styled(act.key_text, "bold $footer-key-foreground" if possible else MUTED)
        text = Content.assemble(key, " ", (act.label, "" if possible else MUTED))
        return text.stylize(f"@click=screen.{act.action}")


def _prefix(keys: list[Content], room: int) -> list[Content]:
    """As many of the first keys as fit."""
    shown: list[Content] = []
    for key in keys:
        room -= key.cell_length + (GAP if shown else 0)
        if room < 0:
            break
        shown.append(key)
    return shown
