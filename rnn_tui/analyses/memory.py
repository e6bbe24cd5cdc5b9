"""How far back the network remembers: by taking a token away, and by reading it out.

Ablation: the token d places back is replaced by another one, and the prediction moves by
½ Σ |p − p′|, the total variation distance, 0 if nothing of it is left and at most 1.

Readout: a linear map from the state to the token d places back, by least squares with a
little ridge, fitted on the first half of the text and tried on the second; a diagnostic
classifier as of Alain and Bengio (2016), Understanding intermediate layers using linear
classifier probes. What can be read out need not be used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.study import REACH, Study, Unfit
from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.batches import Shape
from rnn_tui.engine.passes.reading import reader_of
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Vocabulary

PLACES = 300  # in the text at which tokens are taken away
SEED = 0
RIDGE = 1e-6  # of the mean square of a state
FEWEST = 4  # times the reach that a text needs to have
FELT = 0.01  # a move of the prediction that counts


@dataclass(frozen=True, eq=False)
class Memory:
    """By the distance back, 0 … D: entry 0 is the token just read.

    `moved` (D+1,) is how far the prediction moves on average without it; `read_out`
    (D+1,) the share of tokens that the readout names right, `guessed` (D+1,) that of always
    naming the commonest.
    """

    moved: Floats
    read_out: Floats
    guessed: Floats

    @property
    def felt(self) -> int:
        """The farthest distance at which the prediction moves by `FELT` or more; −1 if none."""
        return int(np.flatnonzero(np.append(True, self.moved >= FELT))[-1]) - 1

    @property
    def readable(self) -> int:
        """Up to which distance the readout beats guessing by a tenth of what is left, unbroken."""
        better = self.read_out > self.guessed + 0.1 * (1 - self.guessed)
        return int(np.argmin(np.append(better, False))) - 1


def measure(study: Study) -> Memory:
    """On the text that is read, at the last moment."""
    text = study.running_text()
    reach = min(REACH, text.length // FEWEST - 1)
    if reach < 1:
        raise Unfit(f"it needs a text of {2 * FEWEST} tokens or more, and this has {text.length}")
    ids, h = text.ids, study.states_now[0]
    at = np.unique(np.linspace(reach, text.length - 1, PLACES).astype(np.int64))
    (states,) = study.all_states(study.now)
    moved = ablated(study.now, study.net, study.experiment.vocabulary, ids, states, at, reach)
    read = [readout(h[1:], ids, d) for d in range(reach + 1)]
    return Memory(moved, np.array([one[0] for one in read]), np.array([one[1] for one in read]))


def ablated(
    params: Parameters, net: Network, vocabulary: Vocabulary, ids: Ints, states: Floats,
    at: Ints, reach: int,
) -> Floats:  # fmt: skip
    """How far the predictions after the tokens at `at` (N,) move, (reach + 1,), on average.

    `states` (T+1, S) are all states of reading `ids` (T,). Another token is drawn evenly from all
    others, the same at every distance.
    """
    V = len(vocabulary.tokens)
    rng = np.random.default_rng(SEED)
    shift = rng.integers(1, V, len(ids)) if V > 1 else np.zeros(len(ids), np.int64)
    other = (ids + shift) % V
    usual = _predicted(params, net, states[at + 1])
    moved = np.zeros(reach + 1)
    for d in range(reach + 1):
        tokens = np.array([ids[at - back] for back in range(d, -1, -1)])  # (d+1, N)
        tokens[0] = other[at - d]
        state = _read_on(params, net, vocabulary, tokens, states[at - d])
        p = _predicted(params, net, state)
        moved[d] = 0.5 * np.abs(p - usual).sum(axis=1).mean()
    return moved


def _read_on(
    params: Parameters, net: Network, vocabulary: Vocabulary, ids: Ints, start: Floats
) -> Floats:
    """All states (B, S) after B sequences of tokens (T, B), each from a start of its own."""
    table = vocabulary.vectors
    T, B = ids.shape
    shape = Shape(T, B, (), 0)
    reader = reader_of(net, params.layout, shape, given=table is not None)
    reader.read(params, ids, None if table is None else table[ids], start)
    return reader.last().copy()


def _predicted(params: Parameters, net: Network, states: Floats) -> Floats:
    h = net.read_from(states, params.layout)
    p: Floats = net.head.probabilities(h @ params.W_hy.T + params.b_y)
    return p


def readout(states: Floats, ids: Ints, back: int) -> tuple[float, float]:
    """How often a linear map names the token `back` places before a state, and a guess does.

    `states` (T, H), row t after token t. Fitted on the first half, counted on the second.
    """
    h, wanted = states[back:], ids[: len(ids) - back]
    half = len(h) // 2
    classes = int(ids.max()) + 1
    mean = h[:half].mean(axis=0)
    known, tried = _with_one(h[:half] - mean), _with_one(h[half:] - mean)
    hot = np.eye(classes)[wanted[:half]]
    scale = RIDGE * len(known) * max(float((known[:, :-1] ** 2).mean()), 1e-300)
    ridge = scale * np.eye(known.shape[1])
    weights = np.linalg.solve(known.T @ known + ridge, known.T @ hot)
    right = float(((tried @ weights).argmax(axis=1) == wanted[half:]).mean())
    commonest = int(hot.sum(axis=0).argmax())
    return right, float((wanted[half:] == commonest).mean())


def _with_one(h: Floats) -> Floats:
    return np.hstack([h, np.ones((len(h), 1))])
