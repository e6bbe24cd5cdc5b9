"""Arrays as a source makes them: drawn in a stated order, or evenly spaced.

A recipe is a list of lines, each `NAME = WAY …`, worked through in their order:

    seed 1                          np.random.seed(1); NumPy keeps that generator as it was
    x = randn 3 10                  np.random.randn(3, 10): the next numbers of it
    b = linspace 0.3 0.7 20         np.linspace(0.3, 0.7, 20), in any shape: its last numbers
    w = full 0.5 2 4                the same number everywhere

What a source prints as numbers stands in the file as a list. A reference to an array of a recipe
is `NAME LETTERS` or `NAME[INDEX] LETTERS`, where the letters say what the axes that are left
count: `Wf[:,5:8] HI` is a block of columns, `xt Im` has a column for each of m examples. A matrix
from states to states is HK, to H from K.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import shown

LINE = re.compile(r"(\w+) = (randn|linspace|full)((?: [-+.\w]+)+)")
NUMBERS = {"randn": 0, "linspace": 2, "full": 1}  # what stands before the shape
REFERENCE = re.compile(r"(\w+)(\[[-:,\d]+\])?(?: (\w+))?(\[[-:,\d]+\])?")

Index = tuple[int | slice, ...]


def made_by(recipe: Sequence[str]) -> dict[str, Floats]:
    """The arrays that a recipe's lines make. Raises ExperimentError that names the line."""
    drawn = np.random.RandomState(0)
    made: dict[str, Floats] = {}
    for number, line in enumerate(recipe, start=1):
        try:
            if line.startswith("seed "):
                drawn = np.random.RandomState(int(line.removeprefix("seed ")))
                continue
            name, array = _array(line, drawn)
        except (ValueError, TypeError):
            expected = f"expected seed N or NAME = randn | linspace | full …, found {shown(line)}"
            raise ExperimentError(expected, key=f"recipe[{number}]") from None
        made[name] = array
    return made


def _array(line: str, drawn: np.random.RandomState) -> tuple[str, Floats]:
    """One line's name and array. Raises ValueError for what is none."""
    found = LINE.fullmatch(line)
    if found is None:
        raise ValueError(line)
    name, way, rest = found.groups()
    words = rest.split()
    numbers = [float(word) for word in words[: NUMBERS[way]]]
    shape = [int(word) for word in words[NUMBERS[way] :]]
    if way == "randn":
        return name, drawn.randn(*shape)
    if way == "full":
        return name, np.full(shape, numbers[0])
    first, last = numbers
    return name, np.linspace(first, last, int(np.prod(shape))).reshape(shape)


def split_reference(text: str) -> tuple[str, Index, str, Index]:
    """A reference as name, index, letters, and the index behind the letters.

    Raises ExperimentError for what is none.
    """
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise ExperimentError(f"expected NAME[INDEX] LETTERS, found {shown(text)}")
    name, before, letters, behind = found.groups()
    return name, _index(before or ""), letters or "", _index(behind or "")


def _index(text: str) -> Index:
    parts = [part for part in text.strip("[]").split(",") if part]
    return tuple(
        slice(*(int(end) if end else None for end in part.split(":"))) if ":" in part else int(part)
        for part in parts
    )


def letters_of(axes: str) -> str:
    """A parameter's axes with a letter of its own for each: HK for HH."""
    return axes.replace("HH", "HK")


def referred(made: Mapping[str, Floats], text: str) -> tuple[Floats, str]:
    """The array that a reference names, and its axes' letters. Raises ExperimentError."""
    name, index, letters, _ = split_reference(text)
    if name not in made:
        raise ExperimentError(f"expected one of {', '.join(made)}, found {shown(name)}")
    array: Floats = made[name][index]
    if array.ndim != len(letters):
        found = f"found {array.ndim} in {shown(text)}"
        raise ExperimentError(f"expected a letter for each axis, {found}")
    return array, letters


def in_order(array: Floats, letters: str, wanted: str) -> Floats:
    """An array whose axes are `letters` with those that are `wanted`, in their order.

    One that it has not got is added, one number wide; one that is not wanted has to be that.
    Raises ExperimentError where there is more along it.
    """
    for at in reversed(range(len(letters))):
        if letters[at] not in wanted:
            if array.shape[at] != 1:
                found = f"found {array.shape[at]} along {letters[at]}"
                raise ExperimentError(f"expected the axes {wanted}, {found}")
            array = np.take(array, [0], at).squeeze(at)
            letters = letters[:at] + letters[at + 1 :]
    for letter in wanted:
        if letter not in letters:
            array, letters = array[..., None], letters + letter
    return array.transpose([letters.index(letter) for letter in wanted])
