"""The lines that make the first parameters: numbers that are given, or the same random draws."""

from __future__ import annotations

from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.text import INDENT, array, lines, section
from rnn_tui.engine.training.initializers import EMBEDDING_SCALE, starts_of, units_of
from rnn_tui.experiments import EMBEDDING

ORTHOGONAL = lines(
    "def orthogonal(size):",
    f'{INDENT}"""A random matrix whose eigenvalues all have absolute value 1."""',
    f"{INDENT}q, r = np.linalg.qr(rng.standard_normal((size, size)))",
    f"{INDENT}return q * np.where(np.diag(r) < 0, -1.0, 1.0)",
)
XAVIER = lines(
    "def xavier(rows, columns):",
    f'{INDENT}"""Uniform within a bound that keeps signals at their size: Glorot and Bengio."""',
    f"{INDENT}bound = np.sqrt(6.0 / (rows + columns))",
    f"{INDENT}return rng.uniform(-bound, bound, (rows, columns))",
)


def weights(plan: Plan) -> str:
    """Every parameter under its name, in NumPy. The order of the draws matters."""
    model, title = plan.experiment.model, "Parameters"
    if model.weights is not None:
        given = plan.layout.shapes
        return section(title, *(array(name, model.weights[name]) for name in given))
    helpers = {"xavier": (XAVIER,), "orthogonal": (XAVIER, ORTHOGONAL)}.get(model.init, ())
    helped = tuple(f"\n{helper}\n" for helper in helpers)
    return section(
        title,
        f"rng = np.random.default_rng([{model.seed}, 0])",
        *(("\n".join(helped) + "\n",) if helped else ()),
        *(_drawn(plan, name, shape) for name, shape in plan.layout.shapes.items()),
    )


def _drawn(plan: Plan, name: str, shape: tuple[int, ...]) -> str:
    """The line that draws a parameter, or gives it its first value."""
    model, starts = plan.experiment.model, starts_of(plan.experiment)
    size = shape[0] if len(shape) == 1 else shape
    if name in starts:
        made = f"np.full({size}, {starts[name]!r})"
    elif name == EMBEDDING:
        made = f"{EMBEDDING_SCALE} * rng.standard_normal({size})"
    elif model.init == "torch":
        bound = f"1 / np.sqrt({units_of(plan.experiment)[name]})"
        made = f"rng.uniform(-{bound}, {bound}, {size})"
    elif len(shape) == 1:
        made = f"np.zeros({size})"
    elif model.init == "normal":
        made = f"{model.init_scale!r} * rng.standard_normal({size})"
    elif model.init == "orthogonal" and plan.layout.axes[name] == "HH":
        made = f"orthogonal({shape[0]})"
    else:
        made = f"xavier({shape[0]}, {shape[1]})"
    return f"{name} = {made}"
