"""`rnn-tui generate`: going on with a text."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.running import json_of, refusal, run, written

WORDS = """
task = "many-to-many"
[data]
kind = "stream"
tokenizer = "word"
text = "the boy sees the girl and the girl sees the boy"
[embedding]
kind = "one-hot"
[model]
hidden_size = 4
[training]
epochs = 2
sequence_length = 3
"""


def test_hello() -> None:
    arguments = ("generate", "hello", "--prompt", "h", "--length", "4", "--temperature", "0")
    assert run(*arguments).stdout == "hello\n"
    assert json_of(*arguments) == {
        "experiment": "hello", "prompt": "h", "text": "ello", "tokens": list("ello"),
        "probabilities": [1.0] * 4, "temperature": 0.0, "seed": 0,
    }  # fmt: skip


def test_the_seed_decides() -> None:
    arguments = ("generate", "hello", "--steps", "5", "--prompt", "h", "--length", "40")
    first = json_of(*arguments)
    assert first == json_of(*arguments, "--seed", "0", "--temperature", "1.0")
    assert first["text"] != json_of(*arguments, "--seed", "1")["text"]
    assert first["text"] == "".join(first["tokens"])
    assert len(first["tokens"]) == len(first["probabilities"]) == 40
    assert all(0 < p < 1 for p in first["probabilities"])
    assert run(*arguments).stdout == "h" + first["text"] + "\n"
    assert json_of(*arguments[:-1], "0")["tokens"] == []


def test_epochs_are_as_many_steps(tmp_path: Path) -> None:
    path = written(tmp_path)
    rest = ("--prompt", "the", "--length", "30")
    texts = [
        run("generate", path, *how, *rest).stdout
        for how in (("--epochs", "3"), ("--steps", "30"), ())
    ]
    assert texts[0] == texts[1] == texts[2], "10 chunks; the file says 30 steps"
    assert run("generate", path, "--epochs", "0", *rest).stdout != texts[0]


def test_words_stand_apart(tmp_path: Path) -> None:
    path = written(tmp_path, WORDS)
    shown = run("generate", path, "--prompt", "the  boy", "--length", "3").stdout
    printed = json_of("generate", path, "--prompt", "the  boy", "--length", "3")
    assert shown == f"the boy {printed['text']}\n"
    assert printed["text"].split(" ") == printed["tokens"]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            ("--prompt", "hex", "--length", "1"),
            'rnn-tui: --prompt: unknown character "x"; known are those that occur in the training data'
            " (or in data.vocabulary, if there is one): e h l o",
        ),
        (("--prompt", "", "--length", "1"), "rnn-tui: --prompt: expected at least one token, found an empty text"),
        (("--prompt", "h", "--length", "-1"), 'argument --length: expected a whole number, 0 or more, found "-1"'),
        (("--prompt", "h", "--length", "1", "--temperature", "-0.5"), 'expected a number, 0 or more, found "-0.5"'),
        (("--prompt", "h", "--length", "1", "--temperature", "nan"), 'expected a number, 0 or more, found "nan"'),
        (("--prompt", "h", "--length", "1", "--temperature", "inf"), 'expected a number, 0 or more, found "inf"'),
        (("--prompt", "h", "--length", "1", "--temperature", "hot"), 'expected a number, 0 or more, found "hot"'),
        (("--prompt", "h", "--length", "1", "--seed", "x"), 'expected a whole number, 0 or more, found "x"'),
        (("--prompt", "h", "--length", "1", "--epochs", "1", "--weights", "a.npz"), "not allowed with argument"),
        (("--prompt", "h"), "the following arguments are required: --length"),
        (("--length", "1"), "the following arguments are required: --prompt"),
    ],
)  # fmt: skip
def test_what_it_refuses(options: tuple[str, ...], line: str) -> None:
    assert line in refusal("generate", "hello", *options)


def test_labelled_examples_can_not_be_gone_on_with() -> None:
    line = refusal("generate", "sentiment", "--prompt", "I", "--length", "1")
    assert line.startswith("rnn-tui: sentiment: expected a stream of text")


def test_a_network_that_has_exploded_draws_nothing() -> None:
    wild = ("--set", "training.learning_rate=1e308", "--steps", "9")
    line = refusal("generate", "hello", *wild, "--prompt", "h", "--length", "3")
    assert line == "rnn-tui: can't draw a token after step 9: the network's output is not finite"
