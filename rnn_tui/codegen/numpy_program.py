"""An experiment as a program in plain NumPy: BPTT written out, as one would on paper."""

from __future__ import annotations

from rnn_tui.codegen.data import data
from rnn_tui.codegen.loops import (
    EXAMPLE_NUMBER,
    UPDATE,
    UPDATE_K,
    numbered,
    over_chunks,
    over_epochs,
    over_examples,
)
from rnn_tui.codegen.plan import Plan, plan_of
from rnn_tui.codegen.text import command, comment, lines, listed, program, section, string
from rnn_tui.codegen.weights import weights
from rnn_tui.engine.checks.faults import (
    NO_ACCUMULATION,
    NO_DH_NEXT,
    NO_MEAN,
    NO_SLOPE,
    SHIFTED_STATE,
    UNTRANSPOSED,
)
from rnn_tui.experiments import Experiment

ACTIVATION = {
    "tanh": "np.tanh(pre)",
    "relu": "np.maximum(pre, 0.0)",
    "sigmoid": "np.exp(-np.logaddexp(0.0, -pre))  # 1 / (1 + e^−pre)",
}
SLOPE = {
    "tanh": "(1.0 - states[t + 1] ** 2)",
    "relu": "(states[t + 1] > 0)",
    "sigmoid": "states[t + 1] * (1.0 - states[t + 1])",
}
TOTAL = "total = {name: np.zeros_like(param) for name, param in params.items()}"
ADD_UP = ("for name, grad in grads.items():", "    total[name] += grad")


def numpy_program(experiment: Experiment) -> str:
    """A program that prints the losses of an experiment. Raises ExperimentError."""
    plan = plan_of(experiment)
    return program(
        _head(plan),
        "import numpy as np",
        data(plan, "np.array({})".format, "np.eye({})".format),
        lines(weights(plan), listed("params = {", _named(plan, ""), "}")),
        _forward(plan),
        _backward(plan),
        _update(plan),
        _loop(plan),
    )


def _named(plan: Plan, prefix: str) -> list[str]:
    return [f"{string(name)}: {prefix}{name}" for name in plan.layout.shapes]


def _head(plan: Plan) -> str:
    bug = plan.fault
    return lines(
        comment(plan.experiment.title),
        comment(
            "A vanilla RNN trained by backpropagation through time, in NumPy alone. It prints "
            "the losses of:"
        ),
        comment(f"    {command(plan.experiment)}"),
        None if bug is None else comment(f"The code has a bug, on purpose: {bug.slip}."),
    )


def _forward(plan: Plan) -> str:
    model = plan.experiment.model
    return section(
        "Forward: each state from its input and the state before it",
        *_FORWARD.format(activation=ACTIVATION[model.activation]).splitlines(),
        "",
        "",
        *(_SIGMOID if plan.sigmoid_head else _SOFTMAX).splitlines(),
    )


_FORWARD = '''\
def forward(X, h):
    """The states of a sequence: states[0] is h, states[t + 1] the one after input X[t]."""
    states = [h]
    for x in X:
        pre = W_xh @ x + W_hh @ states[-1] + b_h
        h = {activation}
        states.append(h)
    return states'''

_SIGMOID = '''\
def answer(h, target):
    """The probability of class 1 after a state, and the loss in nats, -ln p of the target."""
    y = W_hy @ h + b_y
    p = np.exp(-np.logaddexp(0.0, -y))  # 1 / (1 + e^-y), which can't overflow
    loss = np.logaddexp(0.0, -y if target == 1 else y)[0]
    return p, loss'''

_SOFTMAX = '''\
def answer(h, target):
    """The probability of each class after a state, and the loss in nats, -ln p[target]."""
    y = W_hy @ h + b_y
    y = y - y.max()  # changes no probability, and e^y can't overflow
    p = np.exp(y) / np.exp(y).sum()
    loss = np.log(np.exp(y).sum()) - y[target]
    return p, loss'''


def _dy(plan: Plan, p: str, target: str) -> str:
    return f"{p} - {target}" if plan.sigmoid_head else f"{p} - np.eye(len(b_y))[{target}]"


def _backward(plan: Plan) -> str:
    """BPTT: from the last state to the first, each timestep adding its share."""
    zeros = [name for name in plan.layout.shapes if plan.everywhere or name not in ("W_hy", "b_y")]
    given = "ids, X" if plan.learned else "X"
    answers = "P, targets" if plan.everywhere else "p, target"
    made = listed("    return {", _named(plan, "d"), "}")
    return section(
        "Backward: the gradient of the loss, from the last state to the first",
        f"def backward({given}, states, {answers}):",
        '    """dL/dθ of one sequence, by the name of each parameter."""',
        *(f"    d{name} = np.zeros_like({name})" for name in zeros),
        *(_at_the_end(plan) if not plan.everywhere else ("    dh_next = np.zeros_like(b_h)",)),
        "    for t in reversed(range(len(X))):",
        *(f"        {line}" for line in _timestep(plan)),
        made,
    )


def _at_the_end(plan: Plan) -> tuple[str, ...]:
    return (
        f"    dy = {_dy(plan, 'p', 'target')}",
        "    dW_hy = np.outer(dy, states[-1])",
        "    db_y = dy",
        "    dh = W_hy.T @ dy",
    )


def _timestep(plan: Plan) -> list[str]:
    """One timestep of BPTT, with the experiment's bug in its place."""
    fault, slope = plan.fault, SLOPE[plan.experiment.model.activation]
    arriving = "" if fault is NO_DH_NEXT else " + dh_next"
    output = [
        f"dy = {_dy(plan, 'P[t]', 'targets[t]')}",
        "dW_hy += np.outer(dy, states[t + 1])",
        "db_y += dy",
        f"dh = W_hy.T @ dy{arriving}",
    ]
    passed = "dh_next" if plan.everywhere else "dh"
    matrix = "W_hh" if fault is UNTRANSPOSED else "W_hh.T"
    h = "states[t + 1]" if fault is SHIFTED_STATE else "states[t]"
    adds = "dW_hh[...] =" if fault is NO_ACCUMULATION else "dW_hh +="
    dropped = fault is NO_DH_NEXT
    return [
        *(output if plan.everywhere else ()),
        "delta = dh" if fault is NO_SLOPE else f"delta = dh * {slope}",
        "dW_xh += np.outer(delta, X[t])",
        f"{adds} np.outer(delta, {h})",
        "db_h += delta",
        *(("dE[ids[t]] += W_xh.T @ delta",) if plan.learned else ()),
        *((f"{passed} = {matrix} @ delta",) if not dropped else ()),
        *(("dh = np.zeros_like(delta)",) if dropped and not plan.everywhere else ()),
    ]


def _update(plan: Plan) -> str:
    """Freeze, clip, step: only what the settings ask for."""
    settings = plan.settings
    frozen = [f'grads["{name}"] = np.zeros_like({name})  # frozen' for name in settings.freeze]
    rate = repr(settings.learning_rate)
    if plan.decays:
        rate = f"{rate} * {settings.lr_decay!r} ** (k // {settings.lr_decay_every})"
    if settings.momentum:
        moved: tuple[str, ...] = (
            f"velocity[name] = {settings.momentum!r} * velocity[name] - rate * grads[name]",
            "param += velocity[name]",
        )
    else:
        moved = ("param -= rate * grads[name]",)
    return section(
        "Update: gradient descent",
        *(("velocity = {name: np.zeros_like(param) for name, param in params.items()}", "", "")
          if settings.momentum else ()),
        f"def update(grads{', k' if plan.decays else ''}):",
        f'    """{UPDATE_K if plan.decays else UPDATE}"""',
        *(f"    {line}" for line in (*frozen, *_clip(plan))),
        f"    rate = {rate}",
        "    for name, param in params.items():",
        *(f"        {line}" for line in moved),
    )  # fmt: skip


def _clip(plan: Plan) -> tuple[str, ...]:
    limit = repr(plan.settings.clip_limit)
    if plan.settings.clip == "norm":
        return (
            "norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))",
            f"if norm > {limit}:  # as long as the limit, in the same direction",
            f"    grads = {{name: grad * ({limit} / norm) for name, grad in grads.items()}}",
        )
    if plan.settings.clip == "value":
        clipped = f"np.clip(grad, -{limit}, {limit})"
        return (f"grads = {{name: {clipped} for name, grad in grads.items()}}",)
    return ()


# The loop


def _loop(plan: Plan) -> str:
    if plan.stream:
        chunk = _chunk(plan) if plan.parallel == 1 else _chunks(plan)
        body = over_chunks(plan, "np.zeros_like(b_h)", chunk, "loss", "float({})")
    else:
        epoch = _full(plan) if plan.settings.batch == "full" else _single(plan)
        body = over_epochs(plan, epoch, "float(loss / {})")
    return section("Training", *_run(plan), "", "", "losses = []", *body)


def _run(plan: Plan) -> tuple[str, ...]:
    """A function for one sequence: forward, its loss, backward."""
    given = "ids, X" if plan.learned else "X"
    h = "h" if plan.stream else "np.zeros_like(b_h)"
    wanted, answers = ("targets", "P, targets") if plan.everywhere else ("target", "p, target")
    if plan.stream:
        told = "A chunk from state h: its loss, its gradient, the last state."
    else:
        told = "One text: its loss, its right answers, its gradient."
    return (
        f"def run(ids, {wanted}{', h' if plan.stream else ''}):",
        f'    """{told}"""',
        f"    X = {plan.table}[ids]",
        f"    states = forward(X, {h})",
        *(f"    {line}" for line in _answers(plan)),
        f"    grads = backward({given}, states, {answers})",
        f"    return loss, {'grads, states[-1]' if plan.stream else 'right, grads'}",
    )


def _answers(plan: Plan) -> tuple[str, ...]:
    if not plan.everywhere:
        right = "int((p[0] >= 0.5) == target)" if plan.sigmoid_head else "int(p.argmax() == target)"
        return ("p, loss = answer(states[-1], target)", f"right = {right}")
    said = "(p[0] >= 0.5)" if plan.sigmoid_head else "p.argmax()"
    right = f"right = sum(int({said} == target) for p, target in zip(P, targets))"
    return (
        "answers = [answer(h, target) for h, target in zip(states[1:], targets)]",
        "P = [p for p, _ in answers]",
        "loss = sum(cost for _, cost in answers)",
        *(() if plan.stream else (right,)),
    )


def _chunk(plan: Plan) -> tuple[str, ...]:
    return (
        "read, named = ids[start : start + length], ids[start + 1 : start + length + 1]",
        "loss, grads, h = run(read, named, h)",
        numbered(plan, "grads", "step"),
    )


def _chunks(plan: Plan) -> tuple[str, ...]:
    """One chunk of each part, each part with a state of its own."""
    return (
        "loss = 0.0",
        TOTAL,
        "for part, row in enumerate(parts):",
        "    read, named = row[start : start + length], row[start + 1 : start + length + 1]",
        "    cost, grads, h[part] = run(read, named, h[part])",
        "    loss += cost",
        *(f"    {line}" for line in ADD_UP),
        *_mean(plan, "len(parts)"),
        numbered(plan, "total", "step"),
    )


def _mean(plan: Plan, count: str) -> tuple[str, ...]:
    if not plan.averages or plan.fault is NO_MEAN:
        return ()
    return ("for name in total:", f"    total[name] /= {count}")


_ADD = ("loss += cost", "right += good")


def _full(plan: Plan) -> tuple[str, ...]:
    return (
        TOTAL,
        "for ids, target in examples:",
        "    cost, good, grads = run(ids, target)",
        *(f"    {line}" for line in _ADD),
        *(f"    {line}" for line in ADD_UP),
        *_mean(plan, "len(examples)"),
        numbered(plan, "total", "epoch + 1"),
    )


def _single(plan: Plan) -> tuple[str, ...]:
    return (
        *over_examples(plan),
        "    cost, good, grads = run(ids, target)",
        *(f"    {line}" for line in _ADD),
        f"    {numbered(plan, 'grads', EXAMPLE_NUMBER)}",
    )
