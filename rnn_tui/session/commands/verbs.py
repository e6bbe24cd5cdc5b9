"""The one table of verbs: what a session does, in words that every face reads here.

Help and completion of `rnn-tui plain` and of the colon line, and the explorer's footer, help,
palette and refusals, to which `tui/bindings.py` adds keys and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.session.commands.forms import (
    COUNT,
    COUNTED,
    CURE,
    NOTHING,
    OTHER,
    PANE,
    PANES,
    PASSAGE,
    PLACE,
    RUN,
    SETTING,
    TEXT,
    UNTIL,
    WORD,
    Form,
    line,
    number,
    perhaps,
)
from rnn_tui.session.commands.meaning import synonyms


@dataclass(frozen=True)
class Verb:
    """A verb, declared once.

    `label` is its name in a footer and beside a key, `about` the one sentence about it, and
    `more` what only its own help says. One that `asks` changes nothing, one that is `in_place`
    leads nowhere. A `quiet` one is written by the journal and left out of help, as another verb
    says the same in a friendlier way.
    """

    name: str
    label: str
    form: Form
    about: str
    more: str = ""
    asks: bool = False
    in_place: bool = False
    quiet: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How it is written."""
        return f"{self.name} {self.form.usage}".rstrip()


_TABLE = (
    # Through one pass
    Verb("forward", "forward", COUNTED, "Read the next token: one timestep forward"),
    Verb("finish_forward", "finish forward", NOTHING, "Finish the forward pass, up to the loss"),
    Verb("backward", "backward", COUNTED, "Backpropagate one timestep"),
    Verb("finish_backward", "finish backward", NOTHING,
         "Finish backpropagation, back to the first token"),
    Verb("op", "op", COUNTED, "Run the next single operation"),
    Verb("again", "this pass again", NOTHING, "Start this pass again, with the same weights"),
    # Training, and time
    Verb("update", "update", COUNT, "Train one update, or N as one act", aliases=("step",)),
    Verb("epoch", "epoch", COUNT, "Train the rest of this epoch, or N epochs as one act",
         aliases=("epochs",)),
    Verb("run", "run", UNTIL, "Keep training until a condition becomes true or you pause",
         "CONDITION is such as loss < 0.3, clipped, nan (a loss or a weight is inf or NaN) or "
         "abs(W_hh[1,0]) > 0.5; for N limits how many epochs or steps are trained, the planned "
         "ones otherwise"),
    Verb("back", "rewind", UNTIL, "Rewind to where a condition last became true"),
    Verb("undo", "undo", COUNTED, "Undo the last step, run or change"),
    Verb("redo", "redo", COUNTED, "Redo what was undone"),
    Verb("reset", "start over", NOTHING, "Start over: epoch 0, first example, no changes"),
    Verb("goto", "go to", PLACE, "Go to any epoch or update, or to another run",
         "What is not trained yet is trained on the way. A step is an update of a text"),
    Verb("scrub", "scrub", number("K", 0), "Move along the epochs or steps trained so far",
         quiet=True),
    # What is read
    Verb("next_example", "next example", COUNTED, "Go to the next example", aliases=("next",)),
    Verb("previous_example", "previous example", COUNTED, "Go to the previous example",
         aliases=("previous",)),
    Verb("example", "example", number("K", 1), "Go to an example by its number, from 1"),
    Verb("input", "type a text", TEXT, "Read a text of your own",
         "LABEL is the answer wanted; quotes keep what else would be read as a command"),
    # What is changed
    Verb("set", "change", SETTING, "Change a weight, a hidden value or a setting from here on",
         "NAME is such as W_hh[1,0], h[2,1] (this pass only), learning_rate or rho; VALUE may be "
         "relative: +=0.1 or *=2"),
    Verb("put", "put", SETTING, "Set one number, even to the value it has", quiet=True),
    Verb("settings", "settings", line("TABLE", "a table in JSON", plain=False),
         "Change several settings of training at once", quiet=True),
    Verb("break", "break it", line("BUG", "the name of a bug"),
         "Put a classic bug into the code, and find its line"),
    Verb("mend", "mend", NOTHING, "Take the bug out of the code"),
    Verb("cure", "cure", CURE,
         "Go back before the loss diverged or jumped, and apply a fix"),
    Verb("pin", "pin", RUN, "Pin or unpin a run's curves", in_place=True),
    # Questions
    Verb("why", "ask why",
         line("REF", "the address of a number, such as h[2,1]", plain=False),
         "Show how a number was computed", "h[2,1] is unit 1 after token 2, both from 0; h[2,1]#3 "
         "that of example 3, W_hh[1,0]@20 the weight before update 20", asks=True),
    Verb("show", "show", PANE, "Read out what a pane shows",
         f"PANE is one of {', '.join(PANES)}; here if it is left out", asks=True),
    Verb("line", "line",
         line("NAME", "the name of what a line of the code makes, such as dh", plain=False),
         "Show what a line of code reads and makes at every timestep",
         "NAME is what the line makes, such as dh, delta or dW_hh; show program lists them all",
         asks=True),
    Verb("contexts", "two contexts", OTHER,
         "Compare two sentences: what the same word does in two contexts",
         "Without an example, the one with the most words in common and another answer; TEXT may "
         "end in as LABEL, and a text that is a number stands in quotes", asks=True),
    Verb("check", "gradient check", NOTHING,
         "Compare the whole gradient with finite differences of the loss", asks=True),
    Verb("diagnose", "diagnose", NOTHING,
         "Find out why the network doesn't learn: causes, proofs and cures", asks=True,
         aliases=("doctor",)),
    Verb("quiz", "quiz me", perhaps("[ADDRESS]", plain=False),
         "Take a quiz on a number, or on the next one", asks=True),
    Verb("learn", "learn", perhaps("[NAME]", plain=False),
         "Begin or go on with a lesson; without a name, list them",
         "NAME is a lesson's name or number, tour, or a file; without it a lesson that was begun "
         "goes on", asks=True),
    Verb("write", "write", PASSAGE, "Let the network continue a text by N tokens",
         "T is the temperature, 1 if left out: below it likely tokens come more often, and at 0 "
         "always the likeliest", asks=True),
    Verb("help", "help", WORD, "Explain one thing here, and list what can be done", asks=True),
)  # fmt: skip

VERBS: dict[str, Verb] = {verb.name: verb for verb in _TABLE}
NAMES: dict[str, str] = {name: name for name in VERBS} | {
    alias: verb.name for verb in VERBS.values() for alias in verb.aliases
}


def verb_named(word: str) -> Verb | None:
    """The verb that a word is the name of, or an alias; None if there is none."""
    name = NAMES.get(word.lower().replace("-", "_"))
    return None if name is None else VERBS[name]


def label_of(name: str) -> str:
    """What stands beside the key of a verb; an alias stands for itself."""
    return VERBS[name].label if name in VERBS else name


def similar(word: str) -> str:
    """The verb that may have been meant, as the end of a sentence; nothing if none is near.

    A word that stands for another is answered by what it means: `train` by `epoch`.
    """
    meant = (NAMES[one] for one in synonyms(word.lower()) if one in NAMES)
    if (name := next(meant, None)) is not None:
        verb = VERBS[name]
        return f" (did you mean {shown(verb.usage)}: {verb.about}?)"
    return nearest(word, [name for name, verb in NAMES.items() if not VERBS[verb].quiet])
