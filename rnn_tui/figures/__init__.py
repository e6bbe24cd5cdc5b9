"""Every figure that was published, held against what is measured now."""

from rnn_tui.figures.checking import Check, check_figures
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.published import figures_of, files, note_of, read_figures
from rnn_tui.figures.verdicts import Result, Verdict, judge

__all__ = [
    "Check",
    "Figure",
    "Result",
    "Verdict",
    "check_figures",
    "figures_of",
    "files",
    "judge",
    "note_of",
    "read_figures",
]
