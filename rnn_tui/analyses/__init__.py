"""What a network has learnt and how, measured: from the weights at some moments and a text."""

from rnn_tui.analyses.study import Snapshot, Study, Unfit, moments, snapshots

__all__ = ["Snapshot", "Study", "Unfit", "moments", "snapshots"]
