"""What a head is: from the logits y (O,) of one output to an answer, a loss and dL/dy.

Losses are computed from the logits, never from p, so nothing is lost or overflows however
large |y| is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from rnn_tui.arrays import Bools, Floats, Ints, Reals
from rnn_tui.equations.heads.readout import LINEAR, Readout
from rnn_tui.equations.lines import Body, body_of
from rnn_tui.equations.mathematics import FUNCTIONS


class Head(ABC):
    """An answer and its loss. Targets are classes, shape (…); logits and p have (…, O).

    A head that has no classes has real targets, (…, O), which may be probabilities all the
    same; `answer` is the name of what it
    answers with, and `readout` what makes y of a state. Where there are no classes there is no
    right and wrong, but an answer is so far off.
    `forward` has the lines that make p and the loss (nats) from y and the `target` (O,), the
    p that would have no loss; `backward` those that make dL/dy. `formula` and
    `loss_formula` say the same as on the blackboard, `torch_name` what its loss is in PyTorch.
    In programs, {0} and {1} standing for what they are given: `numpy_target` makes targets
    (…, O) of classes {0} for {1} logits, `numpy_class` the class answered of a p {0};
    `torch_logits` are what the loss takes of logits {0}, `torch_target` of classes {0},
    `torch_right` whether the former {0} answer the latter {1}; `torch_cost` is the loss here
    where torch's own comes to {0} and there are {1} logits.
    """

    name: ClassVar[str]
    formula: ClassVar[str]
    loss_formula: ClassVar[str]
    torch_name: ClassVar[str]
    numpy_target: ClassVar[str]
    numpy_class: ClassVar[str]
    torch_logits: ClassVar[str]
    torch_target: ClassVar[str]
    torch_right: ClassVar[str]
    torch_cost: ClassVar[str] = "{0}"
    forward: ClassVar[Callable[..., Any]]
    backward: ClassVar[Callable[..., Any]]
    has_classes: ClassVar[bool] = True
    has_probabilities: ClassVar[bool] = True
    answer: ClassVar[str] = "p"
    readout: ClassVar[Readout] = LINEAR

    @cached_property
    def forward_body(self) -> Body:
        """The lines of the answer."""
        return body_of(type(self).forward)

    @cached_property
    def backward_body(self) -> Body:
        """The lines of dL/dy."""
        return body_of(type(self).backward)

    @abstractmethod
    def outputs(self, classes: int) -> int:
        """O, the logits that so many classes take."""

    def probabilities(self, y: Floats) -> Floats:
        """The p of logits, of the same shape, by the head's own line."""
        scope = self._scope(y)
        exec(self.forward_body.line("p").code, scope)
        p: Floats = scope["p"].T  # lines have the outputs' axis first
        return p

    def loss(self, y: Floats, target: Any) -> Floats:
        """The loss of each output in nats, (…), by the head's own lines."""
        scope = self._scope(y)
        scope["target"] = self.target(np.asarray(target), y.shape[-1]).T
        exec(self.forward_body.code, scope)
        losses: Floats = scope["loss"].T
        return losses

    def _scope(self, y: Floats) -> dict[str, Any]:
        return {**self._functions, "y": y.T}

    @cached_property
    def _functions(self) -> dict[str, Any]:
        return {name: FUNCTIONS[name].of for name in self.forward_body.functions}

    @abstractmethod
    def target(self, target: Ints, size: int) -> Floats:
        """The p that would have no loss, shape (…, size)."""

    @abstractmethod
    def predict(self, p: Floats) -> Ints:
        """The class answered, shape (…); −1 where p is no number."""

    @abstractmethod
    def probability_of(self, p: Floats, target: Any) -> Floats:
        """The probability (…) that p gives to a class: how sure, where it is the one answered."""

    def marks(self, answers: Floats, targets: Any) -> Bools | Floats:
        """Which answers (…, O) are right (…), or where there are no classes, how far each is off.

        How far is the mean of |y − t| over the O numbers.
        """
        return self.right(answers, targets)

    def right(self, p: Floats, targets: Any) -> Bools:
        """Which answers p (…, O) are right, (…): of several labels, where each of them is."""
        right: Bools = self.predict(p) == targets
        return right

    @abstractmethod
    def answers(self, y: Reals, targets: Any) -> tuple[Floats, Bools | Floats]:
        """The losses (N,) of N answers and their `marks` (N,); y (N, O) becomes dL/dy.

        For training, in the memory that is there, which has no gaps; `targets` is (N,), or
        (N, O) where there are no classes.
        """

    @abstractmethod
    def torch_answer(self, torch: Any, y: Any, classes: Any) -> tuple[Any, Any]:
        """PyTorch's own p (N, O) and losses (N,) of logits y (N, O), all of them tensors."""
