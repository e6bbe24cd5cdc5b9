"""A page of what the network writes and reads, in the manner that was asked for last."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.reactive import var

from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.present.text.text_scene import LENGTH, Scene
from rnn_tui.present.text.text_words import AT_WORK, prompt_text, writes_not
from rnn_tui.session.passes import is_short
from rnn_tui.session.text.writing import MOST_READ, Manner, prompt_of
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.typed.text_prompt import TextPrompt
from rnn_tui.tui.pages.paced import PacedPage
from rnn_tui.tui.toolkit.background import Background

TEMPERATURES = tuple(tenth / 10 for tenth in range(21))


class ScenePage(PacedPage):
    """Works out the scene of each moment: beside the screen where the network is large.

    The scene before it stands until then. Subclasses draw in `show_scene`.
    """

    PAUSE = 0.25

    scene: var[Scene | None] = var(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._manner: Manner | None = None  # asked for, though the scene may not be there yet
        self._background = Background(self)

    @property
    def _writes(self) -> bool:
        return self.face.session.experiment.writes

    @property
    def _waits(self) -> bool:
        """Whether what was asked for is still being worked out."""
        is_other = self.scene is None or self.scene.manner != self._manner
        return self._background.at_work and is_other

    def show_scene(self, scene: Scene, before: Scene | None) -> None:
        """Draw a scene, which the page has now, after the one before it."""
        raise NotImplementedError

    def draw(self) -> None:
        """The scene of this moment; of a large network in a while."""
        if self.view is not None:
            self._work_out(self.view, self.scene)

    def _work_out(self, view: StepView, before: Scene | None) -> None:
        if self._writes and self._manner is None:
            self._manner = Manner(prompt_of(view))
        scene = partial(Scene.of, view, self._manner, before)
        if is_short(view.experiment, LENGTH + MOST_READ):
            self._show(scene())
        else:
            self._background.start(lambda _: scene(), self._worked_out)

    def _worked_out(self, scene: Scene) -> None:
        """Show a scene, unless it is to be in another manner by now; go on to a later moment."""
        self.rest(self._background.took)
        if scene.manner != self._manner:
            self._work_out(scene.view, scene)
            return
        self._show(scene)
        if self.progress is None and scene.view is not self.view:
            self.draw()
        if self.face.notice == with_keys(AT_WORK, KEYS):
            self.face.show()  # the hint of the page

    def _show(self, scene: Scene) -> None:
        before, self.scene = self.scene, scene
        self.show_scene(scene, before)

    # Another manner

    def _write(self, manner: Manner) -> None:
        """Write in another manner, from the weights that are shown."""
        self._manner = manner
        view = self.scene.view if self.scene else self.view
        if view is not None:
            self._work_out(view, self.scene)

    def _write_anew(self, verb: str) -> str:
        """Write in another manner, or say why that can't be."""
        manner = self._manner
        if manner is None:
            return AT_WORK if self._writes else writes_not(self.face.session.experiment)
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

    def _ask_prompt(self, manner: Manner) -> None:
        experiment = self.face.session.experiment
        vocabulary = experiment.vocabulary

        def write(prompt: tuple[str, ...] | None) -> None:
            if prompt is not None:
                self._write(replace(manner, prompt=prompt))

        prompt = TextPrompt(vocabulary, prompt_text(manner, vocabulary), experiment.answering)
        self.app.push_screen(prompt, write)
