"""Conditions on a run, such as `loss < 0.3 and not clipped`, read by a grammar, never run as code.

condition  = both {"or" both}
both       = truth {"and" truth}
truth      = "not" truth | comparison
comparison = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
sum        = product {("+" | "-") product}
product    = factor {("*" | "/") factor}
factor     = "-" factor | "(" condition ")" | number | name
           | array "[" int {"," int} "]" ["#" example]
           | ("abs" | "min" | "max") "(" sum {"," sum} ")"
"""

from __future__ import annotations

import math
from collections.abc import Callable

from rnn_tui.experiments import EMBEDDING, PARAMETER_NAMES
from rnn_tui.experiments.errors import clipped, nearest
from rnn_tui.session.breakpoints.condition_tokens import ConditionError, Token, tokens
from rnn_tui.session.breakpoints.conditions import (
    COMPARISONS,
    FLAGS,
    FUNCTIONS,
    NAMES,
    TESTED,
    WORDS,
    Condition,
    Node,
    Scope,
)

MOST_CHARACTERS = 200
MOST_NESTED = 40


def parse(text: str, scope: Scope) -> Condition:
    """Read a condition. Raises ConditionError, a line that can be shown as it is."""
    text = " ".join(text.split())
    if len(text) > MOST_CHARACTERS:
        raise ConditionError(f"expected at most {MOST_CHARACTERS} characters, not {len(text)}")
    node = _Reader(text, scope).whole()
    return Condition(text, node, tuple(dict.fromkeys(node.names())))


class _Reader:
    """Recursive descent, a method a rule of the grammar; `now` is the next piece to read."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._tokens = tokens(text)
        self._scope = scope
        self._nested = 0
        self.now = next(self._tokens)

    def whole(self) -> Node:
        node = self.condition()
        if self.now.text in COMPARISONS:
            raise ConditionError("expected one comparison: join two with and", self.now)
        if self.now.kind != "end":
            signs = "and, or" if node.is_truth else "<, >, =="
            raise ConditionError(f"expected {signs} or the end", self.now)
        return self._truth(node)

    def condition(self) -> Node:
        return self._joined("or", lambda: self._joined("and", self.truth))

    def _joined(self, word: str, rule: Callable[[], Node]) -> Node:
        parts = [rule()]
        token = self.now
        while self._take(word):
            parts.append(rule())
        if len(parts) == 1:
            return parts[0]
        return Node(word, token, tuple(map(self._truth, parts)))

    def truth(self) -> Node:
        token = self.now
        if not self._take("not"):
            return self.comparison()
        return Node("not", token, (self._truth(self._deeper(self.truth)),))

    def comparison(self) -> Node:
        left, token = self.sum(), self.now
        if token.text not in COMPARISONS:
            return left
        self._next()
        return Node(token.text, token, (self._number(left), self._number(self.sum())))

    def sum(self) -> Node:
        return self._chain("+-", self.product)

    def product(self) -> Node:
        return self._chain("*/", self.factor)

    def _chain(self, signs: str, rule: Callable[[], Node]) -> Node:
        node = rule()
        while (token := self.now).kind == "sign" and token.text in signs:
            self._next()
            node = Node(token.text, token, (self._number(node), self._number(rule())))
        return node

    def factor(self) -> Node:
        token = self.now
        if self._take("-"):
            return Node("negative", token, (self._number(self._deeper(self.factor)),))
        if self._take("("):
            node = self._deeper(self.condition)
            self._expect(")")
            return node
        if token.kind == "number":
            return self._literal()
        if token.kind == "name" and token.text not in WORDS:
            return self._named()
        raise ConditionError("expected a number, a name such as loss, or (", token)

    def _literal(self) -> Node:
        token = self._next()
        number = float(token.text)
        if math.isinf(number):
            raise ConditionError("expected a smaller number", token)
        return Node("number", token, number=number)

    def _named(self) -> Node:
        token = self._next()
        name = token.text
        if name in FUNCTIONS:
            return self._call(token)
        if name in self._scope.shapes:
            return Node("value", token, name=name + self._index(token))
        if name in self._scope.passes and (name not in NAMES or self.now.text == "["):
            return Node("value", token, name=name + self._place(token) + self._example(token))
        if name in TESTED and not self._scope.tested:
            raise ConditionError("expected another name: this experiment has no test data", token)
        if name in NAMES:
            return Node("flag" if name in FLAGS else "value", token, name=name)
        if name == EMBEDDING:
            raise ConditionError("expected another name: the embedding is not trained here", token)
        known = (*NAMES, *FUNCTIONS, *self._scope.shapes, *self._scope.passes)
        near = nearest(name, known) or f": {', '.join((*NAMES, *PARAMETER_NAMES))}"
        raise ConditionError(f"expected a name that is known{near}", token)

    def _call(self, token: Token) -> Node:
        self._expect("(")
        operands = [self._number(self._deeper(self.sum))]
        while self._take(","):
            operands.append(self._number(self._deeper(self.sum)))
        self._expect(")")
        if (token.text == "abs") != (len(operands) == 1):
            count = "one number" if token.text == "abs" else "two numbers or more"
            raise ConditionError(f"expected {count} in {token.text}()", token)
        return Node(token.text, token, tuple(operands))

    def _index(self, token: Token) -> str:
        name, shape = token.text, self._scope.shapes[token.text]
        if self.now.text != "[":
            letters = "i,j"[: 2 * len(shape) - 1]
            raise ConditionError(f"expected {name}[{letters}], with {name} of shape {shape}", token)
        self._next()
        index = [self._whole_number()]
        while self._take(","):
            index.append(self._whole_number())
        self._expect("]")
        written = f"[{','.join(map(str, index))}]"
        if len(index) != len(shape) or any(i >= n for i, n in zip(index, shape, strict=True)):
            there = clipped(name + written)
            raise ConditionError(f"{name} has shape {shape}, there is no {there}", token)
        return written

    def _place(self, token: Token) -> str:
        """Where in an array of a pass."""
        name, allowed = token.text, self._scope.passes[token.text]
        self._expect("[")
        index = [self._whole_number()]
        while self._take(","):
            index.append(self._whole_number())
        self._expect("]")
        written = f"[{','.join(map(str, index))}]"
        if len(index) != len(allowed) or any(
            i not in some for i, some in zip(index, allowed, strict=True)
        ):
            least = ",".join(str(some[0]) for some in allowed)
            most = ",".join(str(some[-1]) for some in allowed)
            there = clipped(name + written)
            expected = f"{name} goes from [{least}] to [{most}], there is no {there}"
            raise ConditionError(expected, token)
        return written

    def _example(self, token: Token) -> str:
        """Which example's, where there are several."""
        number, most = self._scope.example, self._scope.examples
        if number == 0:
            return ""
        if self._take("#"):
            asked = self.now
            number = self._whole_number()
            if not 1 <= number <= most:
                raise ConditionError(f"expected an example from 1 to {most}", asked)
        if number is None:
            raise ConditionError(f"expected #1 to #{most} after it: which example", token)
        return f"#{number}"

    def _whole_number(self) -> int:
        token = self._next()
        if not token.text.isdigit():
            raise ConditionError("expected a whole number, from 0", token)
        return int(token.text)

    def _number(self, node: Node) -> Node:
        if node.op == "flag":
            raise ConditionError("expected a number; this is true or false by itself", node.token)
        if node.is_truth:
            raise ConditionError("expected a number here, not a comparison", node.token)
        return node

    def _truth(self, node: Node) -> Node:
        if not node.is_truth:
            raise ConditionError("expected a comparison, such as loss < 0.3", node.token)
        return node

    def _deeper(self, rule: Callable[[], Node]) -> Node:
        self._nested += 1
        if self._nested > MOST_NESTED:
            raise ConditionError(f"expected at most {MOST_NESTED} levels of nesting", self.now)
        node = rule()
        self._nested -= 1
        return node

    def _next(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.now = next(self._tokens)
        return token

    def _take(self, text: str) -> bool:
        if self.now.text != text:
            return False
        self._next()
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise ConditionError(f"expected {text}", self.now)
