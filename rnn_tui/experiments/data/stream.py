"""One long text, cut into chunks that follow each other: truncated BPTT's training data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from rnn_tui.arrays import Floats, Ints
from rnn_tui.experiments.data.vocabulary import Vocabulary
from rnn_tui.experiments.example import Example, Examples

CHUNKS_KEPT = 2  # the one looked at and the one trained on next


@dataclass(frozen=True, eq=False)
class Stream(Examples):
    """The chunks of a text, made when they are asked for.

    `ids` (N,) are the rows of its tokens. They are cut into `parallel` parts of equal
    length n ≥ 2, which are read side by side. Chunk c of a part reads the
    `sequence_length` tokens from c · sequence_length on and has to name the token
    after each. As in the usual loop, a part starts again where
    pointer + sequence_length + 1 ≥ n. Chunks are counted through the first part, then
    through the next.
    """

    vocabulary: Vocabulary
    ids: Ints
    sequence_length: int
    parallel: int = 1

    def __len__(self) -> int:
        """How many chunks one pass over the text has."""
        return self.parallel * self.chunks

    @cached_property
    def chunks(self) -> int:
        """How many chunks a part has: at least 1."""
        return max(1, (self._part - 2) // self.sequence_length)

    @cached_property
    def _part(self) -> int:
        return len(self.ids) // self.parallel

    def make(self, place: int) -> Example:
        """A chunk; the newest few are the same ones as long as they are asked for again."""
        return _chunk(self, place)

    def rows(self, place: int) -> Ints:
        """The tokens of a chunk, and the one after them, as rows of the vocabulary."""
        part, c = divmod(place, self.chunks)
        start = part * self._part + c * self.sequence_length
        return self.ids[start : start + self.sequence_length + 1]

    def before(self, place: int, most: int) -> Ints:
        """The rows of at most so many tokens that stand just before a chunk in its part."""
        part, c = divmod(place, self.chunks)
        start = part * self._part
        stop = start + c * self.sequence_length
        return self.ids[max(start, stop - most) : stop]

    def begins(self, place: int) -> bool:
        """Whether a chunk is the first of its part, so that nothing comes before it."""
        return place % self.chunks == 0

    def wanted(self, rows: Ints) -> Ints | Floats:
        """What is wanted at all of some rows (T+1, B) but the last: the next tokens (T, B)."""
        return rows[1:]

    def made_of(self, rows: Ints) -> Example:
        """Reading all of some rows but the last."""
        return next_token(self.vocabulary, rows)


@lru_cache(maxsize=CHUNKS_KEPT)
def _chunk(stream: Stream, place: int) -> Example:
    return stream.made_of(stream.rows(place))


def next_token(vocabulary: Vocabulary, ids: Ints, *, is_held: bool = False) -> Example:
    """Reading all tokens of `ids` but the last, and naming the next one at every timestep.

    Of a long text that is only evaluated, which `is_held`, unit vectors are not written out.
    """
    read, named = ids[:-1], ids[1:]
    tokens = tuple(vocabulary.tokens[row] for row in read)
    return Example(
        vocabulary.join(tokens),
        tokens,
        read,
        None if is_held and vocabulary.vectors is None else vocabulary.embed(read),
        tuple(range(len(read))),
        tuple(int(row) for row in named),
    )
