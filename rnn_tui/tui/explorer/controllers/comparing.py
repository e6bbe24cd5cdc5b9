"""The example under the cursor beside another one."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.experiments import Example
from rnn_tui.present.sentences.hints import refusal_hint
from rnn_tui.session.contexts.choosing import chosen, typed
from rnn_tui.session.contexts.comparison import Other
from rnn_tui.session.moment import Refused
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.face import Face


class Comparing:
    """Two contexts side by side; goes to the other one if that is asked for."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def compare(self, arguments: Sequence[str] = ()) -> None:
        """With what the arguments of the verb name; a text is asked for where there is no other."""
        self._face.pause()
        view = self._face.session.view
        if not arguments and len(view.examples) == 1:

            def read(example: Example) -> None:
                self._open(typed(view, example))

            self._face.push(dialogs.SentencePrompt(view), read)
            return
        try:
            self._open(chosen(view, arguments))
        except Refused as refused:
            self._face.say(refusal_hint(refused))

    def _open(self, other: Other) -> None:
        self._face.push(dialogs.ContextsScreen(self._face.session.view, other), self._go)

    def _go(self, other: Other) -> None:
        session = self._face.session
        if other.typed:
            self._face.attempt(lambda: session.edit_input(other.example))
        else:
            self._face.attempt(lambda: session.go_to_example(other.place))
