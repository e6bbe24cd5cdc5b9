"""What is compared: the values as they are written, and every combination of them."""

from __future__ import annotations

import dataclasses
from itertools import product
from math import prod
from pathlib import Path

import pytest
from cli.running import written
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import refusal_of

from rnn_tui.comparing import Axis, Length, axis_of, grid_of
from rnn_tui.comparing import axes as axes_module
from rnn_tui.comparing.axes import MOST_CELLS, pieces
from rnn_tui.comparing.grid import POINTS, names_of
from rnn_tui.experiments import ExperimentError, load
from rnn_tui.experiments.schema.overrides import value_of

WORDS = st.text("abcxyz_-'", min_size=1, max_size=6).filter(lambda text: text[0] not in "'\"")
TEXTS = st.text('abc,]["\\ ', max_size=5).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
SCALARS = st.one_of(
    WORDS, TEXTS, st.integers(-99, 99).map(str), st.sampled_from(["0.5", "true", "1e-3"])
)
LISTS = st.lists(st.one_of(TEXTS, st.sampled_from(["1", "[2, 3]", "{ a = 1, b = 2 }"]))).map(
    lambda found: f"[{', '.join(found)}]"
)
VALUES = st.lists(st.one_of(SCALARS, LISTS), min_size=1, max_size=5)

SMALL = {
    "model.hidden_size": ["2", "3", "5"],
    "training.learning_rate": ["0.1", "0.2"],
    "training.clip": ["none", '"norm"', "value"],
    "training.freeze": ["[]", '["W_hh", "b_h"]'],
}


@given(VALUES)
def test_commas_part_values_and_not_what_is_inside_them(values: list[str]) -> None:
    assert pieces(",".join(values)) == values
    assert pieces(" , ".join(values)) == values


@given(st.text(max_size=30))
def test_whatever_is_written_only_blanks_are_lost(text: str) -> None:
    assert "".join(",".join(pieces(text)).split()) == "".join(text.split())


@given(
    st.lists(st.sampled_from(sorted(SMALL)), min_size=1, max_size=3, unique=True),
    st.integers(1, 3),
)
@settings(max_examples=12)
def test_a_grid_has_every_combination_once_from_every_start(keys: list[str], seeds: int) -> None:
    axes = [axis_of(f"{key}={','.join(SMALL[key])}") for key in keys]
    grid = grid_of("hello", [], axes, seeds, Length(steps=4))
    assert len(grid.settings) == prod(len(axis.values) for axis in axes)
    assert [one.places for one in grid.settings] == list(
        product(*(range(len(axis.values)) for axis in axes))
    )
    assert len({one.name for one in grid.settings}) == len(grid.settings)
    assert len(grid.cells) == seeds * len(grid.settings)
    assert len({cell.key for cell in grid.cells}) == len(grid.cells)
    for cell in grid.cells:
        experiment = load(cell.source, cell.overrides)
        assert experiment.model.seed == cell.seed
        for axis, place in zip(axes, cell.setting.places, strict=True):
            table, name = axis.key.split(".")
            found = getattr(getattr(experiment, table), name)
            wanted = axis.read(place)
            assert found == (tuple(wanted) if isinstance(wanted, list) else wanted)


def test_names_are_short_unless_two_would_be_one() -> None:
    axes = [axis_of("model.init=normal,'xavier'"), axis_of('training.freeze=[],["W_hh"]')]
    grid = grid_of("hello", [], axes, 1)
    assert grid.settings[0].name == "init=normal freeze=[]"
    assert grid.settings[-1].name == 'init=xavier freeze=["W_hh"]'
    same = (Axis("model.size", ("1",)), Axis("embedding.size", ("1",)), Axis("model.init", ("1",)))
    assert names_of(same) == ("model.size", "embedding.size", "init")


def test_random_starts_follow_the_experiments_own_seed() -> None:
    axes = [axis_of("model.hidden_size=2,3")]
    assert [cell.seed for cell in grid_of("hello", [], axes).cells] == [42, 43, 44] * 2
    mine = grid_of("hello", ["model.seed=7"], axes, 2)
    assert [cell.seed for cell in mine.cells] == [7, 8] * 2
    varied = grid_of("hello", [], [axis_of("model.seed=5,9")])
    assert [cell.seed for cell in varied.cells] == [5, 9]


def test_without_chance_there_is_one_run() -> None:
    axes = [axis_of("training.learning_rate=0.1,0.2")]
    assert [cell.seed for cell in grid_of("sentiment", [], axes).cells] == [None, None]
    with pytest.raises(ExperimentError, match="--seeds: expected 1, as nothing in sentiment"):
        grid_of("sentiment", [], axes, 2)
    shuffled = [axis_of("training.shuffle=true,false")]
    found = grid_of("sentiment", ["training.batch=example"], shuffled, 2).cells
    assert [cell.seed for cell in found] == [42, 43, None], "the order is random in one of them"


def test_a_key_says_all_that_the_numbers_depend_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    axes = [axis_of("training.learning_rate=0.1,0.2")]

    def key(overrides: tuple[str, ...] = (), *, steps: int = 30, seed: int = 42) -> str:
        cell = grid_of(
            path, (*overrides, f"model.seed={seed}"), axes, 1, Length(steps=steps)
        ).cells[0]
        return cell.key

    first = key()
    assert key() == first
    assert key(("training.momentum=0.5",)) == key(("training.momentum = 0.50",)) != first
    assert len({first, key(steps=31), key(seed=43), key(("training.momentum=0.5",))}) == 4
    with monkeypatch.context() as patched:
        patched.setattr("rnn_tui.comparing.grid.__version__", "another")
        assert key() != first
    text = Path(path).read_text(encoding="utf-8")
    Path(path).write_text(text.replace("girl", "king"), encoding="utf-8")
    assert key() != first
    Path(path).write_text(text, encoding="utf-8")
    assert key() == first


@pytest.mark.parametrize("updates", [1, 7, POINTS - 1, POINTS, POINTS + 1, 12_345])
def test_a_curve_has_about_so_many_points(updates: int) -> None:
    axes = [axis_of("model.hidden_size=2")]
    cell = grid_of("hello", [], axes, 1, Length(steps=updates)).cells[0]
    points = -(-updates // (cell.span * cell.thin))
    assert min(updates, POINTS // 2) <= points <= POINTS
    cell = grid_of("phrases", [], axes, 1, Length(epochs=updates)).cells[0]
    assert cell.updates == 58 * updates
    assert cell.span == 58
    assert min(updates, POINTS // 2) <= -(-updates // cell.thin) <= POINTS


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("x", '--vary: expected KEY=V1,V2,… such as training.sequence_length=5,25,50, found "x"'),
        ("=1,2", "--vary: expected KEY=V1,V2,…"),
        ("a..b=1", "--vary: expected KEY=V1,V2,…"),
        ("model.init=", "--vary: model.init: expected a value before and after each comma"),
        ("model.init=a,,b", "--vary: model.init: expected a value before and after each comma"),
        ("model.seed=1,01,1", '--vary: model.seed: expected different values, found "1" twice'),
        ('model.init=normal,"normal"', "--vary: model.init: expected different values"),
        ("training.lerning_rate=1,2", "--vary: training.lerning_rate: unknown key"),
        ("model.hidden_size=4,x", "--vary: model.hidden_size: expected a whole number"),
        ("model.init=normal,xavir", "--vary: model.init: expected one of"),
    ],
)
def test_what_is_written_wrong_is_told_in_one_line(written: str, wrong: str) -> None:
    assert refusal_of(lambda: grid_of("hello", [], [axis_of(written)])).startswith(wrong)


def test_two_options_may_not_say_the_same_thing() -> None:
    rate, seed = axis_of("training.learning_rate=1,2"), axis_of("model.seed=1,2")
    steps = axis_of("training.steps=1,2")
    with pytest.raises(
        ExperimentError, match=r"learning_rate: expected --set or --vary, found both"
    ):
        grid_of("hello", ["training . learning_rate=3"], [rate])
    with pytest.raises(ExperimentError, match="learning_rate: expected once, found two --vary"):
        grid_of("hello", [], [rate, rate])
    with pytest.raises(ExperimentError, match=r"model\.seed: expected --seeds or this"):
        grid_of("hello", [], [seed], 2)
    with pytest.raises(ExperimentError, match=r"training\.steps: expected --steps or this"):
        grid_of("hello", [], [steps], 1, Length(steps=3))
    with pytest.raises(ExperimentError, match="--steps: expected only for a stream of text"):
        grid_of("sentiment", [], [rate], None, Length(steps=3))
    with pytest.raises(ExperimentError, match=r"--set: training\.lr: unknown key"):
        grid_of("hello", ["training.lr=3"], [rate])


def test_too_many_runs_are_refused_before_any_is_read() -> None:
    values = ",".join(map(str, range(1, 40)))
    axes = [axis_of(f"model.hidden_size={values}"), axis_of(f"training.epochs={values}")]
    with pytest.raises(ExperimentError, match=f"at most {MOST_CELLS:,} runs in all, found 1,521"):
        grid_of("hello", [], axes)
    with pytest.raises(
        ExperimentError, match="--vary: expected at most 1,000 runs in all, found 1,001"
    ):
        axis_of(f"training.epochs={','.join(map(str, range(1001)))}")


def test_each_value_of_an_axis_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(written: str) -> object:
        read.append(written)
        return value_of(written)

    monkeypatch.setattr(axes_module, "value_of", noted)
    axis_of("training.epochs=1,2,3,4")
    assert sorted(read) == ["1", "2", "3", "4"]


def test_a_cell_can_be_handed_to_another_process() -> None:
    import pickle

    cell = grid_of("hello", [], [axis_of("model.hidden_size=2")], 1).cells[0]
    assert pickle.loads(pickle.dumps(cell)) == cell
    assert dataclasses.replace(cell, updates=1).key != cell.key
    assert value_of("2") == 2
