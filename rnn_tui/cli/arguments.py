"""What may stand on the command line, and the help that says so. Nothing heavy is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING

from rnn_tui import __version__
from rnn_tui.characters import cut, one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

BAD_INPUT = 2

COMMANDS: dict[str, str] = {
    "list": "list the experiments that come with the program",
    "trace": "print everything that one pass computes: states, gradients, all of it",
    "train": "train without a screen: a line an epoch, or every so many steps of a stream",
    "generate": "let a network trained on a stream go on with a text",
    "why": "explain one number, such as h[2,1] or W_hh[1,0], by those it was made of",
    "gradcheck": "hold backpropagation against central differences",
    "parity": "run the same experiment in torch.nn.RNN and print how far the two are apart",
    "export": "write an experiment out as a program in plain NumPy",
    "plain": "speak the explorer's verbs: plain sentences for pipes, scripts and screen readers",
    "compare": "train an experiment under many settings side by side, from several random starts",
    "analyze": "measure what a network has learnt: eigenvalues, states, words, memory, as pictures",
    "check": "compare every published figure with what is measured now",
    "bench": "measure how fast training is on this machine, beside its rivals",
}

DESCRIPTION = """\
A debugger for recurrent networks in the terminal.

With no command it opens the explorer: rnn-tui [EXPERIMENT] [--set KEY=VALUE]
EXPERIMENT is a bundled name (rnn-tui list), a .toml file or a saved .rnn-session;
sentiment if left out."""

EPILOG = """\
Exit codes: 0 done, 1 a check failed or a run diverged, 2 bad input. Data goes to
stdout, messages to stderr. In JSON, numbers read back exactly; NaN and infinity are null.
The same experiment gives the same numbers, to the last bit, on one kind of processor,
with one NumPy and one number of threads: 1, or what OMP_NUM_THREADS says."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong and where help is, and leave with exit code 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {one_line(message)} (see {self.prog} --help)\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print help, a version or an error; argparse itself would swallow that it can't."""
        (file or sys.stderr).write(message)


def explorer_parser() -> Parser:
    """The parser of `rnn-tui` without a command; its help names them all."""
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {about}" for name, about in COMMANDS.items())
    parser = Parser(
        "rnn-tui",
        usage="rnn-tui [EXPERIMENT] [--set KEY=VALUE] [--weights FILE | --resume]\n"
        "       rnn-tui COMMAND [options]",
        description=f"{DESCRIPTION}\n\ncommands (each has its own --help):\n{commands}",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("experiment", nargs="?", default="sentiment", metavar="EXPERIMENT")
    _add_set(parser)
    parser.add_argument("--resume", action="store_true", help="go on with the newest session")
    parser.add_argument("--weights", metavar="FILE", help="begin with the weights of a file")
    parser.add_argument("--version", action="version", version=f"rnn-tui {__version__}")
    return parser


def command_parser() -> Parser:
    """The parser of `rnn-tui COMMAND`."""
    parser = Parser("rnn-tui")
    sub = parser.add_subparsers(dest="command", parser_class=Parser)
    for name, about in COMMANDS.items():
        one = sub.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        one.add_argument("--json", action="store_true", help="machine-readable output")
        if name in _OPTIONS:
            if name == "plain":
                one.add_argument(
                    "experiment", nargs="?", default="sentiment", metavar="EXPERIMENT",
                    help="a name, a .toml file or a saved session (sentiment)",
                )  # fmt: skip
            else:
                one.add_argument("experiment", metavar="EXPERIMENT", help="a name or a .toml file")
            _add_set(one)
            _OPTIONS[name](one)
        elif name == "check":
            one.add_argument("experiments", nargs="*", metavar="EXPERIMENT")
        elif name == "bench":
            _bench(one)
    return parser


def _trace(parser: Parser) -> None:
    _add_length(parser, "train this long first (0)", weights=True)
    which = parser.add_mutually_exclusive_group()
    _add_example(which)
    which.add_argument("--text", metavar="TEXT", help="a text of your own")
    parser.add_argument("--label", help="the answer that --text should get")


def _train(parser: Parser) -> None:
    _add_length(parser, "how long (what the experiment says)")
    parser.add_argument(
        "--every",
        type=_positive,
        metavar="N",
        help="of a stream, a line every N steps (100, of which a table shows about 20)",
    )
    parser.add_argument(
        "--save", metavar="FILE", help="write the weights then: .npz or .safetensors"
    )
    parser.add_argument(
        "--names", choices=("ours", "torch"), default="ours",
        help="what the saved arrays are called: torch, as in the state_dict read, or that of a "
        "module with rnn, linear and embedding (ours)",
    )  # fmt: skip
    parser.add_argument(
        "--float32", action="store_true",
        help="train in single precision: twice as fast for hundreds of units, less exact",
    )  # fmt: skip


def _generate(parser: Parser) -> None:
    _add_length(parser, "train this long first (what the experiment says)", weights=True)
    parser.add_argument("--prompt", required=True, metavar="TEXT", help="what to go on with")
    parser.add_argument(
        "--length", required=True, type=_count, metavar="N", help="how many tokens to add"
    )
    parser.add_argument(
        "--temperature",
        type=_temperature,
        default=1.0,
        metavar="X",
        help="divides the logits; 0 always takes the likeliest (1)",
    )
    parser.add_argument(
        "--seed", type=_count, default=0, metavar="N", help="the same draws the same (0)"
    )


def _why(parser: Parser) -> None:
    parser.add_argument("ref", metavar="REF", help="an address such as h[2,1] or dW_hh[1,0]")
    _add_length(parser, "train this long first (0)", weights=True)
    _add_example(parser)


def _gradcheck(parser: Parser) -> None:
    _add_length(parser, "train this long first (0)", weights=True)
    _add_example(parser)
    parser.add_argument(
        "--fault", metavar="NAME", help="put a classic bug into the code first: see it fail"
    )


def _parity(parser: Parser) -> None:
    _add_length(parser, "compare this many (what takes seconds)")
    parser.add_argument(
        "--code", action="store_true", help="print the PyTorch program of it instead"
    )


def _export(parser: Parser) -> None:
    parser.add_argument("--code", action="store_true", help="a NumPy program with the same losses")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it (stdout)")


def _plain(parser: Parser) -> None:
    parser.add_argument(
        "--do", metavar="COMMANDS", help="such as 'forward 4; backward 4; epoch 10' (reads stdin)"
    )
    parser.add_argument("--save", metavar="FILE", help="save the session then: .rnn-session")
    parser.add_argument("--weights", metavar="FILE", help="begin with the weights of a file")


def _bench(parser: Parser) -> None:
    parser.add_argument(
        "--threads", type=_threads, default=1, metavar="N", help="that libraries may use (1)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and no sweeps")
    parser.add_argument(
        "--rounds", type=_positive, metavar="N", help="that rivals take turns in (15, quick 5)"
    )


def _compare(parser: Parser) -> None:
    parser.add_argument(
        "--vary", action="append", required=True, metavar="KEY=V1,V2,…",
        help="values of a key, such as model.hidden_size=16,64; repeated: every combination",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", type=_positive, metavar="N",
        help="random starts of each (3; 1 where nothing is random)",
    )  # fmt: skip
    length = parser.add_mutually_exclusive_group()
    about = "how long (what the experiment says)"
    length.add_argument("--epochs", type=_positive, metavar="N", help=about)
    length.add_argument("--steps", type=_positive, metavar="N", help="of a stream, as many updates")
    parser.add_argument(
        "--jobs", type=_positive, metavar="N", help="runs at a time (one for each processor)"
    )
    parser.add_argument(
        "--store", metavar="FILE", help="keep runs here, not in the folder for the program's state"
    )
    parser.add_argument("--fresh", action="store_true", help="do runs again that were done before")


def _analyze(parser: Parser) -> None:
    parser.add_argument(
        "what", nargs="*", metavar="WHAT",
        help="eigenvalues jacobians saturation pca words memory hits positions (all that fit)",
    )  # fmt: skip
    _add_length(parser, "train this long (what the experiment says)", weights=True)
    parser.add_argument(
        "--every", type=_positive, metavar="N",
        help="look every N updates of the training (at about 40, closer at the start)",
    )  # fmt: skip


_OPTIONS: dict[str, Callable[[Parser], None]] = {
    "trace": _trace,
    "train": _train,
    "generate": _generate,
    "why": _why,
    "gradcheck": _gradcheck,
    "parity": _parity,
    "export": _export,
    "plain": _plain,
    "compare": _compare,
    "analyze": _analyze,
}


def _add_length(parser: Parser, about: str, *, weights: bool = False) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--epochs", type=_count, metavar="N", help=about)
    group.add_argument("--steps", type=_count, metavar="N", help="of a stream, as many updates")
    if weights:
        group.add_argument("--weights", metavar="FILE", help="read the weights from a file instead")


def _add_example(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--example", type=_count, metavar="K", help="training example or chunk, from 1"
    )


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key of the file, such as training.learning_rate=0.1; may be repeated",
    )


_MOST_DIGITS = 18
_MOST = 10**_MOST_DIGITS - 1


def _count(text: str) -> int:
    return _whole(text, 0)


def _positive(text: str) -> int:
    return _whole(text, 1)


def _threads(text: str) -> int:
    """As many as there are processors, at most: more would only wait for each other."""
    most = os.cpu_count() or 1
    if (count := _positive(text)) > most:
        raise argparse.ArgumentTypeError(f"expected at most {most}, the processors here")
    return count


def _whole(text: str, least: int) -> int:
    digits = (text.lstrip("0") or "0") if text.isdecimal() else ""
    if len(digits) > _MOST_DIGITS:
        expected = f"expected at most {_MOST:,}"
    elif not digits or int(digits) < least:
        expected = f"expected a whole number, {least} or more"
    else:
        return int(digits)
    raise argparse.ArgumentTypeError(f'{expected}, found "{_clipped(text)}"')


def _temperature(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f'expected a number, 0 or more, found "{_clipped(text)}"')
    return value


def _clipped(text: str, most: int = 40) -> str:
    return cut(one_line(text), most)
