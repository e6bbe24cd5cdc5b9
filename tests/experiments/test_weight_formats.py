"""Files of arrays: what one declares is looked at before anything is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.weights import formats as weight_formats
from rnn_tui.experiments.weights.formats import MOST_BYTES, Npz


def test_a_file_that_unpacks_to_more_than_fits_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kilobytes that are megabytes, of arrays that are each small enough."""
    assert MOST_BYTES == 2**30
    path = tmp_path / "bomb.npz"
    zeros = np.zeros(2**15)
    np.savez_compressed(path, **{f"a{number}": zeros for number in range(9)})  # type: ignore[arg-type]
    assert path.stat().st_size < 2**15
    monkeypatch.setattr(weight_formats, "MOST_BYTES", 2**21)
    with monkeypatch.context() as closed:
        closed.setattr(zipfile.ZipFile, "open", None)
        with pytest.raises(ExperimentError, match="expected at most 2 MiB of arrays"):
            Npz().entries(path)
    monkeypatch.undo()
    _, arrays = Npz().entries(path)
    assert len(arrays) == 9
