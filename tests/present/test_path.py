"""What `o` and `list` have to offer: a path through the book, with its lessons, then the rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rnn_tui.experiments import bundled
from rnn_tui.experiments.order import parts
from rnn_tui.lessons.courses import bundled_course
from rnn_tui.lessons.taking.progress import Done
from rnn_tui.present.learning.card import Does, Row
from rnn_tui.present.learning.path import LINE, matching, own_rows, path_rows

EXPERIMENT = 'title = "{}"\n[data]\nkind = "labelled"\n[model]\nhidden_size = 2\n'
MOST_WORDS = 15  # of a sentence that begins with “You will see”


def text(row: Row) -> str:
    return "".join(span.text for span in (*row.line, *row.below))


def given(rows: tuple[Row, ...], does: Does) -> list[str]:
    return [row.given for row in rows if row.does is does]


def test_each_row_has_one_line_where_the_screen_has_80() -> None:
    course = bundled_course()
    for upcoming in course.lessons:
        done = {upcoming.id: Done(1, len(upcoming.steps), at=2)}
        for row in path_rows(course, done, (), now=upcoming.experiment):
            assert len(row.lines(LINE)) == 1 + bool(row.below), text(row)
    rows = path_rows(course, {}, (), now="min-char-rnn")
    assert all(len(row.lines(LINE)) == 1 + bool(row.below) for row in rows)


def test_every_experiment_has_its_place_and_every_lesson_its_experiment() -> None:
    names = [name for part in parts() for name in part.see]
    assert sorted(names) == [path.stem for path in bundled()]
    assert names[:5] == ["sentiment", "bank", "phrases", "grammar", "hello"]
    sentences = [see for part in parts() for see in part.see.values()]
    assert all(len(see.split()) <= MOST_WORDS for see in sentences)

    course = bundled_course()
    first, second = course.lessons[:2]
    done = {first.id: Done(len(first.steps), len(first.steps))}
    rows = path_rows(course, done, (), now="bank")
    assert given(rows, Does.EXPERIMENT) == names
    assert sorted(given(rows, Does.LESSON)) == sorted(["tour", *(one.id for one in course.lessons)])
    of = ""
    for row in rows:
        if row.does is Does.EXPERIMENT:
            of = row.given
            assert "You will see " in text(row)
            assert ("open now" in text(row)) == (of == "bank")
        elif row.does is Does.LESSON and row.given != "tour":
            lesson = course.named(row.given)
            assert lesson.experiment == of
            assert ("✓" in text(row)) == (lesson is first)
            assert ("▸" in text(row)) == ("next lesson" in text(row)) == (lesson is second)
    assert "start here" in "".join(map(text, path_rows(course, {}, ())))

    fourth, sixth = course.lessons[3], course.lessons[5]
    done |= {sixth.id: Done(1, 5, at=2), fourth.id: Done(2, 8, at=2), second.id: Done(0, 5)}
    marked = [row.given for row in path_rows(course, done, ()) if "▸" in text(row)]
    assert marked == [fourth.id], "the one that was left last goes on before another is begun"


def test_own_files_come_last_the_newest_first(tmp_path: Path) -> None:
    for age, (name, written) in enumerate({
        "mine.toml": EXPERIMENT.format("My own"),
        "walk.rnn-session": "no session",
        "other.toml": "[tool]\n",
        "broken.toml": "x = [",
        "old.toml": EXPERIMENT.format("An old one"),
    }.items()):  # fmt: skip
        path = tmp_path / name
        path.write_text(written, encoding="utf-8")
        os.utime(path, (1e9 - age, 1e9 - age))
    (tmp_path / "folder.toml").mkdir()
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "sentiment-1.rnn-session").write_text("damaged", encoding="utf-8")
    rows = own_rows(kept, tmp_path)
    assert [text(row).split() for row in rows] == [
        ["session", "sentiment-1.rnn-session:", "can't", "be", "read"],
        ["mine.toml", "My", "own"],
        ["walk.rnn-session", "can't", "be", "read"],
        ["old.toml", "An", "old", "one"],
    ]
    whole = path_rows(bundled_course(), {}, rows)
    assert whole[-len(rows) :] == rows
    assert "Your own" in text(whole[-len(rows) - 1])
    assert own_rows(None, tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("typed", "best", "shown"),
    [
        ("hello", "hello", ["hello", "outputs", "hello"]),
        ("one hot", "onehot", ["phrases", "onehot"]),
        ("vanish", "vanishing", ["sentiment", "vanishing"]),
        ("gru", "gru", ["gru", "grus"]),
        ("LSTM paper", "gates", ["gates", "gates", "lstm-back", "carousel"]),
    ],
)
def test_words_find_what_begins_like_them(typed: str, best: str, shown: list[str]) -> None:
    rows, place = matching(path_rows(bundled_course(), {}, ()), typed)
    assert [row.given for row in rows if row.is_open] == shown
    assert place is not None
    assert rows[place].given == best
    assert not rows[0].is_open, "under its heading"


def test_what_nothing_begins_like_finds_nothing() -> None:
    rows = path_rows(bundled_course(), {}, ())
    assert matching(rows, "xyzzy") == ((), None)
    assert matching(rows, "ello") == ((), None), "the middle of a word"
