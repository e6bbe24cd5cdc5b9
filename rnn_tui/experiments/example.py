"""What one pass of the network reads and has to answer."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Example:
    """One sequence of T tokens with the answers wanted.

    `ids` (T,) are the tokens' rows in the vocabulary, `inputs` (T, I) their
    embeddings: None where those are learned, as only the parameters know them.
    `outputs` are the timesteps at which the network must answer, ascending;
    `targets[k]` is the class wanted at timestep `outputs[k]`.
    """

    text: str
    tokens: tuple[str, ...]
    ids: Ints
    inputs: Floats | None
    outputs: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def length(self) -> int:
        """T, the number of timesteps; at least 1."""
        return len(self.tokens)
