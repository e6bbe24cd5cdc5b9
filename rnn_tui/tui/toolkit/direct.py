"""A key goes straight to its binding where nobody on its way there would do anything else with it.

Textual sends a key from what has the focus to all that this is in, one message after the other,
and looks for a binding only when it has come up to the program: of an arrow's time from key to
paint that was a fifth. Relies on `App._check_bindings`, which is asked before a key is sent on,
with `priority`, and again at the end of its way, without; and on what would hear it on the way:
handlers of the event, and methods named after a key, such as `Screen._key_escape`. Were the first
called otherwise, keys would go their whole way again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from textual import events
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.widget import Widget

Handler = TypeVar("Handler", bound=Callable[..., object])

OF_UNBOUND = "is_of_unbound_keys"


def of_unbound_keys(handler: Handler) -> Handler:
    """Mark an `on_key` that does nothing about a key with a binding."""
    setattr(handler, OF_UNBOUND, True)
    return handler


class DirectKeys(App[ReturnType]):
    """A program that looks for the binding of a key at once."""

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        if await super()._check_bindings(key, priority):
            return True
        return priority and not self._is_heard(key) and await super()._check_bindings(key)

    def _is_heard(self, key: str) -> bool:
        """Whether a key must take its way: somebody there hears it, or has messages before it."""
        names = events.Key(key, None).name_aliases
        way = [node for node in (self.focused or self.screen).ancestors_with_self if node != self]
        return any(
            node.message_queue_size
            or _hears_keys(type(node))
            or any(hasattr(node, start + name) for name in names for start in ("key_", "_key_"))
            for node in way
        )


@cache
def _hears_keys(kind: type[DOMNode]) -> bool:
    """Whether a class has a handler of keys, beside the one by which every widget has `key_a`."""
    for one in kind.__mro__:
        own = vars(one)
        handler = own.get("_on_key") or own.get("on_key")
        if handler is not None and one is not Widget and not hasattr(handler, OF_UNBOUND):
            return True
        if any(issubclass(events.Key, sent) for sent in own.get("_decorated_handlers", ())):
            return True
    return False
