"""The sessions that a lesson is taken in: that of its front matter, and those that steps open."""

from __future__ import annotations

from rnn_tui.experiments import Experiment, ExperimentError, load
from rnn_tui.lessons.lesson import Lesson
from rnn_tui.lessons.reading import LessonError
from rnn_tui.session.edits.settings import written
from rnn_tui.session.session import Session


def opened(lesson: Lesson, place: int) -> Session:
    """A new session of the experiment that the step at `place` opens. Raises LessonError."""
    return Session(experiment_of(lesson, place))


def experiment_of(lesson: Lesson, place: int = 0) -> Experiment:
    """What a lesson is about at a step, with its settings. Raises LessonError."""
    step = lesson.steps[place]
    of_step = step.opens
    name = (step.experiment if of_step else "") or lesson.experiment
    table = step.settings if of_step else lesson.settings
    settings = [f"{key}={_value(value)}" for key, value in table.items()]
    beside = lesson.path.parent / name
    source = beside if name.endswith(".toml") and beside.exists() else name
    try:
        return load(source, settings)
    except ExperimentError as error:
        wrong = f"{error.key}: {error.expected}" if error.key else error.expected
        file = f"{lesson.path}:{step.line if of_step else 1}"
        raise LessonError(wrong, key="experiment", file=file) from None


def _value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else written(value)
