"""Exercises that are drawn at random: adding, copy, parity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.experiments import Example, Experiment, ExperimentError, parse

TEXT = """
task = "{task}"
[data]
kind = "labelled"
generator = "{name}"
examples = 30
test_examples = 10
[embedding]
kind = "{kind}"
[model]
hidden_size = 3
output = "{output}"
"""
PARITY = TEXT.format(task="many-to-many", name="parity", kind="one-hot", output="softmax")
COPY = PARITY.replace("parity", "copy")
ADDING = TEXT.format(task="many-to-one", name="adding", kind="vectors", output="linear")


def read(text: str, *overrides: str) -> Experiment:
    return parse(text, name="my", path=Path("my.toml"), overrides=overrides)


def answers(experiment: Experiment, one: Example) -> list[str]:
    return [experiment.labels[int(target)] for target in one.targets]


def every(experiment: Experiment) -> list[Example]:
    return [*experiment.train, *experiment.test]


def test_parity_is_the_exclusive_or_of_the_bits_so_far() -> None:
    made = read(PARITY, "data.lengths=[3,5,9]")
    assert {one.length for one in every(made)} == {3, 5, 9}
    for one in every(made):
        ones = np.cumsum([token == "1" for token in one.tokens])
        assert answers(made, one) == ["odd" if n % 2 else "even" for n in ones]


def test_adding_is_the_sum_of_the_marked() -> None:
    made = read(ADDING, "data.lengths=[6,9]")
    assert {one.length for one in every(made)} == {6, 9}
    for one in every(made):
        assert one.inputs is not None
        numbers, marks = one.inputs.T
        assert sorted(marks) == [0] * (one.length - 2) + [1, 1]
        np.testing.assert_allclose(one.targets, [[numbers @ marks]], rtol=1e-12)


def test_copy_repeats_its_symbols_after_the_sign() -> None:
    made = read(
        COPY, "data.lengths=4", "data.symbols=2", "data.examples=16", "data.test_examples=0"
    )
    for one in every(made):
        assert one.tokens[2:] == ("_",) * 4 + (">", "_")
        assert answers(made, one) == ["_"] * 6 + list(one.tokens[:2])


@pytest.mark.parametrize("text", [PARITY, COPY])
def test_no_example_stands_twice_and_the_seed_draws_them(text: str) -> None:
    texts = [one.text for one in every(read(text))]
    assert len(set(texts)) == len(texts)
    assert texts == [one.text for one in every(read(text))]
    assert texts != [one.text for one in every(read(text, "data.corpus_seed=1"))]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("data.generator=parrot", "data.generator: expected"),
        ("data.lengths=0", "data.lengths: expected whole numbers from 1 to 10000"),
        ("data.lengths=[]", "data.lengths: expected whole numbers"),
        ("data.lengths=[3,true]", "data.lengths: expected whole numbers"),
        ("data.lengths=3", "data.examples: expected at most 8 with test_examples, found 40"),
        ("data.symbols=3", 'data.symbols: expected only with generator = "copy"'),
        ("task=many-to-one", 'task: expected "many-to-many" with data.generator = "parity"'),
        ("data.sentences=3", "data.sentences: unknown key"),
        ("data.examples=0", "data.examples: expected a whole number"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(override: str, expected: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(PARITY, override)
    assert expected in str(caught.value)


def test_examples_of_a_file_take_the_exercise_away() -> None:
    made = read(PARITY, 'data.train=[{text="a",labels=["even"]}]', 'data.labels=["even","odd"]')
    assert [one.text for one in made.train] == ["a"]


def test_all_that_may_be_read_is_known_however_little_is_drawn() -> None:
    made = read(COPY, "data.examples=1", "data.test_examples=0", "data.symbols=1")
    assert made.vocabulary.tokens == (">", "_", *"abcdef")
    assert made.labels == (*"abcdef", "_")
    assert read(PARITY).vocabulary.tokens == ("0", "1")
