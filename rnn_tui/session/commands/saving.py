"""Saved sessions: a text file of the experiment and the journal, and of what it all comes to.

rnn-tui session 1
program 0.6.0
experiment "sentiment"
sha256 …                        of the experiment's files
set "training.epochs=10"        for each --set
state …                         of where the journal leads
journal 2                       so many lines follow
forward 4
epoch 10
checksum …                      of all lines above
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rnn_tui import __version__
from rnn_tui.data_files import SESSION_MAGIC, experiment_named
from rnn_tui.experiments import Experiment, ExperimentError, bundled, load
from rnn_tui.experiments.drafts import write_whole
from rnn_tui.experiments.errors import shown
from rnn_tui.experiments.texts import read_file
from rnn_tui.session.commands.command_lines import Command, VerbError, parse_journal
from rnn_tui.session.commands.performing import ReplayError, moves, replay
from rnn_tui.session.session import Session

FORMAT = 1
MOST_UPDATES = 2 * 10**9


@dataclass(frozen=True)
class Saved:
    """What a file holds: the experiment and the journal, and the digest of each."""

    path: Path
    experiment: str
    digest: str
    overrides: tuple[str, ...]
    state: str
    journal: tuple[Command, ...]
    first_line: int


@dataclass(frozen=True, eq=False)
class Reopened:
    """A session as it was left. `exact` says whether it came to the same bits."""

    session: Session
    exact: bool


# Writing


def save(session: Session, path: Path) -> None:
    """Write a session, whole or not at all. Raises ExperimentError."""
    write_whole(path, text_of(session, path).encode())


def text_of(session: Session, path: Path) -> str:
    """The text of a session that is to be saved at a path."""
    experiment, journal = session.experiment, session.journal.entries
    lines = [
        f"{SESSION_MAGIC} {FORMAT}",
        f"program {__version__}",
        f"experiment {json.dumps(_origin(experiment, path))}",
        f"sha256 {experiment.digest or '-'}",
        *(f"set {json.dumps(one)}" for one in experiment.overrides),
        f"state {digest_of(session)}",
        f"journal {len(journal)}",
        *(command.text for command in journal),
    ]
    text = "".join(f"{line}\n" for line in lines)
    return f"{text}checksum {_sha256(text)}\n"


def digest_of(session: Session) -> str:
    """The SHA-256 of the training state before the update under the cursor, and of the cursor."""
    moment = session.moment
    cursor, state = moment.cursor, moment.timeline.state(moment.cursor.update)
    digest = hashlib.sha256(repr((cursor.update, cursor.example, cursor.done)).encode())
    for array in (state.params.flat, *state.slots.values(), state.carry):
        digest.update(b"-" if array is None else array.tobytes())
    return digest.hexdigest()


def _origin(experiment: Experiment, path: Path) -> str:
    """A bundled name; a path from the session's folder for what lies under it; else a whole one."""
    if experiment.path in bundled():
        return experiment.path.stem
    folder, file = real_path(path).parent, real_path(experiment.path)
    return f"./{file.relative_to(folder)}" if file.is_relative_to(folder) else str(file)


def real_path(path: Path) -> Path:
    """A path with its links followed; as it is where the working folder is gone."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Reading


def read(path: Path) -> Saved:
    """What a file holds, checked. Raises ExperimentError; the file is only read."""
    text = _with_unix_ends(read_file(path))
    try:
        return _saved(path, text)
    except ExperimentError as error:
        raise error.at(file=str(path)) from None


def _saved(path: Path, text: str) -> Saved:
    _check_format(text)
    body, _, last = text.removesuffix("\n").rpartition("\n")
    body += "\n"
    if not text.endswith("\n") or last != f"checksum {_sha256(body)}":
        raise _wrong(text.count("\n"), "expected the checksum of all above: damaged, or cut short")
    lines = _Lines(body)
    lines.take("program")
    experiment = lines.quoted("experiment")
    digest = lines.take("sha256")
    overrides = []
    while lines.next_is("set"):
        overrides.append(lines.quoted("set"))
    state = lines.take("state")
    count = lines.take("journal")
    first = lines.place + 1
    journal = tuple(lines.commands())
    if count != str(len(journal)):
        raise _wrong(first - 1, f"expected journal {len(journal)}, found {shown(count)}")
    return Saved(path, experiment, digest, tuple(overrides), state, journal, first)


def _with_unix_ends(text: str) -> str:
    """A text whose lines end as they were written, where a copy has Windows' ends."""
    copied = text.partition("\n")[0].endswith("\r")
    return text.replace("\r\n", "\n") if copied else text


def _check_format(text: str) -> None:
    first = text.partition("\n")[0]
    if not first.startswith(f"{SESSION_MAGIC} "):
        raise _wrong(
            1, f"expected a session of rnn-tui, {SESSION_MAGIC} {FORMAT}, found {shown(first)}"
        )
    version = first.removeprefix(f"{SESSION_MAGIC} ")
    if version != str(FORMAT):
        here = f"this is rnn-tui {__version__}, which reads format {FORMAT}"
        raise _wrong(1, f"expected format {FORMAT}, found {shown(version)}: {here}")


def _wrong(line: int, why: str) -> ExperimentError:
    return ExperimentError(why, key=f"line {line}")


class _Lines:
    """The lines of a file, one after the other; `place` is how many have been read."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")[:-1]
        self.place = 1

    def next_is(self, key: str) -> bool:
        return self.place < len(self._lines) and self._lines[self.place].startswith(f"{key} ")

    def take(self, key: str) -> str:
        if not self.next_is(key):
            found = shown(self._lines[self.place]) if self.place < len(self._lines) else "the end"
            raise _wrong(self.place + 1, f"expected {key} …, found {found}")
        self.place += 1
        return self._lines[self.place - 1].removeprefix(f"{key} ")

    def quoted(self, key: str) -> str:
        written = self.take(key)
        try:
            value = json.loads(written)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, str):
            raise _wrong(self.place, f'expected {key} "…", found {shown(written)}')
        return value

    def commands(self) -> Iterator[Command]:
        while self.place < len(self._lines):
            self.place += 1
            try:
                command = parse_journal(self._lines[self.place - 1])
            except VerbError as error:
                raise _wrong(self.place, str(error)) from None
            if not moves(command.verb):
                raise _wrong(self.place, f"expected what moves a session, found {command.verb}")
            yield command


# Opening


def opened(
    saved: Saved,
    report: Callable[[int], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Reopened | None:
    """The session as it was left, trained again; None if that was cancelled.

    Raises ExperimentError where the experiment is gone, is another one now, or does not
    allow what the journal says.
    """
    session = Session(_experiment(saved))
    _check_length(saved, session.moment.timeline.trainer.updates_per_epoch)
    try:
        if not replay(session, saved.journal, report, cancelled):
            return None
    except ReplayError as error:
        line = saved.first_line + error.place
        why = f"can't be done again: {error}"
        raise ExperimentError(why, key=f"line {line}", file=str(saved.path)) from None
    return Reopened(session, digest_of(session) == saved.state)


def _check_length(saved: Saved, each: int) -> None:
    """Refuse what nobody can have done: at 50 µs an update, a night and a day and a night."""
    asked = sum(_updates(command, each) for command in saved.journal)
    if asked > MOST_UPDATES:
        why = f"expected at most {MOST_UPDATES:,} updates in all, found {asked:,}"
        raise ExperimentError(why, key="journal", file=str(saved.path))


def _updates(command: Command, each: int) -> int:
    """How many updates a command may train, of which an epoch has `each`."""
    match command.verb, command.arguments:
        case "epoch", (count,):
            return command.times * int(count) * each
        case "update", (count,):
            return command.times * int(count)
        case "goto", ("epoch", count):
            return int(count) * each
        case ("scrub", (count,)) | ("goto", ("step" | "update", count)):
            return int(count)
    return 0


def _experiment(saved: Saved) -> Experiment:
    source = experiment_named(saved.experiment, saved.path)
    experiment = load(source, saved.overrides, waits=False)
    if experiment.digest != saved.digest:
        why = f"expected the experiment {shown(saved.experiment)} as it was, but it has changed"
        raise ExperimentError(why, key="sha256", file=str(saved.path))
    return experiment
