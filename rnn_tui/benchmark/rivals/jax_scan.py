"""JAX: an update as one compiled function, its recurrence a scan. Imported only when it is made."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.benchmark.size import CLIP, LEARNING_RATE, MOMENTUM, Size
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.equations.torch_module import KINDS, blocks


class JaxScan:
    """A cell of a few lines in `lax.scan`, value_and_grad, clipping and SGD, all of it jitted.

    Its parameters are stacked gate by gate, and columns are looked up in the place of products
    with one-hot inputs. `limit_threads` says in how many threads.
    """

    def __init__(self, size: Size) -> None:
        self._jax = jax = import_module("jax")
        jax.config.update("jax_enable_x64", True)
        self._size, (self._layer,) = size, size.experiment.network.layers
        params = initial_parameters(size.experiment).in_type(size.dtype)
        self._params = {
            kind: jax.numpy.asarray(np.concatenate([params[one] for one in self._blocks(kind)]))
            for kind in KINDS if self._blocks(kind)
        } | {name: jax.numpy.asarray(params[name]) for name in ("W_hy", "b_y")}  # fmt: skip
        self._velocity = jax.tree.map(jax.numpy.zeros_like, self._params)
        zero = jax.numpy.zeros((size.batch, size.hidden), size.dtype)
        self._state = self._nothing = (zero,) * len(self._layer.cell.states)
        self._chunks = [tuple(map(jax.numpy.asarray, chunk)) for chunk in size.chunks]
        self._step = jax.jit(self._whole, donate_argnums=(0, 1))
        self._k = 0

    @staticmethod
    def fits(size: Size) -> bool:
        """Wherever JAX is installed."""
        return find_spec("jax") is not None

    @property
    def weights(self) -> Floats:
        """All parameters, flat, in our order."""
        arrays = {name: np.asarray(self._params[name]) for name in ("W_hy", "b_y")}
        for kind in KINDS:
            for place, own in enumerate(self._blocks(kind)):
                H = self._size.hidden
                arrays[own] = np.asarray(self._params[kind])[place * H : (place + 1) * H]
        names = self._size.experiment.layout.shapes
        return np.concatenate([arrays[name].ravel() for name in names]).astype(np.float64)

    def update(self) -> None:
        """The next one."""
        place = self._k % len(self._chunks)
        state = self._nothing if place == 0 else self._state
        done = self._step(self._params, self._velocity, state, *self._chunks[place])
        self._params, self._velocity, self._state, _ = self._jax.block_until_ready(done)
        self._k += 1

    def _blocks(self, kind: str) -> list[str]:
        cell = self._layer.cell
        return [one for one in blocks(cell, kind) if one in cell.parameters]

    def _whole(self, params: Any, velocity: Any, state: Any, ids: Any, targets: Any) -> Any:
        jax, jnp = self._jax, self._jax.numpy
        (loss, last), grads = jax.value_and_grad(self._loss, has_aux=True)(
            params, state, ids, targets
        )
        norm = jnp.sqrt(sum(jnp.vdot(one, one) for one in jax.tree.leaves(grads)))
        scale = jnp.minimum(1.0, CLIP / norm).astype(norm.dtype)
        velocity = jax.tree.map(
            lambda v, g: MOMENTUM * v - LEARNING_RATE * scale * g, velocity, grads
        )
        return jax.tree.map(jnp.add, params, velocity), velocity, last, loss

    def _loss(self, params: Any, state: Any, ids: Any, targets: Any) -> Any:
        jax, jnp = self._jax, self._jax.numpy
        step = getattr(self, f"_{self._size.cell}")
        driven = params["weight_ih"].T[ids] + params["bias_ih"]
        last, states = jax.lax.scan(lambda s, x: step(params, s, x), state, driven)
        logits = states @ params["W_hy"].T + params["b_y"]
        chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), targets[..., None], -1)
        return -chosen.sum(), last

    # The cells: from the states before a timestep and what comes from its inputs

    def _rnn(self, params: Any, state: Any, x: Any) -> Any:
        h = self._jax.numpy.tanh(x + state[0] @ params["weight_hh"].T)
        return (h,), h

    def _lstm(self, params: Any, state: Any, x: Any) -> Any:
        jnp, sigmoid = self._jax.numpy, self._jax.nn.sigmoid
        h, c = state
        i, f, g, o = jnp.split(x + h @ params["weight_hh"].T, 4, -1)
        c = sigmoid(f) * c + sigmoid(i) * jnp.tanh(g)
        h = sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    def _gru(self, params: Any, state: Any, x: Any) -> Any:
        jnp, sigmoid = self._jax.numpy, self._jax.nn.sigmoid
        (h,) = state
        (r, z, n), (hr, hz, hn) = (jnp.split(one, 3, -1) for one in (x, h @ params["weight_hh"].T))
        r, z = sigmoid(r + hr), sigmoid(z + hz)
        n = jnp.tanh(n + r * (hn + params["bias_hh"]))
        h = (1 - z) * n + z * h
        return (h,), h
