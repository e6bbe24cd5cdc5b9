"""The plain C kernel, compiled with whatever `cc` there is and called through ctypes."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.benchmark import Size
from rnn_tui.benchmark.size import CLIP, LEARNING_RATE, MOMENTUM
from rnn_tui.engine.training.initializers import initial_parameters

SOURCE = Path(__file__).with_name("kernel.c")
# Without -ffast-math, as NumPy is: sums in their order, and the exact exp and tanh of libm.
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")


class CompileError(Exception):
    """There is no C compiler, or it would not."""


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """The kernel, compiled. Raises CompileError."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise CompileError("there is no C compiler called cc")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "kernel.so")
        command = [compiler, *FLAGS, str(SOURCE), "-o", str(made), "-lm"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.returncode:
            raise CompileError(f"cc could not compile kernel.c: {told.stderr}")
        return _declared(ctypes.CDLL(str(made)))


def _declared(loaded: ctypes.CDLL) -> ctypes.CDLL:
    numbers, rows, size = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t
    loaded.scratch_size.argtypes, loaded.scratch_size.restype = [size] * 3, size
    loaded.step.argtypes = [*[numbers] * 4, *[rows] * 2, *[size] * 3, *[ctypes.c_double] * 3]
    loaded.step.restype = ctypes.c_double
    return loaded


class PlainC:
    """A rival. Raises CompileError."""

    def __init__(self, size: Size) -> None:
        T, H, V = size.length, size.hidden, size.tokens
        loaded = library()
        self.weights: Floats = initial_parameters(size.experiment).flat.copy()
        self._velocity = np.zeros_like(self.weights)
        self._h = np.zeros((T + 1, H))
        self._scratch = np.zeros(loaded.scratch_size(T, H, V))
        self._chunks = [
            (np.ascontiguousarray(one.ids[:, 0]), np.ascontiguousarray(one.targets[:, 0]))
            for one in size.chunks
        ]
        given = (self.weights, self._velocity, self._h, self._scratch)
        settings = (LEARNING_RATE, MOMENTUM, CLIP)
        self._calls: list[tuple[Any, ...]] = [
            (*map(_address, given), _address(ids), _address(targets), T, H, V, *settings)
            for ids, targets in self._chunks
        ]
        self._step = loaded.step
        self._k = 0
        self.loss = 0.0

    @staticmethod
    def fits(size: Size) -> bool:
        """One sequence in float64."""
        return size.batch == 1 and size.dtype == "float64"

    def update(self) -> None:
        """The next one."""
        place = self._k % len(self._calls)
        self._h[0] = 0.0 if place == 0 else self._h[-1]
        self.loss = self._step(*self._calls[place])
        self._k += 1


def _address(array: np.ndarray) -> int:
    return array.ctypes.data
