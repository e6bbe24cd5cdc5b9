"""Why a network doesn't learn: causes in their order, the numbers that prove each, one cure each.

What is wrong for certain is measured: a gradient against differences of the loss, the data by
itself. All else is only a suspicion until its cure has been tried: the same updates once more,
one thing changed, have to end with a lower loss.
"""

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.checks import CHECKS, diagnose
from rnn_tui.diagnosis.course import ended_badly, hardly_learnt
from rnn_tui.diagnosis.finding import Diagnosis, Evidence, Finding, Severity

__all__ = [
    "CHECKS",
    "Case",
    "Diagnosis",
    "Evidence",
    "Finding",
    "Severity",
    "diagnose",
    "ended_badly",
    "hardly_learnt",
]
