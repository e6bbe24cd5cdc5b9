"""What the arguments of several commands are made of. Nothing heavy is imported."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from rnn_tui.characters import cut, one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

BAD_INPUT = 2
INTERRUPTED = 130

MOST_DIGITS = 18
LARGEST_NUMBER = 10**MOST_DIGITS - 1
MOST_SHOWN = 40  # characters of what was typed


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong and where help is, and leave with exit code 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {one_line(message)} (see {self.prog} --help)\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print help, a version or an error; argparse itself would swallow that it can't."""
        (file or sys.stderr).write(message)


# Values: each raises ArgumentTypeError with what was expected


def count(text: str) -> int:
    """A whole number, 0 or more."""
    return _whole(text, 0)


def positive(text: str) -> int:
    """A whole number, 1 or more."""
    return _whole(text, 1)


def _whole(text: str, least: int) -> int:
    digits = (text.lstrip("0") or "0") if text.isdecimal() else ""
    if len(digits) > MOST_DIGITS:
        expected = f"expected at most {LARGEST_NUMBER:,}"
    elif not digits or int(digits) < least:
        expected = f"expected a whole number, {least} or more"
    else:
        return int(digits)
    raise not_expected(expected, text)


def not_expected(expected: str, text: str) -> argparse.ArgumentTypeError:
    """The error about a value that is not what was expected, which is shown as far as it goes."""
    return argparse.ArgumentTypeError(f'{expected}, found "{cut(one_line(text), MOST_SHOWN)}"')


# Arguments


def add_experiment(parser: Parser) -> None:
    """The experiment that a command is about, with settings of its own."""
    parser.add_argument(
        "experiment", metavar="EXPERIMENT", help="a name, a .toml file, or data: .txt, .tsv, .csv"
    )
    add_set(parser)


def add_set(parser: Parser) -> None:
    """Settings of an experiment."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key of the file, such as training.learning_rate=0.1; may be repeated",
    )
    for flag, about in (
        ("--predict", "columns of a .csv series to predict, as named in its first line"),
        ("--columns", "columns of a .csv of numbers to read (all with numbers)"),
    ):
        parser.add_argument(flag, action=_Columns, dest="set", metavar="COLUMN,…", help=about)


class _Columns(argparse.Action):
    """Names of columns, as an override of the key of `[data]` that is called like the flag."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace,
        values: object, option_string: str | None = None,
    ) -> None:  # fmt: skip
        """Add the override."""
        names = [name.strip() for name in str(values).split(",")]
        key = f"data.{str(option_string).lstrip('-')}"
        namespace.set = [*namespace.set, f"{key}={json.dumps(names, ensure_ascii=False)}"]


def add_length(
    parser: Parser, about: str, *, weights: bool = False, least: Callable[[str], int] = count
) -> None:
    """How long to train, or from which file to read the weights instead."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--epochs", type=least, metavar="N", help=about)
    group.add_argument("--steps", type=least, metavar="N", help="the same for a stream, in updates")
    if weights:
        group.add_argument("--weights", metavar="FILE", help="read the weights from a file instead")


def add_example(parser: argparse._ActionsContainer) -> None:
    """Which training example."""
    parser.add_argument(
        "--example", type=count, metavar="K", help="training example or chunk, from 1"
    )
