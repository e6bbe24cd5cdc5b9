"""Cells over whole sequences, in memory that is set aside once: what the kernel trains by.

The numbers are those of the cells' lines, to rounding; tests hold the two together. A product
with inputs is of the whole sequence, and so is each factor of the way back that needs no
recurrence: what is left to a timestep are the product with the state, all gates in one, and
a few elementwise calls, which for small layers cost more than the product.
"""

from rnn_tui.equations.fast.fast import Fast
from rnn_tui.equations.fast.memory import Memory
from rnn_tui.equations.fast.rows import Rows

__all__ = ["Fast", "Memory", "Rows"]
