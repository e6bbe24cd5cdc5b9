"""Why a number has its value: its address, its formula, and the arithmetic with numbers in it.

Addresses count tokens and units from 0: `h[1,0]` is unit 0 after token 1,
`h[-1,0]` the initial state, `y[3,0]` the logit of output 0 at token 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.session.why.expressions import Expression, Number, Value


@dataclass(frozen=True, eq=False)
class Derivation:
    """`ref` = `formula` = `expression`, which comes to `value`.

    `op` names the operation that made it, nothing where none did; `note` adds what the
    arithmetic can't say.
    """

    op: str
    ref: str
    formula: str
    expression: Expression
    value: Value
    note: str = ""


def plain(ref: str, formula: str, value: float, label: str, note: str = "") -> Derivation:
    """A number that is measured as a whole: no arithmetic is shown, `label` says of what it is."""
    return Derivation("", ref, formula, Number(value, label=label), value, note)
