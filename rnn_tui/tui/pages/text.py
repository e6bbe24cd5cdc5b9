"""The Text page: what the network writes, and what its units read."""

from __future__ import annotations

from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.widgets import Static

from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.present.sentences.states import ONE_LAYER, ONE_STATE, layer_in_words, state_in_words
from rnn_tui.present.text.text_lens import Lens
from rnn_tui.present.text.text_scene import Scene, UnitChoice
from rnn_tui.present.text.text_words import AT_WORK, BEGINS_ANEW, LENS_HINT, SAMPLE_HINT, no_writing
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.pages.scene import ScenePage
from rnn_tui.tui.panes.text.language import LanguagePane, Past
from rnn_tui.tui.panes.text.lens import LensPane, UnitChosen, UnitsPane, UnitText
from rnn_tui.tui.panes.text.passage import PassageView
from rnn_tui.tui.panes.text.writing import NextPane, SamplePane, VocabularyPane
from rnn_tui.tui.text import content

SAMPLE = "sample-text"


class TextPage(ScenePage):
    """A sample, what may come next, one unit over a text, and how the language came.

    Where the data is labelled the network doesn't write: the unit is left.
    """

    NAME = "text"
    FIRST = "#sample-text"

    lens: var[Lens | None] = var(None, init=False)
    past: var[Past | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._choice = UnitChoice()
        self._in_hand = SAMPLE  # the text that was focused last

    def compose(self) -> ComposeResult:
        """Sample, lens and the way here, beside what may come next; or the lens alone."""
        experiment = self.face.session.experiment
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
        self.set_reactive(Page.unit, self.face.unit)

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

    def show_scene(self, scene: Scene, before: Scene | None) -> None:
        """The sample, the lens, the milestones and what may come next, of this moment."""
        other = before is None or before.view.example != scene.view.example
        self._draw_lens(scene.view.example if other else None)
        self._draw_language()
        self._draw_next()

    def _draw_lens(self, example: int | None = None) -> None:
        if self.scene is not None:
            self.lens = self.scene.lens(self._choice, self.unit, example)

    def _draw_language(self) -> None:
        scene = self.scene
        if scene is None or scene.manner is None or scene.writing is None or not self.display:
            return
        view, timeline = scene.view, self.face.session.moment.timeline
        losses = {one.update: one.test_loss for one in view.history.observed}
        now = None if self.progress is not None else view.unseen_at_hand
        if now is not None:
            losses[view.in_force] = now.loss
        self.past = Past(
            view.experiment, timeline, view.in_force, losses, scene.manner, scene.writing
        )

    def _draw_next(self) -> None:
        text = self.query_one(f"#{self._in_hand}", PassageView)
        answers = self.face.session.experiment.answering is not None
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
            self.face.show()  # with another hint

    @on(UnitChosen)
    def _choose_unit(self, event: UnitChosen) -> None:
        if self.lens is None:
            return
        units, unit = self.lens.ranking.units, event.unit
        if unit is None:
            unit = units[(units.index(self.lens.unit) + event.step) % len(units)]
        self.face.unit = unit

    @on(NextPane.Chosen)
    def _write_on(self, event: NextPane.Chosen) -> None:
        text = self.query_one(f"#{self._in_hand}", PassageView)
        if self.face.session.experiment.answering is not None:
            self.face.say(sentence_case(BEGINS_ANEW))
        elif self._manner and text.passage:
            prompt = (*text.passage.tokens[: text.place + 1], event.token)
            self._write(replace(self._manner, prompt=prompt))

    @on(LanguagePane.Asked)
    def _go_back(self, event: LanguagePane.Asked) -> None:
        face = self.face
        face.pause()
        face.attempt(lambda: face.session.go_to_update(event.update))

    def on_hide(self) -> None:
        """Behind another page nothing is written."""
        self.query_one(LanguagePane).stop()

    def on_show(self) -> None:
        """In front again, write what is missing."""
        self._draw_language()

    # Keys

    def hint(self, view: StepView) -> str:
        """What to do beside the text in hand, once what was asked for is there."""
        if self._waits:
            return AT_WORK
        return SAMPLE_HINT if self._writes and self._in_hand == SAMPLE else LENS_HINT

    def perform(self, verb: str) -> str:
        """Do an act of this page, or say why it can't be done."""
        ways = {
            "lens_text": self._choose, "lens_order": self._choose,
            "state_view": self._turn, "layer": self._turn,
        }  # fmt: skip
        explained = ways.get(verb, self._write_anew)(verb)
        if not explained:
            self.face.show()  # an earlier explanation goes
        return explained

    def _turn(self, verb: str) -> str:
        """Another state or layer under the lens; what it is, or why there is no other."""
        if self.lens is None or self.scene is None:
            return ""
        looked, view = self.lens.looked, self.scene.view
        if verb == "layer":
            if looked.layers == 1:
                return ONE_LAYER
            self._choice = replace(self._choice, layer=(looked.layer + 1) % looked.layers)
        elif not looked.after:
            return ONE_STATE
        else:
            self._choice = replace(self._choice, state=looked.after)
        self._draw_lens()
        state, layer = self._choice.state, self._choice.layer
        words = (state_in_words(view, state, layer), layer_in_words(view, layer))
        return f"{', '.join(filter(None, words))}.  {{{verb}}} more"

    def _choose(self, verb: str) -> str:
        """Another text; or another order, and the unit that is best in it."""
        if verb == "lens_text":
            self._choice = replace(self._choice, second=not self._choice.second)
        elif self.scene is not None:
            orders = self.scene.orders()
            place = orders.index(self._choice.by) + 1 if self._choice.by in orders else 0
            self._choice = replace(self._choice, by=orders[place % len(orders)])
            self.face.unit = self.scene.ranking(self._choice).units[0]
        self._draw_lens()
        self._draw_next()
        return ""
