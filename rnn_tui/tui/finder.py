"""The palette: acts, commands, settings, experiments and themes, found by name or by meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import NamedTuple

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from rnn_tui.characters import visible
from rnn_tui.experiments.loading import bundled, title_of
from rnn_tui.lessons.courses import bundled_course
from rnn_tui.present.sentences.shape import shapes
from rnn_tui.present.tables.weights import CHANGE, NEWEST, WEIGHTS
from rnn_tui.session.commands.command_lines import VerbError, parse
from rnn_tui.session.commands.forms import COUNT, COUNTED, NOTHING, PLACE
from rnn_tui.session.commands.meaning import MEANT, NAMED, NEAR, nearness, number_in, relevance
from rnn_tui.session.commands.verbs import NAMES, VERBS
from rnn_tui.session.edits.changes import changeables
from rnn_tui.tui.bindings import ACTS
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.themes import ABOUT, in_order

TRY = (
    "Try words such as vanishing gradient, equation, what changed, train 10 epochs; / asks for a "
    "number, D finds out why it does not learn; ⏎ help"
)
MOST_NEAR = 8  # lines that have some of the words
THEME = "theme "  # before the name of one


class PaletteLine(NamedTuple):
    """A line of the palette: its title, the sentence about it, and what choosing it does."""

    title: str
    about: str
    run: Callable[[], object]
    listed: bool = False  # whether it stands there before anything is typed
    begin: Callable[[str], object] | None = None  # begins a command, of one that takes numbers
    commands: tuple[str, ...] = ()  # how that may be, with {} for a number

    def taking(self, number: int) -> PaletteLine | None:
        """The line with a number put in, where it takes one."""
        if self.begin is None:
            return None
        for template in self.commands:
            text = template.format(number)
            try:
                parse(text)
            except VerbError:
                continue
            return self._replace(title=f":{text}", run=partial(self.begin, text))
        return None


class Finder(Provider):
    """What can be done on the explorer's screen; on another one there are themes alone."""

    async def discover(self) -> Hits:
        """Every act with its key, before a letter is typed."""
        for one in sorted(self._findings, key=lambda one: one.title):
            if one.listed:
                yield DiscoveryHit(Content(one.title), one.run, text=one.title, help=one.about)

    async def search(self, query: str) -> Hits:
        """What a query names, or means."""
        for score, one in self._found(query):
            yield Hit(score, Content(one.title), one.run, text=one.title, help=one.about)

    def _found(self, query: str) -> list[tuple[float, PaletteLine]]:
        """What has all the words of a query; if nothing has, the nearest, or what else to try."""
        matcher, lines = self.matcher(query), self._findings
        found = [(relevance(query, one.title, one.about), one) for one in lines]
        if any(score for score, _ in found):
            rated = [
                (score or (fuzzy := matcher.match(one.title)) / (1 + fuzzy), one)
                for score, one in found
            ]
        else:
            near = nearness(query, [(one.title, one.about) for one in lines])
            alike = [NEAR * (fuzzy := matcher.match(one.title)) / (1 + fuzzy) for one in lines]
            rated = sorted(zip(map(max, near, alike), lines, strict=True), key=lambda one: -one[0])
            rated = rated[:MOST_NEAR]
        if (number := number_in(query)) is not None:
            rated = [
                (score + NAMED, taken) if (taken := one.taking(number)) else (score, one)
                for score, one in rated
                if score
            ]
        kept = [one for one in rated if one[0]]
        return kept or [*self._nothing_found(query)]

    def _nothing_found(self, query: str) -> Iterator[tuple[float, PaletteLine]]:
        screen = self.screen
        if isinstance(screen, ExplorerScreen):
            title = f"Nothing found for “{visible(query.strip())}”"
            yield (
                MEANT,
                PaletteLine(
                    title,
                    TRY,
                    partial(screen.perform, "help"),
                ),
            )

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
    lines = [kind.equation for kind in screen.session.view.program.algorithm.forward[0]]
    yield PaletteLine(
        f"equations: {'; '.join(lines)}",
        "The formulas of this network as lines of code (program), forward and back",
        screen.controllers.turning.show_program,
    )
    yield PaletteLine(
        "what changed", "Change of every weight since the start (Δ), what training changed",
        partial(show, CHANGE.measure),
    )  # fmt: skip
    unit = screen.session.unit
    yield PaletteLine(
        f"what the last {unit} changed",
        f"Change of every weight in the last {unit} (Δ), and which moved most",
        partial(show, NEWEST.measure),
    )


def _commands(screen: ExplorerScreen) -> Iterator[PaletteLine]:
    """Verbs that are given something, or have no key, begun on the colon line."""
    with_key = {NAMES.get(act.verb, act.verb) for act in ACTS}
    for verb in VERBS.values():
        done_by_key = verb.name in with_key and verb.form in (NOTHING, COUNTED)
        if not (verb.quiet or done_by_key):
            begin = screen.controllers.commands.type
            ways = (f"{verb.name} {{}}",) if verb.form in (COUNT, COUNTED) else ()
            if verb.form is PLACE:
                ways = (f"{verb.name} {screen.session.unit} {{}}",)
            yield PaletteLine(
                f":{verb.usage}", verb.about, partial(begin, f"{verb.name} "),
                begin=begin, commands=ways,
            )  # fmt: skip


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
