"""What the screen does beside the verbs of a session, each declared once, like those."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.session.commands.verbs import NAMES, VERBS, label_of


@dataclass(frozen=True)
class ScreenAct:
    """An act of the screen: its name, what stands beside its key, and a sentence about it."""

    name: str
    label: str
    about: str


@dataclass(frozen=True)
class AskingAct:
    """An act of the screen that asks what a verb is to be given, and then does that verb."""

    name: str
    label: str
    verb: str

    @property
    def about(self) -> str:
        """The sentence about the verb."""
        return VERBS[self.verb].about


_TABLE = (
    AskingAct("proof", "gradient check", "check"),
    AskingAct("break_it", "break it", "break"),
    AskingAct("ask", "ask why", "why"),
    AskingAct("edit_input", "type a text", "input"),
    AskingAct("change", "change", "set"),
    AskingAct("earlier", "earlier", "scrub"),
    AskingAct("later", "later", "scrub"),
    # Training, and the runs
    ScreenAct("faster", "faster", "Run faster"),
    ScreenAct("slower", "slower", "Run slower"),
    ScreenAct("microscope", "microscope", "Compare full, truncated and clipped gradients"),
    ScreenAct("breakpoints", "breakpoints", "Set conditions that stop a run, or rewind to one"),
    ScreenAct("runs", "runs", "Compare all runs, and go to one of them"),
    ScreenAct("release", "remove patch", "Remove the patched value under the cursor"),
    # Files and clipboard
    ScreenAct("open", "open", "Open an experiment, a lesson, a session or a file"),
    ScreenAct("save", "save", "Save the experiment and your steps"),
    ScreenAct("copy", "copy", "Copy the focused table, tab-separated"),
    # What is shown
    ScreenAct("step_page", "step", "Show one pass, forward and back: the Step screen"),
    ScreenAct("train_page", "train", "Show the curves of training: the Train screen"),
    ScreenAct("weights_page", "weights",
              "Show every parameter, and the eigenvalues: the Weights screen"),
    ScreenAct("text_page", "text",
              "Show what the network writes and its units track: the Text screen"),
    ScreenAct("learn_page", "learn", "Open the lessons beside the network, or leave them"),
    ScreenAct("tour", "tour", "Take a sixty-second tour, if you are new here"),
    ScreenAct("test_out", "test out",
              "Test out of a known lesson: its questions, one attempt each"),
    ScreenAct("hint", "hint", "Give the next hint of the lesson's step"),
    ScreenAct("solution", "solution", "Show the solution of the lesson's step, which ends it"),
    ScreenAct("wider", "more room", "Give the lesson more room"),
    ScreenAct("narrower", "less room", "Give the lesson less room"),
    ScreenAct("gradient_view", "BPTT view",
              "Split the gradients: norms, local and future, each loss's, factors"),
    ScreenAct("state_view", "states",
              "Show h, the cell's other states, or its gates"),
    ScreenAct("layer", "layer", "Show the states and gradients of the next layer"),
    ScreenAct("program", "program", "Show the code that runs, line by line, or Why again"),
    ScreenAct("zoom", "zoom", "Let the focused pane fill the screen, or shrink it back"),
    ScreenAct("network", "network", "Let the picture of the network fill the screen, or leave it"),
    ScreenAct("unzoom", "back", "Shrink a zoomed pane back to its place on the page"),
    ScreenAct("theme", "theme", "Choose colours"),
    ScreenAct("notation", "notation", "Switch names: code, the book's, U V W, PyTorch"),
    # The Train screen
    ScreenAct("chart", "chart", "Make the next chart the large one"),
    ScreenAct("log", "log", "Switch bars of norms, or the large chart, to a logarithmic scale"),
    ScreenAct("smooth", "smooth", "Draw running means, with the points behind them"),
    ScreenAct("recent", "recent", "Show the newest part of the curves, or all of them"),
    # The Weights screen
    ScreenAct("values", "values", "Show weights, gradients, velocity or change since the start"),
    ScreenAct("matrix", "matrix", "Show the next array of parameters"),
    ScreenAct("picture", "picture", "Show large arrays as pictures of heat, or as numbers"),
    # The Text screen
    ScreenAct("cooler", "cooler", "Lower the temperature: likelier tokens more often"),
    ScreenAct("warmer", "warmer", "Raise the temperature: unlikelier tokens more often"),
    ScreenAct("next_seed", "seed", "Generate another sample, with the next seed"),
    ScreenAct("prompt", "prompt", "Continue a text of your own"),
    ScreenAct("lens_text", "text", "Show the unit on the other text: validation or sample"),
    ScreenAct("lens_order", "order", "Sort the units: by variance, vowels, spaces, word ends"),
    # The program
    ScreenAct("command", "command", "Type a command: epoch 10, set W_hh[1,0] 0.5, run until …"),
    ScreenAct("quit", "quit", "Leave"),
    ScreenAct("suspend", "to the shell", "Suspend the program and go to the shell; fg returns"),
    ScreenAct("palette", "palette", "Find any command by its name"),
)  # fmt: skip

# Acts without a key, done by a click.
OF_CLICKS = {"examples": "Go to the examples on the Step screen"}
# Aliases of verbs whose key does more than that of the verb.
OF_ALIASES = {"epochs": "Train several epochs or steps: it asks how many"}
ASKING = tuple(act for act in _TABLE if isinstance(act, AskingAct))
SCREEN_ACTS: dict[str, ScreenAct | AskingAct] = {act.name: act for act in _TABLE}


def label(name: str) -> str:
    """What stands beside the key of an act. Raises KeyError."""
    return words_of(name)[0]


def words_of(name: str) -> tuple[str, str]:
    """What stands beside the key of an act, and the sentence about it. Raises KeyError.

    Of a screen act, or of a verb by its name or an alias.
    """
    if name in SCREEN_ACTS:
        act = SCREEN_ACTS[name]
        return act.label, act.about
    return label_of(name), OF_ALIASES.get(name, VERBS[NAMES[name]].about)
