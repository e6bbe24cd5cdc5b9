"""Saved sessions in a list."""

from __future__ import annotations

import time
from pathlib import Path

from rnn_tui.characters import one_line
from rnn_tui.experiments import ExperimentError
from rnn_tui.session.commands.saving import read


def kept_title(path: Path) -> str:
    """The experiment of a session, what was done in it last, and when."""
    try:
        saved = read(path)
        when = time.strftime("%d %b %H:%M", time.localtime(path.stat().st_mtime))
    except (ExperimentError, OSError):
        return one_line(f"{path.name}: can't be read")
    last = saved.journal[-1].text if saved.journal else "nothing done yet"
    return one_line(f"{Path(saved.experiment).stem}, {when}, last {last}")
