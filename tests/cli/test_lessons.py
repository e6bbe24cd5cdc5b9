"""`rnn-tui lessons`, and a lesson taken in `rnn-tui plain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli import running

from rnn_tui.lessons import progress
from rnn_tui.lessons.courses import bundled_course


def run(*arguments: str, code: int = 0) -> tuple[str, str]:
    """stdout and stderr of a command that ends with this code."""
    done = running.run(*arguments, code=code)
    return done.stdout, done.stderr


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which progress is kept."""
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_the_course_is_listed() -> None:
    out, _ = run("lessons", "list", "--json")
    assert [one["id"] for one in json.loads(out)] == [o.id for o in bundled_course().lessons]
    out, _ = run("lessons", "list")
    assert bundled_course().title in out


def test_a_new_lesson_works_and_a_broken_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "My lesson.md"
    run("lessons", "new", str(path))
    assert 'id = "my-lesson"' in path.read_text("utf-8")
    out, _ = run("lessons", "check", str(path))
    assert out == "✓ my-lesson: 6 steps\n"
    _, err = run("lessons", "new", str(path), code=2)
    assert "there is such a file already" in err
    path.write_text(path.read_text("utf-8").replace("forward == 4", "forward == 0"), "utf-8")
    out, _ = run("lessons", "check", str(path), "--json", code=1)
    assert "until: the beginning of the step satisfies it already" in json.loads(out)[0]["problem"]
    path.write_text("no lesson", "utf-8")
    _, err = run("lessons", "check", str(path), code=2)
    assert f"{path}:1: expected +++" in err
    run("lessons", "new", code=2)


def test_a_lesson_is_taken_in_sentences(state: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    run("lessons", "new", str(path))
    script = (
        f"learn {path}; hint; continue; continue; forward; forward 3; continue; answer 9; "
        "answer true; continue; finish_backward; why dh_norm[3]; continue; answer dh; "
        "answer dh * (1 - h_t**2); continue; epoch 10; learn; help"
    )
    out, _ = run("plain", "--do", script, code=1)  # some of it is refused
    said = out.splitlines()
    assert "There is no hint here." in said
    assert "not yet: this step is still open; hint and solution help." in said
    assert any(line.startswith("It says 55.8%") for line in said)
    assert any(line.startswith("Choose one of ") for line in said)
    assert any("the gradient check finds dW_xh, dW_hh, db_h wrong" in line for line in said)
    assert "another network from here on." in said
    assert "The lesson is over: 6 of 6 steps passed." in said
    assert "learn [NAME]: Begin a lesson, list them, or read the step at hand." in said
    assert progress.read(state / "progress.txt") == {"mine": (6, 6)}


def test_words_of_a_lesson_are_no_commands_without_one() -> None:
    _, err = run("plain", "--do", "answer 1", code=2)
    assert 'no verb "answer"' in err
    _, err = run("plain", "--do", "learn recurence", code=2)
    assert "did you mean" in err


def test_learn_begins_a_lesson_and_lists_them_without_a_name() -> None:
    out, _ = run("learn")
    assert "1 recurrence: A step of recurrence, by hand." in out.splitlines()
    out, _ = run("learn", "1", "--do", "continue; forward")
    said = out.splitlines()
    assert said[0] == "Lesson: A step of recurrence, by hand. 5 steps, about 6 minutes."
    assert said[-1] == "continue goes on."
    first = json.loads(run("learn", "bptt", "--json", "--do", "hint")[0].splitlines()[0])
    assert first["do"] == "learn bptt"
    _, err = run("learn", "nothing", code=2)
    assert "there is no lesson" in err
