"""The training loop of the book (grammar), as printed: columns in dictionaries, by timestep."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.benchmark.size import CLIP, LEARNING_RATE, MOMENTUM, Chunk, Size
from rnn_tui.engine.training.initializers import initial_parameters

NAMES = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")  # in the order of that loop

Columns = dict[int, Floats]
Arrays = dict[str, Floats]


class Loop:
    """Its `forward`, `backward` and `_apply_update`, with the norms that they record.

    Left out are the eigenvalues of W_hh, which it computes at every step too, what it
    prints and saves, and PyTorch, in which it only keeps the weights. Those are
    float64 here, as the rest of it is.
    """

    def __init__(self, size: Size) -> None:
        self._params = initial_parameters(size.experiment)
        arrays = dict(self._params.items())
        self._weights: Arrays = {
            name: arrays[name].reshape(len(arrays[name]), -1).copy() for name in NAMES
        }
        self._velocity = {name: np.zeros_like(self._weights[name]) for name in NAMES}
        self._chunks = [_listed(chunk) for chunk in size.chunks]
        self._h = np.zeros((size.hidden, 1))
        self._k = 0
        self.loss = 0.0
        self.per_step_grad_norm: list[float] = []

    @staticmethod
    def fits(size: Size) -> bool:
        """It knows one cell, one sequence at a time, and no float32."""
        return size.cell == "rnn" and size.batch == 1 and size.dtype == "float64"

    @property
    def weights(self) -> Floats:
        """All parameters, flat, in our order."""
        names = self._params.layout.shapes
        return np.concatenate([self._weights[name].ravel() for name in names])

    def update(self) -> None:
        """The next one."""
        place = self._k % len(self._chunks)
        if place == 0:
            self._h = np.zeros_like(self._h)
        inputs = self._chunks[place]
        xs, hs, ps = self.forward(inputs, self._h)
        self._h = hs[len(inputs) - 2].copy()
        grads = self.backward(inputs, xs, hs, ps)
        self._clip(grads)
        for name in NAMES:
            v = MOMENTUM * self._velocity[name] - LEARNING_RATE * grads[name]
            self._velocity[name] = v
            self._weights[name] += v
        self._k += 1

    def forward(self, inputs: list[int], h_prev: Floats) -> tuple[Columns, Columns, Columns]:
        """Inputs, states and probabilities by timestep; the state before the first is −1."""
        W_xh, W_hh, W_hy, b_h, b_y = (self._weights[name] for name in NAMES)
        xs: Columns = {}
        hs: Columns = {-1: h_prev.copy()}
        os: Columns = {}
        ps: Columns = {}
        self.loss = 0.0
        for t in range(len(inputs) - 1):
            xs[t] = np.zeros((len(b_y), 1))
            xs[t][inputs[t]] = 1.0
            pre_act = W_xh @ xs[t] + W_hh @ hs[t - 1] + b_h
            hs[t] = np.tanh(pre_act)
            os[t] = W_hy @ hs[t] + b_y
            exp_o = np.exp(os[t] - np.max(os[t]))
            ps[t] = exp_o / np.sum(exp_o)
            self.loss += -np.log(ps[t][inputs[t + 1], 0] + 1e-12)
        return xs, hs, ps

    def backward(self, inputs: list[int], xs: Columns, hs: Columns, ps: Columns) -> Arrays:
        """The gradient of every array, before it is clipped."""
        W_hh, W_hy = self._weights["W_hh"], self._weights["W_hy"]
        grads = {name: np.zeros_like(self._weights[name]) for name in NAMES}
        dW_xh, dW_hh, dW_hy, db_h, db_y = (grads[name] for name in NAMES)
        dh_next = np.zeros_like(hs[-1])
        self.per_step_grad_norm = []
        for t in reversed(range(len(inputs) - 1)):
            do = ps[t].copy()
            do[inputs[t + 1]] -= 1.0
            dW_hy += do @ hs[t].T
            db_y += do
            dh = W_hy.T @ do + dh_next
            dh_raw = (1.0 - hs[t] ** 2) * dh
            dW_xh += dh_raw @ xs[t].T
            dW_hh += dh_raw @ hs[t - 1].T
            db_h += dh_raw
            dh_next = W_hh.T @ dh_raw
            self.per_step_grad_norm.append(float(np.linalg.norm(dh_next)))
        self.per_step_grad_norm.reverse()
        return grads

    def _clip(self, grads: Arrays) -> None:
        """By the global norm, in place; it looks at each array's own norm, too."""
        norm = float(np.sqrt(sum(np.sum(g**2) for g in grads.values())))
        if norm > CLIP:
            for name in NAMES:
                grads[name] *= CLIP / norm
        self.grad_norms = {name: float(np.linalg.norm(g)) for name, g in grads.items()}


def _listed(chunk: Chunk) -> list[int]:
    """A chunk's tokens and the one after them."""
    return [int(row) for row in (*chunk.ids[:, 0], chunk.targets[-1, 0])]
