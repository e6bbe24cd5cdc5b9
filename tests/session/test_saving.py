"""Saved sessions: whole or refused, and never harmed."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusing import refusal_of

from rnn_tui.experiments import ExperimentError, load
from rnn_tui.experiments.loading import bundled
from rnn_tui.session.commands import keeping
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.commands.saving import opened, read, save, text_of
from rnn_tui.session.session import Session


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    session = Session(load("sentiment", ["training.epochs=9"]))
    for line in ("forward", "forward", "epoch 2", 'input "I love bad" as negative'):
        exactly(session, parse(line))
    path = tmp_path / "a.rnn-session"
    save(session, path)
    return path


def refusal(path: Path) -> str:
    line = refusal_of(lambda: opened(read(path)))
    assert str(path) in line
    return line


def resealed(path: Path, old: str, new: str) -> Path:
    """The file with something else in it and a checksum that fits."""
    body = path.read_text("utf-8").rpartition("checksum ")[0]
    assert old in body
    body = body.replace(old, new)
    path.write_text(f"{body}checksum {hashlib.sha256(body.encode()).hexdigest()}\n", "utf-8")
    return path


def test_a_file_says_what_it_is(saved: Path) -> None:
    lines = saved.read_text("utf-8").splitlines()
    assert lines[0] == "rnn-tui session 1"
    assert 'experiment "sentiment"' in lines
    assert 'set "training.epochs=9"' in lines
    assert lines[-4:-1] == ["forward 2", "epoch 2", 'input "I love bad" as "negative"']


def test_every_byte_that_is_changed_is_noticed(saved: Path) -> None:
    content = saved.read_bytes()
    for place in range(len(content)):
        flipped = bytes([content[place] ^ 1])
        saved.write_bytes(content[:place] + flipped + content[place + 1 :])
        with pytest.raises(ExperimentError):
            read(saved)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_copy_with_the_line_ends_of_windows_is_the_same(saved: Path, mark: bytes) -> None:
    as_it_was = opened(read(saved))
    saved.write_bytes(mark + saved.read_bytes().replace(b"\n", b"\r\n"))
    copied = opened(read(saved))
    assert as_it_was is not None
    assert copied is not None
    assert copied.exact
    assert copied.session.journal.entries == as_it_was.session.journal.entries


def test_an_experiment_with_other_line_ends_has_not_changed(tmp_path: Path) -> None:
    text = load("hello").path.read_bytes()
    mine, path = tmp_path / "mine.toml", tmp_path / "a.rnn-session"
    mine.write_bytes(text)
    session = Session(load(mine))
    exactly(session, parse("forward"))
    save(session, path)
    mine.write_bytes(text.replace(b"\n", b"\r\n"))
    found = opened(read(path))
    assert found is not None
    assert found.exact


@pytest.mark.parametrize("line", ["epoch 1000000 * 2001", "update 1000000 * 2001"])
def test_a_journal_that_would_never_end_is_refused(saved: Path, line: str) -> None:
    told = refusal(resealed(saved, "epoch 2\n", f"{line}\n"))
    assert "journal: expected at most 2,000,000,000 updates in all, found 2,001,000,00" in told


def test_every_truncation_is_noticed(saved: Path) -> None:
    content = saved.read_bytes()
    for length in range(len(content)):
        saved.write_bytes(content[:length])
        assert "line" in refusal(saved)
        assert saved.read_bytes() == content[:length], "it is kept as it is"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_no_file_makes_anything_but_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.rnn-session"
    path.write_bytes(content)
    refusal(path)


DAMAGE = {
    "another format": ("rnn-tui session 1", "rnn-tui session 2", "expected format 1"),
    "no session": ("rnn-tui session 1", "hello", "expected a session of rnn-tui"),
    "an unknown verb": ("forward 2", "forwrd 2", 'did you mean "forward"'),
    "a verb that asks": ("forward 2", "help", "expected what moves a session, found help"),
    "an impossible move": (
        "forward 2",
        "backward",
        "backpropagation starts from the loss",
    ),
    "an unknown word": ("I love bad", "I love you", "you"),
    "a missing line": ("state ", "stat ", "expected state"),
    "a wrong count": ("journal 3", "journal 4", "expected journal 3"),
    "another experiment": ("sentiment", "hello", "it has changed"),
    "no experiment": ("sentiment", "nonsense", "no experiment"),
    "an override": ("epochs=9", "epoks=9", "epoks"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_what_does_not_fit_is_told_with_its_line(saved: Path, case: str) -> None:
    old, new, said = DAMAGE[case]
    resealed(saved, old, new)
    content = saved.read_bytes()
    with pytest.raises(ExperimentError) as caught:
        opened(read(saved))
    assert said in str(caught.value)
    assert saved.read_bytes() == content


def test_other_bits_are_said(saved: Path) -> None:
    found = opened(read(saved))
    assert found is not None
    assert found.exact
    state = next(one for one in saved.read_text().splitlines() if one.startswith("state "))
    found = opened(read(resealed(saved, state, f"state {'0' * 64}")))
    assert found is not None
    assert not found.exact


def test_an_experiment_of_ones_own_goes_with_its_folder(tmp_path: Path) -> None:
    source = next(path for path in bundled() if path.stem == "sentiment")
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    shutil.copy(source, here / "mine.toml")
    save(Session(load(here / "mine.toml")), here / "mine.rnn-session")
    here.rename(there)
    found = opened(read(there / "mine.rnn-session"))
    assert found is not None
    with (there / "mine.toml").open("a") as file:
        file.write("# another\n")
    assert "has changed" in refusal(there / "mine.rnn-session")


def test_a_file_is_written_whole_or_not_at_all(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExperimentError, match="no space left"):
        save(Session(load("hello")), saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_permissions_stay(saved: Path) -> None:
    saved.chmod(0o600)
    save(Session(load("sentiment")), saved)
    assert saved.stat().st_mode & 0o777 == 0o600


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="there is no folder"):
        save(Session(load("sentiment")), tmp_path / "no" / "a.rnn-session")


def test_the_newest_sessions_are_kept(tmp_path: Path) -> None:
    session, where = Session(load("sentiment")), tmp_path / "kept"
    made = []
    for _ in range(keeping.MOST_KEPT + 3):
        made.append(keeping.new_place("sentiment", where))
        keeping.write(made[-1], text_of(session, made[-1]))
    assert len(set(made)) == len(made), "two programs never write the same file"
    assert set(keeping.kept(where)) == set(made[3:])


def test_a_clock_that_is_set_back_loses_nothing(tmp_path: Path) -> None:
    session, where = Session(load("sentiment")), tmp_path / "kept"
    for hours in range(keeping.MOST_KEPT + 1):
        path = keeping.new_place("sentiment", where)
        keeping.write(path, text_of(session, path))
        ahead = time.time() + 3600 * (1 + hours)
        os.utime(path, (ahead, ahead))
    newest = keeping.new_place("sentiment", where)
    for _ in range(2):
        keeping.write(newest, text_of(session, newest))
        assert keeping.kept(where)[0] == newest, "it is what --resume goes on with"
        assert len(keeping.kept(where)) == keeping.MOST_KEPT


def test_an_older_text_that_is_written_later_does_not_win(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a slow disk: two threads have each a text, and the older comes to write it last."""
    keeper = keeping.Keeper(tmp_path / "a.rnn-session")
    begun, may_end, written = threading.Event(), threading.Event(), keeping.write

    def slow(path: Path, text: str) -> None:
        if text == "second":
            begun.set()
            may_end.wait(20)
        written(path, text)

    monkeypatch.setattr(keeping, "write", slow)
    threads = [threading.Thread(target=keeper.write, args=("second", 2))]
    threads[0].start()
    begun.wait(20)
    threads += [threading.Thread(target=keeper.write, args=one) for one in (("1st", 1), ("3rd", 3))]
    for thread in threads[1:]:
        thread.start()
    may_end.set()
    for thread in threads:
        thread.join(20)
    assert keeper.path.read_text() == "3rd"
    keeper.write("1st", 1)
    assert keeper.path.read_text() == "3rd"


def test_a_folder_that_can_not_be_looked_into_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    assert keeping.kept(tmp_path / ("x" * 300)) == ()
    monkeypatch.setattr(Path, "glob", closed)
    assert keeping.kept(tmp_path) == ()


def test_a_session_can_be_saved_where_the_working_folder_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, whole = tmp_path / "gone", tmp_path / "a.rnn-session"
    gone.mkdir()
    shutil.copy(next(path for path in bundled() if path.stem == "sentiment"), gone / "mine.toml")
    monkeypatch.chdir(gone)
    session = Session(load("mine.toml"))
    shutil.rmtree(gone)
    save(session, whole)
    assert read(whole).experiment == "mine.toml"
    with pytest.raises(ExperimentError, match="can't be written"):
        save(session, Path("a.rnn-session"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_session_does_not_wait_for_the_pipe_that_it_names(saved: Path) -> None:
    pipe = saved.parent / "pipe.toml"
    os.mkfifo(pipe)
    with pytest.raises(ExperimentError, match=r"pipe.toml: expected a file, found a pipe"):
        opened(read(resealed(saved, '"sentiment"', '"./pipe.toml"')))


def test_where_sessions_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(keeping.FOLDER, "")
    assert keeping.folder() is None
    assert keeping.kept(None) == ()
    monkeypatch.setenv(keeping.FOLDER, str(tmp_path))
    assert keeping.folder() == keeping.folder("comparisons") == tmp_path
    monkeypatch.delenv(keeping.FOLDER)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert keeping.folder() is not None
    assert keeping.folder("comparisons") != keeping.folder()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_what_is_no_file_is_neither_waited_for_nor_gone_on_with(saved: Path) -> None:
    pipe, folder = saved.parent / "pipe.rnn-session", saved.parent / "z.rnn-session"
    os.mkfifo(pipe)
    folder.mkdir()
    assert "a pipe" in refusal(pipe)
    assert "directory" in refusal(folder)
    assert keeping.kept(saved.parent) == (saved,)
