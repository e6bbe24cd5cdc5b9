"""Saved sessions in a list."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import NamedTuple

from rnn_tui.characters import one_line
from rnn_tui.experiments import ExperimentError
from rnn_tui.present.digits import counted
from rnn_tui.session.commands.command_lines import Command
from rnn_tui.session.commands.keeping import kept
from rnn_tui.session.commands.saving import read
from rnn_tui.session.commands.verbs import label_of

COUNTED = {  # what one of them is, and how it went
    "forward": ("timestep", "forward"), "backward": ("timestep", "back"),
    "op": ("operation", "run"),
}  # fmt: skip
WORDS = {
    "finish_forward": "forward pass finished", "finish_backward": "backpropagation finished",
    "again": "pass started again", "run": "trained up to a condition", "back": "rewound",
    "undo": "undone", "redo": "redone", "reset": "started over", "scrub": "moved along the epochs",
    "next_example": "went to the next example", "previous_example": "went to the example before",
    "input": "a text typed", "settings": "settings changed", "break": "a bug put into the code",
    "mend": "the bug taken out", "cure": "a fix applied", "pin": "a run pinned",
}  # fmt: skip


class Kept(NamedTuple):
    """A session that was kept: where, and its experiment, when that was, what was done last."""

    path: Path
    title: str
    is_newest: bool = True


def kept_title(path: Path) -> str:
    """The experiment of a session, what was done in it last, and when."""
    return _title(path, "last: ") or one_line(f"{path.name}: can't be read")


def _title(path: Path, before: str = "") -> str:
    """The same, with something before what was done; nothing where it can't be read."""
    try:
        saved = read(path)
        when = time.strftime("%d %b %H:%M", time.localtime(path.stat().st_mtime))
    except (ExperimentError, OSError):
        return ""
    last = f"{before}{done_text(saved.journal[-1])}" if saved.journal else "nothing done yet"
    return one_line(f"{Path(saved.experiment).stem}, {when}, {last}")


def kept_last(where: Path | None, name: str = "") -> Kept | None:
    """The newest of the sessions kept, or the newest of one experiment's; None without any."""
    newest, *others = (*kept(where), None)
    begins = f"{name}-" if name else ""
    found = next((one for one in (newest, *others) if one and one.name.startswith(begins)), None)
    title = "" if found is None else _title(found)
    return Kept(found, title, found == newest) if found is not None and title else None


def kept_greeting(one: Kept, key: str, brief: bool = False) -> str:
    """What the next start says of it: which, and by which key or option one goes on.

    A `brief` one leaves a low screen, where all stands on one line, room for the next key.
    """
    if brief:
        return f"Last time: {one.title.partition(',')[0]} ({key} ⏎)"
    option = " or --resume" if one.is_newest else ""
    return f"Last time: {one.title} (go on: {key} ⏎{option})"


def done_text(command: Command) -> str:
    """What a command did, in words: `5 epochs trained`."""
    verb, first = command.verb, command.arguments[:1]
    if verb in ("epoch", "update"):
        return f"{counted(int(first[0] if first else 1) * command.times, verb)} trained"
    if verb in COUNTED:
        unit, way = COUNTED[verb]
        return f"{counted(command.times, unit)} {way}"
    if verb == "goto":
        return f"went to {' '.join(command.arguments[:2])}"
    if verb in ("example", "set", "put"):
        return f"{'went to example' if verb == 'example' else 'changed'} {first[0]}"
    return WORDS.get(verb, label_of(verb))


def kept_line(path: Path) -> str:
    """Where a session was kept that has just been left, and how to go on with it."""
    newest = kept(path.parent)[:1] == (path,)
    how = "--resume" if newest else shlex.quote(str(path))
    return f"Session kept in {one_line(str(path))}. Go on with it: rnn-tui {one_line(how)}"
