"""Long texts: looked up as a whole, as each of their tokens would be on its own."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.experiments import ExperimentError, load
from rnn_tui.experiments.data.stream import Stream
from rnn_tui.experiments.data.vocabulary import Vocabulary

TOML = """
title = "Text"
task = "many-to-many"
[data]
kind = "stream"
tokenizer = "{tokenizer}"
text_file = "text.txt"
val_fraction = 0.0
{more}
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
output = "softmax"
init = "orthogonal"
[training]
batch = "stream"
sequence_length = 2
"""
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0\r\ufeff")


def stream_of(folder: Path, text: str, tokenizer: str = "char", more: str = "") -> Stream:
    """The text of an experiment, read from a file."""
    (folder / "text.txt").write_text(text, encoding="utf-8", newline="")
    path = folder / "made.toml"
    path.write_text(TOML.format(tokenizer=tokenizer, more=more), encoding="utf-8")
    found = load(str(path)).stream
    assert found is not None
    return found


@given(st.text(CHARACTERS, min_size=4, max_size=60))
def test_characters_are_looked_up_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    found = stream_of(tmp_path_factory.mktemp("text"), text)
    assert found.ids.tolist() == [found.vocabulary.index[one] for one in text]
    assert [found.vocabulary.tokens[row] for row in found.ids] == list(text)


def test_words_are_looked_up_as_one_by_one(tmp_path: Path) -> None:
    found = stream_of(tmp_path, "the dog and  the\ncat", "word")
    assert [found.vocabulary.tokens[row] for row in found.ids] == [
        "the",
        "dog",
        "and",
        "the",
        "cat",
    ]


@pytest.mark.parametrize("unknown", ["!", "😀"])
def test_the_first_unknown_character_is_named(tmp_path: Path, unknown: str) -> None:
    with pytest.raises(ExperimentError, match=unknown):
        stream_of(tmp_path, f"abab{unknown}a?", more='vocabulary = ["a", "b"]')


def test_a_chunk_is_made_once_while_it_is_looked_at(tmp_path: Path) -> None:
    found = stream_of(tmp_path, "abcd" * 10)
    with mock.patch.object(Vocabulary, "join", autospec=True, side_effect=Vocabulary.join) as made:
        assert found[3] is found[3]
        assert made.call_count <= 1
    assert found[3].tokens == ("c", "d")
