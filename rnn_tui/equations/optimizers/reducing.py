"""From the gradient summed over a batch to the step: the lines that all optimizers share.

Which line stands at each place is chosen by the `[training]` table. Vectors are flat, with the
parameters' layout. Where weights decay, what clipping leaves is called `limited`, and `step`
is that with the decay in it, as in PyTorch, whose optimizers add it to a gradient that has been
clipped before.
"""

from rnn_tui.equations.mathematics import clip_norm, clip_value, norm, where

# What the variables of an update are called on the blackboard.
SYMBOLS = {
    "total": "Σ g", "count": "N", "reduced": "g", "gradient": "g", "limited": "g", "step": "g",
    "grad_norm": "‖g‖", "clip_limit": "limit", "base_rate": "learning_rate",
    "learning_rate": "lr", "theta": "θ", "beta_1": "β₁", "beta_2": "β₂", "alpha": "α",
    "epsilon": "ε",
}  # fmt: skip


def mean(total, count):
    """The gradient of a batch as the mean over its `count` examples."""
    reduced = total / count  # the gradient averaged over the batch
    return reduced


def summed(total):
    """The gradient of a batch as the sum over its examples."""
    reduced = total  # the gradient summed over the batch
    return reduced


def freeze(reduced, trained):
    """No gradient for the parameters that are frozen; `trained` is False there."""
    gradient = where(trained, reduced, 0.0)  # the gradient of the batch, 0 where it is frozen
    return gradient


def unfrozen(reduced):
    """All parameters are trained."""
    gradient = reduced  # the gradient of the batch
    return gradient


def measure(gradient):
    """The global L2 norm before clipping."""
    grad_norm = norm(gradient)  # the norm of the batch's gradient
    return grad_norm


def by_norm(gradient, grad_norm, clip_limit):
    """Clipping that keeps the direction."""
    step = clip_norm(gradient, grad_norm, clip_limit)  # the gradient after clipping
    return step


def by_value(gradient, clip_limit):
    """Clipping number by number."""
    step = clip_value(gradient, clip_limit)  # the gradient after clipping
    return step


def unclipped(gradient):
    """No clipping."""
    step = gradient  # the gradient after clipping
    return step


def decay(limited, weight_decay, theta):
    """The gradient of the loss and of weight_decay / 2 · ‖θ‖²."""
    step = limited + weight_decay * theta  # the gradient with weight decay
    return step


def decay_unfrozen(limited, weight_decay, theta, trained):
    """The same, where what is frozen does not decay."""
    step = where(trained, limited + weight_decay * theta, 0.0)  # the gradient with the decay
    return step


def constant(base_rate):
    """A learning rate that stays."""
    learning_rate = base_rate  # the learning rate of an update
    return learning_rate


def decaying(base_rate, lr_decay, k, lr_decay_every):
    """A learning rate that falls at update k = 1, 2, …"""
    learning_rate = base_rate * lr_decay ** (k // lr_decay_every)  # the learning rate of an update
    return learning_rate
