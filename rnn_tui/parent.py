"""A process that computes for another ends with it."""

from __future__ import annotations

import os
import threading


def end_with_parent() -> None:
    """End this process when the one that started it ends, whatever ended that.

    A signal that can't be caught leaves nobody to tell it; but the pipe between the two closes.
    """
    from multiprocessing import parent_process  # noqa: PLC0415 - only in a process of its own

    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_wait, args=(parent.sentinel,), daemon=True).start()


def _wait(sentinel: int) -> None:
    from multiprocessing.connection import wait  # noqa: PLC0415

    wait([sentinel])
    os._exit(1)  # from a thread, and at once: nobody is there to take what is left
