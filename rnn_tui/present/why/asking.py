"""What may be asked for, while it is being typed."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.present.digits import signed
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.tokens import told_text
from rnn_tui.session.moment import Refused
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.kinds import kind_of, kinds
from rnn_tui.session.why.refs import RefError, complete

MOST_PLACES = 20  # at which a token stands, that are named


def completions(view: StepView, text: str) -> tuple[tuple[str, str], ...]:
    """How an address that has been begun may go on, each with what it is.

    A token of the text that is read stands for the numbers at it.
    """
    named = tuple((ref, kind_of(ref.partition("[")[0], view).about) for ref in complete(text, view))
    begun = any(ref.startswith(text) for ref, _ in named)
    of_token = tuple(_of_token(view, text.strip()))
    return (*named, *of_token) if begun else (*of_token, *named)


def _of_token(view: StepView, text: str) -> Iterator[tuple[str, str]]:
    """The addresses that begin with the timestep of a token, the state after it first."""
    if not text:
        return
    places = [t for t, token in enumerate(view.current.tokens) if token.lower() == text.lower()]
    found = [
        (name, kind)
        for name, kind in kinds(view).items()
        if kind.axes[:1] in (("token",), ("state",))
    ]
    found.sort(key=lambda one: one[1].axes[0] != "state")
    for name, kind in found:
        for t in places[:MOST_PLACES]:
            end = "," if len(kind.axes) > 1 else "]"
            yield f"{name}[{t}{end}", f"{kind.about} · {told_text(view, t)}"


def answer_line(view: StepView, text: str) -> tuple[Line, bool]:
    """What an address comes to, or why it leads nowhere; and whether it leads somewhere."""
    if not text.strip():
        return (
            Span(
                "Every number has a name: h[2,1] is unit 1 after token 2 (from 0; examples from 1)."
            ),
        ), True
    try:
        found = explain(view, text)
    except RefError as error:
        begun = bool(completions(view, text))
        go_on = Span("go on, or choose with ↑↓", Role.MUTED)
        return (go_on if begun else Span(str(error)),), False
    except Refused as refused:
        return (Span(f"{refused.why}"),), False
    value = signed(float(found.value))
    return (Span(f"{found.ref} = "), Span(value, Role.ACCENT), Span(f"   {found.formula}")), True
