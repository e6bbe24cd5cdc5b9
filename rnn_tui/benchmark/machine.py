"""What the times were measured on."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

# What BLAS libraries call the function that tells how many threads they use: OpenBLAS, MKL.
_ASKED = (
    "scipy_openblas_get_num_threads64_", "scipy_openblas_get_num_threads",
    "openblas_get_num_threads64_", "openblas_get_num_threads", "MKL_Get_Max_Threads",
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """A computer and the libraries that count. None is what could not be found out.

    `blas_threads` is what NumPy's BLAS says it uses, `torch_threads` what PyTorch says,
    if it has been imported; `torch` and `jax` are None where they are not installed.
    """

    processor: str | None
    processors: int | None
    system: str
    python: str
    numpy: str
    blas: str | None
    blas_threads: int | None
    torch: str | None
    torch_threads: int | None
    jax: str | None


def this_machine() -> Machine:
    """The one that this runs on."""
    return Machine(
        processor=_processor(),
        processors=os.cpu_count(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        numpy=np.__version__,
        blas=_blas(),
        blas_threads=blas_threads(),
        torch=_version("torch"),
        torch_threads=_torch_threads(),
        jax=_version("jax"),
    )


def blas_threads() -> int | None:
    """How many threads NumPy's BLAS uses, asked of the library itself."""
    module: ModuleType | None = sys.modules.get("numpy._core._multiarray_umath")
    module = module or sys.modules.get("numpy.core._multiarray_umath")  # before NumPy 2
    if module is None or module.__file__ is None:
        return None
    try:
        library = ctypes.CDLL(module.__file__)  # symbols of what it is linked with are found, too
    except OSError:
        return None
    for name in _ASKED:
        if (function := getattr(library, name, None)) is not None:
            return int(function())
    return None


def _blas() -> str | None:
    config: Any = np.show_config(mode="dicts")
    blas = (config or {}).get("Build Dependencies", {}).get("blas", {})
    return " ".join(str(blas[key]) for key in ("name", "version") if key in blas) or None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _torch_threads() -> int | None:
    torch: Any = sys.modules.get("torch")
    return None if torch is None else int(torch.get_num_threads())


def _processor() -> str | None:
    """Linux names it in a file; elsewhere the system may say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or None
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, None)
