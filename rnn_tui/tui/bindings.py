"""Every key of the explorer, and nothing but keys. To give an act another key, edit this table.

What the acts do is said in the table of verbs and in that of screen acts. Footer, help, palette
and hints are made from the three.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding

from rnn_tui.session.session import Session
from rnn_tui.tui.screen_acts import ASKING, words_of

MOVES = frozenset({*Session.MOVES, "undo", "redo", "reset"})


@dataclass(frozen=True)
class Key:
    """The key of a verb or screen act, by its name; with commas between them, several keys.

    Only those in the `footer` show there, and where there is room those to `spare` behind them,
    from 1 on. `shown` is the key as it is written, where that differs from its name. With a `page`
    it works on that page only, or with commas between them on several; there it goes before an act
    of all pages with the same key. One of the page `LESSON` does so on every page, as long as the
    step of a lesson offers it. No key is ever disabled: one whose act can't be done now says why.
    """

    act: str
    key: str
    footer: bool = False
    shown: str = ""
    page: str = ""
    spare: int = 0


LESSON = "lesson"  # in the place of a page: wherever a lesson's step is beside it

KEY_TABLE: dict[str, tuple[Key, ...]] = {
    "Step": (
        Key("forward", "f", footer=True),
        Key("finish_forward", "F"),
        Key("backward", "b", footer=True),
        Key("finish_backward", "B"),
        Key("op", "n", footer=True),
        Key("again", "a"),
        Key("update", "s"),
        Key("epoch", "e", footer=True),
        Key("epochs", "E"),
        Key("run", "space", footer=True),
        Key("faster", "plus", shown="+"),
        Key("slower", "minus", shown="-"),
        Key("proof", "P"),
        Key("microscope", "G"),
        Key("diagnose", "D"),
        Key("break_it", "X"),
        Key("quiz", "Q"),
    ),
    "Time": (
        Key("undo", "u", footer=True),
        Key("redo", "U"),
        Key("goto", "g", spare=2),
        Key("breakpoints", "k"),
        Key("earlier", "less_than_sign", shown="<"),
        Key("later", "greater_than_sign", shown=">"),
        Key("runs", "R"),
        Key("pin", "p"),
        Key("reset", "r"),
    ),
    "Data": (
        Key("ask", "slash", shown="/"),
        Key("previous_example", "left_square_bracket", shown="["),
        Key("next_example", "right_square_bracket", shown="]"),
        Key("edit_input", "i"),
        Key("contexts", "c"),
        Key("change", "equals_sign", shown="="),
        Key("release", "delete,backspace", shown="del"),
        Key("open", "o", spare=1),
        Key("save", "S"),
        Key("copy", "y"),
    ),
    "View": (
        Key("gradient_view", "v", page="step"),
        Key("state_view", "h", page="step,text"),
        Key("layer", "L", page="step,text"),
        Key("program", "j", page="step"),
        Key("zoom", "z"),
        Key("network", "Z"),
        Key("unzoom", "escape", shown="esc"),
        Key("theme", "t", spare=3),
        Key("notation", "N"),
    ),
    "Screens": (
        Key("step_page", "1"),
        Key("train_page", "2"),
        Key("weights_page", "3"),
        Key("text_page", "4"),
        Key("learn_page", "5"),
        Key("tour", "T"),
        Key("test_out", "K"),
        Key("hint", "question_mark", shown="?", page=LESSON),
        Key("solution", "exclamation_mark", shown="!", page=LESSON),
        Key("wider", "left_parenthesis", shown="("),
        Key("narrower", "right_parenthesis", shown=")"),
    ),
    "Train": (
        Key("chart", "C", page="train"),
        Key("log", "l", page="train,step"),
        Key("smooth", "m", page="train"),
        Key("recent", "W", page="train"),
    ),
    "Weights": (
        Key("values", "V", page="weights"),
        Key("matrix", "M", page="weights"),
        Key("picture", "H", page="weights"),
    ),
    "Text": (
        Key("cooler", "comma", shown=",", page="text"),
        Key("warmer", "full_stop", shown=".", page="text"),
        Key("next_seed", "x", page="text"),
        Key("prompt", "w", page="text"),
        Key("lens_text", "d", page="text"),
        Key("lens_order", "c", page="text"),
    ),
    "Program": (
        Key("command", "colon", shown=":"),
        Key("help", "question_mark,f1", footer=True, shown="?"),
        Key("quit", "q", footer=True),
        Key("suspend", "ctrl+z", shown="^z"),
        Key("palette", "ctrl+p", footer=True, shown="^p"),
    ),
}


@dataclass(frozen=True)
class Act:
    """One thing that the explorer does on a key: the key, and the words of its act.

    `verb` is the name of the act, `label` what stands beside the key in the footer, `about` the
    sentence for help and palette, `group` the heading that it stands under there.
    """

    verb: str
    key: str
    label: str
    about: str
    group: str
    footer: bool
    shown: str
    page: str
    spare: int

    @classmethod
    def of(cls, group: str, key: Key) -> Act:
        """That of a line of the table."""
        words = words_of(key.act)
        return cls(
            key.act, key.key, *words, group, key.footer, key.shown, key.page, key.spare
        )  # fmt: skip

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that it works on, if it does not work on all; LESSON is none of them."""
        return tuple(self.page.split(",")) if self.page else ()

    @property
    def key_text(self) -> str:
        """The key as a person reads it."""
        return self.shown or self.key.split(",")[0]

    @property
    def action(self) -> str:
        """What Textual calls: the screen has one action for all, and one table of who does them."""
        return f"act('{self.verb}')"

    @property
    def shares_key(self) -> bool:
        """Whether its key does something else on other pages."""
        return bool(self.page) and any(
            not other.page and set(self.key.split(",")) & set(other.key.split(","))
            for other in ACTS
        )

    def binding(self) -> Binding:
        """The binding for Textual."""
        return Binding(
            self.key,
            f"act_of_page('{self.verb}')" if self.shares_key else self.action,
            self.label,
            show=self.footer,
            key_display=self.key_text,
            tooltip=self.about,
            id=self.verb,
        )


ACTS: tuple[Act, ...] = tuple(
    Act.of(group, key) for group, keys in KEY_TABLE.items() for key in keys
)
ACT_OF_VERB: dict[str, Act] = {act.verb: act for act in ACTS}
ACT_OF_KEY: dict[str, Act] = {key: act for act in ACTS for key in act.key.split(",")}
KEYS: dict[str, str] = {act.verb: act.key_text for act in ACTS}
# What a sentence calls by the verb is the act that asks what it is to be given, and has its key.
NAMED_BY_VERB: dict[str, str] = {
    asking.verb: asking.name for asking in reversed(ASKING) if asking.verb not in KEYS
}
KEYS |= {verb: KEYS[name] for verb, name in NAMED_BY_VERB.items()}


def bindings() -> list[Binding]:
    """All of them, for Textual, which tries those of a key in this order."""
    return [act.binding() for act in sorted(ACTS, key=lambda act: not act.shares_key)]
