"""Every figure that was published, held against what is measured now."""

from rnn_tui.figures.published import Figure, Result, Verdict, check_figures, read_figures

__all__ = ["Figure", "Result", "Verdict", "check_figures", "read_figures"]
