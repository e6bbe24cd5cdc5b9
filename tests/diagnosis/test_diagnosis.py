"""Injected faults are the first cause, healthy runs have none, and every proof holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli.running import json_of, refusal, run
from diagnosis.injecting import (
    BUGS,
    SETTINGS,
    Injection,
    built,
    first_word,
    healthy,
    injected,
    tagging,
)
from making import make_experiment, make_stream

from rnn_tui.diagnosis import Case, Diagnosis, Severity, diagnose
from rnn_tui.diagnosis.case import Cancelled
from rnn_tui.engine.checks import material, splits
from rnn_tui.equations.cells import CELLS
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.sentences.diagnosis import proof, summary
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.commands.verbs import VERBS
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain


def of(experiment: Experiment) -> Diagnosis:
    """What is found."""
    return diagnose(Case.of(Session(experiment)))


def _known(injection: Injection) -> dict[str, object]:
    return {key: value for key, value in injection.fits.items() if value is not None}


# tests/benchmarks/doctor.py does this over many random cases; here is one of each.


@pytest.mark.slow
@pytest.mark.parametrize(("name", "injection"), [*BUGS.items(), *SETTINGS.items()])
def test_an_injected_fault_is_the_first_cause(name: str, injection: Injection) -> None:
    small = replace(injection, fits={"cell": "rnn"} | _known(injection))
    session = Session(injected(small, 3))
    found = diagnose(Case.of(session))
    assert [one.name for one in found.findings][:1] == [injection.expected]
    first = found.findings[0]
    assert first.evidence
    assert first.cure
    for ref, value in first.evidence:
        assert explain(session.view, ref).value == value
    if first.verb:
        command = parse(first.verb)
        assert not VERBS[command.verb].asks  # a question cures nothing
        exactly(session, command)  # it isn't refused


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sentiment", "gates", "gomez", "gru", "melody", "tagging"])
def test_a_bundled_experiment_has_nothing(name: str) -> None:
    assert not of(load(name)).findings


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_healthy_run_has_nothing(cell: str) -> None:
    found = of(built(healthy(5, cell=cell)))
    assert found.learns
    assert not found.findings


def test_a_slip_is_found_by_what_it_computes_and_not_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bug that nobody has listed is a wrong gradient, and no known slip."""
    found = of(load("sentiment", ["training.fault=untransposed"]))
    assert [one.name for one in found.findings] == ["untransposed"]
    monkeypatch.setattr("rnn_tui.diagnosis.causes.gradient.FAULTS", {})
    unknown = of(load("sentiment", ["training.fault=untransposed"])).findings[0]
    assert unknown.name == "wrong-gradient"
    assert unknown.see == "check"
    assert "dW_hh" in unknown.cause


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        ("training.fault=shifted-state",),
        ("training.fault=no-mean",),
        ("training.learning_rate=1e-7",),
        ("training.learning_rate=3000", "training.clip=none"),
        ("training.freeze=[\"W_xh\",\"W_hh\",\"b_h\",\"W_hy\",\"b_y\"]",),
        ("model.init=normal", "model.init_scale=40"),
    ],
)  # fmt: skip
def test_why_confirms_every_proof(settings: tuple[str, ...]) -> None:
    sets = [part for one in settings for part in ("--set", one)]
    found = json.loads(run("doctor", "sentiment", "--json", *sets, code=1).stdout)["causes"]
    assert found
    for given in [given for one in found for given in one["evidence"]]:
        assert json_of("why", "sentiment", given["ref"], *sets)["value"] == given["value"]


def test_the_command_speaks_and_ends_with_a_code() -> None:
    told = run("doctor", "sentiment").stdout
    assert (
        "Nothing found. Trained 30 updates from here as a trial: loss 0.742 → 0.128, "
        "the mean of the last 3 (a constant answer: 0.693)."
    ) in told.replace("\n", "")
    found = json.loads(run("doctor", "sentiment", "--json").stdout)
    assert (found["causes"], found["learns"], found["progress"]) == ([], True, True)
    assert found["summary"] in told.replace("\n", "")
    printed = run("doctor", "sentiment", "--set", "training.fault=no-slope", code=1).stdout
    assert "1. The gradient is wrong: delta = dh should be delta = dh * slope(h_t)" in printed
    assert "rnn-tui train sentiment --set training.fault=none" in printed
    (first,) = json.loads(
        run("doctor", "sentiment", "--json", "--set", "training.fault=no-slope", code=1).stdout
    )["causes"]
    assert {"cause", "severity", "evidence", "cure", "verb"} <= set(first)
    assert first["severity"] == "error"
    assert "nothing" in refusal("doctor", "nothing")


def test_training_that_came_to_nothing_names_the_doctor() -> None:
    rate = ("--set", "training.learning_rate=1e-7")
    assert run("train", "sentiment", *rate).stderr == (
        "rnn-tui: hardly learnt (loss 0.7416, a constant answer: 0.6931): "
        "rnn-tui doctor sentiment --set training.learning_rate=1e-7 "
        "looks for the cause\n"
    )
    assert not run("train", "sentiment").stderr
    assert not run("train", "sentiment", "--epochs", "3").stderr  # too few to judge
    above = run("train", "sentiment", "--epochs", "33").stderr
    assert above.startswith("rnn-tui: hardly learnt (loss 0.9177, a constant answer: 0.6931): ")


def test_training_that_is_worth_nothing_on_data_held_back_names_the_doctor(tmp_path: Path) -> None:
    file = tmp_path / "chance.tsv"
    words = [f"{a} {b}" for a in "abcdefgh" for b in "ijklmnop"]
    drawn = np.random.default_rng(1).integers(0, 2, len(words))
    file.write_text("".join(f"{'ab'[k]}\t{text}\n" for k, text in zip(drawn, words, strict=True)))
    told = run("train", str(file), "--json").stderr.splitlines()[-1]
    assert told.startswith("rnn-tui: worse than a constant answer on data held back (loss ")
    assert told.endswith(f": rnn-tui doctor {file} looks for the cause")


def test_a_tried_cure_lowers_the_loss() -> None:
    (first, *_) = of(load("sentiment", ["training.learning_rate=1e-7"])).findings
    assert first.tried is not None
    assert first.tried.cured < first.tried.loss
    assert first.verb.startswith("set training.learning_rate ")


@pytest.mark.parametrize("limit", ["1e-5", "0.001", "0.01"])
def test_where_all_is_clipped_no_learning_rate_is_blamed(limit: str) -> None:
    found = of(load("sentiment", [f"training.clip_limit={limit}"])).findings
    assert [one.name for one in found] == ["clipped"]


@pytest.mark.parametrize("name", ["sentiment", "gates"])
def test_a_learning_rate_to_raise_to_is_one_that_is_used(name: str) -> None:
    (first, *_) = of(load(name, ["training.learning_rate=1e-4"])).findings
    assert float(first.verb.removeprefix("set training.learning_rate ")) <= 5


def test_a_step_of_usual_length_is_not_called_short() -> None:
    (first,) = of(load("sentiment", ["training.learning_rate=0.003"])).findings
    assert first.name == "rate-too-low"
    assert "a higher one lowers the loss further in 30 updates" in first.cause
    assert not [one for one in first.evidence if one.ref.startswith("update_ratio")]


def test_no_progress_without_a_cause_is_not_well() -> None:
    """Each answer is drawn by lot, and too few stand beside the same to show it."""
    made, rng = healthy(3, task=first_word, cell="rnn", optimizer="sgd"), np.random.default_rng(3)
    rows = [
        {"text": str(rng.choice(["a b", "b a"])), "label": str(rng.choice(["yes", "no"]))}
        for _ in range(18)
    ]
    made["data"] |= {"train": rows}
    del made["data"]["test"]
    found = of(built(made))
    assert not found.findings
    assert not found.is_well
    assert summary(found).startswith("No progress in 40 epochs, and no cause found. Trained ")


def test_a_plan_that_ends_too_soon_is_no_fault_and_is_told() -> None:
    short = of(load("gomez"))
    assert short.is_well
    assert not short.learns
    assert summary(short) == (
        "Nothing found but a short plan: 50 epochs are too few, in 146 it learns (goto epoch 146). "
        "Trained 146 updates from here as a trial: loss 0.0575 → 0.0345, the mean of the last 12 "
        "(a constant answer: 0.0703)."
    )
    session = Session(load("gomez"))
    exactly(session, parse("goto epoch 146"))
    assert short.later is not None
    assert short.later.updates == 146
    assert session.view.history.loss[-1] < 0.6 * short.first


def test_of_a_few_examples_held_back_it_is_told_that_they_are_few() -> None:
    made = healthy(7, task=first_word, cell="rnn", optimizer="adam")
    wrong = [dict(row) for row in made["data"]["test"][:3]]
    wrong[0]["label"] = "no" if wrong[0]["label"] == "yes" else "yes"
    made["data"] |= {"test": wrong}
    found = of(built(made))
    assert found.is_well
    assert found.held is not None
    assert found.held.loss > found.held.constant
    assert "On the 3 examples held back the loss is " in summary(found)


def test_it_can_be_cancelled_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int, str]] = []

    def report(done: int, of: int, doing: str) -> bool:
        told.append((done, of, doing))
        return doing.startswith("Watching") and done > 20

    with pytest.raises(Cancelled):
        diagnose(Case.of(Session(load("hello")), report))
    assert all(done <= of for done, of, _ in told)
    assert told[0][2] == "Checking backpropagation against central differences"
    assert told[-1][:1] == (21,)


def test_a_run_that_was_changed_is_diagnosed_from_there() -> None:
    session = Session(load("sentiment"))
    session.epochs(4)
    session.break_it("no-accumulation")
    found = diagnose(Case.of(session)).findings
    assert [one.name for one in found] == ["no-accumulation"]
    assert all(one.ref.endswith("@4") for one in found[0].evidence)


@pytest.mark.parametrize("noise", [1.0, 0.35])
def test_what_is_learnt_by_heart(noise: float) -> None:
    """Labels drawn by lot, all of them or some: what is learnt of those holds for no new data."""
    made, rng = healthy(7, task=first_word, cell="rnn", optimizer="adam"), np.random.default_rng(7)
    rows = [*made["data"]["train"], *made["data"]["test"]]
    made["data"] |= {"train": rows[:22], "test": rows[22:]}
    for row in rows:
        if rng.random() < noise:
            row["label"] = str(rng.choice(["yes", "no"]))
    session = Session(built(made))
    found = diagnose(Case.of(session))
    (only,) = found.findings
    assert found.learns
    assert only.name == "by-heart"
    held, known, train, best = (one.value for one in only.evidence)
    assert train < 0.1 < best < held > known
    assert all(explain(session.view, ref).value == value for ref, value in only.evidence)
    assert bool(only.verb) == (best < 0.9 * known)
    if only.verb:
        exactly(session, parse(only.verb))
        assert session.view.unseen is not None
        assert session.view.unseen.loss == best


def test_a_loss_that_has_just_jumped_comes_first() -> None:
    session = Session(load("sentiment"))
    session.epochs(32)
    found = diagnose(Case.of(session))
    first = found.findings[0]
    assert (first.name, first.verb) == ("jump", "cure clip")
    assert "jumped from 0.232 to 0.704 at epoch 31" in first.cause
    assert "not clipped, as it is under the limit" in first.cause
    radius = next(one for one in first.evidence if one.ref == "rho@30")
    assert f"the spectral radius of W_hh (ρ) was {radius.value:.3g}" in first.cause
    assert all(explain(session.view, ref).value == value for ref, value in first.evidence)
    exactly(session, parse(first.verb))
    assert not diagnose(Case.of(Session(load("sentiment")))).findings


def test_where_all_is_learnt_no_cause_keeps_it_from_learning() -> None:
    """Large weights didn't; of one class only a low loss says nothing, which is told."""
    large = of(injected(SETTINGS["large weights"], 5))
    assert large.last < 0.01 * large.first
    assert "large-weights" not in [one.name for one in large.findings]
    (only,) = of(injected(SETTINGS["one class"], 0)).findings
    assert (only.name, only.severity) == ("one-class", Severity.ERROR)
    assert only.cause.endswith("its low loss says nothing")


def test_answers_drawn_by_lot_are_told_by_leaving_examples_out() -> None:
    """Three examples held back are too few; of all, each left out once, no more are right."""
    made, rng = healthy(4, task=first_word, cell="rnn", optimizer="adam"), np.random.default_rng(4)
    train, test = made["data"]["train"], made["data"]["test"]
    made["data"] |= {"train": [*train, *test[3:]], "test": test[:3]}
    for row in [*made["data"]["train"], *made["data"]["test"]]:
        row["label"] = str(rng.choice(["yes", "no"]))
    session = Session(built(made))
    (only,) = diagnose(Case.of(session)).findings
    assert only.name == "by-heart"
    left_out, commonest, trained, rule = (one.value for one in only.evidence)
    assert left_out < commonest + 0.1 < trained
    assert rule < commonest + 0.2
    assert "neither the token at a place nor all tokens together tell them" in only.cure
    assert all(explain(session.view, ref).value == value for ref, value in only.evidence)


def test_of_a_single_example_it_is_no_fault_that_all_answers_are_alike() -> None:
    made = healthy(0, task=first_word)
    made["data"] |= {"train": made["data"]["train"][:1]}
    del made["data"]["test"]
    assert not of(built(made)).findings


# What the data says


def test_the_loss_of_chance_and_of_a_constant() -> None:
    experiment = load("grammar")
    assert material.chance_loss(experiment) == pytest.approx(np.log(24))
    assert material.constant_loss(experiment) < material.chance_loss(experiment)
    pair = load("sentiment")
    assert material.chance_loss(pair) == pytest.approx(np.log(2))
    assert material.constant_loss(pair) == pytest.approx(np.log(2))  # two of each
    one, other = np.asarray(load("gomez").train[0].targets, float).ravel()
    mean = (one + other) / 2
    expected = np.mean([(one - mean) ** 2, (other - mean) ** 2]) / 2  # half-squared
    assert material.constant_loss(load("gomez")) == pytest.approx(expected)


def test_labels_that_the_tokens_tell() -> None:
    experiment = built(healthy(2, task=tagging))
    assert material.label_fit(experiment, 0) == 1
    assert material.label_fit(experiment, 1) < 0.7
    assert np.isnan(material.label_fit(make_experiment((1,)), 0))


def test_next_tokens_given_as_labels_are_no_shifted_labels() -> None:
    made = healthy(3, task=tagging, cell="rnn")
    rows = [
        {"text": row["text"], "labels": [*row["text"].split()[1:], "a"]}
        for row in made["data"]["train"]
    ]
    labels = sorted({label for row in rows for label in row["labels"]})
    made["data"] = {"kind": "labelled", "tokenizer": "word", "labels": labels, "train": rows}
    assert not [one for one in of(built(made)).findings if one.name == "shifted-labels"]


def test_what_is_in_both_splits() -> None:
    experiment = make_experiment((3, 4, 5))
    twice = replace(experiment, test=(experiment.train[1], make_experiment((9,)).train[0]))
    assert splits.seen(twice) == (0,)
    assert splits.seen_share(twice) == 0.5
    assert splits.seen(make_stream()) == ()


def test_a_cell_of_ones_own_is_diagnosed(tmp_path: Path) -> None:
    assert set(CELLS) >= {"rnn", "lstm", "gru"}
    file = tmp_path / "own.toml"
    file.write_text(
        'task = "many-to-many"\n[data]\nkind = "stream"\ntext = "abcabcabcabcabcabc"\n'
        'val_fraction = 0.0\n[embedding]\nkind = "one-hot"\n[model]\nhidden_size = 4\nlayers = 2\n'
        '[training]\nsteps = 300\nbatch = "stream"\nsequence_length = 5\nlearning_rate = 1e-7\n'
    )
    found = json.loads(run("doctor", str(file), "--json", code=1).stdout)["causes"]
    assert found[0]["name"] == "rate-too-low"


def test_a_cure_of_small_numbers_says_them_in_full() -> None:
    found = of(load("sentiment", ["training.learning_rate=5e-5"]))
    (first,) = found.findings
    assert "learning_rate@0 = 5e−5 ·" in proof(first)


def test_another_optimizer_is_tried_where_nothing_else_is_found() -> None:
    """A long pause between what tells the answer and the answer, and steps that swing."""
    rows = [
        {"text": f"{word} {'x ' * 25}", "label": "yes" if word in "ac" else "no"}
        for word in "abcd"
        for _ in range(8)
    ]
    made = healthy(1, task=first_word, cell="gru", optimizer="sgd")
    made["model"] |= {"init": "xavier", "hidden_size": 12}
    made["training"] |= {"learning_rate": 0.02, "momentum": 0.0, "epochs": 60}
    made["data"] |= {"train": rows}
    del made["data"]["test"]
    (only,) = of(built(made)).findings
    assert only.name == "optimizer"
    assert only.tried is not None
    assert only.tried.cured < 0.6 * only.tried.loss
    assert only.reopening.put == ("training.optimizer=adam", "training.learning_rate=0.005")
    assert "momentum" not in only.command


def test_rows_of_files_are_scaled_by_opening_them_anew(tmp_path: Path) -> None:
    rows = [f"{k},{t},{2000 * ((k + t) % 3)},{'ab'[k % 2]}" for k in range(12) for t in range(4)]
    (tmp_path / "a.csv").write_text("\n".join(["id,t,x,label", *rows]))
    made = load(tmp_path / "a.csv", ["data.normalise=false"])
    (found,) = (one for one in of(made).findings if one.name == "unscaled")
    assert found.reopening.put == ("data.normalise=true",)
