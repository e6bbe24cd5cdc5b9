"""PyTorch, as most people write it. Imported only where this rival is made."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.benchmark.size import CLIP, LEARNING_RATE, MOMENTUM, Size
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.equations.torch_module import module_of
from rnn_tui.experiments.weights.torch_names import pieces


class TorchEager:
    """nn.RNN, nn.LSTM or nn.GRU and a linear layer, cross-entropy, clip_grad_norm_ and SGD.

    Run eagerly. The second hidden bias that a gate has there, beside one of ours, is held at 0,
    so that it trains what we do.
    """

    def __init__(self, size: Size) -> None:
        self._torch = torch = import_module("torch")
        self._size = size
        self._dtype = getattr(torch, size.dtype)
        module = module_of(size.experiment.network.layers, size.experiment.layout)
        assert module is not None
        name, given = module
        self._rnn = getattr(torch.nn, name)(size.tokens, size.hidden, dtype=self._dtype, **given)
        self._head = torch.nn.Linear(size.hidden, size.tokens, dtype=self._dtype)
        self._parts = self._matched(size)
        self._put(size)
        self._trained = [w for w in (*self._rnn.parameters(), *self._head.parameters())
                         if w.requires_grad]  # fmt: skip
        self._optimizer = torch.optim.SGD(self._trained, lr=LEARNING_RATE, momentum=MOMENTUM)
        self._cost = torch.nn.CrossEntropyLoss(reduction="sum")
        self._chunks = [tuple(map(torch.as_tensor, chunk)) for chunk in size.chunks]
        zero = torch.zeros(1, size.batch, size.hidden, dtype=self._dtype)
        self._h = self._nothing = (zero, zero) if name == "LSTM" else zero
        self._k = 0

    @staticmethod
    def fits(size: Size) -> bool:
        """Wherever PyTorch is installed."""
        return find_spec("torch") is not None

    @property
    def weights(self) -> Floats:
        """All parameters, flat, in our order."""
        names = self._size.experiment.layout.shapes
        arrays = [self._parts[name].detach().numpy().ravel() for name in names]
        return np.concatenate(arrays).astype(np.float64)

    def update(self) -> None:
        """The next one."""
        place = self._k % len(self._chunks)
        ids, targets = self._chunks[place]
        x = self._torch.nn.functional.one_hot(ids, self._size.tokens).to(self._dtype)
        states, last = self._rnn(x, self._nothing if place == 0 else self._h)
        y = self._head(states)
        loss = self._cost(y.reshape(-1, self._size.tokens), targets.reshape(-1))
        self._optimizer.zero_grad()
        loss.backward()
        self._torch.nn.utils.clip_grad_norm_(self._trained, CLIP)
        self._optimizer.step()
        self._h = tuple(one.detach() for one in last) if isinstance(last, tuple) else last.detach()
        self._k += 1

    def _matched(self, size: Size) -> dict[str, Any]:
        """Its tensors, or rows of them, by our names; those that we have none for are held at 0."""
        (layer,), H = size.experiment.network.layers, size.hidden
        found = {"W_hy": self._head.weight.data, "b_y": self._head.bias.data}
        held: dict[str, list[slice]] = {}
        for own, kind, place in pieces(layer):
            rows = slice(place * H, (place + 1) * H)
            if own in found:
                held.setdefault(kind, []).append(rows)
            else:
                found[own] = getattr(self._rnn, f"{kind}_l0").data[rows]
        for kind, parts in held.items():
            self._hold(getattr(self._rnn, f"{kind}_l0"), parts)
        return found

    def _hold(self, tensor: Any, parts: list[slice]) -> None:
        kept = self._torch.ones_like(tensor)
        for rows in parts:
            tensor.data[rows] = kept[rows] = 0.0
        if kept.any():
            tensor.register_hook(lambda gradient: gradient * kept)
        else:
            tensor.requires_grad_(False)

    def _put(self, size: Size) -> None:
        """Begin with our weights."""
        params = initial_parameters(size.experiment)
        for name, tensor in self._parts.items():
            tensor.copy_(self._torch.as_tensor(params[name].copy()))
