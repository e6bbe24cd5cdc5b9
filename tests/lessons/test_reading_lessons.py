"""What is wrong in a lesson's file is told in one line, with the file, the line and the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from refusing import refusal_of

from rnn_tui.lessons.checking import check_lesson
from rnn_tui.lessons.lesson import Do, Find, Predict, Read, Write
from rnn_tui.lessons.reading import LessonError, parse
from rnn_tui.lessons.template import TEMPLATE

PATH = Path("mine.md")
TEXT = TEMPLATE.format(id="mine")


def problem(text: str) -> str:
    """What is said of a lesson, read and played."""
    return refusal_of(lambda: check_lesson(parse(text, PATH)), LessonError)


def test_the_template_has_a_step_of_each_kind_and_plays_to_its_end() -> None:
    lesson = parse(TEXT, PATH)
    assert [type(step.task) for step in lesson.steps] == [Read, Do, Predict, Find, Write, Do]
    done: list[int] = []
    check_lesson(lesson, done.append)
    assert done == [1, 2, 3, 4, 5, 6]


def test_windows_line_ends_are_the_same_lesson() -> None:
    assert parse(TEXT.replace("\n", "\r\n"), PATH) == parse(TEXT, PATH)


def test_other_code_blocks_are_prose() -> None:
    text = TEXT.replace("## Do\n", "## Do\n```python\nh = tanh(pre)\n```\n")
    assert "h = tanh(pre)" in parse(text, PATH).steps[1].prose


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("+++\nformat", "format", "mine.md:1: expected +++"),
        ("format = 1", "format = 2", "mine.md:1: format: expected 1"),
        ('id = "mine"', 'id = "Mine!"', "mine.md:1: id: expected small letters"),
        ("minutes = 5", "minuets = 5", 'minuets: unknown key (did you mean "minutes"?)'),
        ("minutes = 5", "minutes = 5\nneeds = 3", "needs: expected a list of strings"),
        ('title = "A', 'title = A', "mine.md:4: expected TOML"),
        ('experiment = "sentiment"', 'experiment = "sentimnt"', "mine.md:1: experiment:"),
        ('kind = "do"', 'kind = "doo"', 'kind: expected one of "read", "predict"'),
        ('until = "forward == 4"', 'until = "foward == 4"', "until:"),
        ('until = "forward == 4"', 'until = "forward >= 0"', "the beginning of the step satisfies"),
        ('solution = "finish_forward"', 'solution = "forward"', "it does not pass the step"),
        ('solution = "finish_forward"', 'solution = "forwards"', 'no verb "forwards"'),
        ('solution = "finish_forward"\n', "", "solution: missing"),
        ('hints = ["{f', 'hints = ["a", "b", "c", "{f', "hints: expected 3 at most, found 5"),
        ('until = "f', 'look = "runs"\nuntil = "f', "look: expected one of tokens, hidden"),
        ('until = "f', 'look = "q[0]["\nuntil = "f', "look: \"q[0][\": expected an address"),
        ("Or {forward 4}", "Or {forward four}", "prose: forward: expected"),
        ('ask = "dh[0,1]"', 'ask = "dh[9,1]"', "ask: expected an address"),
        ('"fault:untransposed"]', '"fault:transposed"]', "choices: expected a bug after fault:"),
        ('"fault:untransposed"]', '"fault:no-mean"]', "choices: two choices are"),
        ('solution = "true"', 'solution = "other"', "expected one of the choices to be the solution"),
        ('when = "fault:no-slope"', 'when = "fault:no-mean"', "wrong: no choice is fault:no-mean"),
        ('ref = "dh_norm[3]"', 'ref = "dh_norm[4]"', "ref: dh_norm[4]: 4 is not"),
        ('line = "delta"', 'line = "dela"', 'line: expected one of'),
        ('solution = "dh * (1 - h_t**2)"', 'solution = "dh"', "it does not pass the step"),
        ('when = "dh * (1 - h_t)"', 'when = "dh * (1 - h_t * h_t)"', "is right"),
        ("{loss:.4f}", "{loss[9]:.4f}", "prose: loss[9]"),
        ('ask = "dh[0,1]"', 'ask = "Is it {h[9,1]:.2f}?"', "prose: h[9,1]"),
        ("{loss / 2:.4f}", "{loss ^ 2:.4f}", 'prose: loss ^ 2: at character 6, "^"'),
        ("{p[3,0]:.1%}", "{q[3,0]:.1%}", 'say: there is no "q"'),
        ("```step\nkind = \"read\"", "```step\nkind = \"read\"\n```\n```step\nkind = \"read\"", "second one"),
        ('solution = "dh * (1 - h_t**2)"\nhints', 'hints', "solution: missing"),
        ('kind = "read"', 'kind = "read"\nexperiment = "hello"', "experiment: expected none in the first"),
        ('{ "training.learning_rate" = 0.05 }', '{ "training.learning_rat" = 0.05 }', "experiment: training.learning_rat"),
        ("That leaves out the slope", "{q[0]} leaves out the slope", 'wrong: there is no "q"'),
        ('until = "f', 'test_out = true\nuntil = "f', "test_out: expected a step that is predicted"),
        ("test_out = true", "test_out = 1", "test_out: expected true, or the heading"),
        ('test_out = "Do"', 'test_out = "Doo"', 'a step before, found "Doo" (did you mean "Do"?)'),
        ('test_out = "Do"', 'test_out = "Find"', 'expected the heading of a step before, found "Find"'),
        ("test_out = true", "", "test_out: expected 2 or 3 steps with it, found 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(before: str, after: str, told: str) -> None:
    assert before in TEXT
    said = problem(TEXT.replace(before, after, 1))
    assert said.startswith("mine.md:")
    assert told in said


def test_a_block_without_an_end_and_a_text_without_steps() -> None:
    assert "expected ``` at the end of the block" in problem(TEXT.rstrip().removesuffix("```"))
    assert "expected a section" in problem(TEXT[: TEXT.index("## Read")])


BLIND = """+++
format = 1
id = "mine"
title = "Mine"
experiment = "sentiment"
set = { "model.weights.W_hy" = [[0.0, 0.0, 0.0]] }
+++

## One
```step
kind = "type"
line = "delta"
solution = "dh * (1 - h_t**2)"
test_out = true
```

## Another
```step
kind = "type"
line = "dh_next"
solution = "W_hh.T @ delta"
test_out = true
```
"""


def test_a_test_out_that_can_not_tell_right_from_wrong_is_told() -> None:
    """Without a readout all gradients are 0, and so is twice the right line's."""
    assert problem(BLIND) == "mine.md:9: test_out: a wrong answer passes the question"
    check_lesson(parse(BLIND.replace("test_out = true", ""), PATH))
