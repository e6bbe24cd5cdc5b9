"""The Text page: what the network writes, and what its units read."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.widgets import Static

from rnn_tui.present.hints import sentence_case, with_keys
from rnn_tui.present.text_lens import Lens
from rnn_tui.present.text_scene import LENGTH, Choice, Scene
from rnn_tui.present.text_words import (
    AT_WORK,
    BEGINS_ANEW,
    LENS_HINT,
    SAMPLE_HINT,
    no_writing,
    prompt_text,
    writes_not,
)
from rnn_tui.session.passes import is_short
from rnn_tui.session.view import StepView
from rnn_tui.session.writing import MOST_READ, Manner, in_force, prompt_of
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.pages.paced import PacedPage
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.text import content
from rnn_tui.tui.widgets.language import LanguagePane, Past
from rnn_tui.tui.widgets.lens import LensPane, UnitChosen, UnitsPane, UnitText
from rnn_tui.tui.widgets.passage import PassageView
from rnn_tui.tui.widgets.text_prompt import TextPrompt
from rnn_tui.tui.widgets.writing import NextPane, SamplePane, VocabularyPane

if TYPE_CHECKING:
    from rnn_tui.tui.screens.explorer import ExplorerScreen

TEMPERATURES = tuple(tenth / 10 for tenth in range(21))
SAMPLE = "sample-text"


class TextPage(PacedPage):
    """A sample, what may come next, one unit over a text, and how the language came.

    Where the data is labelled the network doesn't write: the unit is left.
    """

    NAME = "text"
    FIRST = "#sample-text"
    PAUSE = 0.25

    scene: var[Scene | None] = var(None, init=False)
    lens: var[Lens | None] = var(None, init=False)
    past: var[Past | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._choice = Choice()
        self._in_hand = SAMPLE  # the text that was focused last
        self._works = False  # a scene beside the screen

    @property
    def _explorer(self) -> ExplorerScreen:
        return cast("ExplorerScreen", self.screen)

    @property
    def _writes(self) -> bool:
        return self._explorer.session.experiment.writes

    def compose(self) -> ComposeResult:
        """Sample, lens and the way here, beside what may come next; or the lens alone."""
        experiment = self._explorer.session.experiment
        vocabulary = experiment.vocabulary
        words = vocabulary.tokenizer == "word"
        lens = LensPane(words=words, every_line=not self._writes)
        yield Static(content(with_keys(no_writing(experiment), KEYS)), id="answers-once")
        with Horizontal(id="text-columns"):
            with Vertical(id="text-main"):
                yield SamplePane(words=words).data_bind(TextPage.scene)
                yield lens.data_bind(TextPage.lens)
                yield LanguagePane().data_bind(TextPage.past)
            with Vertical(id="text-side"):
                yield NextPane()
                yield UnitsPane().data_bind(TextPage.lens)
                yield VocabularyPane(vocabulary)

    def on_mount(self) -> None:
        """Begin with the unit that the screen has."""
        self.set_class(not self._writes, "-labelled")
        self.set_reactive(Page.unit, self._explorer.unit)

    def focus_first(self) -> None:
        """The sample, or the lens where nothing is written."""
        focused = self.screen.focused
        if not self._writes and (focused is None or self not in focused.ancestors):
            self.query_one(UnitText).focus()
        else:
            super().focus_first()

    # Drawing

    def watch_unit(self) -> None:
        """Another unit under the lens."""
        self._draw_lens()

    def draw(self) -> None:
        """The sample, the lens and the milestones of this moment; of a large network in a while."""
        before, view = self.scene, self.view
        if view is None or self._works:
            return
        manner = before.manner if before else self._first_manner(view)
        if is_short(view.experiment, LENGTH + MOST_READ):
            self._show_scene(Scene.of(view, manner, before))
            return
        self._works = True
        self._work_out(view, manner, before)

    @work(thread=True)
    def _work_out(self, view: StepView, manner: Manner | None, before: Scene | None) -> None:
        """Work out a scene beside the screen."""
        began = time.monotonic()
        scene = Scene.of(view, manner, before)
        self.app.call_from_thread(self._worked_out, scene, time.monotonic() - began)

    def _worked_out(self, scene: Scene, cost: float) -> None:
        """Show a scene, unless another manner was asked for meanwhile; go on to a later moment."""
        if not self.is_attached:
            return  # another session has taken the place of this one
        before, self._works = self.scene, False
        self.rest(cost)
        if before is None or before.manner == scene.manner:
            self._show_scene(scene)
        if self.progress is None and self.scene is not None and self.scene.view is not self.view:
            self.draw()
        elif before is None:
            self._explorer.show()  # the hint of the page

    def _show_scene(self, scene: Scene) -> None:
        before, self.scene = self.scene, scene
        other = before is None or before.view.example != scene.view.example
        self._draw_lens(scene.view.example if other else None)
        self._draw_language()

    def _first_manner(self, view: StepView) -> Manner | None:
        return Manner(prompt_of(view)) if self._writes else None

    def _draw_lens(self, example: int | None = None) -> None:
        if self.scene is not None:
            self.lens = self.scene.lens(self._choice, self.unit, example)

    def _draw_language(self) -> None:
        scene = self.scene
        if scene is None or scene.manner is None or scene.writing is None or not self.display:
            return
        view, timeline = scene.view, self._explorer.session.moment.timeline
        observed = view.history.observed
        self.past = Past(
            view.experiment, timeline, in_force(view), observed, scene.manner, scene.writing
        )

    def _draw_next(self) -> None:
        text = self.query_one(f"#{self._in_hand}", PassageView)
        answers = self._explorer.session.experiment.answering is not None
        if answers and self._in_hand != SAMPLE:
            return  # a text that it was given has places where no answer is asked for
        if self.scene is not None and self._writes and text.passage:
            place = max(text.place, text.passage.given - 1) if answers else text.place
            read = text.passage.tokens[: place + 1]
            table = self.scene.next(text.passage, place)
            vocabulary = self.scene.view.experiment.vocabulary
            self.query_one(NextPane).draw(table, read, vocabulary, not answers)

    # What the panes ask for

    @on(PassageView.Moved)
    def _follow_cursor(self, event: PassageView.Moved) -> None:
        text = event.passage_view
        if isinstance(text, UnitText) and text.passage:
            before = self._choice.seen()
            self._choice = replace(self._choice, token=text.passage.tokens[text.place])
            if self._choice.seen() != before:
                self._draw_lens()
        if text.id == self._in_hand:
            self._draw_next()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """What comes next is asked of the text that was focused last."""
        if isinstance(event.widget, PassageView) and event.widget.id != self._in_hand:
            self._in_hand = event.widget.id or self._in_hand
            self._draw_next()
            self._explorer.show()  # with another hint

    @on(UnitChosen)
    def _choose_unit(self, event: UnitChosen) -> None:
        if self.lens is None:
            return
        units, unit = self.lens.ranking.units, event.unit
        if unit is None:
            unit = units[(units.index(self.lens.unit) + event.step) % len(units)]
        self._explorer.unit = unit

    @on(NextPane.Chosen)
    def _write_on(self, event: NextPane.Chosen) -> None:
        text = self.query_one(f"#{self._in_hand}", PassageView)
        if self._explorer.session.experiment.answering is not None:
            self._explorer.say(sentence_case(BEGINS_ANEW))
        elif self.scene and self.scene.manner and text.passage:
            prompt = (*text.passage.tokens[: text.place + 1], event.token)
            self._write(replace(self.scene.manner, prompt=prompt))

    @on(LanguagePane.Asked)
    def _go_back(self, event: LanguagePane.Asked) -> None:
        explorer = self._explorer
        explorer.pause()
        explorer.attempt(lambda: explorer.session.go_to_update(event.update))

    def on_hide(self) -> None:
        """Behind another page nothing is written."""
        self.query_one(LanguagePane).stop()

    def on_show(self) -> None:
        """In front again, write what is missing."""
        self._draw_language()

    # Keys

    def hint(self, view: StepView) -> str:
        """What to do beside the text in hand, once there is one."""
        if self._works and self.scene is None:
            return AT_WORK
        return SAMPLE_HINT if self._writes and self._in_hand == SAMPLE else LENS_HINT

    def perform(self, verb: str) -> str:
        """Do an act of this page, or say why it can't be done."""
        explained = self._choose(verb) if verb.startswith("lens") else self._write_anew(verb)
        if not explained:
            self._explorer.show()  # an earlier explanation goes
        return explained

    def _write_anew(self, verb: str) -> str:
        """Write in another manner, or say why that can't be."""
        manner = self.scene.manner if self.scene else None
        if manner is None:
            return writes_not(self._explorer.session.experiment)
        if verb == "prompt":
            self._ask_prompt(manner)
        elif verb == "next_seed":
            self._write(replace(manner, seed=manner.seed + 1))
        else:
            place = TEMPERATURES.index(manner.temperature) + (1 if verb == "warmer" else -1)
            if place < 0:
                return "At 0 the likeliest token is always taken. {warmer} lets others be drawn too"
            if place == len(TEMPERATURES):
                return f"{TEMPERATURES[-1]:g} is the highest temperature. {{cooler}} lowers it"
            self._write(replace(manner, temperature=TEMPERATURES[place]))
        return ""

    def _choose(self, verb: str) -> str:
        """Another text; or another order, and the unit that is best in it."""
        if verb == "lens_text":
            self._choice = replace(self._choice, second=not self._choice.second)
        elif self.scene is not None:
            orders = self.scene.orders()
            place = orders.index(self._choice.by) + 1 if self._choice.by in orders else 0
            self._choice = replace(self._choice, by=orders[place % len(orders)])
            self._explorer.unit = self.scene.ranking(self._choice).units[0]
        self._draw_lens()
        return ""

    def _write(self, manner: Manner) -> None:
        """Write in another manner."""
        if self.scene is not None:
            self.scene = Scene.of(self.scene.view, manner, self.scene)
            self._draw_lens()
            self._draw_language()
            self._draw_next()

    def _ask_prompt(self, manner: Manner) -> None:
        vocabulary = self._explorer.session.experiment.vocabulary

        def write(prompt: tuple[str, ...] | None) -> None:
            if prompt is not None:
                self._write(replace(manner, prompt=prompt))

        answering = self._explorer.session.experiment.answering
        prompt = TextPrompt(vocabulary, prompt_text(manner, vocabulary), answering)
        self.app.push_screen(prompt, write)
