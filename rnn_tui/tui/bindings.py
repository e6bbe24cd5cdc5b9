"""Every key of the explorer, declared once. Footer, help, palette and hints are made from this."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding

from rnn_tui.session.session import Session

MOVES = frozenset({*Session.MOVES, "undo", "redo", "reset"})
STEP, TIME, DATA, VIEW, PAGE, APP = "Step", "Time", "Data", "View", "Screens", "Program"
TRAIN, WEIGHTS, TEXT = "Train", "Weights", "Text"


@dataclass(frozen=True)
class Act:
    """One thing that the explorer does.

    `verb` is its action; `label` its name in the footer, `about` a sentence for
    help and palette. Only acts in the `footer` show there. `shown` is the key as
    it is written, where that differs from its name. An act with a `page` works on
    that page only. No act is ever disabled: one that can't be done now says why.
    """

    verb: str
    key: str
    label: str
    about: str
    group: str
    footer: bool = False
    shown: str = ""
    page: str = ""

    @property
    def key_text(self) -> str:
        """The key as a person reads it."""
        return self.shown or self.key.split(",")[0]

    @property
    def action(self) -> str:
        """What Textual calls: the screen has one action for all, and one table of who does them."""
        return f"act('{self.verb}')"

    def binding(self) -> Binding:
        """The binding for Textual."""
        return Binding(
            self.key,
            self.action,
            self.label,
            show=self.footer,
            key_display=self.key_text,
            tooltip=self.about,
            id=self.verb,
        )


ACTS: tuple[Act, ...] = (
    Act("forward", "f", "forward", "Feed the next token: one timestep forward", STEP, True),
    Act("finish_forward", "F", "all forward", "Finish the forward pass, up to the loss", STEP),
    Act("backward", "b", "backward", "Send the gradient one timestep back", STEP, True),
    Act("finish_backward", "B", "all back", "Finish BPTT, down to the first token", STEP),
    Act("op", "n", "op", "Run the next single operation", STEP, True),
    Act("again", "a", "again", "Step this pass again, with the same weights", STEP),
    Act("update", "s", "step", "Train on this example or chunk, and go on to the next", STEP),
    Act("epoch", "e", "epoch", "Train one epoch, or what is left of it", STEP, True),
    Act("epochs", "E", "epochs", "Train many epochs", STEP),
    Act("run", "space", "run", "Run epoch after epoch, or pause", STEP, True),
    Act("faster", "plus", "faster", "Run faster", STEP, shown="+"),
    Act("slower", "minus", "slower", "Run slower", STEP, shown="-"),
    Act("proof", "P", "proof", "Check the whole gradient against differences of the loss", STEP),
    Act("microscope", "G", "microscope", "The gradient whole, cut off, clipped by norm and by "
        "value, side by side: length, turn, share, next loss", STEP),
    Act("break_it", "X", "break it", "Put a classic bug into the code, and find its line", STEP),
    Act("undo", "u", "undo", "Take back the last step, run or edit, to the bit", TIME, True),
    Act("redo", "U", "redo", "Do again what was taken back", TIME),
    Act("goto", "g", "go to", "Go to any epoch, back or on", TIME),
    Act("breakpoints", "k", "breakpoints", "Run until a condition such as loss < 0.3 "
        "holds, or back to where it last came to", TIME),
    Act("earlier", "less_than_sign", "earlier", "Scrub back through what has been computed, one "
        "epoch or step", TIME, shown="<"),
    Act("later", "greater_than_sign", "later", "Scrub on through what has been computed", TIME,
        shown=">"),
    Act("runs", "R", "runs", "All runs side by side: what differs, what each came to; go to one",
        TIME),
    Act("pin", "p", "pin", "Keep this run drawn beside the others, or let it go", TIME),
    Act("reset", "r", "reset", "Start over: epoch 0, first example, no edits", TIME),
    Act("ask", "slash", "ask why", "Ask how any number came about, by its address", DATA,
        shown="/"),
    Act("previous_example", "left_square_bracket", "prev", "Look at the example before", DATA,
        shown="["),
    Act("next_example", "right_square_bracket", "next", "Look at the next example", DATA,
        shown="]"),
    Act("edit_input", "i", "type", "Type a sentence of your own", DATA),
    Act("change", "equals_sign", "change", "Change the number under the cursor, or any setting, "
        "from here on", DATA, shown="="),
    Act("release", "delete,backspace", "let go", "Take back the patched value under the cursor",
        DATA, shown="del"),
    Act("open", "o", "open", "Open another experiment, or a session", DATA),
    Act("save", "S", "save", "Save this session: the experiment and all that was done", DATA),
    Act("command", "colon", "command", "Type any verb: epoch 10, set W_hh[1,0] 0.5, run until …",
        APP, shown=":"),
    Act("copy", "y", "copy", "Copy the focused table, tab-separated", DATA),
    Act("gradient_view", "v", "BPTT view", "Take the gradients apart: norms, local and future, "
        "ledger of the losses, factors", VIEW, page="step"),
    Act("zoom", "z", "zoom", "Let the focused pane fill the screen, or give it back", VIEW),
    Act("theme", "t", "theme", "Choose colours", VIEW),
    Act("step", "1", "step", "The Step screen: one pass, forward and back", PAGE),
    Act("train", "2", "train", "The Train screen: losses, gradients and more, as curves", PAGE),
    Act("weights", "3", "weights", "The Weights screen: every parameter as heat, and the "
        "eigenvalues", PAGE),
    Act("text", "4", "text", "The Text screen: what the network writes, what its units read", PAGE),
    Act("chart", "C", "chart", "Make the next chart the large one", TRAIN, page="train"),
    Act("log", "l", "log", "A logarithmic scale for the large chart, or a linear one", TRAIN,
        page="train"),
    Act("smooth", "m", "smooth", "Draw running means, with the points behind them", TRAIN,
        page="train"),
    Act("recent", "W", "recent", "Look at the newest part of the curves, or at all of them", TRAIN,
        page="train"),
    Act("values", "V", "values", "Show weights, gradients, velocity or change since the beginning",
        WEIGHTS, page="weights"),
    Act("matrix", "M", "matrix", "Go to the next array of the parameters", WEIGHTS,
        page="weights"),
    Act("cooler", "comma", "cooler", "Lower the temperature: likelier tokens more often", TEXT,
        shown=",", page="text"),
    Act("warmer", "full_stop", "warmer", "Raise the temperature: unlikelier tokens more often",
        TEXT, shown=".", page="text"),
    Act("next_seed", "x", "seed", "Write another sample: the next seed", TEXT, page="text"),
    Act("prompt", "w", "prompt", "Write on from a text of your own", TEXT, page="text"),
    Act("lens_text", "d", "text", "Lay the unit over the other text: validation or sample", TEXT,
        page="text"),
    Act("lens_order", "c", "order", "Sort the units by what they tell: vowels, spaces, word ends",
        TEXT, page="text"),
    Act("help", "question_mark", "help", "Explain the focused pane and list the keys", APP, True,
        shown="?"),
    Act("quit", "q", "quit", "Leave", APP, True),
    Act("suspend", "ctrl+z", "to the shell", "Leave this as it stands and go to the shell; fg "
        "comes back", APP, shown="^z"),
    Act("palette", "ctrl+p", "palette", "Find anything by its name", APP, True, shown="^p"),
)  # fmt: skip

ACT_OF_VERB: dict[str, Act] = {act.verb: act for act in ACTS}
ACT_OF_KEY: dict[str, Act] = {key: act for act in ACTS for key in act.key.split(",")}
KEYS: dict[str, str] = {act.verb: act.key_text for act in ACTS}


def bindings() -> list[Binding]:
    """All of them, for Textual."""
    return [act.binding() for act in ACTS]
