"""Where a lesson is read: its `{screen: …}` is left out in `plain`, its `{plain: …}` elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

from rnn_tui.lessons.lesson import Lesson, Step

SCREEN, PLAIN = "screen", "plain"
OF_ONE = re.compile(rf"\{{(?P<face>{SCREEN}|{PLAIN}): (?P<text>(?:[^{{}}]|\{{[^{{}}]*\}})*)\}}")


def read_on(lesson: Lesson, face: str) -> Lesson:
    """The lesson as one of the faces has it. What stands in a text for it may have numbers."""
    steps = tuple(_step_on(one, face) for one in lesson.steps)
    return replace(lesson, intro=_text_on(lesson.intro, face), steps=steps)


def _step_on(step: Step, face: str) -> Step:
    wrong = tuple(replace(one, say=_text_on(one.say, face)) for one in step.wrong)
    prose, say, *hints = (_text_on(text, face) for text in (step.prose, step.say, *step.hints))
    return replace(step, prose=prose, say=say, hints=tuple(hints), wrong=wrong)


def _text_on(text: str, face: str) -> str:
    return OF_ONE.sub(lambda found: found["text"] if found["face"] == face else "", text)
