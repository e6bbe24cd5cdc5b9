"""A lesson as sentences: what `rnn-tui plain` says of it, and the answers that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from rnn_tui.experiments import ExperimentError
from rnn_tui.lessons.courses import TOUR, bundled_course, lesson_named
from rnn_tui.lessons.lesson import Find, Predict, Read, Write
from rnn_tui.lessons.numbered import numbered
from rnn_tui.lessons.taking import progress
from rnn_tui.lessons.taking.playing import Play
from rnn_tui.lessons.taking.taken import Exam, Said
from rnn_tui.present.learning.courses import next_of, quiz_tally, tally
from rnn_tui.present.learning.markup import plain_text
from rnn_tui.present.learning.steps import TEST, TESTED, asked, over, where
from rnn_tui.present.plain.plain import opening
from rnn_tui.present.plain.plain_words import parts_plainly, plainly, sentence
from rnn_tui.present.plain.speaking import TRAINING, Reply, Telling
from rnn_tui.present.tables.cells import Span
from rnn_tui.session.commands.command_lines import Command

# The words of a lesson beside the verb that begins it: what may follow each, and what it does.
WORDS: dict[str, tuple[str, str]] = {
    "answer": ("TEXT", "Answer a question, or write the line that is asked for"),
    "hint": ("", "Read the next hint"),
    "solution": ("", "Read the solution, which ends this step"),
    "continue": ("", "Go on to the next step"),
    "retry": ("", "Begin this step again"),
    "restart": ("", "Begin the whole lesson again"),
    "test": ("", "Test out of a lesson that you know: its questions, one attempt each"),
}
BEGINS = "{learn} {name} begins the next one, {learn} tour the tour; a number works, too."
NO_RETRY = "a question of the test has one attempt."
USAGE = tuple(f"{name} {form}".rstrip() + f": {about}." for name, (form, about) in WORDS.items())


class Lessons:
    """The lesson that a conversation is in, if any. Progress is kept in a file, nowhere if None."""

    def __init__(self, kept: Path | None = None) -> None:
        self.play: Play | None = None
        self.learn = "learn"  # what is typed before a lesson's name
        self._tell: Telling = lambda *_: None
        self.kept = kept

    def takes(self, line: str) -> bool:
        """Whether a line is for the lesson."""
        word = line.split(None, 1)[0].lower() if line.strip() else ""
        return word == "learn" or (self.play is not None and word in WORDS)

    def reply(self, line: str, tell: Telling = lambda *_: None) -> Reply:
        """What is said to such a line. Raises LessonError for a lesson that can't be used.

        `tell` is told meanwhile how much is done, of how much, and what is being done.
        """
        self._tell = tell
        word, _, rest = line.strip().partition(" ")
        word, rest = word.lower(), rest.strip()
        if word == "learn" and rest:
            lesson = lesson_named(rest)
            known = progress.read(self.kept).get(lesson.id)
            self.play = Play.going_on(lesson, known, report=self._report)
            return Reply((*self._opening(self.play), *self._reading(self.play)))
        if self.play is None:
            return Reply(tuple(_listed(progress.read(self.kept), self.learn)))
        return _REPLIES[word](self, self.play, rest)

    def after(self, command: Command) -> tuple[str, ...]:
        """What the lesson says to a command that was carried out."""
        if self.play is None:
            return ()
        asked = command.arguments[0] if command.verb == "why" else ""
        said = self.play.look(asked, command.arguments if command.verb == "show" else ())
        return () if said is None else self._said(self.play, said)

    def _report(self, done: int, of: int) -> None:
        self._tell(done, of, TRAINING)

    # What is said

    def _opening(self, play: Play) -> Iterator[str]:
        lesson = play.lesson
        minutes = f", about {lesson.minutes} minutes" if lesson.minutes else ""
        yield f"Lesson: {plainly(lesson.title)}. {len(lesson.steps)} steps{minutes}."
        if play.gone_on_at is not None:
            at = f"step {play.gone_on_at + 1} of {len(lesson.steps)}"
            yield f"it goes on at {at}, where you left it; restart begins at step 1."
            return
        yield from _paragraphs(play.asked.intro)
        if play.can_test_out:
            yield f"test skips it if you know it: {len(play.lesson.questions)} questions."

    def _reading(self, play: Play) -> Iterator[str]:
        """The step at hand: its number, its text, its choices, what to do."""
        at = where(play)
        yield sentence(plainly(f"{at[:1].upper()}{at[1:]}: {play.step.title}"))
        if play.step.opens:
            yield "another network from here on."
            yield from opening(play.session.view)
        yield from _paragraphs(play.asked.prose)
        task = play.step.task
        if isinstance(task, Predict):
            yield sentence(plainly(asked(task, play)))
            for number, one in enumerate(play.asked.choices, start=1):
                struck = ", struck out" if one.text in play.here.struck else ""
                yield f"{number}: {plainly(one.text)}{struck}."
            yield "answer N chooses one."
        elif isinstance(task, Write):
            yield f"answer {task.line} = … writes the line."
        elif isinstance(task, Find):
            yield "why and the number's address goes there."
        elif isinstance(task, Read):
            yield "continue goes on."

    def _said(self, play: Play, said: Said) -> tuple[str, ...]:
        told = [sentence(plainly(plain_text(said.say)))]
        if said.ends_exam:
            self._keep(play)
            told += self._reading(play)
        elif play.exam is not None and play.here.over:
            self._keep(play)
            told.append(self._after_question(play, play.exam))
        elif play.here.over:
            self._keep(play)
            last = play.place + 1 == len(play.lesson.steps)
            told.append(over(play) if last else "continue goes on.")
            told += _offered(play) if last else ()
        return tuple(told)

    def _after_question(self, play: Play, exam: Exam) -> str:
        if not exam.is_over:
            return "continue asks the next question."
        return " ".join((TESTED.format(questions=len(exam.places)), *_offered(play)))

    def _keep(self, play: Play) -> None:
        if self.kept is not None:
            with suppress(OSError):
                progress.keep(self.kept, play.lesson.id, play.done)

    # The words

    def _learn(self, play: Play, rest: str) -> Reply:
        return Reply(tuple(self._reading(play)))

    def _answer(self, play: Play, rest: str) -> Reply:
        chosen = None
        if isinstance(play.step.task, Predict):
            chosen = numbered(play.asked.choices, rest)
        said = play.answer(rest if chosen is None else chosen.text)
        return Reply(self._said(play, said), ok=said.passed)

    def _hint(self, play: Play, rest: str) -> Reply:
        return Reply((sentence(plainly(play.attempt.hint())),))

    def _solution(self, play: Play, rest: str) -> Reply:
        if play.is_examined:
            return Reply((sentence(play.solution()),), ok=False)
        if isinstance(play.step.task, Read):
            return Reply(("there is nothing to solve here: continue goes on.",), ok=False)
        solution = play.solution()
        self._keep(play)
        told = [f"the solution: {plainly(solution)}."]
        then = plainly(plain_text(play.attempt.told))
        if play.here.carried_out:
            told.append(f"the step was done for you. {then}".strip())
        elif then and isinstance(play.step.task, Predict | Write):
            told.append(sentence(then))
        return Reply((*told, "continue goes on."))

    def _continue(self, play: Play, rest: str) -> Reply:
        try:
            if play.next():
                self._keep(play)
                before = play.here.said  # of what was done before one came here
                told = () if before is None else self._said(play, before)
                return Reply((*self._reading(play), *told))
        except ExperimentError as error:  # of a lesson that nobody has checked
            return problem(error)
        if play.exam is None and play.place + 1 == len(play.lesson.steps) and play.here.over:
            self._keep(play)
            return Reply(("the lesson is over.", *_offered(play)))
        if play.exam is not None and play.exam.is_over:
            following = bundled_course().after(play.lesson)
            return (
                self.reply(f"learn {following.id}")
                if following
                else Reply(("the lesson is done.",))
            )
        if play.is_examined:
            return Reply(("not yet: answer first, one attempt, no hints.",), ok=False)
        return Reply(("not yet: this step is still open; hint and solution help.",), ok=False)

    def _test(self, play: Play, rest: str) -> Reply:
        if not play.can_test_out:
            why = "at its first step only" if play.lesson.questions else "not in this lesson"
            return Reply((f"not now: test skips a lesson {why}.",), ok=False)
        play.test_out()
        return Reply((TEST, *self._reading(play)))

    def _retry(self, play: Play, rest: str) -> Reply:
        if play.is_examined:
            return Reply((f"not now: {NO_RETRY} learn {play.lesson.id} takes it.",), ok=False)
        play.reset_step()
        return Reply(tuple(self._reading(play)))

    def _restart(self, play: Play, rest: str) -> Reply:
        self.play = Play(play.lesson, report=self._report)
        self._keep(self.play)
        return Reply((*self._opening(self.play), *self._reading(self.play)))


_REPLIES: dict[str, Callable[[Lessons, Play, str], Reply]] = {
    "learn": Lessons._learn,
    "answer": Lessons._answer,
    "hint": Lessons._hint,
    "solution": Lessons._solution,
    "continue": Lessons._continue,
    "retry": Lessons._retry,
    "restart": Lessons._restart,
    "test": Lessons._test,
}


def _offered(play: Play) -> tuple[str, ...]:
    """The lesson that comes after this one."""
    following = bundled_course().after(play.lesson)
    return (
        ()
        if following is None
        else (f"learn {following.id} begins the next: {plainly(following.title)}.",)
    )


def _listed(done: Mapping[str, progress.Done], learn: str) -> Iterator[str]:
    """The tour, the lessons of the course, how far each is, and what to type for the next one."""
    course = bundled_course()
    yield f"{course.title}."
    if done:
        yield sentence(parts_plainly((Span(tally(course, done)),)))
    if progress.QUIZ in done:
        yield f"{quiz_tally(done[progress.QUIZ])}."
    tour = lesson_named(TOUR)
    yield sentence(plainly(f"{tour.id}: {tour.title}"))
    for number, one in enumerate(course.lessons, start=1):
        known = done.get(one.id)
        begun = f", {known.passed} of {known.steps} steps passed" if known else ""
        whole = ", tested out" if known and known.tested else ", done"
        far = whole if known and known.whole else begun
        yield sentence(plainly(f"{number} {one.id}: {one.title}{far}"))
    following = next_of(course, done) or course.lessons[0]
    yield BEGINS.format(learn=learn, name=following.id)


def _paragraphs(text: str) -> Iterator[str]:
    """A text as sentences to be heard, a paragraph a line."""
    for paragraph in text.split("\n\n"):
        if words := " ".join(paragraph.split()):
            yield plainly(plain_text(words))


def problem(error: ExperimentError) -> Reply:
    """A lesson that can't be used, as a refusal."""
    return Reply((sentence(plainly(str(error))),), ok=False)
