"""Choose another experiment."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.experiments.load import bundled, load


class OpenScreen(ModalScreen[Experiment | None]):
    """The bundled experiments, a line each, and a field for a file of one's own."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def compose(self) -> ComposeResult:
        """List, path, problem."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Open an experiment"
            dialog.border_subtitle = "enter: open · tab: a file of your own · esc: leave"
            yield OptionList(*(self._option(str(path.stem)) for path in bundled()))
            yield Input(placeholder="or the path of a .toml file")
            yield Static("", classes="problem", markup=False)

    def _option(self, name: str) -> Option:
        title = load(name).title
        return Option(Content.assemble((f"{name:<12}", "bold"), title), id=name)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a bundled one."""
        self._open(str(event.option.id))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open a file."""
        if event.value.strip():
            self._open(event.value.strip())

    def _open(self, source: str) -> None:
        try:
            self.dismiss(load(source))
        except ExperimentError as error:
            self.query_one(".problem", Static).update(str(error))
