"""The colon line: any verb with what it is given, typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, OptionList, Static

from rnn_tui.present.plain.speaking import Reply, perform
from rnn_tui.present.sentences.commanding import ABOUT, line_completions, problem
from rnn_tui.present.sentences.working import COMPUTING
from rnn_tui.session.commands.command_lines import Command, parse
from rnn_tui.session.commands.verbs import VERBS
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.dialogs.typed.completing import fill, list_ways
from rnn_tui.tui.toolkit.background import PATIENCE


class CommandScreen(Modal[Command]):
    """Gives a command that is to be done; what only asks is answered here. Escape gives None.

    `history` are the lines typed before, the newest last; this adds to it. A line may be `begun`.
    Verbs that are answered `elsewhere` have a screen of their own.
    """

    HAS_CODE_NAMES = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", priority=True),
        Binding("up", "recall(-1)", "before", priority=True),
        Binding("down", "recall(1)", "after", priority=True),
    ]

    def __init__(
        self,
        session: Session,
        history: list[str],
        begun: str = "",
        elsewhere: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self._elsewhere = elsewhere
        self.session = session
        self.begun = begun
        self.history = history
        self._place = len(history)
        self._found: tuple[tuple[str, str], ...] = ()

    def compose(self) -> ComposeResult:
        """What was answered, the line, what is wrong with it, how it may go on."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Command"
            dialog.border_subtitle = "⏎ run it · tab complete · ↑↓ earlier lines · esc leave"
            with VerticalScroll(id="answer"):
                yield Static(ABOUT, id="said", markup=False)
            yield Input(placeholder="epoch 10   set W_hh[1,0] 0.5   run until loss < 0.3   help")
            yield Static("", classes="problem", markup=False)
            yield OptionList(markup=False)

    def begin(self) -> None:
        """Name all verbs, or how a line goes on that is begun."""
        self.query_one(Input).focus()
        self._suggest(self.begun)
        if self.begun:
            self._put(self.begun)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.comment("")
        self._suggest(event.value)

    def _suggest(self, text: str) -> None:
        answered = not text and bool(self.history)
        self._found = line_completions(self.session, text)
        list_ways(self.query_one(OptionList), self._found, shown=not answered)

    def action_complete(self) -> None:
        """The first of the completions, and a blank where something follows it."""
        if self._found:
            name = self._found[0][0]
            takes = name in VERBS and VERBS[name].form.usage
            self._put(f"{name} " if takes else name)

    def action_recall(self, step: int) -> None:
        """A line typed before."""
        self._place = max(0, min(self._place + step, len(self.history)))
        self._put(self.history[self._place] if self._place < len(self.history) else "")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._put(self._found[event.option_index][0])

    def _put(self, text: str) -> None:
        fill(self.query_one(Input), text)

    @on(Input.Submitted)
    def _do(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self.comment("type a verb, such as epoch 10")
            return
        if wrong := problem(text):
            self.comment(wrong)
            return
        self.history.append(text)
        self._place = len(self.history)
        command = parse(text)
        if not VERBS[command.verb].asks or command.verb in self._elsewhere:
            self.dismiss(command)
            return
        self._background.cancel()  # the newest question is the one that is answered
        self._background.start(
            lambda job: perform(self.session, command, lambda *_: job.check()),
            self._say,
            patience=PATIENCE,
        )
        self._put("")
        if self._background.at_work:
            self.query_one("#said", Static).update(COMPUTING)

    def _say(self, reply: Reply) -> None:
        self.query_one("#said", Static).update("\n".join(reply.said))
        self.query_one("#answer", VerticalScroll).scroll_home(animate=False)
