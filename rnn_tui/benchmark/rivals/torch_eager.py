"""PyTorch, as most people write it. Imported only where this rival is made."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.benchmark.size import CLIP, LEARNING_RATE, MOMENTUM, Size
from rnn_tui.engine.training.initializers import initial_parameters

# The arrays of a vanilla cell, and what nn.RNN calls them.
CELL = {"W_xh": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_h": "bias_ih_l0"}


class TorchEager:
    """nn.RNN and a linear layer, cross-entropy, clip_grad_norm_ and SGD, run eagerly.

    The second hidden bias that nn.RNN has is held at 0, so that it trains what we do.
    """

    def __init__(self, size: Size) -> None:
        self._torch = torch = import_module("torch")
        self._size = size
        self._dtype = getattr(torch, size.dtype)
        self._rnn = torch.nn.RNN(size.tokens, size.hidden, dtype=self._dtype)
        self._head = torch.nn.Linear(size.hidden, size.tokens, dtype=self._dtype)
        self._rnn.bias_hh_l0.requires_grad_(False).zero_()
        self._put(size)
        self._trained = [w for w in (*self._rnn.parameters(), *self._head.parameters())
                         if w.requires_grad]  # fmt: skip
        self._optimizer = torch.optim.SGD(self._trained, lr=LEARNING_RATE, momentum=MOMENTUM)
        self._cost = torch.nn.CrossEntropyLoss(reduction="sum")
        self._chunks = [tuple(map(torch.as_tensor, chunk)) for chunk in size.chunks]
        self._h = self._nothing = torch.zeros(1, size.batch, size.hidden, dtype=self._dtype)
        self._k = 0

    @staticmethod
    def fits(size: Size) -> bool:
        """Wherever PyTorch is installed."""
        return find_spec("torch") is not None

    @property
    def weights(self) -> Floats:
        """All parameters, flat, in our order."""
        arrays = [one.detach().numpy().ravel() for one in self._ours().values()]
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
        self._h = last.detach()
        self._k += 1

    def _ours(self) -> dict[str, Any]:
        """Its tensors by our names, in our order."""
        named = ((ours, theirs) for ours, theirs in CELL.items())
        hidden = {ours: getattr(self._rnn, theirs) for ours, theirs in named}
        return hidden | {"W_hy": self._head.weight, "b_y": self._head.bias}

    def _put(self, size: Size) -> None:
        """Begin with our weights."""
        params = initial_parameters(size.experiment)
        with self._torch.no_grad():
            for name, tensor in self._ours().items():
                tensor.copy_(self._torch.as_tensor(params[name].copy()))
