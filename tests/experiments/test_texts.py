"""Texts as training data: what is read, how it is split, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from refusing import refusal_of

from rnn_tui.experiments import Experiment, ExperimentError, encode, load, parse

TEXT = """
title = "Mine"
task = "many-to-many"
[data]
kind = "stream"
text_file = "corpus.txt"
[embedding]
kind = "one-hot"
[model]
hidden_size = 4
[training]
sequence_length = 5
"""


def read(tmp_path: Path, content: bytes, *overrides: str, text: str = TEXT) -> Experiment:
    (tmp_path / "corpus.txt").write_bytes(content)
    return parse(text, name="mine", path=tmp_path / "mine.toml", overrides=overrides)


def refused(tmp_path: Path, content: bytes, *overrides: str, text: str = TEXT) -> str:
    return refusal_of(lambda: read(tmp_path, content, *overrides, text=text))


def test_the_grammar_is_the_published_model() -> None:
    made = load("grammar")
    assert made.stream is not None
    assert (len(made.labels), made.model.hidden_size, made.layout.size) == (24, 64, 7256)
    assert (made.training.sequence_length, made.training.clip_limit) == (25, 5.0)
    assert made.training.steps == 30_000
    (test,) = made.test
    assert len(made.stream.ids) == pytest.approx(9 * (test.length + 1), abs=9)
    assert made.floor == pytest.approx(0.4216, abs=1e-4)
    assert made.labels == tuple(sorted(made.labels))


def test_hello_is_one_chunk() -> None:
    made = load("hello")
    assert len(made.train) == 1
    example = made.train[0]
    assert (example.text, [made.labels[c] for c in example.targets]) == ("hell", list("ello"))
    assert example.inputs is not None
    np.testing.assert_array_equal(example.inputs, np.eye(4)[[1, 0, 2, 2]])
    assert (made.labels, made.test, made.floor) == (("e", "h", "l", "o"), (), None)


def test_phrases_are_of_the_published_size_and_kind() -> None:
    made = load("phrases")
    assert (len(made.train), len(made.test), len(made.vocabulary.tokens)) == (58, 20, 18)
    texts = {example.text for example in (*made.train, *made.test)}
    assert len(texts) == 78, "no phrase stands twice"
    assert texts >= {
        "i am good", "i am bad", "this is very good", "this is not bad", "i am bad not good",
        "i am not at all happy", "this was good earlier", "i am not at all bad or sad right now",
    }  # fmt: skip


def test_a_text_file_of_ones_own(tmp_path: Path) -> None:
    made = read(tmp_path, "Grüß dich, Welt!\nUnd noch eine Zeile.\n".encode())
    assert made.labels == tuple(sorted(set("Grüß dich, Welt!\nUnd noch eine Zeile.\n")))
    assert made.train[0].text == "Grüß "
    assert made.train[1].text == "dich,"
    assert [made.labels[c] for c in made.train[0].targets] == list("rüß d")
    assert made.test[0].length == 3, "a tenth is kept, and its last character is only predicted"


def test_words_can_be_the_tokens(tmp_path: Path) -> None:
    made = read(tmp_path, b"to be or not to be that is the question", "data.tokenizer=word")
    assert made.labels == ("be", "is", "not", "or", "question", "that", "the", "to")
    assert made.train[0].text == "to be or not to"


def test_a_text_of_five_megabytes(tmp_path: Path) -> None:
    made = read(tmp_path, b"the quick brown fox. " * 250_000, "training.sequence_length=25")
    assert made.stream is not None
    assert len(made.stream.ids) == 0.9 * 5_250_000
    assert len(made.train) == (4_725_000 - 2) // 25
    assert made.train[-1].length == 25
    assert made.test[0].length == 9_999, "what is read for validation is bounded"


@pytest.mark.parametrize(
    ("content", "overrides", "expected"),
    [
        (b"", (), "corpus.txt: expected a text to learn from, found no token in it"),
        (b"x", (), "corpus.txt: expected at least 6 tokens"),
        (b"abcdef", (), "found 5 of 6"),
        (b"abcdef", ("data.val_fraction=0", "training.sequence_length=6"), "7 tokens"),
        (b"abc\x00\x01\xffdef", (), "corpus.txt: expected UTF-8 text, found byte 0xff"),
        (b"abc\x00def", (), "corpus.txt: expected text, found the character U+0000 at position 3"),
        (b"abcdefgh", ("data.val_fraction=1.0",), "--set: data.val_fraction: expected"),
        (b"abcdefgh", ("data.sentences=5",), 'expected only with generator = "grammar"'),
        (b"abcdefgh", ("data.text=abc", "data.text_file=a.txt"), "expected one of text, text_file and generator, found"),
        (b"abcdefgh", ('data.labels=["a","b"]',), 'data.labels: expected only with kind = "labelled"'),
        (b"abcdefgh", ("model.output=sigmoid",), 'model.output: expected "softmax"'),
        (b"abcdefgh", ("training.batch=full",), 'training.batch: expected one of "stream"'),
        (b"abcdefgh", ("task=many-to-one",), 'task: expected "many-to-many" with data.kind = "stream"'),
        (b"abcdefgh", ('data.vocabulary=["a","b"]',), '"c" is not in the vocabulary'),
        (b"abcdefgh", ("embedding.size=3",), 'embedding.size: expected only with kind = "learned"'),
        (b"abcdefgh", ("embedding.kind=learned",), "embedding.size: missing"),
        (b"abcdefgh", ('training.freeze=["E"]',), "training.freeze: expected one of"),
        (b"abcdefgh", ("training.steps=0",), "training.steps: expected a whole number, 1 or more"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_a_line(
    tmp_path: Path, content: bytes, overrides: tuple[str, ...], expected: str
) -> None:
    assert expected in refused(tmp_path, content, *overrides)


def test_too_many_distinct_characters(tmp_path: Path) -> None:
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))
    line = refused(tmp_path, many.encode())
    assert "expected at most 4096 distinct characters, found 5000" in line


def test_a_text_too_large_is_named_with_its_limit(tmp_path: Path) -> None:
    with (tmp_path / "corpus.txt").open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    with pytest.raises(ExperimentError, match=r"corpus.txt: expected at most 64 MiB"):
        parse(TEXT, name="mine", path=tmp_path / "mine.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"corpus.txt: can't be read: no such file"):
        parse(TEXT, name="mine", path=tmp_path / "mine.toml")


def test_a_learned_embedding_is_a_parameter(tmp_path: Path) -> None:
    made = read(
        tmp_path, b"abcabcabc", "embedding.kind=learned", "embedding.size=2",
        'training.freeze=["E"]',
    )  # fmt: skip
    assert made.parameter_names[-1] == "E"
    assert made.train[0].inputs is None
    assert made.input_size == 2


def test_a_text_of_the_users(tmp_path: Path) -> None:
    made = load("hello")
    example = encode(made, "hole")
    assert (example.text, example.targets) == ("hol", (3, 2, 0))
    for text, expected in (
        ("h", "at least two tokens"),
        ("hx", 'unknown character "x"'),
        ("", "an empty text"),
    ):
        with pytest.raises(ExperimentError, match=expected):
            encode(made, text)
