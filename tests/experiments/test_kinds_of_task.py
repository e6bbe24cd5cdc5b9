"""What each kind of task reads, when it answers, and what its mistakes are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from refusing import refusal_of

from rnn_tui.experiments import Experiment, ExperimentError, encode, load, parse
from rnn_tui.experiments.data.grammar import CATEGORIES, DETERMINERS, Grammar, inflected

REST = """
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
output = "softmax"
"""
TAGGED = (
    """
task = "many-to-many"
[data]
kind = "labelled"
labels = ["det", "noun", "verb"]
train = [{ text = "the cat runs", labels = ["det", "noun", "verb"] }]
"""
    + REST
)
UNROLLED = (
    """
task = "one-to-many"
[data]
kind = "labelled"
train = [{ text = "C", output = "D E C" }, { text = "E", output = "D" }]
"""
    + REST
)
TRANSLATED = (
    """
task = "encoder-decoder"
[data]
kind = "labelled"
train = [{ text = "the cat", output = "le chat" }, { text = "I sleep", output = "je dors" }]
test = [{ text = "the cat sleep", output = "le chat" }]
"""
    + REST
)
GENERATED = (
    """
task = "many-to-many"
[data]
kind = "labelled"
generator = "grammar"
sentences = 30
test_sentences = 7
"""
    + REST
)


def read(text: str, *overrides: str) -> Experiment:
    return parse(text, name="my", path=Path("my.toml"), overrides=overrides)


def test_a_label_for_every_token() -> None:
    made = read(TAGGED)
    one = made.train[0]
    assert (one.outputs, one.targets, one.encoder_length) == ((0, 1, 2), (0, 1, 2), 0)
    assert not made.answers_once
    assert made.answering is None


def test_after_the_one_token_nothing_is_read() -> None:
    made = read(UNROLLED)
    one = made.train[0]
    assert one.tokens == ("C", "∅", "∅")
    assert [made.labels[c] for c in one.targets] == ["D", "E", "C"]
    assert one.outputs == (0, 1, 2)
    assert one.inputs is not None
    assert not one.inputs[1:].any()
    assert made.vocabulary.size == 3, "the blank has no input of its own"


def test_or_the_answers_are_fed_back() -> None:
    made = read(UNROLLED, "data.feedback=true")
    assert made.train[0].tokens == ("C", "D", "E")
    assert made.vocabulary.tokens == made.labels == ("C", "D", "E")
    assert made.answering is not None
    assert made.answering.most == 3


def test_given_vectors_get_a_blank_too() -> None:
    text = UNROLLED.replace(
        '"one-hot"', '"vectors"\nvectors = { C = [1, 2], D = [3, 4], E = [5, 6] }'
    )
    made = read(text)
    assert made.train[0].inputs is not None
    assert made.train[0].inputs.tolist() == [[1, 2], [0, 0], [0, 0]]


def test_a_decoder_reads_the_answers_wanted_so_far() -> None:
    made = read(TRANSLATED)
    one = made.train[0]
    assert one.tokens == ("the", "cat", "<start>", "le", "chat")
    assert [made.labels[c] for c in one.targets] == ["le", "chat", "<end>"]
    assert (one.outputs, one.encoder_length) == ((2, 3, 4), 2)
    assert [one.encodes(t) for t in range(5)] == [True, True, False, False, False]
    assert made.vocabulary.tokens[-1] == "<start>"
    assert made.labels == ("chat", "dors", "je", "le", "<end>")
    assert made.parameter_names[5:] == ("W_xh_enc", "W_hh_enc", "b_h_enc")
    assert made.test[0].length == 6


def test_a_text_of_the_users_becomes_an_example_of_its_task() -> None:
    made = read(TRANSLATED)
    one = encode(made, "the sleep", answers=(2, 4))
    assert one.tokens == ("the", "sleep", "<start>", "je")
    tagged = encode(read(TAGGED), "cat runs", answers=(1, 2))
    assert (tagged.outputs, tagged.targets) == ((0, 1), (1, 2))


def test_sentences_of_the_grammar_come_with_their_categories() -> None:
    made = read(GENERATED)
    assert (len(made.train), len(made.test)) == (30, 7)
    texts = [one.text for one in (*made.train, *made.test)]
    assert len(set(texts)) == 37, "nothing that is tested was trained on"
    words = {
        inflected(w) for c in ("intransitive", "transitive", "perception") for w in CATEGORIES[c]
    }
    for one in made.train:
        for token, target in zip(one.tokens, one.targets, strict=True):
            tag = made.labels[target]
            known = DETERMINERS if tag == "determiner" else CATEGORIES[tag]
            assert token in known or token in words
    again = read(GENERATED)
    assert [one.text for one in again.train] == [one.text for one in made.train]
    other = read(GENERATED, "data.corpus_seed=1")
    assert [one.text for one in other.train] != [one.text for one in made.train]


def test_every_category_is_drawn() -> None:
    grammar = Grammar.elman()
    tags = {tag for _, tags in grammar.tagged(200, 1) for tag in tags}
    assert tags == set(grammar.tags)


def test_answers_stand_before_a_tab_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("le chat\tthe cat\nje dors\tI sleep\n", encoding="utf-8")
    path = tmp_path / "my.toml"
    lines = [line for line in TRANSLATED.splitlines() if not line.startswith(("train", "test"))]
    lines.insert(lines.index("[data]") + 1, 'train_file = "pairs.tsv"')
    path.write_text("\n".join(lines), encoding="utf-8")
    made = load(path)
    assert [one.tokens for one in made.train] == [one.tokens for one in read(TRANSLATED).train]
    (tmp_path / "pairs.tsv").write_text("le chat the cat\n", encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"line 1: expected an output, a tab and a text"):
        load(path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blanks_of_a_file_are_characters(tmp_path: Path, end: str) -> None:
    lines = [" a\ta ", "aa\t  ", "  \taa", "", "   "]
    spelled = TAGGED.replace('"labelled"', '"labelled"\ntokenizer = "char"')
    made = from_file(tmp_path, spelled, end.join(lines), '[" ", "a", "\\n"]')
    assert [one.tokens for one in made.train] == [("a", " "), (" ", " "), ("a", "a")]
    assert [one.targets for one in made.train] == [(0, 1), (1, 1), (0, 0)]


def test_blanks_part_labels_that_are_none(tmp_path: Path) -> None:
    spelled = TAGGED.replace('"labelled"', '"labelled"\ntokenizer = "char"')
    made = from_file(tmp_path, spelled, " B I \ta \n", '["B", "I"]')
    assert (made.train[0].tokens, made.train[0].targets) == (("a", " "), (0, 1))


def test_blanks_around_words_mean_nothing(tmp_path: Path) -> None:
    made = from_file(tmp_path, TAGGED, " det noun \t the cat \r\n \t \n", '["det", "noun"]')
    assert (made.train[0].text, made.train[0].targets) == ("the cat", (0, 1))


def test_a_blank_can_be_the_one_answer(tmp_path: Path) -> None:
    once = TAGGED.replace("many-to-many", "many-to-one")
    made = from_file(tmp_path, once, " \tthe cat\n no \ta\n", '[" ", "no"]')
    assert [one.targets for one in made.train] == [(0,), (1,)]


def test_an_answer_in_characters_keeps_its_blanks(tmp_path: Path) -> None:
    spelled = TRANSLATED.replace('"labelled"', '"labelled"\ntokenizer = "char"')
    made = from_file(tmp_path, spelled, "a b \tx y\n")
    assert [made.labels[c] for c in made.train[0].targets] == ["a", " ", "b", " ", "<end>"]


def from_file(folder: Path, text: str, lines: str, labels: str = "") -> Experiment:
    """An experiment with other examples, which a file beside it has, and other labels."""
    (folder / "pairs.tsv").write_text(lines, encoding="utf-8", newline="")
    kept = [line for line in text.splitlines() if not line.startswith(("train", "test", "labels"))]
    more = [f"labels = {labels}"] if labels else []
    kept[kept.index("[data]") + 1 : 0] = ['train_file = "pairs.tsv"', *more]
    path = folder / "my.toml"
    path.write_text("\n".join(kept), encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (TAGGED, ', "verb"] }', "] }", "data.train[1].text: expected a label for each of 3 tokens, found 2"),
        (TAGGED, '"verb"] }', '"verp"] }', 'data.train[1].labels: expected one of "det", "noun", "verb", found'),
        (TAGGED, 'labels = ["det", "noun", "verb"] }', "labels = 3 }", "data.train[1].labels: expected a list of strings"),
        (TAGGED, "train =", "feedback = true\ntrain =", 'data.feedback: expected only with task = "one-to-many"'),
        (TAGGED, "train =", "sentences = 3\ntrain =", 'data.sentences: expected only with generator = "grammar"'),
        (UNROLLED, 'text = "C"', 'text = "C D"', "data.train[1].text: expected one token to begin from, found 2"),
        (UNROLLED, 'output = "D" }', 'output = "" }', "data.train[2].output: expected at least one answer, found none"),
        (UNROLLED, 'text = "E"', 'text = "∅"', 'data.train: expected no token "∅", which has a use of its own'),
        (UNROLLED, '"one-hot"', '"learned"\nsize = 3', "data.feedback: expected true with embedding.kind"),
        (UNROLLED, '"softmax"', '"sigmoid"', 'model.output: expected "softmax", as more than one answer is wanted'),
        (UNROLLED, "train =", 'labels = ["C", "D"]\ntrain =', 'data.labels: expected only with task = "many-to-one"'),
        (TRANSLATED, '"le chat" }]', '"le chien" }]', 'data.test[1].output: expected one of'),
        (TRANSLATED, '"the cat sleep"', '"the dog"', 'data.test[1].text: unknown word "dog"'),
        (TRANSLATED, '"je dors"', '"je <end>"', 'expected no output with "<end>"'),
        (TRANSLATED, '"one-hot"', '"vectors"\nvectors = { the = [1] }', "embedding.vectors.<start>: missing, expected its vector"),
        (GENERATED, "sentences = 30", "sentences = 30000", "data.sentences: expected at most 4000"),
        (GENERATED, "sentences = 30", 'labels = ["a", "b"]', "data.labels: expected only where no generator is given"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_a_line(text: str, old: str, new: str, expected: str) -> None:
    assert old in text
    assert expected in refusal_of(lambda: read(text.replace(old, new, 1)))


def test_encoding_the_wrong_number_of_answers_is_refused() -> None:
    with pytest.raises(ExperimentError, match="a label for each of 2 tokens, found 1"):
        encode(read(TAGGED), "cat runs", answers=(1,))


def test_the_blank_is_no_row_that_one_hot_vectors_have() -> None:
    made = read(UNROLLED)
    assert made.vocabulary.vectors is not None
    np.testing.assert_array_equal(made.vocabulary.vectors, np.eye(4, 3))
