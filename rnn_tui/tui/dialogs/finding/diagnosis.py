"""Why it doesn't learn: causes found while one waits, each with its proof and its cure."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.diagnosis import Case, Diagnosis, Finding, diagnose
from rnn_tui.diagnosis.case import Cancelled as Abandoned
from rnn_tui.experiments import Experiment
from rnn_tui.present.charts.slopes import slope_map
from rnn_tui.present.sentences import diagnosis as words
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.dialogs.why import open_why
from rnn_tui.tui.text import content, contents
from rnn_tui.tui.toolkit.background import Cancelled, Job

AROUND = 16  # lines of the dialog that are not the map's
TALLEST = 14
EDGES = 8


class Reached(NamedTuple):
    """How many updates are done, of how many, and what is being done."""

    done: int
    of: int
    doing: str


class Chosen(NamedTuple):
    """A cure, and the update that the run is to go back to first."""

    finding: Finding
    start: int


class DiagnosisScreen(Modal[Chosen]):
    """Gives the cure that was chosen, nothing if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("D,q", "dismiss(None)", "leave"),
        Binding("w", "why", "why"),
    ]

    def __init__(self, view: StepView, opened: Experiment) -> None:
        super().__init__()
        self.view = view
        self.opened = opened
        self.found: Diagnosis | None = None
        self._asked = 0  # proofs of the cause in front that were asked about

    def compose(self) -> ComposeResult:
        """What is being done, the causes, what proves the one in front, and the map of slopes."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = words.TITLE
            dialog.border_subtitle = "esc leave"
            yield Static(words.ABOUT, id="went", markup=False)
            yield OptionList(markup=False)
            yield Static("", id="cause")
            yield Static("", id="slopes")

    def begin(self) -> None:
        """Begin to look."""
        self.query_one(OptionList).display = False
        self._draw_map()
        self._background.start(self._diagnose, self._show, self._tell)

    def _diagnose(self, job: Job[Reached]) -> Diagnosis:
        def report(done: int, of: int, doing: str) -> bool:
            job.report(Reached(done, of, doing))
            return job.is_cancelled()

        try:
            return diagnose(Case(self.view, self.opened, report))
        except Abandoned:
            raise Cancelled from None

    def _tell(self, reached: Reached) -> None:
        self.query_one("#cause", Static).update(contents(words.progress(*reached)))

    def _show(self, found: Diagnosis) -> None:
        self.found = found
        self.query_one("#went", Static).update(words.summary(found))
        rows = self.query_one(OptionList)
        rows.display = bool(found.findings)
        rows.add_options(Option(content(words.row(one))) for one in found.findings)
        if found.findings:
            rows.highlighted = 0
            rows.focus()
        else:
            self.query_one("#cause", Static).update("")

    def on_resize(self, event: events.Resize) -> None:
        """Draw the map for another size."""
        self._draw_map()

    def _draw_map(self) -> None:
        dialog = self.query_one(".dialog")
        width = max(0, min(dialog.size.width or self.size.width, self.size.width) - EDGES)
        height = min(TALLEST, self.size.height - AROUND)
        self.query_one("#slopes", Static).update(contents(slope_map(self.view, width, height)))

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        assert self.found is not None
        self._asked = 0
        one = self.found.findings[event.option_index]
        self.query_one("#cause", Static).update(contents(words.details(one)))
        self.write_keys(words.keys(one))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        assert self.found is not None
        one = self.found.findings[event.option_index]
        if one.verb or one.command:
            self.dismiss(Chosen(one, self.view.timeline.start))
        else:
            self.query_one("#went", Static).update(words.no_key(one))

    def action_why(self) -> None:
        """How the next number came about that proves the cause in front."""
        place = self.query_one(OptionList).highlighted
        if self.found is None or place is None:
            return
        proofs = self.found.findings[place].evidence
        self.action_explain(proofs[self._asked % len(proofs)].ref)
        self._asked += 1

    def action_explain(self, ref: str) -> None:
        """How a number came about: one that was clicked, or asked for."""
        open_why(self, self._aside, self.view, ref, self.query_one("#went", Static).update)
