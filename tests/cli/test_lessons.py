"""`rnn-tui lessons`, and a lesson taken in `rnn-tui plain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli import running

from rnn_tui.experiments import load
from rnn_tui.lessons.courses import bundled_course
from rnn_tui.lessons.taking import progress
from rnn_tui.present.learning.quiz import asked
from rnn_tui.present.plain.plain_words import plainly
from rnn_tui.session.session import Session


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
    assert out == "✓ my-lesson: 6 steps, test-out of 2 questions\n"
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
        f"learn {path}; hint; solution; continue; continue; forward; forward 3; continue; answer 9; "
        "answer true; continue; finish_backward; why dh_norm[3]; continue; answer dh; "
        "answer dh * (1 - h_t**2); continue; epoch 10; learn; help"
    )
    out, _ = run("plain", "--do", script, code=1)  # some of it is refused
    said = out.splitlines()
    assert "There is no hint here." in said
    assert "there is nothing to solve here: continue goes on." in said
    assert "not yet: this step is still open; hint and solution help." in said
    assert any(line.startswith("It says 55.8%") for line in said)
    assert any(line.startswith("Choose one of ") for line in said)
    assert any("the gradient check finds dW_xh, dW_hh, db_h wrong" in line for line in said)
    assert "another network from here on." in said
    assert "The lesson is over: 6 of 6 steps passed." in said
    assert "learn [NAME]: Begin or go on with a lesson; without a name, list them." in said
    assert progress.read(state / "progress.txt") == {"mine": (6, 6, False, 0)}


def test_a_lesson_is_tested_out_of_in_sentences(state: Path) -> None:
    script = (
        "learn loss; test; hint; solution; retry; answer true; continue; answer 0.69; continue; "
        "answer true; continue; test; answer 1; answer 2; answer 3; continue; test"
    )
    out, _ = run("plain", "--do", script, code=1)  # some of it is refused
    said = out.splitlines()
    assert "Test-out, question 3 of 3: Predict it for a negative sentence." in said
    assert "What is loss[3]?" in said
    assert "There is no solution in a test: begin the lesson again to take it." in said
    over = next(n for n, line in enumerate(said) if line.startswith("You knew it: 3 questions"))
    assert said[over].endswith(
        "learn bptt begins the next: Backpropagation through time, by timestep."
    )
    assert said[over + 1].startswith("Lesson: Backpropagation through time")
    assert any("That was question 1 of 3: the lesson begins here" in line for line in said)
    assert "Step 1 of 8: The last timestep, worked out." in said
    assert said[-1] == "not now: test skips a lesson at its first step only."
    kept = progress.read(state / "progress.txt")
    assert kept == {"loss": (5, 5, True, 0), "bptt": (0, 8, False, 0)}
    listed, _ = run("learn")
    assert "3 loss: How wrong is it? The loss, and p - t, tested out." in listed.splitlines()


def test_a_lesson_has_no_sign_that_a_screen_reader_skips() -> None:
    for lesson in bundled_course().lessons:
        said = plainly(lesson.path.read_text("utf-8"))
        assert said.isascii(), (lesson.id, {one for one in said if not one.isascii()})


def test_words_of_a_lesson_are_no_commands_without_one() -> None:
    _, err = run("plain", "--do", "answer 1", code=2)
    assert 'no verb "answer"' in err
    _, err = run("plain", "--do", "learn recurence", code=2)
    assert "did you mean" in err


def test_learn_begins_a_lesson_and_lists_them_without_a_name() -> None:
    out, _ = run("learn")
    listed = out.splitlines()
    assert listed[1:3] == [
        "tour: A sixty-second tour.",
        "1 recurrence: A step of recurrence, by hand.",
    ]
    assert listed[-1].startswith("rnn-tui learn recurrence begins the next one")
    assert run("plain", "--do", "learn")[0].splitlines()[-1].startswith("learn recurrence begins")
    out, _ = run("learn", "1", "--do", "continue; forward")
    said = out.splitlines()
    assert "test skips it if you know it: 2 questions." in said
    assert said[0] == "Lesson: A step of recurrence, by hand. 6 steps, about 6 minutes."
    assert said[-1] == "continue goes on."
    said = run("learn", "1", "--do", "learn; restart")[0].splitlines()
    assert said[1] == "it goes on at step 3 of 6, where you left it; restart begins at step 1."
    assert said[2].startswith("Step 3 of 6: ")
    assert any(line.startswith("Step 1 of 6: ") for line in said)
    first = json.loads(run("learn", "bptt", "--json", "--do", "hint")[0].splitlines()[0])
    assert first["do"] == "learn bptt"
    _, err = run("learn", "nothing", code=2)
    assert "there is no lesson" in err


def test_a_number_is_asked_for_in_sentences(state: Path) -> None:
    """As by the key: the next number, or one by its address; counted at the first try."""
    script = (
        "quiz; answer +0.5000; answer 7; finish_forward; quiz h[1,1]; answer +0.5110; "
        "answer +0.4707; answer 1; learn 1; quiz dh[1,0]; continue; answer 1; "
        "quiz W_hh[1,0]; quiz h[9,9]; help"
    )
    said = run("plain", "--do", script, code=1)[0].splitlines()  # some of it is refused
    assert "What is xh[0,0]?" in said
    assert "Made of pre[1,1] = 0.511." in said
    assert "No: tanh(...) is left out." in said
    right = said.index("Right: h[1,1] = tanh(0.511) is about +0.4707.")
    assert said[right + 1] == "why h[1,1] says more."
    assert said[right + 2] == "Quiz: 1 of 2 right at the first try."
    assert said[right + 3] == "not now: that question is answered; quiz asks another one."
    assert "What is dh[1,0]?" in said
    assert any(line.startswith("This step is not answered") for line in said), "but the lesson's"
    assert "not now: no quiz on W_hh[1,0]: choose a number of the pass." in said
    assert any(line.startswith("quiz [ADDRESS]: ") for line in said)
    assert progress.read(state / "progress.txt")[progress.QUIZ] == (1, 2, False, 0)

    out, _ = run("plain", "--json", "--do", "quiz dh[1,0]")
    data = json.loads(out)["data"]
    bugs = {one.text for one in asked(VIEW, "dh[1,0]").choices}
    assert (data["ref"], {one.replace("-", "−") for one in data["choices"]}) == ("dh[1,0]", bugs)


VIEW = Session(load("sentiment")).view
