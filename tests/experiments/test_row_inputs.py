"""Inputs that are rows of numbers in files: what is read, what it is called, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import written
from refusing import refusal_of

from rnn_tui.experiments import Experiment, ExperimentError, encode, load

MINE = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["still", "moving"]
train = [{ rows_file = "walk.csv", label = "moving" }, { rows_file = "rest.csv", label = "still" }]
[embedding]
kind = "vectors"
[model]
hidden_size = 3
output = "softmax"
"""
Rows = np.ndarray[Any, Any]
WALK, REST = "ax,ay\n0.5,-1\n2e-1,3\n", "0,1\n"


def mine(folder: Path, walk: str = WALK, rest: str = REST, text: str = MINE) -> Experiment:
    (folder / "walk.csv").write_text(walk, encoding="utf-8")
    (folder / "rest.csv").write_text(rest, encoding="utf-8")
    return load(written(folder, text))


def problem(folder: Path, walk: str = WALK, rest: str = REST, text: str = MINE) -> str:
    line = refusal_of(lambda: mine(folder, walk, rest, text))
    return line.removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    "walk",
    [
        "0.5,-1\n2e-1,3\n",
        WALK,
        "\ufeffax,ay\r\n\r\n0.5,-1\r\n0.2,3",
        "ax;ay\n0.5;-1\n0.2;3\n",
        "ax\tay\n0.5\t-1\n0.2\t3\n",
        "# ax,ay\n0.5, -1\n# a remark\n 0.2,3\n",
        '"a, x","y"\n"0.5","-1"\n0.2,3\n',
    ],
)
def test_the_rows_of_a_csv_are_the_inputs(tmp_path: Path, walk: str) -> None:
    made = mine(tmp_path, walk)
    walked, rested = made.train
    assert walked.inputs is not None
    np.testing.assert_array_equal(walked.inputs, [[0.5, -1], [0.2, 3]])
    np.testing.assert_array_equal(rested.inputs, [[0, 1]])
    assert (walked.tokens, rested.tokens) == (("walk:0", "walk:1"), ("rest:0",))
    assert (walked.outputs, walked.targets, rested.targets) == ((1,), (1,), (0,))
    assert made.input_size == 2


def test_the_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    made = mine(tmp_path, "# a remark\nax,ay\n\n0.5,-1\n0.2,3\n")
    assert made.vocabulary.places[:2] == ("line 4 of walk.csv", "line 5 of walk.csv")
    assert made.vocabulary.columns == ("ax", "ay")


def test_rows_with_names(tmp_path: Path) -> None:
    walk = "when,ax,ay\nstart,0.5,-1\nnoon time,0.2,3\nend,1,1\n"
    made = mine(tmp_path, walk, "end,0,1\n")
    assert made.train[0].tokens == ("start", "noon_time", "walk:2")
    assert made.train[1].tokens == ("rest:0",)
    assert made.vocabulary.columns == ("ax", "ay")
    pandas = mine(tmp_path, ",ax,ay\n0,0.5,-1\n1,0.2,3\n")  # its index has no title
    np.testing.assert_array_equal(pandas.train[0].inputs, [[0.5, -1], [0.2, 3]])


def test_rows_can_be_typed_as_a_text(tmp_path: Path) -> None:
    typed = encode(mine(tmp_path), "rest:0 walk:1 rest:0", 1)
    np.testing.assert_array_equal(typed.inputs, [[0, 1], [0.2, 3], [0, 1]])
    with pytest.raises(ExperimentError, match='unknown row "walk:7"'):
        encode(mine(tmp_path), "walk:7")


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64])
def test_an_array_of_rows(tmp_path: Path, kind: type) -> None:
    rows: Rows = np.array([[1, 2], [3, 4], [5, 6]], kind)
    np.save(tmp_path / "run.npy", rows)
    made = mine(tmp_path, text=MINE.replace("walk.csv", "run.npy"))
    np.testing.assert_array_equal(made.train[0].inputs, rows)
    widened = "" if kind is np.float64 else f", {np.dtype(kind)} widened"
    assert made.vocabulary.places[1] == f"row 1 of run.npy{widened}"


def test_a_list_of_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "train.tsv").write_text("moving\t../walk.csv\nstill\tmy walk.csv\n")
    (tmp_path / "deep" / "my walk.csv").write_text("7,8\n")
    start, _, end = MINE.partition("train = ")
    made = mine(
        tmp_path, text=f'{start}train_file = "deep/train.tsv"\n{end[end.index("[embed") :]}'
    )
    assert [one.tokens[0] for one in made.train] == ["walk:0", "my_walk:0"]


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "walk.csv").write_text("7,8\n")
    made = mine(tmp_path, text=MINE.replace("rest.csv", "b/walk.csv"))
    assert [one.tokens[0] for one in made.train] == ["walk.csv:0", "b/walk.csv:0"]
    twice = mine(tmp_path, text=MINE.replace("rest.csv", "./walk.csv"))
    assert len(twice.vocabulary.tokens) == 2


def test_an_answer_for_every_row(tmp_path: Path) -> None:
    text = MINE.replace("many-to-one", "many-to-many").replace(
        'label = "moving"', 'labels = ["still", "moving"]'
    )
    made = mine(tmp_path, text=text.replace('label = "still"', 'labels = ["still"]'))
    assert made.train[0].targets == (0, 1)
    two = 'labels = ["still", "still"]'
    told = problem(tmp_path, text=text.replace('label = "still"', two))
    assert told.endswith("expected a label for each of 1 tokens, found 2")


def test_a_changed_file_is_another_experiment(tmp_path: Path) -> None:
    np.save(tmp_path / "run.npy", np.ones((2, 2)))
    text = MINE.replace("rest.csv", "run.npy")
    digests = {mine(tmp_path, text=text).digest, mine(tmp_path, WALK + "1,1\n", text=text).digest}
    np.save(tmp_path / "run.npy", np.zeros((2, 2)))
    digests.add(mine(tmp_path, text=text).digest)
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("walk", "rows", "names"),
    [
        (",0,1\n0,0.5,-1\n1,0.2,3\n", ("0", "1"), "0, 1"),  # as pandas writes it
        (",2019,2020\na,0.5,-1\nb,0.2,3\n", ("a", "b"), "2019, 2020"),
        (",0,close\n0,0.5,-1\n1,0.2,3\n", ("0", "1"), "0, close"),
    ],
)
def test_an_empty_first_cell_begins_a_header(
    tmp_path: Path, walk: str, rows: tuple[str, ...], names: str
) -> None:
    made = mine(tmp_path, walk)
    np.testing.assert_array_equal(made.train[0].inputs, [[0.5, -1], [0.2, 3]])
    assert made.train[0].tokens == rows
    assert made.notes == (f"walk.csv, line 1: read as column names: {names}",)


@pytest.mark.parametrize(
    ("walk", "place"),
    [
        ("ret,vol\n,1200\n0.0123,900\n", "line 2, column 1"),  # as pct_change leaves it
        ("ret,vol\n0.5,1200\n,900\n", "line 3, column 1"),
        ("ret,vol\n,1200\n,900\n", "line 2, column 1"),
        (",0.5\n0.25,1.5\n", "line 1, column 1"),
        (",1,2\n", "line 1, column 1"),
        ("# a remark\n,5,5\n0,1,2\n", "line 2, column 1"),
        ("0.5,\n1,2\n", "line 1, column 2"),
    ],
)
def test_a_gap_is_refused_where_it_stands(tmp_path: Path, walk: str, place: str) -> None:
    assert problem(tmp_path, walk) == f'walk.csv: {place}: expected a finite number, found ""'


@pytest.mark.parametrize(
    ("walk", "counted"),
    [
        ("0,1\n0.5,-1\n", "0, 1"),  # as pandas writes it without an index
        ("# a remark\n0,1\n5,3\n", "0, 1"),
        ("0,1\n1,1\n0,0\n", ""),
        ("0.0,1.0\n0.5,-1\n", ""),
        ("ax,ay\n0,1\n5,3\n", ""),
    ],
)
def test_a_first_row_that_counts_up_is_remarked_on(tmp_path: Path, walk: str, counted: str) -> None:
    notes = mine(tmp_path, walk).notes
    line = 2 if walk.startswith("#") else 1
    said = f"walk.csv, line {line}: read as numbers, not as column names: {counted}"
    assert notes == ((said,) if counted else ())


@pytest.mark.parametrize(("column", "said"), [("0\n0.5\n", True), ("0\n1\n0.5\n", False)])
def test_one_column_that_may_have_a_title(tmp_path: Path, column: str, said: bool) -> None:
    assert bool(mine(tmp_path, column, "7\n").notes) == said


@pytest.mark.parametrize(
    ("walk", "line"),
    [
        ("ax,ay\n", "walk.csv: expected at least one row of numbers, found none"),
        ("", "walk.csv: expected at least one row of numbers, found none"),
        ("ax,ay\n1,2\n1\n", "walk.csv: line 3: expected 2 numbers, found 1"),
        ("ax,ay\n1,2,3\n", "walk.csv: line 2: expected 2 numbers, found 3"),
        ("ax,ay\n1,2\n1,x\n", 'walk.csv: line 3, column 2: expected a finite number, found "x"'),
        ("ax,ay\n1,nan\n", 'walk.csv: line 2, column 2: expected a finite number, found "nan"'),
        ("ax,ay\n1,\n", 'walk.csv: line 2, column 2: expected a finite number, found ""'),
        ("t,a,b\nu,1,2\nv,1,-inf\n", 'walk.csv: line 3, column 3: expected a finite number, found "-inf"'),
        ("a\nb\n", "walk.csv: line 2: expected numbers, found none"),
        ("1,2,3\n", "rest.csv: expected 3 numbers a row as in walk.csv, found 2"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_numbers(tmp_path: Path, walk: str, line: str) -> None:
    assert problem(tmp_path, walk) == line


def test_columns_in_another_order(tmp_path: Path) -> None:
    told = problem(tmp_path, rest="ay,ax\n1,2\n")
    assert told == "rest.csv: expected the columns of walk.csv, ax, ay; found ay, ax"


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (np.ones(3), "run.npy: expected shape (T, I), a row a timestep, found (3,)"),
        (np.ones((2, 0)), "run.npy: expected shape (T, I), a row a timestep, found (2, 0)"),
        (np.array([[True, False]]), "run.npy: expected numbers, found bool"),
        (np.array([[1j, 2]]), "run.npy: expected numbers, found complex128"),
        (np.array([[None, 2]]), "run.npy: damaged, expected an .npy file of numbers"),  # a pickle
        (np.array([[1, 2], [3, np.nan]]), "run.npy: row 1, column 1: expected a finite number, found nan"),
    ],
)  # fmt: skip
def test_what_is_no_array_of_rows(tmp_path: Path, rows: Rows, line: str) -> None:
    np.save(tmp_path / "run.npy", rows)
    assert problem(tmp_path, text=MINE.replace("walk.csv", "run.npy")) == line
    (tmp_path / "run.npy").write_bytes((tmp_path / "run.npy").read_bytes()[:70])
    told = problem(tmp_path, text=MINE.replace("walk.csv", "run.npy"))
    assert told == "run.npy: damaged, expected an .npy file of numbers"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("walk.csv", "no.csv", "no.csv: can't be read: no such file or directory"),
        ("walk.csv", ".", "expected a file that ends in .csv or .npy"),
        ("walk.csv", "walk.pkl", 'walk.pkl: expected a file that ends in .csv or .npy, found "walk.pkl"'),
        ('rows_file = "walk.csv"', 'text = "walk"', "small.toml: data.train[1].text: expected rows_file instead, as there is no table [embedding.vectors]"),
        ('"vectors"', '"one-hot"', 'small.toml: data.train[1].rows_file: expected only with embedding.kind = "vectors" and no table'),
        ('"vectors"', '"vectors"\nsize = 2', "small.toml: embedding.size: unknown key"),
        ('kind = "labelled"', 'kind = "labelled"\ntokenizer = "char"', 'small.toml: data.tokenizer: expected "word" for the rows of files'),
        ('kind = "labelled"', 'kind = "labelled"\nvocabulary = ["a"]', "small.toml: data.vocabulary: expected only where"),
        ('label = "moving"', 'label = "walking"', 'small.toml: data.train[1].label: expected one of "still", "moving", found "walking"'),
        ("hidden_size = 3", 'weights_file = "w.npz"', "rnn.weight_ih_l0: expected shape (3, 2), found (3, 4)"),
    ],
)  # fmt: skip
def test_what_an_experiment_can_not_say(tmp_path: Path, old: str, new: str, line: str) -> None:
    names = ("weight_ih_l0", "weight_hh_l0")
    arrays: dict[str, Any] = {"fc.weight": np.ones((2, 3))}
    arrays |= {f"rnn.{name}": np.ones((3, n)) for name, n in zip(names, (4, 3), strict=True)}
    np.savez(tmp_path / "w.npz", **arrays)
    assert line in problem(tmp_path, text=MINE.replace(old, new, 1))
