"""Other books' names for what is on the screen: h₁ for our h_0, U V W, or PyTorch's names.

A notation rewrites texts that are about to be shown. Addresses that are typed keep our names,
which are those of the code; so does the Program pane, which shows that code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rnn_tui.equations.network import Network
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.weights.torch_names import usual

SUBSCRIPTS = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")
STATES = "hc"
OTHERS = (
    "x|y|p|δ|dy|xh|hh|pre|delta(?:_[a-z])?|[ifgorzn]"  # what else has a timestep behind its name
)
# Before a parameter's name: its gradient, and what an update makes of that.
PREFIX = r"(?P<prefix>d|norm_g_|reduced_|decayed_|g_|step_|v_|m_|s_)?"

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


@dataclass(frozen=True)
class Notation:
    """What it is called, a sentence about it, and whether it counts states and names weights so."""

    name: str
    about: str
    counts_from_one: bool = False
    names: str = ""  # "letters" or "torch"; our own where it is empty


NOTATIONS = (
    Notation("code", "names of the code: W_xh, W_hh, W_hy; h_0 is the state after token 0"),
    Notation("book", "numbering of the book: t from 0, and h₁ is the state after t = 0", True),
    Notation("U V W", "U input to hidden, W hidden to hidden, V hidden to output; h₁ first",
             True, "letters"),
    Notation("PyTorch", "names of torch.nn: weight_ih_l0, weight_hh_l0; ours where it has none",
             names="torch"),
)  # fmt: skip


def after(name: str) -> Notation:
    """The notation whose turn it is after one of this name."""
    names = [one.name for one in NOTATIONS]
    return NOTATIONS[(names.index(name) + 1) % len(NOTATIONS)]


@dataclass(frozen=True, eq=False)
class Speller:
    """Writes texts about one network in a notation; each text once, as it is kept."""

    notation: Notation = NOTATIONS[0]
    network: Network | None = None
    _kept: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether states are counted from 1, as cells and headings say them in `counted`."""
        return self.notation.counts_from_one

    def spell(self, text: str) -> str:
        """The text in this notation; a number's digits, and words, stay as they are."""
        if not self._rules:
            return text
        spelled = self._kept.get(text)
        if spelled is None:
            spelled = text
            for pattern, rewrite in self._rules:
                spelled = pattern.sub(rewrite, spelled)
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            self._kept[text] = spelled
        return spelled

    @property
    def changes(self) -> bool:
        """Whether there is any text that it writes otherwise."""
        return bool(self._rules)

    @property
    def _are_states_alone(self) -> bool:
        """Whether h_0 is the state after token 0, and no layer's and no learned first state."""
        return self.network is None or (self.network.depth == 1 and not self.network.firsts)

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        rules: list[Rule] = []
        if self.notation.counts_from_one:
            rules += _counted(alone=self._are_states_alone)
        if self.notation.names and self.network is not None:
            named = _letters if self.notation.names == "letters" else _torch
            names = named(self.network)
            rules += [_renaming(names, self.notation.names == "torch")] if names else []
        return tuple(rules)


MOST_KEPT = 4096


def _counted(*, alone: bool) -> list[Rule]:
    """h[2,1] is h₃[1], dh[2,1] is ∂L/∂h₃[1], and h_2 is h₃ where that can be nothing else.

    x_2, which is read at t = 2 in every notation, is x₂ then.
    """
    layer = r"(?:_(?P<layer>\d+))?"
    address = re.compile(
        rf"(?<![\w∂.])(?P<d>d?)(?P<state>[{STATES}]){layer}\[(?P<t>-?\d+),(?P<unit>\d+)\]"
    )
    rules: list[Rule] = [(address, _address)]
    if alone:
        inside = re.compile(
            rf"(?<![\w∂.])(?P<d>d?)(?P<state>[{STATES}])_(?P<t>\d+|start)(?![A-Za-z0-9_\[])"
        )
        rules.append((inside, _state))
        other = rf"(?<![\w∂.])(?P<name>{OTHERS})_(?P<t>\d+)(?![A-Za-z0-9_\[])"
        rules.append((re.compile(other), _other))
    return rules


def _other(match: re.Match[str]) -> str:
    """What is of a token, such as x₀: counted as the tokens are, and written as states are."""
    return f"{match['name']}{match['t'].translate(SUBSCRIPTS)}"


def _state(match: re.Match[str]) -> str:
    """A state, or its gradient, with its number counted from the first state as 0."""
    t = -1 if match["t"] == "start" else int(match["t"])
    return f"{'∂L/∂' if match['d'] else ''}{counted(match['state'], t)}"


def counted(state: str, t: int) -> str:
    """What the state after token `t` is called where the first one is h₁ and h₀ is the start."""
    return f"{state}{str(t + 1).translate(SUBSCRIPTS)}"


def _address(match: re.Match[str]) -> str:
    layer = f" of layer {match['layer']}" if match["layer"] else ""
    return f"{_state(match)}[{match['unit']}]{layer}"


def _renaming(names: Mapping[str, str], has_grad: bool) -> Rule:
    """Parameters by other names, longest first, with what stands before them."""
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    # A letter alone, such as E, is only taken for an array before its index.
    pattern = re.compile(rf"(?<![\w.]){PREFIX}(?P<name>{listed})(?![A-Za-z0-9_])")

    def rewrite(match: re.Match[str]) -> str:
        prefix, name = match["prefix"] or "", names[match["name"]]
        if len(match["name"]) == 1 and not match.string[match.end() :].startswith("["):
            return match[0]
        return f"{name}.grad" if prefix == "d" and has_grad else f"{prefix}{name}"

    return pattern, rewrite


@lru_cache(maxsize=8)
def _letters(network: Network) -> dict[str, str]:
    """U for what an input is multiplied by, W for the state before, V for the readout."""
    layers = (*network.layers, *network.encoder)
    gated = any(len(layer.cell.states) > 1 or layer.cell.torch_gates[1:] for layer in layers)
    found = {
        block + layer.suffix: _letter(block, letters, gated=gated) + layer.suffix
        for layer in layers
        for block, letters in layer.cell.parameters.items()
    }
    readout = {"W_hy": "V"} if gated else {"W_hy": "V", "b_y": "c"}  # c is a state of gated cells
    return found | {name: other for name, other in readout.items() if name in network.axes}


def _letter(block: str, letters: str, *, gated: bool) -> str:
    """W_xi is U_i, and of a cell without gates W_xh is U."""
    kind, _, gate = block.partition("_")
    letter = {"HI": "U", "HH": "W"}.get(letters, kind)
    unit = gate[1:] if len(letters) > 1 else gate
    return letter if unit == "h" and not gated else f"{letter}_{unit}"


@lru_cache(maxsize=8)
def _torch(network: Network) -> dict[str, str]:
    """PyTorch's names; a gate is named in brackets behind the array that has its rows."""
    try:
        called = usual(network).names
    except ExperimentError:  # no module of torch.nn has such a cell
        return {}
    gates = {
        block + layer.suffix: f"[{block[-1]}]"
        for layer in (*network.layers, *network.encoder)
        for block in layer.cell.parameters
        if len(layer.cell.torch_gates) > 1
    }
    return {
        own: names[0].removeprefix("rnn.") + gates.get(own, "")
        for own, names in called.items()
        if names[0] != own
    }
