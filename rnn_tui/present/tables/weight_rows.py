"""Which arrays of the parameters belong together, what their rows and columns are, what they do."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rnn_tui.characters import visible
from rnn_tui.equations.gates import gates
from rnn_tui.equations.layer import Layer
from rnn_tui.equations.lines import Line
from rnn_tui.equations.network import Network
from rnn_tui.session.view import StepView


class Group(NamedTuple):
    """Arrays of a layer, of the encoder or of the output: rows of those that stand together."""

    title: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them in their order."""
        return tuple(name for row in self.rows for name in row)


@lru_cache(maxsize=16)
def groups(network: Network) -> tuple[Group, ...]:
    """The encoder's layers, the others from the one that reads the tokens up, the output."""
    encoder = [_of_layer(layer, "encoder ", len(network.encoder)) for layer in network.encoder]
    layers = [_of_layer(layer, "", network.depth, _firsts(network, layer))
              for layer in network.layers]  # fmt: skip
    named = {name for group in (*encoder, *layers) for name in group.names}
    rest = tuple(name for name in network.axes if name not in named)
    return (*encoder, *layers, *([Group("output", (rest,))] if rest else []))


def _firsts(network: Network, layer: Layer) -> tuple[str, ...]:
    """The states that a pass starts from, where a layer learns them."""
    return tuple(name for name, (depth, _) in network.firsts.items() if depth == layer.depth)


def _of_layer(layer: Layer, whose: str, depth: int, firsts: tuple[str, ...] = ()) -> Group:
    number = f"layer {layer.depth}" if depth > 1 else "cell"
    title = f"{whose}{number}".replace("encoder cell", "encoder")
    return Group(title, (*_rows(layer), *([firsts] if firsts else [])))


def _rows(layer: Layer) -> tuple[tuple[str, ...], ...]:
    """Matrices with their biases, gate by gate."""
    rows: list[list[str]] = []
    after_bias = True
    for name, axes in layer.axes.items():
        if after_bias and len(axes) > 1:
            rows.append([])
        rows[-1].append(name) if rows else rows.append([name])
        after_bias = len(axes) == 1
    return tuple(map(tuple, rows))


def rows_of_all(network: Network) -> list[tuple[str, ...]]:
    """Which arrays stand beside each other where all are shown, the encoder's on top."""
    return [row for group in groups(network) for row in group.rows]


def layer_of(network: Network, name: str) -> Layer | None:
    """The layer that an array belongs to; None for those of the output and the embedding."""
    layers = (*network.layers, *network.encoder)
    return next((layer for layer in layers if name in layer.axes), None)


@lru_cache(maxsize=256)
def use(network: Network, name: str) -> str:
    """What an array is for, by the words of the line that reads it: `the forget gate`."""
    if name in network.firsts:
        return f"the first {network.firsts[name][1]}"
    layer = layer_of(network, name)
    if layer is None or not gates(layer.cell):
        return ""  # of a cell without gates all serve the one line
    found = (line for line in layer.forward_body().lines if name in line.reads)
    line: Line | None = next(found, None)
    return "" if line is None else line.words.partition(":")[0]


def row_names(view: StepView, name: str, count: int) -> list[str]:
    """What the rows of an array are: units, classes, tokens."""
    axes = view.params.layout.axes[name]
    if name in view.network.firsts:
        return _units(view, _depth(view, name), count, view.network.firsts[name][1])
    if axes.startswith("V"):
        return [visible(token) for token in view.experiment.vocabulary.tokens]
    return (
        _outputs(view, count) if axes.startswith("O") else _units(view, _depth(view, name), count)
    )


def column_names(view: StepView, name: str, count: int) -> list[str]:
    """What the columns of an array are: inputs, units; of a vector the one column is a bias."""
    axes, depth = view.params.layout.axes[name], _depth(view, name)
    if len(axes) == 1:
        return ["start"] if name in view.network.firsts else ["bias"]
    if axes.endswith("H"):
        return _units(view, depth, count)
    return _inputs(view, count) if not depth or axes == "VI" else _units(view, depth - 1, count)


def _depth(view: StepView, name: str) -> int:
    """The layer of an array; of the output's the last one, whose state it reads."""
    if name in view.network.firsts:
        return view.network.firsts[name][0]
    layer = layer_of(view.network, name)
    return view.network.depth - 1 if layer is None else layer.depth


def _units(view: StepView, depth: int, count: int, state: str = "h") -> list[str]:
    name = view.program.algorithm.called(state, depth)
    return [f"{name}[{i}]" for i in range(count)]


def _inputs(view: StepView, count: int) -> list[str]:
    """The inputs: of one-hot vectors each is a token, of rows of files a column."""
    vocabulary = view.experiment.vocabulary
    if vocabulary.columns:
        return [visible(column) for column in vocabulary.columns]
    if vocabulary.kind == "one-hot":
        return [visible(token) for token in vocabulary.tokens[:count]]
    return [f"x[{j}]" for j in range(count)]


def _outputs(view: StepView, count: int) -> list[str]:
    """The outputs: classes, or the one logit of a sigmoid, which speaks for the second label."""
    return [visible(name) for name in view.experiment.output_names[:count]]
