"""What the TOML of an experiment comes to, before anything in it is checked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from rnn_tui.experiments.errors import ExperimentError

Document = dict[str, Any]

# Keys below each other, more than anybody writes.
DEEP = re.compile(r"""(?<![\w"'-])(?:["']?[\w-]++["']?[ \t]*+\.[ \t]*+){50}""")


def document_in(text: str, path: Path) -> Document:
    """A TOML document, or the ExperimentError that says where it is none."""
    if DEEP.search(text):  # whose reader takes the cube of that
        raise ExperimentError("not TOML: nested too deeply", file=str(path))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at (.*)\)", str(error), re.DOTALL)
        reason, place = found.groups() if found else (str(error), "")
        expected = f"not TOML: {reason[:1].lower()}{reason[1:]}"
        raise ExperimentError(expected, key=place, file=str(path)) from None
    except RecursionError:
        raise ExperimentError("not TOML: nested too deeply", file=str(path)) from None
    except ValueError:  # Python will not read an integer of thousands of digits
        raise ExperimentError("not TOML: a number of too many digits", file=str(path)) from None
