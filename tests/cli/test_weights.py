"""Weights saved and read again: the same bits, whole files, and one line for all that is unfit."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import PROGRAM, json_of, refusal, run, written
from hypothesis import given
from hypothesis import strategies as st
from limits import LIMIT
from making import make_parameters, make_stream
from refusing import one_line, refusal_of

from rnn_tui.cli import weights
from rnn_tui.engine.training.epochs import updates
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, ExperimentError, drafts, load
from rnn_tui.experiments.weights.formats import ABOUT, format_of

Arrays = dict[str, np.ndarray[Any, Any]]


def safetensors_here() -> bool:
    try:
        format_of(Path("a.safetensors"), "")
    except ExperimentError:
        return False
    return True


needs_safetensors = pytest.mark.skipif(not safetensors_here(), reason="needs the extra safetensors")
suffixes = pytest.mark.parametrize(
    "suffix", [".npz", pytest.param(".safetensors", marks=needs_safetensors)]
)


def saved(path: Path, learned: int = 0, seed: int = 1) -> tuple[Experiment, Parameters]:
    experiment = make_stream(learned=learned)
    params = make_parameters(experiment.layout, seed)
    weights.write(path, experiment, params)
    return experiment, params


def problem(path: Path, experiment: Experiment) -> str:
    line = refusal_of(lambda: weights.read(path, experiment))
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


@suffixes
@given(seed=st.integers(0, 10_000), learned=st.sampled_from([0, 2]), scale=st.integers(-300, 300))
def test_what_is_read_is_what_was_saved(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, seed: int, learned: int, scale: int
) -> None:
    path = tmp_path_factory.getbasetemp() / f"laws{suffix}"
    experiment = make_stream(learned=learned)
    params = make_parameters(experiment.layout, seed, 10.0**scale)
    params = params.with_value("b_h", (0,), -0.0)
    weights.write(path, experiment, params)
    read = weights.read(path, experiment)
    assert list(read) == list(experiment.parameter_names)
    assert Parameters.of(read).flat.tobytes() == params.flat.tobytes()


@suffixes
def test_a_network_saved_goes_on_as_the_trained_one(tmp_path: Path, suffix: str) -> None:
    path = str(tmp_path / f"hello{suffix}")
    assert f"Saved to {path}." in run(
        "train", "hello", "--steps", "200", "--save", path
    ).stdout.replace("\n", "")
    rest = ("--prompt", "h", "--length", "20")
    assert json_of("generate", "hello", "--weights", path, *rest) == json_of(
        "generate", "hello", "--steps", "200", *rest
    )
    trace = json_of("trace", "hello", "--weights", path)
    trained = json_of("trace", "hello", "--steps", "200")
    assert trace["epoch"] is None
    assert [trace[key] for key in ("params", "h", "grads", "loss")] == [
        trained[key] for key in ("params", "h", "grads", "loss")
    ]
    assert "hello · weights of " in run("trace", "hello", "--weights", path).stdout
    assert json_of("gradcheck", "hello", "--weights", path)["passed"] is True


def test_labelled_networks_are_saved_too(tmp_path: Path) -> None:
    path = str(tmp_path / "s.npz")
    run("train", "sentiment", "--epochs", "30", "--save", path, "--json")
    last = json_of("trace", "sentiment", "--weights", path)
    assert last["params"] == json_of("trace", "sentiment", "--epochs", "30")["params"]
    with np.load(path, allow_pickle=False) as file:
        assert set(file.files) == {"W_xh", "W_hh", "b_h", "W_hy", "b_y", ABOUT}
        assert file["W_xh"].dtype == np.float64
        about = json.loads(str(file[ABOUT]))
    assert about["format"] == 1
    assert about["labels"] == ["negative", "positive"]
    assert (about["activation"], about["output"]) == ("tanh", "sigmoid")


def test_the_weights_saved_are_those_after_the_last_update(tmp_path: Path) -> None:
    path, small = tmp_path / "w.npz", written(tmp_path)
    run("train", small, "--steps", "7", "--save", str(path))
    trainer = Trainer(load(small))
    *_, (_, state) = updates(trainer, 7)
    read = Parameters.of(weights.read(path, trainer.experiment))
    assert read.flat.tobytes() == state.params.flat.tobytes()


def test_without_the_extra_safetensors_is_refused_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ExperimentError, match=r"pip install 'rnn-tui\[safetensors\]'"):
        weights.check_writable(tmp_path / "w.safetensors")
    with pytest.raises(ExperimentError, match=r"w\.safetensors: expected the library safetensors"):
        weights.read(tmp_path / "w.safetensors", make_stream())


# Writing


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("w.pt", "--save: expected a file that ends in .npz or .safetensors, found "),
        ("w", "--save: expected a file that ends in .npz or .safetensors, found "),
        ("nowhere/w.npz", "can't be written: there is no folder "),
        ("folder.npz", "can't be written: not a regular file"),
        ("a_file/w.npz", "can't be written: not a directory"),
        (f"{'long' * 100}.npz", "can't be written: file name too long"),
    ],
)  # fmt: skip
def test_what_can_not_be_written_is_told_before_training(
    tmp_path: Path, name: str, line: str
) -> None:
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "a_file").touch()
    before = sorted(tmp_path.iterdir())
    told = refusal("train", "grammar", "--steps", "1000000000", "--save", str(tmp_path / name))
    assert line in told
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may write anywhere"
)
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "permission denied" in refusal("train", "hello", "--save", str(tmp_path / "w.npz"))


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.npz"
    saved(path)
    old = path.read_bytes()
    error = OSError(28, "No space left on device")
    for step in ("fsync", "replace"):
        for wrong, told in ((error, ExperimentError), (KeyboardInterrupt(), KeyboardInterrupt)):

            def fail(*_: object, wrong: BaseException = wrong) -> None:
                raise wrong

            with monkeypatch.context() as patch:
                patch.setattr(os, step, fail)
                with pytest.raises(told):
                    saved(path, seed=2)
            assert path.read_bytes() == old
            assert list(tmp_path.iterdir()) == [path]
    saved(path, seed=2)
    assert path.read_bytes() != old


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_saves_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    command = [*PROGRAM, "train", "grammar", "--steps", "100000000", "--every", "1", "--json"]
    with subprocess.Popen(
        [*command, "--save", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LIMIT)
    told = rf"rnn-tui: interrupted after ([\d,]+) of 100,000,000 steps; weights saved to {path}\n"
    assert process.returncode == 130
    assert (found := re.fullmatch(told, errors.decode()))
    assert int(found[1].replace(",", "")) > 0
    again = ("generate", "grammar", "--prompt", "the", "--length", "1")
    run(*again, "--weights", str(path))


def test_diverged_weights_are_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    wild = ("--set", "training.learning_rate=1e308", "--steps", "9")
    said = run("train", "hello", *wild, "--save", str(path), code=2).stderr
    assert "hello diverged at step" in said
    assert "not written: expected finite numbers, but training has diverged" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and links")
def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    path, link = tmp_path / "w.npz", tmp_path / "link.npz"
    saved(path)
    path.chmod(0o640)
    link.symlink_to(path)
    _, params = saved(link, seed=5)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert Parameters.of(weights.read(path, make_stream())).flat.tobytes() == params.flat.tobytes()


def test_a_try_leaves_nothing(tmp_path: Path) -> None:
    drafts.check_writable(tmp_path / "w.npz")
    assert list(tmp_path.iterdir()) == []


# Reading


def test_no_file(tmp_path: Path) -> None:
    experiment = make_stream()
    path = tmp_path / "none.npz"
    assert problem(path, experiment) == "can't be read: no such file or directory"
    path.mkdir()
    assert problem(path, experiment) == "can't be read: not a regular file"
    line = refusal("trace", "hello", "--weights", str(tmp_path / "w.pt"))
    assert line.startswith("rnn-tui: --weights: expected a file that ends in .npz or .safetensors")


def _changed(arrays: Arrays, **changes: Any) -> Arrays:
    return {name: array for name, array in (arrays | changes).items() if array is not None}


@suffixes
@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"W_hh": None}, "W_hh: missing, expected shape (3, 3)"),
        ({"b_h": np.zeros(4)}, "b_h: expected shape (3,), found (4,)"),
        ({"W_hy": np.zeros((3, 4))}, "W_hy: expected shape (4, 3), found (3, 4)"),
        ({"b_y": np.array(1.0)}, "b_y: expected shape (4,), found ()"),
        ({"b_y": np.zeros(4, np.float32)}, "b_y: expected float64 numbers, found float32"),
        ({"b_y": np.zeros(4, np.int64)}, "b_y: expected float64 numbers, found int64"),
        ({"W_hh": np.diag([1, np.nan, 1])}, "W_hh[1,1]: expected a finite number, found nan"),
        ({"b_h": np.array([0, 0, np.inf])}, "b_h[2]: expected a finite number, found inf"),
        ({"W_no": np.zeros(3)}, 'W_no: unknown array, expected one of "W_xh", "W_hh", '),
        ({"E": np.zeros((4, 2))}, "E: unknown array"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit(
    tmp_path: Path, suffix: str, change: dict[str, Any], line: str
) -> None:
    path = tmp_path / f"w{suffix}"
    experiment, _ = saved(path)
    form = format_of(path, "")
    about, arrays = form.entries(path)
    assert about is not None
    path.write_bytes(form.content(_changed(arrays, **change), about))
    assert problem(path, experiment).startswith(line)


@suffixes
@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"format": 2}, "format: expected 1, found 2"),
        ({"format": None}, "format: expected 1, found none"),
        ({"vocabulary": ["a", "b"]}, 'vocabulary: expected "a" "b" "c" "d", found "a" "b"'),
        ({"labels": ["x"]}, 'labels: expected "a" "b" "c" "d", found "x"'),
        ({"activation": "relu"}, 'activation: expected "tanh", found "relu"'),
        ({"output": "sigmoid"}, 'output: expected "softmax", found "sigmoid"'),
        ({"tokenizer": "word"}, 'tokenizer: expected "char", found "word"'),
        ({"embedding": {"a": 1}}, 'embedding: expected "one-hot", found a table'),
        ({"experiment": "else", "output": "x"}, 'output: expected "softmax", found "x" (saved from "else")'),
    ],
)  # fmt: skip
def test_another_network(tmp_path: Path, suffix: str, change: dict[str, Any], line: str) -> None:
    path = tmp_path / f"w{suffix}"
    experiment, _ = saved(path)
    form = format_of(path, "")
    about, arrays = form.entries(path)
    path.write_bytes(form.content(arrays, json.dumps(json.loads(about or "") | change)))
    assert problem(path, experiment) == line


@suffixes
@pytest.mark.parametrize("about", ["", "null", "[1]", "{", "9" * 5000, "[" * 100_000])
def test_nothing_known_of_the_network(tmp_path: Path, suffix: str, about: str) -> None:
    path = tmp_path / f"w{suffix}"
    experiment, _ = saved(path)
    form = format_of(path, "")
    path.write_bytes(form.content(form.entries(path)[1], about))
    assert problem(path, experiment).startswith(
        "rnn_tui: expected what rnn-tui train --save writes"
    )


def test_a_larger_vocabulary_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    saved(path)
    line = refusal("generate", "grammar", "--weights", str(path), "--prompt", "a", "--length", "1")
    assert '"a" "b" "c" "d" "e" "f" "g" "h" "i" "k" "l" … (24 in all), found "a" "b"' in line
    assert line.endswith('(saved from "stream")')


def test_arrays_from_elsewhere(tmp_path: Path) -> None:
    path, experiment = tmp_path / "w.npz", make_stream()
    np.savez(path, W_xh=np.zeros((3, 4)))
    assert problem(path, experiment) == "W_hh: missing, expected shape (3, 3)"
    np.savez(path, mine=np.zeros((3, 4)))
    names = "expected W_xh, W_hh, b_h, W_hy, b_y, or the names of torch's state_dict"
    assert problem(path, experiment) == f'{names}, found "mine"'
    np.savez(path, W_xh=np.array([object()], dtype=object))  # a pickle
    assert problem(path, experiment) == "W_xh: damaged, expected an array"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    assert problem(path, experiment) == "damaged, expected an .npz file"


def test_a_dict_without_its_two_stars(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, {"W_xh": np.zeros((3, 4))})  # type: ignore[arg-type]
    told = problem(path, make_stream())
    assert told.startswith("arr_0: a pickled object, as np.savez(file, state) writes a dict; ")
    assert "np.savez(file, **state), with two stars" in told
    np.savez(path, np.zeros((3, 4)))
    assert problem(path, make_stream()).endswith('found "arr_0"')


@pytest.mark.parametrize("member", ["W_xh", "W_xh.npy", "rnn.weight_hh_l0", "rnn_tui", "arr_0"])
def test_bytes_in_the_place_of_an_array(tmp_path: Path, member: str) -> None:
    path = tmp_path / "w.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(member, b"no array")
    told = problem(path, make_stream())
    assert told == f"{member.removesuffix('.npy')}: expected an array, found other bytes"


@pytest.mark.parametrize("name", ["a\0b.npz", "x" * 300 + ".npz"], ids=["NUL", "long"])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    for act in (drafts.check_writable, lambda path: drafts.write_whole(path, b"")):
        with pytest.raises(ExperimentError, match=r"can't be written: (a NUL|file name too long)"):
            act(tmp_path / name)
    with pytest.raises(ExperimentError, match=r"can't be read: (embedded null|file name too long)"):
        weights.read(tmp_path / name, make_stream())
    assert list(tmp_path.iterdir()) == []


def unpickled(path: Path, ran: Path) -> bytes:
    """A pickle that would create a file if it were read."""
    return f"cbuiltins\nopen\n(V{ran}\nVw\ntR.".encode()


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    path, ran = tmp_path / "w.npz", tmp_path / "ran"
    path.write_bytes(unpickled(path, ran))
    assert problem(path, make_stream()) == "damaged, expected an .npz file"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|O", "fortran_order": False, "shape": ()}
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("W_xh.npy", header.getvalue() + unpickled(path, ran))
    assert problem(path, make_stream()) == "W_xh: damaged, expected an array"
    assert not ran.exists()


Damage = Callable[[bytes, int], bytes]


def cut(content: bytes, place: int) -> bytes:
    return content[:place]


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


def zeroed(content: bytes, place: int) -> bytes:
    return content[:place] + bytes(min(64, len(content) - place)) + content[place + 64 :]


@pytest.mark.slow
@suffixes
@pytest.mark.parametrize("damage", [cut, flipped, zeroed])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_damaged_file_is_refused_or_still_whole(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, damage: Damage, share: float
) -> None:
    path = tmp_path_factory.getbasetemp() / f"damaged{damage.__name__}{suffix}"
    experiment, params = saved(path)
    content = path.read_bytes()
    path.write_bytes(damage(content, int(share * len(content))))
    try:
        arrays = weights.read(path, experiment)
    except ExperimentError as error:
        assert one_line(error).startswith(f"{path}: ")
    else:
        assert {name: one.shape for name, one in arrays.items()} == params.layout.shapes
        if suffix == ".npz":  # a zip has checksums; in safetensors a number is a number
            assert Parameters.of(arrays).flat.tobytes() == params.flat.tobytes()


@pytest.mark.parametrize("command", ["trace", "gradcheck"])
def test_weights_and_epochs_together(command: str) -> None:
    line = refusal(command, "hello", "--weights", "w.npz", "--epochs", "3")
    assert "argument --epochs: not allowed with argument --weights" in line


def test_other_settings_of_the_network_are_the_experiments(tmp_path: Path) -> None:
    path = str(tmp_path / "w.npz")
    run("train", "hello", "--steps", "3", "--save", path)
    line = refusal("trace", "hello", "--weights", path, "--set", "model.activation=relu")
    assert line.endswith('w.npz: activation: expected "relu", found "tanh"')
    line = refusal("trace", "hello", "--weights", path, "--set", "model.hidden_size=5")
    assert line.endswith("w.npz: W_xh: expected shape (5, 4), found (3, 4)")
    slip = ("--set", "training.recurrent_backprop=published")
    assert json_of("gradcheck", "hello", "--weights", path, *slip, code=1)["passed"] is False


def test_reading_makes_the_experiments_own_weights(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    experiment, params = saved(path)
    given_weights = weights.read(path, experiment)
    model = replace(experiment.model, init="given", weights=given_weights)
    state = Trainer(replace(experiment, model=model)).initial_state()
    assert state.params.flat.tobytes() == params.flat.tobytes()
