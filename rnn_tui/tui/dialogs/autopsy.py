"""The card that opens when a run breaks, with a key for each cure."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from rnn_tui.present.sentences import autopsy as words
from rnn_tui.session.checks.autopsy import Autopsy
from rnn_tui.session.checks.cures import Cure, treatment
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import content


class AutopsyScreen(Modal[str]):
    """Gives the cure that was chosen, nothing if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(k + 1), f"cure('{cure}')", cure) for k, cure in enumerate(Cure)),
    ]

    def __init__(self, session: Session, found: Autopsy) -> None:
        super().__init__()
        self.session = session
        self.found = found

    def compose(self) -> ComposeResult:
        """What broke, then the cures."""
        unit, updates = self.session.unit, self.session.updates_per_unit
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = words.title(self.found, unit, updates)
            dialog.border_subtitle = "1 2 3: apply a fix · esc: inspect"
            with VerticalScroll():
                for head, line in words.card(self.found):
                    with Horizontal(classes="fact"):
                        yield Static(head, classes="head", markup=False)
                        yield Static(content(line), classes="said")
                yield Static("")
                for key, cure in enumerate(Cure, 1):
                    yield Static(self._remedy(key, cure), classes="cure", markup=False)
                yield Static("")
                number = self.session.moment.timeline.number
                kept = f"Run {number} is kept; {KEYS['undo']} undoes a fix."
                yield Static(kept, classes="about", markup=False)

    def _remedy(self, key: int, cure: Cure) -> Content:
        unit, updates = self.session.unit, self.session.updates_per_unit
        try:
            text = words.remedy(treatment(self.session.moment.timeline, cure), unit, updates)
        except Refused as refused:
            text = refused.why
        advice = words.advice(self.found, cure)
        first = f"  ← {advice}" if advice else ""
        line = Content.assemble((f" {key} ", "bold reverse"), f" {text}", (first, "$text-success"))
        return line.stylize(f"@click=screen.cure('{cure}')")

    def action_cure(self, cure: str) -> None:
        """Leave with a cure."""
        self.dismiss(cure)
