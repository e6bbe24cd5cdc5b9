"""The classes that a screen carries for its size, by the least width and height of each."""

from __future__ import annotations

WIDTHS = [(0, "-w40"), (78, "-w80"), (118, "-w120"), (156, "-w160")]
HEIGHTS = [(0, "-h10"), (20, "-h20"), (24, "-h24"), (34, "-h36"), (43, "-h45")]
