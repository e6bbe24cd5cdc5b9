"""One run of a comparison is what `train` does, in this process or in another."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import SMALL_STREAM, lines_of, written

from rnn_tui.comparing import (
    Comparison,
    Grid,
    GridCell,
    Length,
    RunOutcome,
    Store,
    axis_of,
    compare,
    grid_of,
    running,
)
from rnn_tui.comparing.measuring import measure
from rnn_tui.comparing.store import MAGIC, as_json, from_json
from rnn_tui.engine.spectrum.spectrum import spectral_radius
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import ExperimentError, load


def outcome_of(cell: GridCell) -> RunOutcome:
    going = measure(cell)
    while True:
        try:
            next(going)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def alike(one: RunOutcome, other: RunOutcome) -> bool:
    """Whether all is equal but the time that it took; NaN equals NaN here."""
    return json.dumps(asdict(replace(one, seconds=0))) == json.dumps(
        asdict(replace(other, seconds=0))
    )


def numbers_of(one: RunOutcome) -> np.ndarray:
    """All numbers of an outcome but the time that it took."""
    made = asdict(replace(one, seconds=0)).values()
    return np.concatenate([np.ravel(np.array(value, float)) for value in made if value is not None])


def run_all(grid: Grid, store: Store | None = None, jobs: int | None = 1) -> dict[int, RunOutcome]:
    last = None
    for last in compare(grid, store or Store(None), jobs):  # noqa: B007
        pass
    assert last is not None
    return last.outcomes


def small_grid(folder: Path, **length: int) -> Grid:
    axes = [axis_of("training.learning_rate=0.1,0.5"), axis_of("training.clip_limit=0.5,5")]
    return grid_of(written(folder), [], axes, 2, Length(**length))


def test_a_run_on_a_stream_is_that_of_train_to_the_bit(tmp_path: Path) -> None:
    cell = small_grid(tmp_path, steps=230).cells[1]
    assert cell.span == 3
    lines = lines_of(
        "train", cell.source, "--steps", "230", "--every", "3",
        *(part for one in cell.overrides for part in ("--set", one)),
    )  # fmt: skip
    found = outcome_of(cell)
    assert list(found.x) == [line["step"] for line in lines]
    assert list(found.loss) == [line["loss"] for line in lines]
    assert list(found.test_loss) == [line["val_loss"] for line in lines]
    assert found.grad_norm == max(line["grad_norm"] for line in lines)
    assert found.updates == 230
    assert found.broke is None


@pytest.mark.slow
def test_a_run_on_examples_is_that_of_train_to_the_bit() -> None:
    axes = [axis_of("model.hidden_size=4")]
    cell = grid_of("phrases", [], axes, 1, Length(epochs=150)).cells[0]
    lines = lines_of("train", "phrases", "--epochs", "150", "--set", "model.hidden_size=4")
    kept = [line for line in lines if line["epoch"] % 2 == 0 or line["epoch"] == 149]
    found = outcome_of(cell)
    assert list(found.x) == [line["epoch"] for line in kept]
    assert list(found.loss) == [line["loss"] for line in kept]
    assert list(found.test_loss) == [line["test_loss"] for line in kept]
    assert found.accuracy == lines[-1]["accuracy"]
    assert found.test_accuracy == lines[-1]["test_accuracy"]
    assert found.grad_norm == max(line["grad_norm"] for line in lines)


def test_the_share_clipped_and_the_radius_are_of_all_updates_and_of_the_last(
    tmp_path: Path,
) -> None:
    axes = [axis_of("training.clip_limit=3.4")]
    cell = grid_of(written(tmp_path), [], axes, 1, Length(steps=60)).cells[0]
    trainer = Trainer(load(cell.source, cell.overrides))
    state, clipped = trainer.initial_state(), 0
    for k in range(60):
        _, record, state = trainer.step(state, k)
        clipped += record.clipped
    found = outcome_of(cell)
    assert 0 < clipped < 60
    assert found.clipped == clipped / 60
    assert found.radius == spectral_radius(state.params.W_hh)


@pytest.mark.slow
def test_processes_find_what_this_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WORTH_PROCESSES", 0)
    axes = [axis_of("training.sequence_length=5,25")]
    grid = grid_of("grammar", [], axes, 2, Length(steps=150))
    here, there = run_all(grid, jobs=1), run_all(grid, jobs=2)
    assert sorted(there) == [0, 1, 2, 3]
    for place, one in here.items():  # a process has one thread for products, this one has more
        found, wanted = numbers_of(there[place]), numbers_of(one)
        np.testing.assert_allclose(found, wanted, rtol=1e-12, equal_nan=True)
    assert not active_children()


@pytest.mark.slow
def test_whoever_stops_listening_stops_the_work() -> None:
    grid = grid_of("hello", [], [axis_of("model.hidden_size=2,3")], 1, Length(steps=10**9))
    going = compare(grid, Store(None), 2)
    while max(next(going).done) < 100:
        pass
    going.close()
    assert not active_children()


def test_a_run_that_breaks_ends_there(tmp_path: Path) -> None:
    text = SMALL_STREAM.replace(
        "[model]", '[model]\nactivation = "relu"\ninit = "normal"\ninit_scale = 9'
    )
    path = written(tmp_path, text)
    axes = [axis_of("training.learning_rate=1e300,1e-9")]
    grid = grid_of(path, ["training.clip=none"], axes, 2, Length(steps=200))
    found = run_all(grid)
    broke = found[0].broke
    assert broke is not None
    assert found[0].updates == broke + 1 < 200
    assert math.isnan(found[0].last_loss)
    assert math.isnan(found[0].last_test_loss)
    assert found[2].broke is None
    comparison = Comparison.of(grid, found)
    assert comparison.rows[0].broke == 2
    assert comparison.best is comparison.rows[1]
    assert comparison.ranked[-1] is comparison.rows[0]


def test_the_file_that_is_compared_may_not_change_meanwhile(tmp_path: Path) -> None:
    cell = small_grid(tmp_path).cells[0]
    written(tmp_path, SMALL_STREAM.replace("girl", "king"))
    with pytest.raises(ExperimentError, match="changed while it was compared"):
        outcome_of(cell)


# What is kept


def test_runs_done_before_are_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new folder" / "kept"
    grid = small_grid(tmp_path)
    store = Store(path)
    store.prepare()
    first = run_all(grid, store)
    assert not store.damaged

    def never(cell: GridCell) -> Any:
        raise AssertionError(cell)

    with monkeypatch.context() as patched:
        patched.setattr(running, "measure", never)
        again = run_all(grid, Store(path))
        assert all(
            replace(one, seconds=0) == replace(again[k], seconds=0) for k, one in first.items()
        )
        assert all(one.seconds == again[place].seconds for place, one in first.items())
        more = grid_of(written(tmp_path), [], grid.axes, 3)
        with pytest.raises(AssertionError):
            run_all(more, Store(path))
        forgetful = Store(path)
        forgetful.forget(grid.cells)
        with pytest.raises(AssertionError):
            run_all(grid, forgetful)
    assert len(run_all(more, Store(path))) == 12
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1 + 12


@pytest.mark.slow
@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_line_cut_short_costs_that_run_alone(tmp_path: Path, cut: int) -> None:
    path, grid = tmp_path / "kept", small_grid(tmp_path)
    first = run_all(grid, Store(path))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    store = Store(path)
    known = [store.outcome(cell) for cell in grid.cells]
    lost = 0 if cut == 1 else 1  # without its line end alone, a line is still whole
    assert sum(one is None for one in known) == store.damaged == lost
    again = run_all(grid, store)
    assert all(alike(first[place], again[place]) for place in first)
    healed = Store(path)
    assert healed.damaged == lost
    assert None not in [healed.outcome(cell) for cell in grid.cells]


@pytest.mark.slow
@pytest.mark.parametrize(
    "harm",
    [
        lambda entry: entry.pop("loss"),
        lambda entry: entry.update(loss=["x"]),
        lambda entry: entry.update(loss=entry["loss"][1:]),
        lambda entry: entry.update(x=None),
        lambda entry: entry.update(updates=1.5),
        lambda entry: entry.update(broke="no"),
        lambda entry: entry.update(radius=True),
    ],
)
def test_lines_that_hold_something_else_are_left_out(tmp_path: Path, harm: Any) -> None:
    path, grid = tmp_path / "kept", small_grid(tmp_path)
    run_all(grid, Store(path))
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(head) == MAGIC
    entry = json.loads(first)
    harm(entry)
    damaged = [head, head, json.dumps(entry), "[]", "\udcff{", "7", *rest]
    path.write_text("\n".join(damaged) + "\n", encoding="utf-8", errors="replace")
    store = Store(path)
    assert store.damaged == 4
    assert [store.outcome(cell) is None for cell in grid.cells].count(True) == 1


def test_another_file_is_never_written_to(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine\n", encoding="utf-8")
    with pytest.raises(
        ExperimentError, match="expected a comparison of rnn-tui, found another file"
    ):
        Store(other)
    with pytest.raises(ExperimentError, match="expected a file"):
        Store(tmp_path)
    with pytest.raises(ExperimentError, match="can't be read: not a directory"):
        Store(other / "below")
    assert other.read_text(encoding="utf-8") == "mine\n"


def test_an_outcome_reads_back_to_the_bit(tmp_path: Path) -> None:
    found = outcome_of(small_grid(tmp_path).cells[0])
    broken = replace(
        found, loss=(1 / 3, math.nan), x=(1, 2), test_loss=(), radius=math.nan, broke=4
    )
    for one in (found, broken):
        assert alike(from_json(json.loads(json.dumps(as_json(one), allow_nan=False))), one)
    endless = from_json(as_json(replace(found, radius=math.inf)))
    assert np.isnan(endless.radius), "strict JSON knows neither"
