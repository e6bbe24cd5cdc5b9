"""Experiment files: what is read, and what each mistake is told."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import one_line, refusal_of

from rnn_tui.experiments import Experiment, ExperimentError, bundled, encode, load, parse
from rnn_tui.experiments.schema.assemble import assemble
from rnn_tui.experiments.texts import read_text

SENTIMENT = next(path for path in bundled() if path.stem == "sentiment")
TEXT = SENTIMENT.read_text(encoding="utf-8")

SMALL = """
title = "Small"
task = "many-to-one"
[data]
kind = "labelled"
tokenizer = "char"
labels = ["no", "yes"]
train = [{ text = "ab", label = "no" }, { text = "bca", label = "yes" }]
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
output = "softmax"
"""


def read(text: str, *overrides: str) -> Experiment:
    return parse(text, name="my", path=Path("my.toml"), overrides=overrides)


def refused(text: str, *overrides: str) -> str:
    return refusal_of(lambda: read(text, *overrides))


def test_sentiment(sentiment: Experiment) -> None:
    assert [example.text for example in sentiment.train][3] == "this movie is bad"
    assert sentiment.train[0].inputs is not None
    assert sentiment.train[0].inputs.tolist()[1] == [0.5, 0.8]
    assert sentiment.train[0].outputs == (3,)
    assert [example.targets[0] for example in sentiment.train] == [1, 0, 1, 0]
    assert (sentiment.input_size, sentiment.model.hidden_size, sentiment.output_size) == (2, 3, 1)
    assert sentiment.training.learning_rate == 0.5
    assert not sentiment.train[0].inputs.flags.writeable


def test_one_hot_characters_are_sorted() -> None:
    made = read(SMALL)
    assert made.vocabulary.tokens == ("a", "b", "c")
    np.testing.assert_array_equal(made.train[1].inputs, np.eye(3)[[1, 2, 0]])
    assert made.output_size == 2
    assert made.model.init == "xavier"


def test_a_vocabulary_may_be_given() -> None:
    text = SMALL.replace(
        'tokenizer = "char"', 'tokenizer = "char"\nvocabulary = ["c", "b", "a", "d"]'
    )
    assert read(text).vocabulary.tokens == ("c", "b", "a", "d")


def test_every_training_key() -> None:
    keys = """
[training]
epochs = 7
batch = "example"
shuffle = true
learning_rate = 1
momentum = 0.9
lr_decay = 0.5
lr_decay_every = 10
clip = "value"
clip_limit = 1
reduction = "sum"
recurrent_backprop = "published"
freeze = ["W_hh"]
sequence_length = 25
"""
    settings = read(SMALL + keys).training
    assert (settings.epochs, settings.batch, settings.shuffle) == (7, "example", True)
    assert (settings.learning_rate, settings.momentum) == (1.0, 0.9)
    assert (settings.clip, settings.clip_limit, settings.reduction) == ("value", 1.0, "sum")
    assert (settings.recurrent_backprop, settings.freeze) == ("published", ("W_hh",))


def test_overrides_take_toml_values_or_words() -> None:
    made = read(TEXT, "training.clip_limit=1.0", "training.clip=value", 'training.freeze=["W_hh"]')
    assert (made.training.clip_limit, made.training.clip) == (1.0, "value")
    assert made.training.freeze == ("W_hh",)
    assert read(SMALL, "training.epochs = 9").training.epochs == 9


def test_examples_from_files(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text("# label, text\nno\tab\n\nyes\tbca\n", encoding="utf-8")
    text = SMALL.replace(
        'train = [{ text = "ab", label = "no" }, { text = "bca", label = "yes" }]',
        'train_file = "train.tsv"\ntest = [{ text = "c", label = "no" }]',
    )
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    made = load(path)
    assert [(e.text, e.targets) for e in made.train] == [("ab", (0,)), ("bca", (1,))]
    assert [e.text for e in made.test] == ["c"]
    (tmp_path / "train.tsv").write_text("no ab\n", encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"train.tsv: line 1: expected a label, a tab"):
        load(path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("hidden_size", "hiden_size", 'model.hiden_size: unknown key (did you mean "hidden_size"?)'),
        ("learning_rate = 0.5", "learnin_rate = 0.5",
         'training.learnin_rate: unknown key (did you mean "learning_rate"?)'),
        ("[training]", "[traning]", 'traning: unknown key (did you mean "training"?)'),
        ('activation = "tanh"', 'activation = "tahn"', 'found "tahn" (did you mean "tanh"?)'),
        ("[0.3, -0.1, 0.1]]", "[0.3, -0.1]]",
         "model.weights.W_hh: expected 3 rows of 3 numbers, found row 2 with 2 numbers"),
        ("W_hh = [[0.1, 0.4, -0.2], ", "W_hh = [",
         "model.weights.W_hh: expected 3 rows of 3 numbers, found 2 rows"),
        ("b_y = [0.1]", "b_y = [0.1, 0.2]", "model.weights.b_y: expected a list of 1 number, found 2 numbers"),
        ("b_y = [0.1]", "b_y = [nan]", "model.weights.b_y[0]: expected a finite number, found nan"),
        ("b_y = [0.1]", "b_y = [true]", "model.weights.b_y[0]: expected a finite number, found true"),
        ('hidden_size = 3', '', 'model.hidden_size: missing, expected a whole number'),
        ("W_hy = ", "W_yh = ", 'model.weights.W_yh: unknown key (did you mean "W_hy"?)'),
        ('text = "I love this movie"', 'text = "I love this moovie"',
         'data.train[1].text: unknown word "moovie" (did you mean "movie"?)'),
        ('text = "I love this movie"', 'text = " "',
         "data.train[1].text: expected at least one token, found an empty text"),
        ('"this movie is great", label = "positive"', '"this movie is great", label = "postive"',
         'data.train[3].label: expected one of "negative", "positive", found "postive" '
         '(did you mean "positive"?)'),
        ('labels = ["negative", "positive"]', 'labels = ["negative", "negative"]',
         'found "negative" twice'),
        ('labels = ["negative", "positive"]', 'labels = ["negative"]', "2 or more distinct non-empty strings"),
        ("learning_rate = 0.5", "learning_rate = 0", "a finite number, above 0, found 0"),
        ("learning_rate = 0.5", "learning_rate = inf", "a finite number, above 0, found inf"),
        ("epochs = 30", "epochs = 0", "training.epochs: expected a whole number, 1 or more"),
        ("epochs = 30", "epochs = true", "found true"),
        ("epochs = 30", "epochs = 2.5", "found 2.5"),
        ('clip = "norm"', "momentum = 1.0", "training.momentum: expected a finite number, 0 or more, below 1"),
        ('clip = "norm"', 'freeze = ["Whh"]', '(did you mean "W_hh"?)'),
        ('init = "given"', 'init = "xavier"', 'model.weights: expected only with init = "given"'),
        ("is = [0.2, 0.3]", "is = [0.2]", "embedding.vectors.is: expected a list of 2 numbers"),
        ('kind = "vectors"', 'kind = "one-hot"', 'expected only with kind = "vectors"'),
        ('kind = "labelled"', 'kind = "stream"', 'data.labels: expected only with kind = "labelled"'),
        ('kind = "labelled"', 'kind = "labeled"', '(did you mean "labelled"?)'),
        ('kind = "labelled"', 'kind = "serie"', 'data.kind: expected one of "labelled", "stream", "series", '
         'found "serie" (did you mean "series"?)'),
        ('text = "I love this movie"', 'text = "I love this fine"',
         'unknown word "fine"; known are those with a vector in embedding.vectors: I love'),
        ('task = "many-to-one"', 'task = "many-to-many"',
         'data.train[1].label: unknown key (did you mean "labels"?)'),
        ('task = "many-to-one"', 'task = "many-to-all"', 'task: expected one of "many-to-one"'),
        ('clip = "norm"', "steps = 5", 'training.steps: expected only with data.kind = "stream" or "series"'),
        ("[model]", "[[model]]", "model: expected a table"),
        ("hidden_size = 3", "hidden_size = ", "column 15: not TOML: invalid value"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_a_line(old: str, new: str, expected: str) -> None:
    assert old in TEXT
    line = refused(TEXT.replace(old, new, 1))
    assert line.startswith("my.toml: ")
    assert expected in line


def test_where_tokens_come_from_is_said() -> None:
    line = refused(SMALL.replace(
        "[embedding]", 'test = [{ text = "x", label = "no" }]\n[embedding]'))  # fmt: skip
    assert 'unknown character "x"; known are those that occur in the training data (or' in line


def test_a_kind_is_named_though_its_tables_are_missing() -> None:
    """What else has to be there depends on it: a slip in it is no missing table."""
    without = SMALL.replace('[embedding]\nkind = "one-hot"\n', "")
    assert "embedding: missing" in refused(without)
    slip = refused(without.replace('kind = "labelled"', 'kind = "serie"'))
    assert 'data.kind: expected one of "labelled", "stream", "series", found "serie"' in slip
    assert '(did you mean "series"?)' in slip


def test_a_plan_is_in_epochs_or_in_steps() -> None:
    grammar = next(path for path in bundled() if path.stem == "grammar").read_text("utf-8")
    assert "steps = " in grammar
    both = grammar.replace("[training]", "[training]\nepochs = 3")
    line = refused(both)
    assert (
        "training.steps: expected only without training.epochs: the plan is in steps or in" in line
    )
    assert read(both, "training.epochs=7").training.steps is None, "an override takes it away"
    assert read(both, "training.steps=7").training.steps == 7


def test_a_sigmoid_answers_with_two_labels() -> None:
    text = TEXT.replace('"positive"]', '"positive", "neutral"]')
    assert 'model.output: "sigmoid" answers with 2 labels, expected "softmax" for 3' in refused(
        text
    )


@pytest.mark.parametrize("size", [16_384, 10**9, 2**62])
def test_a_network_that_would_fill_the_memory_is_refused(size: int) -> None:
    told = refused(TEXT, f"model.hidden_size={size}", "model.init=xavier")
    found = size * size + 2 * size + size + size + 1
    assert told == (
        f"--set: model.hidden_size: expected at most 268,435,456 weights in all, found {found:,}"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("model.weights_file", "w\0.npz"), ("data.train_file", "t\0.tsv")],
)
def test_a_name_that_no_file_can_have(tmp_path: Path, key: str, value: str) -> None:
    text = SMALL.replace("[training]", "[training]\n")
    with pytest.raises(ExperimentError) as caught:
        parse(text, name="small", path=tmp_path / "small.toml", overrides=[f"{key}={value}"])
    assert "can't be read: embedded null byte" in str(caught.value)
    assert "\0" not in str(caught.value)


@pytest.mark.parametrize(
    "deep",
    [
        "a." * 1000 + "a = 1",
        "[" + "a ." * 1000 + "a]",
        "x = {" + "'a'." * 1000 + "a = 1 }",
        "\n".join(f"[{'a.' * depth}a]" for depth in range(1000)),
        "x = " + "[" * 10_000 + "]" * 10_000,
        "x = " + "{a=" * 10_000 + "1" + "}" * 10_000,
    ],
)
def test_a_table_nested_too_deeply(deep: str) -> None:
    assert refused(f"{deep}\n{TEXT}").endswith("not TOML: nested too deeply")


def test_dots_that_nest_nothing() -> None:
    dots = 'source = "' + "a.b.c " * 1000 + "... " * 1000 + '"\n'
    assert read(dots + TEXT.partition("\n\n")[2].join(['task = "many-to-one"\n', ""])).source


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("data.npy", "rows of numbers"),
        ("model.npz", "weights: rnn-tui EXPERIMENT --weights FILE"),
        ("model.safetensors", "weights: rnn-tui EXPERIMENT --weights FILE"),
        ("model.pt", "weights: a pickle can run code and is never opened"),
        ("a.rnn-session", "a saved session: rnn-tui FILE or rnn-tui plain FILE"),
    ],
)
def test_what_a_file_is_for_that_is_no_experiment(name: str, what: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        load(name)
    assert str(caught.value).startswith(f"{name}: expected an experiment (.toml), found {what}")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("training.learnin_rate=1", '--set: training.learnin_rate: unknown key (did you mean'),
        ("training.learning_rate=-1", "--set: training.learning_rate: expected a finite number"),
        ("learning_rate", "--set: expected KEY=VALUE"),
        ("title.x=1", "--set: title.x: title is not a table"),
    ],
)  # fmt: skip
def test_a_wrong_override_names_itself(override: str, expected: str) -> None:
    assert expected in refused(TEXT, override)


def test_unknown_names_and_files(tmp_path: Path) -> None:
    with pytest.raises(
        ExperimentError, match=r'no experiment "sentimant" \(did you mean "sentiment"'
    ):
        load("sentimant")
    for name in ("none.toml", "none.TXT", "none.csv", "none.tsv"):
        with pytest.raises(ExperimentError, match=f"{name}: can't be read: no such file"):
            load(tmp_path / name)
    with pytest.raises(ExperimentError, match=r"can't be read: is a directory"):
        load(f"{tmp_path}/")
    (tmp_path / "latin.toml").write_bytes('title = "\xe9"'.encode("latin-1"))
    with pytest.raises(
        ExperimentError, match=r"expected UTF-8 text, found byte 0xe9 at line 1, column 10$"
    ):
        load(tmp_path / "latin.toml")


def test_a_message_stays_one_line() -> None:
    text = TEXT.replace("I love this movie", "I love\\nmo\\u001b[31mvie")
    assert "mo␛[31mvie" in refused(text)


def test_a_typed_sentence(sentiment: Experiment) -> None:
    typed = encode(sentiment, "this is great", 1)
    assert (typed.tokens, typed.outputs, typed.targets) == (("this", "is", "great"), (2,), (1,))
    with pytest.raises(ExperimentError, match="unknown word"):
        encode(sentiment, "this was great", 1)
    with pytest.raises(ExperimentError, match="empty"):
        encode(sentiment, "  ", 1)


values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
        st.sampled_from(["W_hh", "one-hot", "given", "softmax", "char"]),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200)
@given(st.data())
def test_whatever_is_written_gives_an_experiment_or_one_line(data: st.DataObject) -> None:
    document = tomllib.loads(TEXT)
    for _ in range(data.draw(st.integers(1, 3))):
        table: Any = document
        while True:
            places = list(table) if isinstance(table, dict) else list(range(len(table)))
            if not places:
                break
            place = data.draw(st.sampled_from(places))
            below = table[place]
            if isinstance(below, dict | list) and below and data.draw(st.booleans()):
                table = below
                continue
            if data.draw(st.booleans()):
                table[place] = data.draw(values)
            else:
                del table[place]
            break
    try:
        assemble(document, name="x", path=Path("x.toml"), read=read_text)
    except ExperimentError as error:
        one_line(error)
