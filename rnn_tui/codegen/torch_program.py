"""An experiment as a PyTorch program: nn.RNN and autograd, with the same first weights."""

from __future__ import annotations

from rnn_tui.codegen.data import data
from rnn_tui.codegen.loops import (
    EXAMPLE_NUMBER,
    UPDATE,
    UPDATE_K,
    chunk_read,
    numbered,
    over_chunks,
    over_epochs,
    over_examples,
)
from rnn_tui.codegen.plan import Plan, plan_of
from rnn_tui.codegen.text import command, comment, lines, program, section
from rnn_tui.codegen.weights import weights
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.weights.torch_names import CELL

ONE_BIAS = (
    "Torch adds two hidden biases where one is enough. Trained both, their sum would move "
    "twice as far."
)


def torch_program(experiment: Experiment) -> str:
    """A program that prints the losses of an experiment. Raises ExperimentError.

    Autograd can't be wrong in the ways of `training.fault`: of such an experiment it is
    the program without the bug, and says so.
    """
    plan = plan_of(experiment)
    return program(
        _head(plan),
        lines("import numpy as np", "import torch", "from torch import nn", "",
              "torch.set_default_dtype(torch.float64)", "torch.set_num_threads(1)"),
        data(plan, "torch.tensor({})".format, "torch.eye({})".format),
        weights(plan),
        _network(plan),
        _same_weights(plan),
        _update(plan),
        _loop(plan),
    )  # fmt: skip


def _head(plan: Plan) -> str:
    bug = plan.fault
    told = "It prints the losses of:"
    if bug is not None:
        told = (
            f"The experiment has a bug on purpose ({bug.slip}). Autograd makes no such slip, so "
            f"the losses part from those of: {command(plan.experiment)}"
        )
    return lines(
        comment(plan.experiment.title),
        comment(f"A vanilla RNN in PyTorch, in float64; autograd does the BPTT. {told}"),
        comment(f"    {command(plan.experiment)}"),
    )


def _network(plan: Plan) -> str:
    layout, model = plan.layout, plan.experiment.model
    I, H = layout.input_size, layout.hidden_size  # noqa: E741
    relu = ', nonlinearity="relu"' if model.activation == "relu" else ""
    if model.activation == "sigmoid":
        layers: tuple[str, ...] = (
            f"self.input = nn.Linear({I}, {H})",
            f"self.hidden = nn.Linear({H}, {H}, bias=False)",
        )
    else:
        layers = (f"self.rnn = nn.RNN({I}, {H}{relu})",)
    embedding = (f"self.embedding = nn.Embedding({layout.learned_tokens}, {I})",)
    return section(
        "Network",
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *(f"        {line}" for line in (
            *(embedding if plan.learned else ()), *layers, *_readout(plan),
        )),
        "",
        "    def forward(self, ids, h):",
        f'        """{_what(plan)} {"at each token" if plan.everywhere else "after the last token"}, '
        'and the last state (1, H)."""',
        f"        x = {'self.embedding(torch.tensor(ids))' if plan.learned else 'inputs[ids]'}",
        *(f"        {line}" for line in _states(plan)),
        f"        return {_read(plan)}, h",
    )  # fmt: skip


def _readout(plan: Plan) -> tuple[str, ...]:
    """The linear layer over the states, unless these are the answer."""
    if not plan.head.readout.is_linear:
        return ()
    return (f"self.fc = nn.Linear({plan.layout.hidden_size}, {plan.layout.output_size})",)


def _read(plan: Plan) -> str:
    states = f"states{'' if plan.everywhere else '[-1]'}"
    return f"self.fc({states})" if plan.head.readout.is_linear else states


def _what(plan: Plan) -> str:
    return "The logits" if plan.head.answer == "p" else "The answers"


def _states(plan: Plan) -> tuple[str, ...]:
    if plan.experiment.model.activation != "sigmoid":
        return ("states, h = self.rnn(x, h)",)
    return (
        "states = []",
        "for x_t in x:  # nn.RNN has tanh and relu, so the loop is written out",
        "    h = torch.sigmoid(self.input(x_t) + self.hidden(h))",
        "    states.append(h)",
        "states = torch.cat(states)",
    )


def _places(plan: Plan) -> dict[str, str]:
    """Where the network has each parameter."""
    places = {name: f"net.rnn.{torchs}" for name, torchs in CELL.items()}
    places |= {"W_hy": "net.fc.weight", "b_y": "net.fc.bias", "E": "net.embedding.weight"}
    if plan.experiment.model.activation == "sigmoid":
        names = {"W_xh": "input.weight", "W_hh": "hidden.weight", "b_h": "input.bias"}
        places |= {name: f"net.{place}" for name, place in names.items()}
    return {name: places[name] for name in plan.layout.shapes}


def _same_weights(plan: Plan) -> str:
    places, frozen = _places(plan), plan.settings.freeze
    two = plan.experiment.model.activation != "sigmoid"
    return section(
        "The same first weights",
        "net = Network()",
        "with torch.no_grad():",
        *(f"    {place}.copy_(torch.tensor({name}))" for name, place in places.items()),
        *(("    net.rnn.bias_hh_l0.zero_()", comment(ONE_BIAS),
           "net.rnn.bias_hh_l0.requires_grad = False") if two else ()),
        *(f"{places[name]}.requires_grad = False  # frozen" for name in frozen),
        "trained = [param for param in net.parameters() if param.requires_grad]",
    )  # fmt: skip


def _update(plan: Plan) -> str:
    settings, given = plan.settings, "loss, k" if plan.decays else "loss"
    if set(plan.layout.shapes) <= set(settings.freeze):
        idle = '    """Do nothing: every parameter is frozen."""'
        return section("Update", f"def update({given}):", idle)
    rate = repr(settings.learning_rate)
    decayed = f"{rate} * {settings.lr_decay!r} ** (k // {settings.lr_decay_every})"
    by_hand = plan.decays and settings.momentum > 0
    momentum = f", momentum={settings.momentum!r}" if settings.momentum else ""
    if by_hand:
        opening: tuple[str, ...] = (
            "# v = μ v − rate g, θ += v. torch.optim.SGD has v = μ v + g, θ −= rate v:",
            "# the same only while the rate is.",
            "velocity = [torch.zeros_like(param) for param in trained]",
        )
        stepped: tuple[str, ...] = (
            f"rate = {decayed}",
            "with torch.no_grad():",
            "    for v, param in zip(velocity, trained):",
            f"        v.mul_({settings.momentum!r}).sub_(rate * param.grad)",
            "        param.add_(v)",
        )
    else:
        opening = (f"optimizer = torch.optim.SGD(trained, lr={rate}{momentum})",)
        changed = (f'optimizer.param_groups[0]["lr"] = {decayed}',) if plan.decays else ()
        stepped = (*changed, "optimizer.step()")
    return section(
        "Update: gradient descent",
        *opening,
        "",
        "",
        f"def update({given}):",
        f'    """{UPDATE_K if plan.decays else UPDATE}"""',
        "    net.zero_grad()",
        "    loss.backward()",
        *(f"    {line}" for line in (*_clip(plan), *stepped)),
    )


def _clip(plan: Plan) -> tuple[str, ...]:
    limit = repr(plan.settings.clip_limit)
    if plan.settings.clip == "norm":
        return (
            "# nn.utils.clip_grad_norm_ divides by norm + 1e-6, which shows in the seventh digit.",
            "norm = torch.sqrt(sum((param.grad**2).sum() for param in trained))",
            f"if norm > {limit}:",
            "    for param in trained:",
            f"        param.grad *= {limit} / norm",
        )
    if plan.settings.clip == "value":
        return (f"nn.utils.clip_grad_value_(trained, {limit})",)
    return ()


# The loop


def _loop(plan: Plan) -> str:
    H = plan.layout.hidden_size
    criterion = f'nn.{plan.head.torch_name}(reduction="sum")'
    if plan.stream:
        chunk = _chunk(plan) if plan.parallel == 1 else _chunks(plan)
        body = over_chunks(plan, ("h", "blank"), chunk, "loss.item()", "{}")
    elif plan.settings.batch == "full":
        body = over_epochs(plan, _full(plan), "loss.item() / {}")
    else:
        body = over_epochs(plan, _single(plan), "loss / {}")
    return section(
        "Training",
        f"criterion = {criterion}",
        f"blank = torch.zeros(1, {H})  # the state before the first token",
        "losses = []",
        *body,
    )


def _chunk(plan: Plan) -> tuple[str, ...]:
    return (
        *chunk_read(plan, "ids"),
        "logits, h = net(read, h.detach())  # the state is carried, no gradient is",
        f"loss = criterion(logits, {_named(plan)}){_share(plan)}",
        numbered(plan, "loss", "step"),
    )


def _chunks(plan: Plan) -> tuple[str, ...]:
    """One chunk of each part, each part with a state of its own."""
    objective = "loss / len(parts)" if plan.averages else "loss"
    return (
        "loss = 0.0",
        "for part, row in enumerate(parts):",
        *(f"    {line}" for line in chunk_read(plan, "row")),
        "    # The state is carried, no gradient is.",
        "    logits, h[part] = net(read, h[part].detach())",
        f"    loss = loss + criterion(logits, {_named(plan)}){_share(plan)}",
        numbered(plan, objective, "step"),
    )


def _named(plan: Plan) -> str:
    return "torch.tensor(named)" if plan.head.has_classes else "named"


def _share(plan: Plan) -> str:
    return plan.head.torch_share(plan.layout.output_size)


def _answer(plan: Plan) -> tuple[str, ...]:
    """Logits, whether they are right, and what they cost, of one text."""
    head = plan.head
    logits = head.torch_logits.format("logits")
    return (
        f"target = {head.torch_target.format('wanted')}",
        "logits, _ = net(ids, blank)",
        f"cost = criterion({logits}, target){_share(plan)}",
        *((f"right += ({head.torch_right.format(logits, 'target')}).sum().item()",)
          if head.has_classes else ()),
    )  # fmt: skip


def _full(plan: Plan) -> tuple[str, ...]:
    objective = "loss / len(examples)" if plan.averages else "loss"
    return (
        "for ids, wanted in examples:",
        *(f"    {line}" for line in _answer(plan)),
        "    loss = loss + cost",
        numbered(plan, objective, "epoch + 1"),
    )


def _single(plan: Plan) -> tuple[str, ...]:
    return (
        *over_examples(plan),
        *(f"    {line}" for line in _answer(plan)),
        f"    {numbered(plan, 'cost', EXAMPLE_NUMBER)}",
        "    loss += cost.item()",
    )
