"""The update of a PyTorch program: clipping, then torch's own optimizer or the lines of ours."""

from __future__ import annotations

from rnn_tui.codegen.loops import UPDATE, UPDATE_K
from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.source import written
from rnn_tui.codegen.text import section
from rnn_tui.codegen.torch_network import held_rows, in_torch
from rnn_tui.engine.update import given_by
from rnn_tui.equations.mathematics import FUNCTIONS
from rnn_tui.equations.optimizers import OPTIMIZERS
from rnn_tui.experiments import TrainingConfig


def update(plan: Plan) -> str:
    """The function that does an update."""
    settings, given = plan.settings, "loss, k" if plan.counts else "loss"
    if set(plan.layout.shapes) <= set(settings.freeze):
        idle = '    """Do nothing: every parameter is frozen."""'
        return section("Update", f"def update({given}):", idle)
    by_torch = plan.network.optimizer.is_torchs(settings)
    opening, stepped = (_by_torch if by_torch else _by_hand)(plan)
    return section(
        "Update: gradient descent",
        *opening,
        "",
        "",
        f"def update({given}):",
        f'    """{UPDATE_K if plan.counts else UPDATE}"""',
        f"    net.zero_grad({'set_to_none=False' if plan.begins else ''})",
        "    loss.backward()",
        *(f"    {line}" for line in (*held_rows(plan), *_clip(plan), *stepped)),
    )


def _rate(plan: Plan) -> str:
    """The learning rate of update k."""
    settings, rate = plan.settings, repr(plan.settings.learning_rate)
    decayed = f"{rate} * {settings.lr_decay!r} ** (k // {settings.lr_decay_every})"
    return decayed if plan.decays else rate


def _by_torch(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines before the update, and lines in it, with an optimizer of torch."""
    settings, optimizer = plan.settings, plan.network.optimizer
    given = given_by(settings)
    usual = vars(TrainingConfig())
    options = [
        f"{theirs}={given[ours]!r}"
        for theirs, ours in optimizer.torch_options.items()
        if given[ours] != (optimizer.epsilon if ours == "epsilon" else usual[ours])
    ]
    if settings.weight_decay:
        options.append(f"weight_decay={settings.weight_decay!r}")
    more = "".join(f", {option}" for option in options)
    name, rate = optimizer.torch_name, repr(settings.learning_rate)
    opening = (f"optimizer = torch.optim.{name}(trained, lr={rate}{more})",)
    changed = (f'optimizer.param_groups[0]["lr"] = {_rate(plan)}',) if plan.decays else ()
    return opening, (*changed, "optimizer.step()")


def _by_hand(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same by the lines of an optimizer that torch has no other of."""
    settings, optimizer = plan.settings, plan.network.optimizer
    names = {key: repr(value) for key, value in given_by(settings).items()}
    names |= {"learning_rate": "rate", "theta": "param", "step": "param.grad"}
    functions = in_torch(FUNCTIONS)
    inside = []
    for line in optimizer.body.lines:
        value = written(line, functions, names).partition(" = ")[2]
        kept = "param" if line.target == "theta" else line.target
        is_kept = line.target in ("theta", *optimizer.slots)
        inside.append(f"{kept}.copy_({value})" if is_kept else f"{line.target} = {value}")
    slots = ", ".join(optimizer.slots)
    why = "has epsilon outside the root" if settings.epsilon_inside else (
        "multiplies the whole velocity by the rate, the same only while the rate is"
    )  # fmt: skip
    decay = f"        param.grad.add_({settings.weight_decay!r} * param)"
    opening = (
        f"# torch.optim.{OPTIMIZERS[optimizer.name].torch_name} {why}.",
        *(f"{slot} = [torch.zeros_like(param) for param in trained]" for slot in _many(plan)),
    )
    stepped = (
        f"rate = {_rate(plan)}",
        "with torch.no_grad():",
        f"    for param, {slots} in zip(trained, {', '.join(_many(plan))}):",
        *((decay,) if settings.weight_decay else ()),
        *(f"        {line}" for line in inside),
    )
    return opening, stepped


def _many(plan: Plan) -> list[str]:
    """What the lists of an optimizer's vectors are called."""
    return [f"every_{slot}" for slot in plan.network.optimizer.slots]


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
