"""What the data tells of its answers, and what is said where a network doesn't find it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import run
from diagnosis.injecting import SETTINGS, built, far_back, first_word, healthy, injected
from diagnosis.sound import sound

from rnn_tui.diagnosis import Case, Diagnosis, Finding, diagnose
from rnn_tui.diagnosis.course import is_worse
from rnn_tui.engine.checks import telling, twins, vectors
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.sentences.diagnosis import summary, tried
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain

GOOD, BAD = ["good", "great", "lovely", "fine"], ["bad", "awful", "dull", "poor"]
THINGS = ["film", "play", "song", "book", "meal", "joke", "trip", "talk"]
ADVERBS = ["so", "quite", "really", "truly"]


def reviews(rng: np.random.Generator, **training: Any) -> dict[str, Any]:
    """Texts whose last word tells the label: 96 of them, and 32 held back."""
    rows = [
        {"text": f"the {thing} was {adverb} {word}", "label": label}
        for thing in THINGS
        for adverb in ADVERBS
        for words, label in ((GOOD, "pos"), (BAD, "neg"))
        for word in rng.choice(words, 2, replace=False).tolist()
    ]
    rows = [rows[int(i)] for i in rng.permutation(len(rows))]
    return {
        "task": "many-to-one",
        "data": {
            "kind": "labelled", "tokenizer": "word", "labels": ["neg", "pos"],
            "train": rows[:96], "test": rows[96:],
        },
        "embedding": {"kind": "one-hot"},
        "model": {"hidden_size": 12, "output": "softmax", "init": "xavier", "seed": 1},
        "training": {"epochs": 15, "batch": 8, "shuffle": True, "learning_rate": 0.1} | training,
    }  # fmt: skip


def found_in(experiment: Experiment) -> tuple[Session, Diagnosis]:
    session = Session(experiment)
    return session, diagnose(Case.of(session))


def confirmed(session: Session, one: Finding) -> bool:
    return all(explain(session.view, ref).value == value for ref, value in one.evidence)


# The rules


def test_a_rule_is_judged_by_other_examples_than_it_is_made_of() -> None:
    rng = np.random.default_rng(0)
    made = reviews(rng)
    assert telling.rule_fit(built(made)) == 1
    assert telling.rule_fit(built(made), 1) < 0.7
    for row in made["data"]["train"]:
        row["label"] = str(rng.choice(["pos", "neg"]))
    assert telling.rule_fit(built(made)) < 0.65
    assert telling.tells_nothing(built(made))


def test_the_token_at_a_place_tells_the_answer_by_hand() -> None:
    made = reviews(np.random.default_rng(0))
    rows = [("a x", "pos"), ("b x", "neg"), ("a y", "pos"), ("b y", "neg"), ("c x", "pos")]
    made["data"]["train"] = [{"text": text, "label": label} for text, label in rows]
    made["data"]["test"] = [{"text": "a y", "label": "pos"}, {"text": "b x", "label": "pos"}]
    one = built(made)
    told = telling.told_by_place(one)
    assert told[0] == (4 + 0.5) / 5  # of “c” nothing is known: one of two
    assert told[-2] == told[0]
    assert telling.held_told_by_place(one, 0) == 1 / 2
    assert telling.steps_back(one, 0) == 1
    assert np.isnan(telling.rule_fit(load("tagging")))


# What is named


@pytest.mark.slow
def test_a_token_far_back_is_named_with_how_far_and_a_cure_that_finds_it() -> None:
    made = healthy(3, task=first_word, cell="rnn", optimizer="sgd")
    session, found = found_in(built(far_back(made, np.random.default_rng([3, 1]))))
    (one,) = found.findings
    assert one.name == "far-token"
    assert "the first token, 40 timesteps back, predicts 100% of the training answers" in one.cause
    assert one.tried is not None
    assert one.tried.held is not None
    without, cured = one.tried.held
    assert without is not None
    assert cured < 0.5 * without
    assert confirmed(session, one)


def test_a_cure_that_spoils_the_data_held_back_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three labels of ten are wrong: a higher rate learns them by heart."""
    made, rng = reviews(np.random.default_rng(6), epochs=40), np.random.default_rng(7)
    for row in made["data"]["train"]:
        if rng.random() < 0.3:
            row["label"] = "pos" if row["label"] == "neg" else "neg"
    session, found = found_in(built(made))
    (one,) = found.findings
    assert one.name == "noisy-labels"
    assert "Training labels look noisy" in one.cause
    assert confirmed(session, one)
    monkeypatch.setattr(telling, "doubted", lambda _: None)  # if no rule told it, what then
    session, found = found_in(built(made))
    (one,) = found.findings
    assert one.name in ("by-heart", "noisy-labels")
    assert one.verb.startswith("goto epoch ")
    assert "hat lowers training loss, “Raise it to 0.3”, does harm" in one.cause
    assert confirmed(session, one)


@pytest.mark.parametrize("kind", ["negated", "mixed"])
@pytest.mark.parametrize("seed", [0, 2])
def test_a_label_that_a_harder_rule_tells_is_not_called_noise(
    kind: str, seed: int, tmp_path: Path
) -> None:
    assert telling.rule_fit(sound(kind, seed, tmp_path)) < 0.95
    _, found = found_in(sound(kind, seed, tmp_path))
    assert "noisy-labels" not in [one.name for one in found.findings]


def test_labels_that_are_wrong_by_lot_are_those_that_were_turned() -> None:
    made, rng = reviews(np.random.default_rng(6)), np.random.default_rng(7)
    turned = {place for place in range(96) if rng.random() < 0.2}
    for place in turned:
        row = made["data"]["train"][place]
        row["label"] = "pos" if row["label"] == "neg" else "neg"
    found = telling.doubted(built(made))
    assert found is not None
    assert len(turned & {*found.wrong}) >= 0.8 * len(found.wrong) > 0
    assert found.by_lot > 0.05
    assert telling.doubted(built(reviews(np.random.default_rng(6)))).wrong == ()  # type: ignore[union-attr]


def test_worse_is_more_than_chance() -> None:
    def fared(right: int, loss: float) -> Evaluation:
        hits, counts = np.arange(20) < right, np.ones(20, np.int64)
        return Evaluation(
            np.zeros((20, 1)), np.where(hits, 0.1, loss), hits.astype(np.float64), counts
        )

    assert is_worse(fared(18, 2.0), fared(8, 2.0), has_classes=True)
    assert not is_worse(fared(18, 2.0), fared(17, 2.0), has_classes=True)
    assert not is_worse(fared(10, 0.7), fared(10, 4.0), has_classes=True)  # only surer
    assert not is_worse(fared(8, 2.0), fared(18, 2.0), has_classes=True)


@pytest.mark.parametrize(
    "name", ["shifted rows", "labels held back swapped", "same vectors", "shifted rows in the test"]
)
def test_labels_and_vectors_that_are_wrong_are_named(name: str) -> None:
    session, found = found_in(injected(SETTINGS[name], 1))
    first = found.findings[0]
    assert first.name == SETTINGS[name].expected
    assert confirmed(session, first)


def test_more_units_are_the_cure_only_where_they_learn() -> None:
    session, found = found_in(injected(SETTINGS["one unit"], 2))
    (one,) = found.findings
    assert one.name == "few-units"
    assert "model.hidden_size=" in one.command
    assert confirmed(session, one)


def test_a_longer_plan_that_learns_by_heart_is_not_well() -> None:
    made, rng = reviews(np.random.default_rng(5), epochs=12), np.random.default_rng(6)
    for row in [*made["data"]["train"], *made["data"]["test"]]:
        row["label"] = str(rng.choice(["pos", "neg"]))
    _, found = found_in(built(made))
    assert not found.is_well
    assert "it learns (goto" not in summary(found)


def test_texts_are_told_apart_by_their_tokens_and_two_that_contradict_are_named() -> None:
    made = reviews(np.random.default_rng(0))
    rows = made["data"]["train"]
    words = sorted({word for row in rows for word in row["text"].split()})
    same = made | {
        "embedding": {"kind": "vectors", "vectors": {word: [1.0, 0.0] for word in words}}
    }
    assert twins.twins(built(same)).answers == 0
    assert vectors.alike(built(same)) is not None
    assert vectors.alike(built(made)) is None
    other = {"pos": "neg", "neg": "pos"}
    made["data"]["train"] = rows[:40] + [row | {"label": other[row["label"]]} for row in rows[:40]]
    _, found = found_in(built(made))
    first = found.findings[0]
    text, label = rows[0]["text"], rows[0]["label"]
    assert first.name == "contradiction"
    assert f"example 1 “{text}” → {label} and example 41 “{text}” → {other[label]}" in first.cause


def test_a_gradient_that_vanishes_in_flat_units_is_not_said_to_explode() -> None:
    made = reviews(np.random.default_rng(0))
    made["model"] |= {"init": "normal", "init_scale": 8.0}
    session, found = found_in(built(made))
    causes = {one.name: one for one in found.findings}
    assert "exploding" not in causes
    (rho,) = [value for ref, value in causes["vanishing"].evidence if ref == "rho@0"]
    assert f"though W_hh amplifies (ρ is {rho:.3g})" in causes["vanishing"].cause
    assert confirmed(session, causes["vanishing"])


# How it is said


@pytest.mark.parametrize(
    "ill",
    [
        ("training.learning_rate=50",),
        ("training.fault=no-slope",),
        ("model.init=normal", "model.init_scale=40"),
    ],
)
def test_each_cure_is_a_line_that_the_shell_takes(ill: tuple[str, ...]) -> None:
    sets = [part for one in ill for part in ("--set", one)]
    causes = json.loads(run("doctor", "sentiment", *sets, "--json", code=1).stdout)["causes"]
    printed = run("doctor", "sentiment", *sets, code=1).stdout
    for one in causes:
        assert f"   run    {one['shell']}" in printed
        program, *words = shlex.split(one["shell"])
        assert program == "rnn-tui"
        run(*words)


def test_a_cure_that_no_setting_is_goes_through_plain(tmp_path: Path) -> None:
    file = tmp_path / "flat.toml"
    text = Path(load("sentiment").path).read_text()
    file.write_text(text)
    sets = ("--set", "model.init=normal", "--set", "model.init_scale=40")
    found = json.loads(run("doctor", str(file), *sets, "--json", code=1).stdout)["causes"]
    lines = [one["shell"] for one in found if one.get("verb", "").startswith("set rho")]
    for line in lines:
        assert " --do 'set rho 0.95; epoch 30'" in line
        run(*shlex.split(line)[1:])


def test_the_numbers_of_a_diagnosis_say_what_they_are() -> None:
    session, found = found_in(load("sentiment", ["training.learning_rate=50"]))
    rows = session.view.timeline.records.rows(found.updates)[-found.over :]
    assert found.last == pytest.approx(rows[:, 0].sum() / rows[:, 2].sum())
    assert f", the mean of the last {found.over} (a constant" in summary(found)
    (one,) = found.findings
    assert one.tried is not None
    assert (one.tried.against, one.tried.over) == (30, 3)
    last = max(1, round(0.1 * one.tried.updates))
    assert f"(mean of the last {last} of {one.tried.updates} updates), without it " in tried(one)
    assert tried(one).endswith(" (the last 3 of 30)")


def test_the_loss_by_epoch_and_now_are_told_apart() -> None:
    said = run("plain", "sentiment", "--do", "epoch 3; show loss").stdout.splitlines()
    assert [line.partition(":")[0] for line in said[-4:]] == [
        "during epoch 0", "during epoch 1", "during epoch 2", "now, at epoch 3",
    ]  # fmt: skip
