"""The card that opens when a run breaks: what broke, and a cure to choose and apply."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from rnn_tui.present.sentences import autopsy as words
from rnn_tui.session.checks.autopsy import Autopsy
from rnn_tui.session.checks.cures import Cure, Remedies
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import content

KEYS_OF_AUTOPSY = "1 2 3 choose a fix · ⏎ apply it · esc inspect"


class AutopsyScreen(Modal[str]):
    """Gives the cure that was chosen, nothing if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(k), f"choose({k - 1})", cure) for k, cure in enumerate(Cure, 1)),
        Binding("down", "step(1)", "next cure"),
        Binding("up", "step(-1)", "cure before"),
        Binding("enter", "apply", "apply the chosen cure"),
    ]

    def __init__(self, session: Session, found: Autopsy, remedies: Remedies) -> None:
        super().__init__()
        self.remedies = remedies
        self.session = session
        self.found = found
        self.chosen: int | None = None  # which cure: none is applied that was not chosen

    def compose(self) -> ComposeResult:
        """What broke, then the cures."""
        unit, updates = self.session.unit, self.session.updates_per_unit
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = words.title(self.found, unit, updates)
            dialog.border_subtitle = KEYS_OF_AUTOPSY
            with VerticalScroll():
                for head, line in words.card(self.found):
                    with Horizontal(classes="fact"):
                        yield Static(head, classes="head", markup=False)
                        yield Static(content(line), classes="said")
                yield Static("")
                for place, cure in enumerate(Cure):
                    made = Static(self._remedy(place, cure), classes="cure", markup=False)
                    made.auto_links = False
                    yield made
                yield Static("")
                number = self.session.moment.timeline.number
                kept = f"Run {number} is kept; {KEYS['undo']} undoes a fix."
                yield Static(kept, classes="about", markup=False)

    def _remedy(self, place: int, cure: Cure) -> Content:
        unit, updates = self.session.unit, self.session.updates_per_unit
        remedy = self.remedies[cure]
        text = remedy.why if isinstance(remedy, Refused) else words.remedy(remedy, unit, updates)
        advice = words.advice(self.found, cure)
        first = f"  ← {advice}" if advice else ""
        is_chosen = place == self.chosen
        mark, look = ("▸", "bold") if is_chosen else (" ", "")
        key = (f" {place + 1} ", "bold reverse")
        line = Content.assemble(mark, key, (f" {text}", look), (first, "$text-success"))
        return line.stylize(f"@click=screen.pick({place})")

    def action_pick(self, place: int) -> None:
        """Choose what was clicked; a click on the chosen one applies it, as enter does."""
        if place == self.chosen:
            self.action_apply()
        else:
            self.action_choose(place)

    def action_choose(self, place: int) -> None:
        """Choose a cure."""
        self.chosen = place
        for at, (cure, line) in enumerate(zip(Cure, self.query(".cure"), strict=True)):
            assert isinstance(line, Static)
            line.update(self._remedy(at, cure), layout=False)

    def action_step(self, step: int) -> None:
        """The next cure, or the one before."""
        count = len(Cure)
        first = 0 if step > 0 else count - 1
        place = first if self.chosen is None else (self.chosen + step) % count
        self.action_choose(place)

    def action_apply(self) -> None:
        """Leave with the chosen cure."""
        if self.chosen is not None:
            self.dismiss(list(Cure)[self.chosen])
