"""How large an experiment is, without its examples: of those that are drawn, one is enough."""

from __future__ import annotations

from typing import NamedTuple

from rnn_tui.experiments.data import exercises, sequences
from rnn_tui.experiments.documents import document_in
from rnn_tui.experiments.errors import ExperimentError
from rnn_tui.experiments.experiment import Experiment
from rnn_tui.experiments.loading import find, parse
from rnn_tui.experiments.schema.reading import Reader
from rnn_tui.experiments.texts import read_text


class Outline(NamedTuple):
    """An experiment, checked as ever, and how many examples it has to train on and to test.

    It may have one example itself, where all of them would be drawn at random.
    """

    experiment: Experiment
    train: int
    test: int


def outline(name: str) -> Outline:
    """That of a bundled experiment. Raises ExperimentError."""
    path = find(name)
    text = read_text(path)
    document = document_in(text, path)
    data = document.get("data")
    if not isinstance(data, dict) or data.get("kind") != "labelled" or "generator" not in data:
        whole = parse(text, name=path.stem, path=path, document=document)
        return Outline(whole, len(whole.train), len(whole.test))
    drawn = sequences.DRAWN if data["generator"] == exercises.GRAMMAR else exercises.DRAWN
    try:
        train, test = (Reader(data, "data").integer(key, usual) for key, usual in drawn.items())
    except ExperimentError as error:
        raise error.at(file=str(path)) from None
    few = [f"data.{key}={count}" for key, count in zip(drawn, (1, 0), strict=True)]
    few_drawn = parse(text, name=path.stem, path=path, overrides=few, document=document)
    return Outline(few_drawn, train, test)
