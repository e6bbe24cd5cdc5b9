"""The palette: acts, commands, settings, experiments and themes, found by name or by meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import NamedTuple

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from rnn_tui.experiments.loading import bundled, title_of
from rnn_tui.lessons.courses import bundled_course
from rnn_tui.present.sentences.shape import shapes
from rnn_tui.present.tables.weights import CHANGE, WEIGHTS
from rnn_tui.session.commands.forms import COUNTED, NOTHING
from rnn_tui.session.commands.verbs import NAMES, VERBS
from rnn_tui.session.edits.changes import changeables
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.themes import ABOUT, in_order

# What people say, and the words of our own sentences that it may stand for.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "alpha": ("learning_rate",), "ambiguous": ("contexts",), "back": ("undo", "rewind", "earlier"),
    "bank": ("contexts",), "beamer": ("projector",), "beginner": ("tour",), "blame": ("why",),
    "bug": ("break", "bug"),
    "close": ("leave",), "color": ("theme", "colours"),
    "colour": ("theme", "colours"), "compare": ("compare", "runs"),
    "dataset": ("experiment",), "diagnose": ("diagnosis", "check"), "exit": ("leave",),
    "explain": ("why", "computed"), "explode": ("clip", "factors", "diverged"),
    "export": ("save", "copy"), "fullscreen": ("fill",), "graph": ("chart", "curves"),
    "inspect": ("why",), "intro": ("tour",), "jump": ("go",), "load": ("open",),
    "lr": ("learning_rate",), "maximise": ("fill",), "maximize": ("fill",),
    "numeric": ("finite",), "pause": ("run",), "plot": ("chart", "curves"), "predict": ("forward",),
    "proof": ("gradient", "check"), "reason": ("why",), "redo": ("redo",), "restart": ("over",),
    "revert": ("undo",), "sample": ("sample", "write"), "sentence": ("text", "input"),
    "speed": ("faster", "slower"), "stop": ("stop", "run"), "test": ("quiz",),
    "train": ("train", "epoch"), "tutorial": ("tour", "lesson", "lessons"),
    "vanish": ("gradients", "factors"), "verify": ("check",), "zoom": ("fill",),
}  # fmt: skip
NAMED, MEANT = 2.0, 1.0  # scores: all words in the title, or in the sentence about it; fuzzy below

THEME = "theme "  # before the name of one


class PaletteLine(NamedTuple):
    """A line of the palette: its title, the sentence about it, and what choosing it does."""

    title: str
    about: str
    run: Callable[[], object]
    listed: bool = False  # whether it stands there before anything is typed


class Finder(Provider):
    """What can be done on the explorer's screen; on another one there are themes alone."""

    async def discover(self) -> Hits:
        """Every act with its key, before a letter is typed."""
        for one in sorted(self._findings, key=lambda one: one.title):
            if one.listed:
                yield DiscoveryHit(Content(one.title), one.run, text=one.title, help=one.about)

    async def search(self, query: str) -> Hits:
        """What a query names, or means."""
        matcher = self.matcher(query)
        for one in self._findings:
            fuzzy = matcher.match(one.title)
            score = relevance(query, one.title, one.about) or fuzzy / (1 + fuzzy)
            if score:
                yield Hit(score, Content(one.title), one.run, text=one.title, help=one.about)

    @cached_property
    def _findings(self) -> tuple[PaletteLine, ...]:
        screen = self.screen
        if not isinstance(screen, ExplorerScreen):
            return tuple(_themes(self.app))
        return (
            *_acts(screen), *_of_network(screen), *_commands(screen), *_settings(screen),
            *_experiments(screen), *_lessons(screen),
            *_themes(self.app), PaletteLine("Screenshot", "Save a picture of the screen",
                                        partial(self.app.deliver_screenshot), listed=True),
        )  # fmt: skip


class ThemeFinder(Provider):
    """The themes alone, those that are meant by a word before those that have its letters."""

    async def discover(self) -> Hits:
        """All of them."""
        for one in _themes(self.app):
            yield DiscoveryHit(one.title.removeprefix(THEME), one.run, help=one.about or None)

    async def search(self, query: str) -> Hits:
        """Those that a query finds, in the order in which they are offered."""
        matcher = self.matcher(query)
        for one in _themes(self.app):
            name = one.title.removeprefix(THEME)
            fuzzy = matcher.match(name)
            if score := relevance(query, name, one.about) or fuzzy / (1 + fuzzy):
                yield Hit(score, matcher.highlight(name), one.run, help=one.about or None)


def relevance(query: str, title: str, about: str) -> float:
    """How well a line answers a query; 0 if some word of it is neither named nor meant."""
    words = query.lower().split()
    if not words:
        return 0.0
    if all(_begins(word, title) for word in words):
        return NAMED
    both = f"{title} {about}"
    meant = all(
        any(_begins(one, both) for one in (word, *SYNONYMS.get(word, ()))) for word in words
    )
    return MEANT if meant else 0.0


def _begins(word: str, text: str) -> bool:
    """Whether a word of the text begins so; names are several words, training.learning_rate too."""
    text = text.lower()
    pieces = re.split(r"[ ._-]+", text)
    return any(piece.strip("(“").startswith(word) for piece in (*text.split(), *pieces)) or (
        "_" in word and word in text
    )


def _acts(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    """Those that have a key."""
    for act in ACTS:
        run = partial(screen.run_action, act.action)
        yield PaletteLine(f"{act.label}  ({act.key_text})", act.about, run, listed=True)


def _of_network(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    """What the network is, and what training changed: each leads to where it is seen."""
    show = screen.controllers.turning.show_weights
    yield PaletteLine(
        f"network: {shapes(screen.session.experiment)[0]}",
        "Summary of the model: shape, size and architecture; leads to all its parameters",
        partial(show, WEIGHTS[0].measure),
    )
    yield PaletteLine(
        "what changed", "Change of every weight since the start (Δ), what training changed",
        partial(show, CHANGE.measure),
    )  # fmt: skip


def _commands(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    """Verbs that are given something, or have no key, begun on the colon line."""
    with_key = {NAMES.get(act.verb, act.verb) for act in ACTS}
    for verb in VERBS.values():
        done_by_key = verb.name in with_key and verb.form in (NOTHING, COUNTED)
        if not (verb.quiet or done_by_key):
            run = partial(screen.controllers.commands.type, f"{verb.name} ")
            yield PaletteLine(f":{verb.usage}", verb.about, run)


def _settings(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    """What can be set, with its value now; choosing it asks for another."""
    for one in changeables(screen.session.edit_base):
        run = partial(screen.controllers.edits.change_setting, one.name)
        yield PaletteLine(f"set {one.name} = {one.value}", f"A setting: {one.expected}", run)


def _experiments(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    for path in bundled():
        name = str(path.stem)
        run = partial(screen.controllers.files.open_bundled, name)
        yield PaletteLine(f"open {name}", f"Experiment: {title_of(path)}", run)


def _lessons(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    for one in bundled_course().lessons:
        run = partial(screen.controllers.learning.learn, one.id)
        yield PaletteLine(f"learn {one.id}", f"Lesson: {one.title}", run)


def _themes(app: App[object]) -> Iterator[PaletteLine]:
    def choose(name: str) -> None:
        app.theme = name

    for name in in_order(app.available_themes):
        yield PaletteLine(f"{THEME}{name}", ABOUT.get(name, ""), partial(choose, name))
