"""One of a few answers: a glyph tells the chosen one; arrows or a click choose another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from rnn_tui.characters import visible

CHOSEN, OTHER = "●", "○"
GAP = "   "


class Choice(Widget, can_focus=True):
    """Answers side by side, `chosen` among them. Enter says so, and leaves the choice as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down,space", "choose(1)", "next answer", show=False),
        Binding("left,up", "choose(-1)", "answer before", show=False),
        Binding("enter", "submit", "read it", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen"}

    chosen: reactive[int] = reactive(0)

    class Submitted(Message):
        """Enter was pressed here."""

    def __init__(self, answers: Sequence[str], chosen: int) -> None:
        super().__init__()
        self.answers = tuple(map(visible, answers))
        self.set_reactive(Choice.chosen, chosen)

    def render(self) -> Content:
        """All answers, as many lines as it takes."""
        return Content(GAP).join(map(self._answer, range(len(self.answers))))

    def _answer(self, place: int) -> Content:
        is_chosen = place == self.chosen
        text = f"{CHOSEN if is_chosen else OTHER} {self.answers[place]}".replace(
            " ", "\N{NO-BREAK SPACE}"
        )
        style = self.get_visual_style("choice--chosen") if is_chosen else Style()
        return Content.styled(text, style + Style.from_meta({"answer": place}))

    def action_choose(self, step: int) -> None:
        """The next answer or the one before; after the last comes the first."""
        self.chosen = (self.chosen + step) % len(self.answers)

    def action_submit(self) -> None:
        """Go on with what is chosen."""
        self.post_message(self.Submitted())

    def on_click(self, event: Click) -> None:
        """Choose what is under the mouse."""
        self.chosen = event.style.meta.get("answer", self.chosen)
