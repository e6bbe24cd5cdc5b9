"""A program that is about to end: what fails because it ends is no failure.

Relies on `App._handle_exception`, to which every error of a widget goes. Were it called
otherwise, leaving while a page or a dialog is being made could end with a traceback, and with
another exit code than the one that was asked for.
"""

from __future__ import annotations

from typing import Any

from textual.app import App, ReturnType, ScreenError
from textual.css.query import QueryError
from textual.dom import DOMError

LACKS = QueryError, DOMError, ScreenError  # what fails for want of a widget or a screen


class LeavingApp(App[ReturnType]):
    """Once it is left, nothing acts any more, and nothing that it lacks then is an error."""

    _leaving = False

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """Leave; a key that was typed behind finds nothing any more."""
        self._leaving = True
        super().exit(*args, **kwargs)

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Act, unless the screens are about to go."""
        return not self._leaving and await super().run_action(*args, **kwargs)

    def _handle_exception(self, error: Exception) -> None:
        """Fail with an error, unless it comes of leaving.

        From then on Textual mounts nothing: what was being made has no parts, and looks for them.
        """
        if not (self._leaving and isinstance(error, LACKS)):
            super()._handle_exception(error)
