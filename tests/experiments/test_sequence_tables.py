"""Labelled sequences of numbers in one table: by an id column, a row each, or a cell each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from refusing import refusal_of

from rnn_tui.experiments import Experiment, document_of, load, parse
from rnn_tui.experiments.writing import toml_of

LONG = "seq,t,x,label\na,0,1,slow\na,1,2,slow\nb,0,5,fast\nb,1,7,fast\nb,2,9,fast\n"
SEQUENCES = [[1, 2], [5, 7, 9]]
WIDE = "label,x0,x1,x2\nslow,1,2,\nfast,5,7,9\n"
CELL = 'label,signal\nslow,"1.0 2.0"\nfast,"[5.0, 7.0, 9.0]"\n'
TOML = """task = "many-to-one"
[data]
kind = "labelled"
labels = ["slow", "fast"]
train_file = "a.csv"
label_column = "label"
[embedding]
kind = "vectors"
[model]
hidden_size = 2
output = "softmax"
"""
ID = ('data.id_column="seq"', 'data.columns="x"')


def read(folder: Path, content: str, *overrides: str, test: str | None = None) -> Experiment:
    (folder / "a.csv").write_text(content)
    if test is not None:
        (folder / "b.csv").write_text(test)
    (folder / "a.toml").write_text(TOML)
    return load(folder / "a.toml", overrides)


def inputs(made: Experiment) -> list[list[float]]:
    return [one.inputs[:, 0].tolist() for one in made.train if one.inputs is not None]


@pytest.mark.parametrize(
    ("content", "overrides"),
    [
        (LONG, ID),
        ("\n".join((LONG.split("\n"))[line] for line in (0, 1, 3, 2, 4, 5)), ID),  # interleaved
        (WIDE, ()),
        (CELL, ()),
        (CELL, ('data.columns="signal"',)),
        (WIDE.partition("\n")[2], ("data.label_column=1",)),
        (WIDE.replace(",", ";").replace("7", "7,0"), ()),
    ],
)
def test_sequences_of_different_lengths(
    tmp_path: Path, content: str, overrides: tuple[str, ...]
) -> None:
    made = read(tmp_path, content, *overrides)
    assert inputs(made) == SEQUENCES
    assert [one.targets for one in made.train] == [(0,), (1,)]


def test_rows_are_called_by_their_sequence_and_stand_in_their_line(tmp_path: Path) -> None:
    made = read(tmp_path, LONG, *ID)
    assert made.train[1].tokens == ("b:0", "b:1", "b:2")
    assert made.vocabulary.places[2] == "line 4 of a.csv"
    assert read(tmp_path, WIDE).vocabulary.places[3] == "number 2 in line 3 of a.csv"
    both = read(tmp_path, LONG, *ID, 'data.test_file="b.csv"', test=LONG)
    assert both.train[0].tokens[0] == "a.csv#a:0"
    assert both.test[0].tokens[0] == "b.csv#a:0"


def test_columns_that_are_not_named_are_all_others_of_numbers(tmp_path: Path) -> None:
    made = read(tmp_path, LONG, 'data.id_column="seq"')
    assert made.vocabulary.columns == ("t", "x")


def test_a_label_for_each_row(tmp_path: Path) -> None:
    varied = LONG.replace("a,1,2,slow", "a,1,2,fast")
    made = read(tmp_path, varied, *ID, 'task="many-to-many"')
    assert [one.targets for one in made.train] == [(0, 1), (1, 1, 1)]
    told = refusal_of(lambda: read(tmp_path, varied, *ID))
    assert 'a.csv: line 3, column label: expected "slow" as in line 2, found "fast"' in told


def test_answers_that_are_numbers(tmp_path: Path) -> None:
    numbers = WIDE.replace("slow", "0.5").replace("fast", "-1")
    overrides = ('model.output="linear"', 'data.labels=["speed"]')
    made = read(tmp_path, numbers, *overrides)
    np.testing.assert_array_equal([one.targets for one in made.train], [[[0.5]], [[-1]]])
    told = refusal_of(lambda: read(tmp_path, WIDE, *overrides))
    assert 'a.csv: line 2, column label: expected a finite number, found "slow"' in told


def test_columns_are_normalised_by_what_is_trained_on(tmp_path: Path) -> None:
    test = "seq,x,label\nc,100,slow\n"
    made = read(tmp_path, LONG, *ID, "data.normalise=true", 'data.test_file="b.csv"', test=test)
    rows = np.concatenate(SEQUENCES)
    expected = (rows - rows.mean()) / rows.std()
    np.testing.assert_allclose(np.concatenate(inputs(made)), expected)
    assert made.test[0].inputs is not None
    np.testing.assert_allclose(made.test[0].inputs, [[(100 - rows.mean()) / rows.std()]])
    assert any("normalised" in note for note in made.notes)


def test_whole_sequences_are_held_back(tmp_path: Path) -> None:
    rows = [f"{k},{t},slow" if k % 2 else f"{k},{t},fast" for k in range(10) for t in range(3)]
    content = "seq,x,label\n" + "\n".join(rows)
    made = read(tmp_path, content, *ID, "data.val_fraction=0.3")
    assert (len(made.train), len(made.test)) == (7, 3)
    assert {one.length for one in (*made.train, *made.test)} == {3}


@pytest.mark.parametrize(
    ("content", "overrides", "expected"),
    [
        (LONG.replace("b,1,7", "b,1,"), ID, "a.csv: line 5, column x: expected a number, found a gap"),
        (LONG.replace("b,1,7", "b,1,z"), ID, 'a.csv: line 5, column x: expected a finite number, found "z"'),
        (LONG.replace("b,1", ",1"), ID, "a.csv: line 5, column 1: expected the id of a sequence"),
        (LONG.replace("b,1,7,", "b,1,7"), ID, "a.csv: line 5: expected 4 cells as in the first line, found 3"),
        (LONG.replace("9,fast", "9,"), ID, "a.csv: line 6, column label: expected a label, found an empty"),
        (LONG.replace("fast", "quick"), ID, 'a.csv: line 4, column label: expected one of "slow", "fast", found "quick"'),
        (LONG, ("data.id_column=sequ",), 'data.id_column: expected one of "seq", "t", "x", "label", as in the first line of a.csv'),
        (LONG, ("data.id_column=1",), "data.id_column: expected a name like label_column"),
        (WIDE.replace("5,7", "5,"), (), "a.csv: line 3, column x1: expected a number, found a gap"),
        (WIDE.replace("1,2", ","), (), "a.csv: line 2: expected a number, found none"),
        (WIDE, ('task="many-to-many"',), "data.id_column: missing"),
        ("label,x\n", (), "a.csv: expected a row below the names"),
        ("label,x\nslow,a\n", (), "a.csv: expected a column of numbers beside the labels"),
        ("", (), "a.csv: expected rows of numbers, found none"),
        (LONG, (*ID, 'embedding.kind="one-hot"'), "data.id_column: expected only with embedding.kind"),
        (LONG, (*ID, 'data.text_column="x"'), "data.id_column: expected only with label_column and without text_column"),
        (LONG, (*ID, 'data.test_file="b.csv"'), 'data.label_column: expected one of "a", "0", "1", "slow", as in the first line of b.csv, found "label"'),
    ],
)  # fmt: skip
def test_what_is_refused(
    tmp_path: Path, content: str, overrides: tuple[str, ...], expected: str
) -> None:
    headless = LONG.partition("\n")[2]
    assert expected in refusal_of(lambda: read(tmp_path, content, *overrides, test=headless))


def many(content: str) -> str:
    """A table of as many sequences as make it a classifier, whose labels come again."""
    header, _, body = content.partition("\n")
    again = "".join(
        body.replace("a,", f"a{k},").replace("b,", f"b{k},") if "seq" in header else body
        for k in range(4)
    )
    return f"{header}\n{again}"


@pytest.mark.parametrize(
    ("content", "words", "instead"),
    [
        (LONG, "8 sequences of 2 to 3 rows by column seq, numbers in x, without the counter t",
         "as one series: --predict x"),
        (LONG.replace("b,1,7,fast\nb,2,9,fast", "b,2,9,fast\nb,1,7,fast"),
         "8 sequences of 2 to 3 rows by column seq, numbers in t, x, in the order of the file "
         "(sort it by t if that is time)", "as one series: --predict t"),
        (WIDE, "8 sequences of 2 to 3 numbers, one in each row (x0 … x2)",
         "as one series: --predict x0"),
        ("id," + WIDE.replace("slow", "1,slow").replace("fast", "2,fast"),
         "8 sequences of 2 to 3 numbers, one in each row (x0 … x2)", ""),
        (CELL.replace("1.0", "1.5"), "8 sequences of 2 to 3 numbers, one in each cell of signal",
         "as words: --set data.text_column=signal"),
    ],
)  # fmt: skip
def test_a_table_opens_as_sequences_and_says_how_to_have_it_otherwise(
    tmp_path: Path, content: str, words: str, instead: str
) -> None:
    file = tmp_path / "a.csv"
    text = many(content)
    if content.startswith("id,"):
        lines = text.splitlines()
        numbered = [f"{k},{line.partition(',')[2]}" for k, line in enumerate(lines[1:])]
        text = "\n".join([lines[0], *numbered])
    file.write_text(text)
    made = load(file)
    note = made.notes[0]
    assert note.startswith(f"a.csv: {words}, with one of 2 labels")
    assert note.endswith(instead)
    assert (made.task, len(made.train)) == ("many-to-one", 8)
    again = parse(toml_of(document_of(made)), name="a", path=tmp_path / "a.toml")
    for one, other in zip(made.train, again.train, strict=True):
        np.testing.assert_array_equal(one.inputs, other.inputs)


def test_the_other_reading_is_the_one_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(many(LONG))
    series = load(file, ['data.predict=["x"]', "training.sequence_length=2"])
    assert series.stream is not None
    assert series.notes[0].endswith("; as labelled sequences: no --predict")
    file.write_text(many(CELL.replace("1.0", "1.5")))
    assert not load(file, ["data.text_column=signal"]).vocabulary.places


def test_keys_open_a_table_whose_columns_have_other_names(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(many(LONG).replace("seq,", "who,", 1).replace("label", "speed", 1))
    told = refusal_of(lambda: load(file))
    assert "or, for labelled sequences, data.label_column (and data.id_column" in told
    made = load(file, ["data.label_column=speed", "data.id_column=who"])
    assert len(made.train) == 8
    file.write_text(many(WIDE).partition("\n")[2])
    assert "or, for labelled sequences" in refusal_of(lambda: load(file))
    assert inputs(load(file, ["data.label_column=1", "data.normalise=false"]))[:2] == SEQUENCES


@pytest.mark.parametrize(
    "content",
    [
        "label,text\n" + "even,1 0 1\nodd,1 0 0\n" * 4,  # symbols
        "day,temp,label\n" + "".join(f"{k},{k}.5,{'ab'[k % 2]}\n" for k in range(9)),
    ],
)
def test_what_is_taken_for_no_sequences(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(content)
    if content.startswith("day"):
        assert "--predict COLUMN" in refusal_of(lambda: load(file))
    else:
        assert "read as such: --set data.label_column=label" in load(file).notes[0]


def test_a_label_for_each_word(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("d n v\tthe cat runs\nn v\tcats run\n" * 3)
    made = load(file)
    assert (made.task, made.labels, made.train[1].targets) == (
        "many-to-many",
        ("d", "n", "v"),
        (1, 2),
    )
    assert made.notes[0].endswith("as texts with one label each: --set task=many-to-one")
    whole = load(file, ["task=many-to-one"])
    assert whole.labels == ("d n v", "n v")
    assert whole.notes[0].endswith("as a label for each word: no --set task")
