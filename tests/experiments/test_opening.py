"""Texts and tables of one's own, opened as experiments."""

from __future__ import annotations

from pathlib import Path

import pytest
from refusing import refusal_of

from rnn_tui.experiments import Experiment, ExperimentError, document_of, load, parse
from rnn_tui.experiments.data.columns import Columns, columns_of, table_of
from rnn_tui.experiments.writing import relocated, toml_of

VERSE = "Humpty Dumpty sat on a wall.\nHumpty Dumpty had a great fall.\n"


def opened(tmp_path: Path, name: str, content: str | bytes, *overrides: str) -> Experiment:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load(file, overrides)


def refused(tmp_path: Path, name: str, content: str | bytes, *overrides: str) -> str:
    return refusal_of(lambda: opened(tmp_path, name, content, *overrides))


# Texts


@pytest.mark.parametrize(
    ("copies", "cell", "units", "length"),
    [(1, "rnn", 32, 25), (20, "rnn", 32, 25), (50, "lstm", 64, 25), (2000, "lstm", 128, 50)],
)
def test_a_text_is_a_character_model_by_its_length(
    tmp_path: Path, copies: int, cell: str, units: int, length: int
) -> None:
    made = opened(tmp_path, "verse.txt", VERSE * copies)
    assert (made.model.cell, made.model.hidden_size) == (cell, units)
    assert made.training.sequence_length == length
    assert made.labels == tuple(sorted(set(VERSE)))
    count = len(VERSE) * copies
    said = f"verse.txt: a text of {count:,} characters, {len(set(VERSE))} distinct: {cell} of"
    assert made.notes[0].startswith(said)
    assert len(made.notes) == 1


def test_a_text_of_two_characters_is_one(tmp_path: Path) -> None:
    made = opened(tmp_path, "ab.txt", "ab")
    assert (made.training.sequence_length, made.train[0].text) == (1, "a")
    assert "found no token" in refused(tmp_path, "none.txt", "")


def test_settings_of_ones_own_are_said(tmp_path: Path) -> None:
    wanted = ("model.cell=gru", "model.hidden_size=7", "training.sequence_length=9")
    made = opened(tmp_path, "verse.txt", VERSE, *wanted)
    assert (made.model.cell, made.model.hidden_size) == ("gru", 7)
    assert "gru of 7 units, chunks of 9" in made.notes[0]


def test_words_are_tokens_if_asked_for(tmp_path: Path) -> None:
    made = opened(tmp_path, "verse.txt", VERSE, "data.tokenizer=word")
    assert "fall." in made.labels
    assert "12 words" in made.notes[0]
    assert "--set: data.tokenizer" in refused(tmp_path, "verse.txt", VERSE, "data.tokenizer=x")


@pytest.mark.parametrize(
    "content",
    [
        VERSE.encode(),
        VERSE.encode("utf-8-sig"),
        VERSE.replace("\n", "\r\n").encode(),
        VERSE.replace("\n", "\r").encode(),
        VERSE.encode("utf-16"),
        VERSE.replace("\n", "\r\n").encode("utf-16"),
        VERSE.encode("utf-32"),
    ],
    ids=["plain", "BOM", "windows", "mac", "utf-16", "notepad", "utf-32"],
)
def test_marks_and_ends_of_lines_are_recognised(tmp_path: Path, content: bytes) -> None:
    made, plain = opened(tmp_path, "a.txt", content), opened(tmp_path, "b.txt", VERSE)
    assert made.labels == plain.labels
    assert made.train[0].text == plain.train[0].text


def test_another_encoding_is_refused_with_its_place_and_read_when_said(tmp_path: Path) -> None:
    content = "one\ntwo caf\xe9s and more of them\n".encode("cp1252")
    line = refused(tmp_path, "cafe.txt", content)
    assert "cafe.txt: expected UTF-8 text, found byte 0xe9 at line 2, column 8" in line
    assert "--set data.encoding=cp1252" in line
    assert "é" in opened(tmp_path, "cafe.txt", content, "data.encoding=cp1252").labels
    unknown = refused(tmp_path, "cafe.txt", content, "data.encoding=klingon")
    assert 'expected an encoding such as utf-8, utf-16, cp1252 or latin-1, found "klingon"' in (
        unknown
    )
    for no_text in ("rot13", "hex"):
        assert "expected an encoding" in refused(
            tmp_path, "cafe.txt", content, f"data.encoding={no_text}"
        )
    binary = refused(tmp_path, "cafe.txt", b"ab\nc\0d")
    assert "U+0000 at line 2, column 2" in binary


def test_a_text_file_of_an_experiment_has_an_encoding_too(tmp_path: Path) -> None:
    (tmp_path / "cafe.csv").write_bytes("text,label\ncaf\xe9,a\nth\xe9,b\n".encode("cp1252"))
    made = opened(tmp_path, "cafe.csv", (tmp_path / "cafe.csv").read_bytes(),
                  "data.encoding=cp1252")  # fmt: skip
    assert made.vocabulary.tokens == ("café", "thé")
    text = toml_of(document_of(made))
    assert 'encoding = "cp1252"' in text
    again = parse(text, name="again", path=tmp_path / "again.toml")
    assert again.vocabulary.tokens == made.vocabulary.tokens


# Labels and texts


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", "ham\thello there you\nspam\tbuy it now\nham\tsee you at one\n"),
        ("a.tsv", "label\ttext\nham\thello there you\nspam\tbuy it now\nham\tsee you at one\n"),
        ("a.tsv", "hello there you\tham\nbuy it now\tspam\nsee you at one\tham\n"),
        ("a.csv", "ham,hello there you\r\nspam,buy it now\r\nham,see you at one\r\n"),
        ("a.csv", "id;Text;Label\n1;hello there you;ham\n2;buy it now;spam\n3;see you at one;ham"),
        ("a.csv", 'text,label\n"hello there\nyou",ham\n"buy it now",spam\nsee you at one,ham\n'),
        ("A.CSV", "\ufefftext,label\nhello there you,ham\nbuy it now,spam\nsee you at one,ham\n"),
    ],
)
def test_a_table_of_labels_and_texts_is_a_classifier(
    tmp_path: Path, name: str, content: str
) -> None:
    made = opened(tmp_path, name, content)
    assert made.task == "many-to-one"
    assert made.labels == ("ham", "spam")
    assert [one.text.split() for one in made.train] == [
        ["hello", "there", "you"], ["buy", "it", "now"], ["see", "you", "at", "one"],
    ]  # fmt: skip
    assert [made.labels[one.targets[0]] for one in made.train] == ["ham", "spam", "ham"]
    assert '3 texts with one of 2 labels ("ham", "spam"), 9 words' in made.notes[0]


def test_more_labels_and_more_words_are_other_settings(tmp_path: Path) -> None:
    rows = [f"{place % 3}\t{' '.join(f'w{place}.{k}' for k in range(20))}" for place in range(60)]
    made = opened(tmp_path, "topics.tsv", "\n".join(rows))
    assert (made.model.output, made.model.cell, made.vocabulary.kind) == (
        "softmax", "lstm", "learned",
    )  # fmt: skip
    assert len(made.train) + len(made.test) == 60
    assert 4 <= len(made.test) <= 8
    assert {one.targets[0] for one in made.test} == {0, 1, 2}, "not every tenth is of one label"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("x,y\n1,2\n3,4\n", None),
        ("date,sales\n2020-01-01,3\n2020-01-02,4\n", None),
        ("2020-01-01;3,5\n2020-01-02;4,1\n", None),
        ("hello\tbonjour\ncat\tchat\ndog\tchien\n", None),
        ("a,1,2\nb,3,4\n", None),
        ("good,a fine one\nbad,a bad one\ngood,very fine\n", Columns(0, 1)),
        ("1,a fine one\n0,a bad one\n1,very fine\n", Columns(0, 1)),
        ("fine,good\nawful,bad\ngreat,good\n", Columns(1, 0)),
    ],
)
def test_which_columns_are_labels_and_texts(content: str, found: Columns | None) -> None:
    assert columns_of(table_of(content, ".csv" if "\t" not in content else ".tsv")) == found


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "text,label\none,a\ntwo\n", "a.csv: line 3: expected 2 cells as in the first"),
        ("a.csv", "text,label\none,a\ntwo, too,b\n", "line 3: expected 2 cells as in the first line, found 3: a text with the mark"),
        ("a.csv", "text,label\none,a\n,b\n", "line 3, column 1: expected a text, found an empty"),
        ("a.csv", "text,label\none,a\ntwo,a\n", "column 2: expected 2 to 50 different labels, found 1"),
        ("a.csv", "", "or of numbers, found an empty file"),
        ("a.tsv", "one\ntwo\n", "a table that has neither labels and texts nor columns of numbers"),
        ("a.npy", b"", "found rows of numbers"),
    ],
)  # fmt: skip
def test_what_is_none_of_these(
    tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    assert expected in refused(tmp_path, name, content)


def test_columns_by_name_and_by_number(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mark,said,why\ngood,fine,x\nbad,awful,y\n")
    text = """task = "many-to-one"
[data]
kind = "labelled"
labels = ["bad", "good"]
train_file = "a.csv"
label_column = LABEL
text_column = TEXT
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
"""

    def read(label: str, column: str) -> Experiment:
        written = text.replace("LABEL", label).replace("TEXT", column)
        return parse(written, name="a", path=tmp_path / "a.toml")

    assert [one.text for one in read('"mark"', '"said"').train] == ["fine", "awful"]
    for label, column, expected in [
        (
            '"mark"',
            '"sad"',
            'data.text_column: expected one of "mark", "said", "why", as in the first line of a.csv, found "sad"',
        ),
        ("1", '"said"', "data.text_column: expected a name like label_column, or both"),
        ("1", "4", "data.text_column: expected a column from 1 to 3 of a.csv, found 4"),
        ("true", "1", "data.label_column: expected the name of a column, or its number from 1"),
        ("1", "2", 'line 1: expected one of "bad", "good", found "mark"'),
    ]:
        with pytest.raises(ExperimentError) as caught:
            read(label, column)
        assert expected in str(caught.value)


# Written as a file


@pytest.mark.parametrize("name", ["sentiment", "phrases", "hello", "tagging", "translation"])
def test_a_document_is_the_same_when_it_is_read_again(name: str, tmp_path: Path) -> None:
    made = load(name, ["training.learning_rate=0.125", "model.seed=3"])
    text = toml_of(relocated(document_of(made), made.path.parent, tmp_path))
    again = parse(text, name=name, path=tmp_path / "again.toml")
    assert document_of(made)["training"] == {"learning_rate": 0.125} | {
        key: value
        for key, value in document_of(load(name))["training"].items()
        if key != "learning_rate"
    }
    assert again.training == made.training
    assert [one.text for one in again.train] == [one.text for one in made.train]
    assert [one.text for one in again.test] == [one.text for one in made.test]


def test_a_text_is_the_same_when_it_is_a_file(tmp_path: Path) -> None:
    made = opened(tmp_path, "verse.txt", VERSE, "model.cell=rnn")
    text = toml_of(document_of(made))
    again = parse(text, name="again", path=tmp_path / "again.toml")
    assert again.training == made.training
    assert again.layout.shapes == made.layout.shapes
    assert again.train[0].text == made.train[0].text


def test_any_string_survives_toml() -> None:
    import tomllib

    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x3000, 7), 0x1F600]))
    document = {"a": every, "b c": {"d.e": [1, 2.5, True, {"x": "y"}]}, "e": {"f": {"": -0.0}}}
    assert tomllib.loads(toml_of(document)) == document


# Series

SALES = "day;sales;rain\r\n" + "".join(
    f"2024-{1 + day // 28:02}-{1 + day % 28:02};{day % 9},5;{day % 4}\r\n" for day in range(60)
)


def test_a_table_in_time_is_a_series(tmp_path: Path) -> None:
    made = opened(tmp_path, "sales.csv", SALES, 'data.predict=["sales"]')
    assert (made.model.output, made.vocabulary.columns) == ("linear", ("sales", "rain"))
    assert made.labels == ("sales",)
    assert made.notes[0].startswith("sales.csv: a series of 60 rows, columns sales, rain: lstm of")
    assert "sales.csv: decimal commas are read as points" in made.notes
    alone = opened(tmp_path, "sales.csv", SALES, 'data.predict=["sales"]', 'data.columns=["rain"]')
    assert alone.vocabulary.columns == ("rain",)
    text = toml_of(document_of(made))
    assert parse(text, name="again", path=tmp_path / "a.toml").labels == ("sales",)


@pytest.mark.parametrize(
    ("content", "overrides", "expected"),
    [
        (SALES, (), 'sales.csv: expected --predict COLUMN, what is to be predicted: one of "sales", "rain"; or, for labelled'),
        (SALES, ('data.predict=["sale"]',), 'data.predict: expected one of "sales", "rain", found "sale" (did you mean "sales"?)'),
        (SALES.replace("3,5", "", 1), ('data.predict=["sales"]',), "sales.csv: line 5, column sales: expected a number, found a gap"),
        (SALES.replace("3,5", "three", 1), ('data.predict=["sales"]',), 'line 5, column sales: expected a finite number, found "three"'),
        ("day;sales\nMay;1\nJune;2\n", ('data.predict=["sales"]',), "expected at least 2 rows after 0.1 of them are kept"),
    ],
)  # fmt: skip
def test_a_series_that_is_refused(
    tmp_path: Path, content: str, overrides: tuple[str, ...], expected: str
) -> None:
    assert expected in refused(tmp_path, "sales.csv", content, *overrides)


def test_a_path_for_a_bundled_experiment_is_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "verse.txt").write_text(VERSE)
    monkeypatch.chdir(tmp_path)
    made = load("grammar", ["data.text_file=verse.txt"])
    assert made.labels == tuple(sorted(set(VERSE)))
    monkeypatch.chdir("/")
    assert load("grammar", made.overrides).digest == made.digest
