"""A file of data opened as an experiment: what an experiment file for it would say.

A kind of data is a maker in a file here: it looks at a file and writes the document of an
experiment with usual settings, or leaves the file to the next. MAKERS says who looks at which.
"""

from __future__ import annotations

from rnn_tui.experiments.opening.drafting import drafted, is_data

__all__ = ["drafted", "is_data"]
