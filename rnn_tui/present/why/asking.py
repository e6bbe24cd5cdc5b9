"""What may be asked for, while it is being typed."""

from __future__ import annotations

from rnn_tui.present.digits import signed
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.moment import Refused
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.refs import RefError, complete


def completions(view: StepView, text: str) -> tuple[tuple[str, str], ...]:
    """How an address that has been begun may go on, each with what it is."""
    return tuple((ref, kind_of(ref.partition("[")[0], view).about) for ref in complete(text, view))


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
        begun = bool(complete(text, view))
        go_on = Span("go on, or choose with ↑↓", Role.MUTED)
        return (go_on if begun else Span(str(error)),), False
    except Refused as refused:
        return (Span(f"{refused.why}"),), False
    value = signed(float(found.value))
    return (Span(f"{found.ref} = "), Span(value, Role.ACCENT), Span(f"   {found.formula}")), True
