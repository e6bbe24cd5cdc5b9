"""Why any number has its value: of a ref, or of the op under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rnn_tui.engine.spectrum.spectrum import recurrent_names
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.moment import Refused, no_label
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why import jacobians
from rnn_tui.session.why.answers import mean_loss, total_loss
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Number, mapped
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.measures import MEASURES, share
from rnn_tui.session.why.metrics.metrics import METRICS
from rnn_tui.session.why.metrics.proving import OF_BATCH, of_parameter, parameter_of
from rnn_tui.session.why.refs import Ref, check, elsewhere, parse, within
from rnn_tui.session.why.spectra import sigma
from rnn_tui.session.why.state_norms import figures
from rnn_tui.session.why.steps import is_of_timestep, step
from rnn_tui.session.why.sums import added, gradient, last_timestep
from rnn_tui.session.why.updates import update as why_update
from rnn_tui.session.why.updates import weights as why_weights

MOST_SHARES = 6  # examples whose gradients are found anew at every step, for the line of an op


def explain(view: StepView, ref: Ref | str) -> Derivation:
    """How a number came about.

    Raises RefError where there is no such number, Refused where it isn't computed yet.
    """
    if isinstance(ref, str):
        ref = parse(ref, view)
    else:
        check(ref, view)
    with np.errstate(all="ignore"):
        if kind_of(ref.name, view).of == "weights":
            params = view.params if ref.update is None else elsewhere(ref, view).before
            found = _metric(params, ref.name)
            placed = mapped(found.expression, _placed(view, ref))
            return replace(found, ref=str(ref), expression=placed)
        if kind_of(ref.name, view).is_of_moment:
            _demand_moment(view, ref)
            return _metric(view, ref.name, *ref.index)
        if ref.name in view.before.layout.shapes:
            return _weight(view, ref)
        found = _of_pass(elsewhere(ref, view), ref.here)
    if ref == ref.here:
        return found
    return replace(found, ref=str(ref), expression=mapped(found.expression, _placed(view, ref)))


def _metric(pass_: Pass | Parameters, name: str, *index: int) -> Derivation:
    why = METRICS[name].why
    assert why is not None, "what has no derivation has no address"
    return why(pass_, *index)


def explain_whole(pass_: Pass, ref: Ref) -> Derivation:
    """How a number of a pass whose ops have all run came about. Raises Refused as `explain`."""
    with np.errstate(all="ignore"):
        return _of_pass(pass_, ref.here)


def value_of(pass_: Pass, ref: Ref) -> float:
    """A number of a pass whose ops have all run."""
    return float(explain_whole(pass_, ref).value)


def _placed(one: Pass, context: Ref) -> Callable[[Number], Number]:
    def placed(number: Number) -> Number:
        return replace(number, ref=within(number.ref, context, one)) if number.ref else number

    return placed


def _weight(view: StepView, ref: Ref) -> Derivation:
    """A weight's way through time; just after an update's last op, that is one update further."""
    weight = (ref.name, ref.index)
    if ref.until is not None and ref.update is not None:
        return why_weights.change(view.timeline, weight, ref.update, ref.until, str(ref))
    update = view.update + view.updated if ref.update is None else ref.update
    return why_weights.through_time(view.timeline, weight, update, str(ref))


def _of_pass(pass_: Pass, ref: Ref) -> Derivation:  # noqa: PLR0911 - one for each kind
    """A number of a pass and its update, as far as they have come."""
    name, index = ref.name, ref.index
    if not pass_.program.labels and needs_label(pass_, name):
        raise no_label(f"no {ref}")
    if name.startswith("sigma"):
        return sigma(pass_, name)
    if kind_of(name, pass_).of == "update":
        return _of_update(pass_, ref)
    if (proof := of_parameter(pass_, name, index)) is not None:
        return proof
    if name in ("loss", "total_loss") and not index:
        _demand(pass_, "loss", pass_.current.outputs[-1], ref)
        return mean_loss(pass_) if name == "loss" else total_loss(pass_)
    if name == "ledger":
        k, t = index
        _demand_order(k, t, ref)
        _demand(pass_, pass_.program.algorithm.top("dh"), t, ref)
        return share(pass_, k, t)
    if is_gradient(pass_, name):
        _demand(pass_, name, last_timestep(pass_, name), ref)
        return gradient(pass_, name, index)
    t = index[0]
    _demand(pass_, *made_by(pass_, name, t), ref)
    if name in MEASURES:
        return MEASURES[name](pass_, t)
    if name == "J":
        return jacobians.entry(pass_, *index)
    if (figure := figures(pass_.network).get(name)) is not None:
        return figure.derive(pass_, t)
    return step(pass_, name, t, index[1:] or (0,))


def needs_label(pass_: Pass, name: str) -> bool:
    """Whether a number of a pass hangs on the answer that is wanted."""
    if kind_of(name, pass_).of != "pass" or name in ("x", "slope"):
        return False
    kind = pass_.program.kind(name)
    return kind is None or kind.needs_label


def is_gradient(pass_: Pass, name: str) -> bool:
    """Whether a name is that of the gradient of a parameter, which timesteps add to."""
    return name.startswith("d") and name[1:] in pass_.before.layout.shapes


def made_by(pass_: Pass, name: str, t: int) -> tuple[str, int]:
    """The op whose run makes a number of a timestep known; an empty name for what always is."""
    bare, depth = pass_.network.layer_of(name)
    states, top = pass_.network.layers[depth].cell.states, pass_.program.algorithm.top
    given = name == "target" or (name == "x" and not is_of_timestep(pass_, "x", t))
    figure = figures(pass_.network).get(name)
    sent = bare in [f"d{state}_next" for state in states]
    sent = sent if figure is None else figure.part == "sent_norm"
    if given or (bare in states and t < 0) or (sent and t == pass_.current.length):
        return "", t
    if figure is not None:
        return figure.called(pass_, figure.made), t
    if name == "slope":
        return top("h"), t
    elsewhere = bare == "dh_local" and not pass_.program.has_output(t)
    return (name if is_of_timestep(pass_, name, t) and not elsewhere else top("dh")), t


def _of_update(pass_: Pass, ref: Ref) -> Derivation:
    name, index = ref.name, ref.index
    if name in OF_BATCH:
        return OF_BATCH[name](pass_)
    if parameter_of(pass_, name) is not None:
        _demand(pass_, "grad_norm", None, ref)
        proof = of_parameter(pass_, name, index)
        assert proof is not None
        return proof
    if name in METRICS:
        _demand(pass_, name, None, ref)
        return _metric(pass_, name)
    if name.startswith("norm_g_"):
        _demand(pass_, "grad_norm", None, ref)
        return why_update.norm_of_one(pass_, name.removeprefix("norm_g_"))
    kind, parameter = why_update.addressed(pass_, name)
    weight = (parameter, index)
    if not pass_.known.has(kind.name):
        left = why_update.so_far(pass_, kind, weight)
        if left is not None:
            return left
    _demand(pass_, kind.name, None, ref)
    return why_update.of_op(pass_, kind.name, weight)


def _demand(pass_: Pass, op: str, t: int | None, ref: Ref) -> None:
    """Raise Refused where a number isn't computed yet, with what computes it."""
    if not op or pass_.known.has(op, t):
        return
    why = f"{ref} has not been computed yet"
    if pass_.program.position(op, t) is None:
        raise Refused(f"{ref} is not computed in this pass", "epoch")
    verbs: tuple[str, ...]
    if not pass_.known.answered:
        verbs = ("forward", "finish_forward")
    elif (
        pass_.program.algorithm.kinds[op].phase is Phase.UPDATE
        and pass_.done >= pass_.program.backward_end
    ):
        verbs = ("op",)
    else:
        verbs = ("backward", "finish_backward")
    raise Refused(why, *verbs)


def _demand_order(k: int, t: int, ref: Ref) -> None:
    if t > k:
        raise Refused(f"{ref}: a loss reaches no state that comes after it")


def _demand_moment(view: StepView, ref: Ref) -> None:
    """Raise Refused for a figure that there is none of yet."""
    of_target = {"example_loss", *(["example_p"] * (view.experiment.output_size > 1))}
    if ref.name in of_target and not view.examples[ref.index[0] - 1].labelled:
        raise no_label(f"no {ref}")
    if ref.name == "recent_loss" and not view.history.count:
        raise Refused("there is no loss of a step yet", "epoch")


# The op under the cursor


def derive(view: StepView, op: str, t: int | None, unit: int) -> Derivation | None:
    """How an op made its number for one unit; None while it hasn't run.

    `unit` is a hidden unit, or an output for y, p, dy and what hangs on them; it is taken
    modulo the number of those there are. In the update its own recurrent weight stands
    for it.
    """
    if not view.known.has(op, t):
        return None
    with np.errstate(all="ignore"):
        if t is not None:
            kind, place = view.program.kind(op, t), unit % _width(view, op, t)
            assert kind is not None
            return added(view, kind, t, place) if kind.line.adds_up else step(view, op, t, (place,))
        if op in METRICS:
            return _metric(view, op)
        weight = _own_weight(view, unit)
        if op == "reduce":
            return why_update.reduce(view, weight, MOST_SHARES)
        return why_update.of_op(view, op, weight)


def ref_of_op(view: StepView, unit: int) -> str:
    """The address of what the last op made, for one unit; nothing before the first."""
    if view.op is None:
        return ""
    name, t, layout = view.op.name, view.op.t, view.before.layout
    if t is not None:
        i, line = unit % _width(view, name, t), view.op.kind.line
        if view.op.kind.at_start and not line.adds_up:
            return step(view, name, t, (i,)).ref
        if not line.adds_up:
            return str(Ref(name, (t,) if name == "loss" else (t, i)))
        shape = layout.shapes[name.removeprefix("d")]
        if line.row:
            return str(Ref(name, (int(view.current.ids[t]), i)))
        return str(Ref(name, (i, *(i % size for size in shape[1:]))))
    weight = _own_weight(view, unit)
    return name if name in METRICS else why_update.of_op(view, name, weight).ref


def ref_of_next_op(view: StepView, unit: int) -> str:
    """The address of what the next op will make at its timestep; nothing in the update or after."""
    if view.next_op is None or view.next_op.t is None:
        return ""
    done = view.done + 1
    known = replace(view.known, done=done)
    return ref_of_op(replace(view, done=done, op=view.next_op, known=known), unit)


def _own_weight(view: StepView, unit: int) -> tuple[str, tuple[int, int]]:
    """The recurrent weight of a unit to itself."""
    name = recurrent_names(view.before)[0]
    i = unit % len(view.before[name])
    return name, (i, i)


def _width(view: StepView, op: str, t: int) -> int:
    """How many numbers an op makes at a timestep: of a gradient its rows, or those of its row."""
    made = view.known.get(op, t)
    assert made is not None
    line = view.program.algorithm.kinds[op].line
    return made.shape[-1] if line.row else len(made)


def derivations(view: StepView, unit: int) -> tuple[Derivation, ...]:
    """Those of the ops that have run in the timestep and direction under the cursor."""
    if view.op is None:
        return ()
    t = view.t
    kinds = view.program.update_ops if t is None else view.program.kinds_at(view.phase, t)
    names = [kind.name for kind in kinds]
    found = (derive(view, name, view.t, unit) for name in names)
    return tuple(derivation for derivation in found if derivation is not None)
