"""Garbage is looked for while no key waits for the search.

A paint makes thousands of objects and hardly a cycle. At Python's own thresholds a key waited
for some sixteen searches, 8 ms together, and now and then for 50 ms; with higher ones for
fewer, of up to 30 ms. A pause between two keys is long enough for one, which has little to
look at, as what is alive at its end is left out from then on.
"""

from __future__ import annotations

import gc

THRESHOLDS = 100_000, 5, 20  # objects more, before Python looks by itself after all
FEW = 1000  # new objects that are not worth a search
SOON = 4  # searches until what has been left is out of use


class Garbage:
    """Searches that are asked for. They do nothing before `begin`, nor where Python searches."""

    def __init__(self) -> None:
        self._has_begun = False
        self._whole_in = 0  # searches until everything is looked at, 0 for never

    def begin(self) -> None:
        """Take over, if searching has been turned off; what there is by now is no garbage."""
        if not gc.isenabled():
            self._has_begun = True
            gc.freeze()
            gc.set_threshold(*THRESHOLDS)
            gc.enable()

    def search(self) -> None:
        """Look at what is new, if it is much, and leave out what of it is alive from now on."""
        if not self._has_begun:
            return
        is_whole = self._whole_in == 1  # to count what is frozen would take milliseconds
        self._whole_in = max(0, self._whole_in - 1)
        if is_whole:
            gc.unfreeze()
        if is_whole or gc.get_count()[0] >= FEW:
            gc.collect()
            gc.freeze()

    def search_all_soon(self) -> None:
        """Look at everything once: much of it is about to come out of use."""
        self._whole_in = SOON
