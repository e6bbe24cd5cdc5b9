"""Garbage is looked for while no key waits for the search.

A paint makes thousands of objects and hardly a cycle. At Python's own thresholds a key waited
for some sixteen searches, 8 ms together, and now and then for 50 ms; with higher ones for
fewer, of up to 30 ms. A pause between two keys is long enough for one, which has little to
look at, as what is alive at its end is left out from then on.
"""

from __future__ import annotations

import gc

THRESHOLDS = 100_000, 5, 20  # objects more, before Python looks by itself after all


def begin() -> None:
    """Take over, if the search has been turned off; what there is by now is no garbage."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()


def search() -> None:
    """Look at what is new, and leave out what of it is alive from now on."""
    if gc.get_threshold() == THRESHOLDS:
        gc.collect()
        gc.freeze()


def search_all() -> None:
    """Look at everything at the next search: much of it has just come out of use."""
    if gc.get_threshold() == THRESHOLDS:
        gc.unfreeze()
