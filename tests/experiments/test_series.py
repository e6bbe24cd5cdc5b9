"""Series: tables of columns in time, read as they come, or refused with line and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from refusing import refusal_of

from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.experiments.data.series import Series

TOML = """
task = "many-to-many"
[data]
kind = "series"
file = "s.csv"
{data}
[model]
hidden_size = 2
[training]
sequence_length = 3
"""
ROWS = 20


def series(tmp_path: Path, content: str | bytes, data: str = 'predict = ["a"]') -> Experiment:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "s.csv").write_bytes(raw)
    path = tmp_path / "s.toml"
    path.write_text(TOML.format(data=data))
    return load(path)


def table(*, mark: str = ",", end: str = "\n", comma: bool = False, dates: bool = False) -> str:
    """Rows a = i + 0.5, b = i²."""
    lines = [mark.join((["day"] if dates else []) + ["a", "b"])]
    for i in range(ROWS):
        cells = ([f"2024-01-{i + 1:02d}"] if dates else []) + [f"{i + 0.5}", f"{i * i}"]
        lines.append(mark.join(cells).replace(".", "," if comma else "."))
    return end.join(lines) + end


def test_the_next_row_is_wanted_and_the_last_tenth_is_kept(tmp_path: Path) -> None:
    one = series(
        tmp_path, table(), 'predict = ["a"]\nhorizon = 2\nnormalise = false\nval_fraction = 0.2'
    )
    assert isinstance(one.train, Series)
    first = one.train[0]
    assert first.inputs is not None
    np.testing.assert_array_equal(first.inputs, [[0.5, 0], [1.5, 1], [2.5, 4]])
    np.testing.assert_array_equal(first.targets, [[2.5], [3.5], [4.5]])
    (held,) = one.test
    assert held.ids.tolist() == [16, 17], "of the 4 rows kept, those whose second next is there"
    last = max(float(np.max(chunk.targets)) for chunk in one.train)
    assert last <= 15.5, "no chunk sees a row that is kept"
    assert (one.labels, one.output_size, one.has_classes, one.writes) == (("a",), 1, False, False)


def test_columns_are_normalised_by_the_training_part_alone(tmp_path: Path) -> None:
    one = series(tmp_path, table(), 'predict = ["b", "a"]')
    vectors, units = one.vocabulary.vectors, one.units
    assert vectors is not None
    assert units is not None
    np.testing.assert_allclose(vectors[:18].mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(vectors[:18].std(axis=0), 1.0)
    wanted = units.of(np.asarray(one.train[0].targets))
    np.testing.assert_allclose(wanted, [[1, 1.5], [4, 2.5], [9, 3.5]])
    assert any("normalised by the training part" in note for note in one.notes)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (table(mark=";", comma=True), "decimal commas are read as points"),
        (table(mark="\t", end="\r\n"), ""),
        (b"\xef\xbb\xbf" + table(end="\r").encode(), ""),
        (table(dates=True), "left out, as no numbers: day"),
    ],
)  # fmt: skip
def test_tables_as_programs_write_them(tmp_path: Path, content: str | bytes, note: str) -> None:
    one = series(tmp_path, content, 'predict = ["a"]\nnormalise = false')
    assert one.vocabulary.columns == ("a", "b")
    vectors = one.vocabulary.vectors
    assert vectors is not None
    np.testing.assert_array_equal(vectors[:, 0], np.arange(ROWS) + 0.5)
    assert not note or any(note in said for said in one.notes)
    if "day" in note:
        assert one.vocabulary.tokens[0] == "2024-01-01"


def test_other_encodings_are_named(tmp_path: Path) -> None:
    content = table().replace("a,b", "größe,b").encode("latin-1")
    said = 'predict = ["größe"]\nencoding = "latin-1"'
    assert series(tmp_path, content, said).labels == ("größe",)
    with pytest.raises(ExperimentError, match="expected UTF-8 text"):
        series(tmp_path, content, 'predict = ["b"]')


@pytest.mark.parametrize(
    ("content", "data", "expected"),
    [
        (table().replace("3.5,9", ",9"), 'predict = ["a"]', "line 5, column a: expected a number, found a gap"),
        (table().replace("3.5,9", "NaN,9"), 'predict = ["a"]', 'line 5, column a: expected a number, found a gap ("NaN")'),
        (table().replace("3.5,9", "x,9"), 'predict = ["a"]', 'line 5, column a: expected a finite number, found "x"'),
        (table().replace("3.5,9", "3.5"), 'predict = ["a"]', "line 5: expected 2 cells, found 1"),
        (table(), "", "data.predict: missing, expected a list of columns"),
        (table(), 'predict = ["c"]', "data.predict"),
        (table(), 'columns = ["c"]\npredict = ["a"]', 'no column "c"'),
        (table().replace("a,b", "a,a"), 'predict = ["a"]', 'expected distinct names of columns, found "a" twice'),
        (table(), 'predict = ["a"]\nval_fraction = 0.9', "expected at least 4 rows after 0.9 of them are kept"),
        ("a,b\n", 'predict = ["a"]', "expected at least one row of numbers"),
        (table(), 'predict = ["a"]\nhorizon = 0', "data.horizon: expected a whole number, 1 or more, found 0"),
        (table(), 'predict = ["a"]\ntext = "x"', "data.text: unknown key"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_a_line(
    tmp_path: Path, content: str, data: str, expected: str
) -> None:
    assert expected in refusal_of(lambda: series(tmp_path, content, data))
