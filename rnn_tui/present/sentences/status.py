"""Where one stands, in words: status line, sentence, metrics, and what the decay says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from rnn_tui.characters import cell_width, visible
from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.present.answers import NO_LABEL, NOT_YET, mark, role, said
from rnn_tui.present.digits import EMPTY, percent, short, size
from rnn_tui.present.real_answers import answer_line, error_text, in_units, metrics_of
from rnn_tui.present.sentences.shape import shapes
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.tables.tables import of_pass
from rnn_tui.present.unseen import right_of_unseen, unseen_loss
from rnn_tui.present.why.book import loss_in_book
from rnn_tui.present.why.formulas import derivation_line
from rnn_tui.present.why.timestep import telling
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import derive
from rnn_tui.session.why.metrics.metrics import measured

MOST_MEMBERS = 4  # of a batch that are named


def status_line(view: StepView) -> Line:
    """Epoch or step, example or chunk, phase, timestep."""
    parts = [*place(view), Span(" · "), Span(view.phase.value, Role.ACCENT)]
    if view.op is None:
        parts.append(Span(" not begun", Role.MUTED))
    elif view.updated:
        parts.append(Span(" done"))
    elif view.t is None:
        parts.append(Span(f" {view.op.name}"))
    else:
        parts.append(Span(f" t={view.t} of {view.current.length - 1}"))
        if view.network.encoder:
            parts.append(Span(f" {'encoder' if view.current.encodes(view.t) else 'decoder'}"))
    return tuple(parts)


def place(view: StepView) -> Line:
    """Epoch or step, batch, example or chunk."""
    return (*_fault(view), *_time(view), *_batch(view), *_example(view))


def places(view: StepView) -> tuple[Line, ...]:
    """The same in fewer and fewer words, for a line with little room."""
    number = "typed" if view.typed else f"{view.example + 1}/{len(view.experiment.train)}"
    fault, time = _fault(view), _time(view)
    short = (
        (*fault, *time, Span(f" · {number}", act="examples")) if _example(view) else (*fault, *time)
    )
    return place(view), (*fault, *time, *_example(view)), short, (*fault[:1], *time)


def _fault(view: StepView) -> Line:
    return () if view.network.fault is None else (Span("✗ BROKEN CODE  ", Role.BAD),)


def _time(view: StepView) -> Line:
    steps = view.experiment.stream is not None and view.updates_per_epoch > 1
    text = f"step {view.update}" if steps else f"epoch {view.epoch}"
    return (Span(text, Role.STRONG, act="goto"),)


def _batch(view: StepView) -> Line:
    """Which update of the epoch, where there are several."""
    count = view.updates_per_epoch
    if view.experiment.stream is not None or count == 1:
        return ()
    number = view.update % count + 1
    if isinstance(view.experiment.training.batch, str):
        return (Span(f" · update {number} of {count}"),)
    return (Span(f" · batch {number} of {count}: {numbered(view.members)}"),)


def _example(view: StepView) -> Line:
    """Which example or chunk is read; nothing where there is one chunk alone."""
    number = "typed" if view.typed else f"{view.example + 1} of {len(view.experiment.train)}"
    if view.experiment.stream is None:
        return (Span(f" · example {number}", act="examples"),)
    if view.typed:
        return (Span(f" · {number} text", act="examples"),)
    return () if len(view.examples) == 1 else (Span(f" · chunk {number}", act="examples"),)


def numbered(members: Sequence[int]) -> str:
    """Training examples by their numbers: `9–16` in a row, else the first few."""
    first, last = members[0] + 1, members[-1] + 1
    if len(members) > 1 and tuple(members) == tuple(range(first - 1, last)):
        return f"{first}–{last}"
    more = " …" if len(members) > MOST_MEMBERS else ""
    return " ".join(str(member + 1) for member in members[:MOST_MEMBERS]) + more


def sentence(view: StepView, width: int) -> Line:
    """The tokens: read, being read, still to come; of a long text, a window of `width` cells."""
    known, now = view.known.states, view.t
    gap, tokens = view.experiment.vocabulary.gap, view.current.tokens

    def size_of(t: int) -> int:
        return cell_width(visible(tokens[t])) + len(gap)

    first, last = window(size_of, len(tokens), now or 0, width)
    spans: list[Span] = [Span("… ", Role.MUTED)] if first else []
    for t in range(first, last):
        role = Role.TOKEN if t < known else Role.MUTED
        spans += [Span(visible(tokens[t]), Role.CURRENT if t == now else role), Span(gap)]
    return (*spans, Span("…", Role.MUTED)) if last < len(tokens) else tuple(spans)


def window(size_of: Callable[[int], int], count: int, around: int, room: int) -> tuple[int, int]:
    """Which of `count` pieces to show, first and last + 1, when all of them do not fit.

    The piece `around` is among them, with more before it than after; two cells are
    kept free at either end for an ellipsis. Only pieces that may fit are asked for
    their size.
    """
    if all(so_far <= room for so_far in accumulate(map(size_of, range(count)))):
        return 0, count
    room -= 4 + size_of(around)
    first, last = around, around + 1
    while first > 0 or last < count:
        before = size_of(first - 1) if first > 0 else room + 1
        after = size_of(last) if last < count else room + 1
        if before <= room and (after > room or around - first <= 2 * (last - 1 - around)):
            first, room = first - 1, room - before
        elif after <= room:
            last, room = last + 1, room - after
        else:
            break
    return first, last


def answer(view: StepView) -> Line:
    """The target, and what the network says once it has answered.

    That is of the pass; where the rows of examples are of other weights or of no patch, it
    says so.
    """
    of = of_pass(view)
    if not view.experiment.has_classes:
        line = answer_line(view)
        return (*line, Span(f"  {of}", Role.WARN)) if of and view.known.answered else line
    labels, found = (
        view.experiment.labels,
        judged(view.network, view.known.trace.p[-1], view.current),
    )
    head: Line = (Span(f"{NO_LABEL}   ", Role.MUTED),)
    if found.target is not None:
        head = (
            Span("target ", Role.MUTED),
            Span(visible(labels[found.target]), Role.TOKEN),
            Span("   "),
        )
    if not view.known.answered:
        return (*head, Span(NOT_YET, Role.EMPTY))
    verdict = Span(f"{mark(found)} {visible(said(found, labels))}".lstrip(), role(found))
    t, is_p = view.current.outputs[-1], view.experiment.output_size > 1 or found.said == 1
    place = found.said or 0 if view.experiment.output_size > 1 else 0
    chance = Span(percent(found.p), ref=f"p[{t},{place}]" if is_p else "")  # else it is 1 − p
    line = (*head, verdict, Span(" "), chance)
    if found.target is not None:
        loss = Span(size(float(view.known.trace.losses[-1])), Role.MUTED, f"loss[{t}]")
        line = (*line, Span("   loss ", Role.MUTED), loss)
    return (*line, Span(f"  {of}", Role.WARN)) if of else line


def metrics(view: StepView, waits: bool = True, running: bool = False) -> tuple[Line, ...]:
    """Loss and accuracy now; the last gradient norm against its limit; what drives the training.

    Unless one `waits`, figures of held-back data that take long are the last ones measured;
    of a moment of a run that is still `running` they are that anyway.
    """
    settings, now = view.experiment.training, None
    if not running:
        now = view.unseen if waits else view.unseen_at_hand
    first = _examples_metrics(view, now) if view.evaluation else _stream_metrics(view, now)
    second: Line = (
        *_gradient_norm(view), Span("   lr ", Role.MUTED), _learning_rate(view),
        *(_rho(view) if has_radius(view.params.layout) else ()),
    )  # fmt: skip
    if settings.momentum:
        second = (*second, Span("   momentum ", Role.MUTED), Span(short(settings.momentum)))
    return first, (*second, *_mean_loss(view))


def _rho(view: StepView) -> Line:
    return Span("   ρ(W_hh) ", Role.MUTED), _radius(view)


def _radius(view: StepView) -> Span:
    """The spectral radius, once it is at hand."""
    radius = view.radius_at_hand
    if radius is None:
        return Span("computing…", Role.EMPTY, "rho")
    return Span(size(radius, 3), Role.WARN if radius > 1 else Role.TEXT, "rho")


def _examples_metrics(view: StepView, now: Evaluation | None) -> Line:
    """Loss and accuracy on all training examples, under the weights as they are now."""
    assert view.training is not None
    loss = Span(size(measured(view, "train_loss"), 6), Role.STRONG, "train_loss")
    return (
        Span("loss ", Role.MUTED), loss,
        *loss_in_book(view),
        *(_right if view.experiment.has_classes else metrics_of)(view, now),
        Span("   epoch ", Role.MUTED),
        Span(_plan(view.epochs, view.experiment.training.epochs)),
    )  # fmt: skip


def _right(view: StepView, now: Evaluation | None) -> Line:
    """How many answers are right, of the training examples and of those held back."""
    assert view.training is not None
    total, right = int(view.training.outputs.sum()), int(view.training.right.sum())
    good = Role.GOOD if right == total else Role.TEXT
    test: Line = ()
    if view.experiment.test:
        test = Span("   test ", Role.MUTED), Span(right_of_unseen(view, now), ref="test_accuracy")
    return Span("   right ", Role.MUTED), Span(f"{right} of {total}", good, "accuracy"), *test


def _stream_metrics(view: StepView, now: Evaluation | None) -> Line:
    """The loss of the last update, the validation loss, and the floor under it.

    Where answers are numbers, how far those on the validation part are off.
    """
    parts: list[Span] = [Span("loss ", Role.MUTED), *_chunk_loss(view)]
    if view.experiment.test:
        parts += [Span("   val ", Role.MUTED), Span(unseen_loss(view, now), ref="test_loss")]
    if not view.experiment.has_classes and now is not None:
        told = f"{error_text(now)}{in_units(view, now.mae)}"
        parts += [Span("   val error ", Role.MUTED), Span(told, ref="test_mae")]
    if view.experiment.floor is not None:
        floor = Span(size(view.experiment.floor), Role.MUTED, "floor")
        parts += [Span("   floor ", Role.MUTED), floor]
    settings, unit, done = view.experiment.training, "step", view.in_force
    planned = settings.steps
    if planned is None:
        unit, done, planned = "epoch", view.epochs, settings.epochs
    tail = Span(f"   {unit} ", Role.MUTED), Span(_plan(done, planned))
    return (*parts, *tail)


def _chunk_loss(view: StepView) -> Line:
    """That of the last update; of this pass, too, where all passes are of the same chunk."""
    newest, count = view.history.newest_loss, view.history.count
    here = Span(size(view.known.trace.loss) if view.known.answered else EMPTY, ref="loss")
    if newest is None:
        return (Span(here.text, Role.STRONG, here.ref),)
    last = Span(size(newest), Role.STRONG, f"past_loss[{count - 1}]")
    if view.history.unit == "step" or not view.known.answered:
        return (last,)
    return last, Span("   this pass ", Role.MUTED), here


def _mean_loss(view: StepView) -> Line:
    """The mean of the last updates, as the losses of single chunks are far from each other."""
    history = view.history
    if history.unit != "step" or history.count < 2:
        return ()
    name = f"   mean of {history.recent} "
    return Span(name, Role.MUTED), Span(size(measured(view, "recent_loss")), ref="recent_loss")


def _plan(done: int, planned: int) -> str:
    return f"{done} ({planned} planned)" if done > planned else f"{done} of {planned}"


def _learning_rate(view: StepView) -> Span:
    return Span(short(view.learning_rate), ref=f"learning_rate@{view.update}")


def _gradient_norm(view: StepView) -> Line:
    settings = view.experiment.training
    limit = {"norm": f"clip {settings.clip_limit:g}", "value": f"clip ±{settings.clip_limit:g}"}
    newest = view.newest_norm
    notes = [one for one in (_epoch_of_norm(view), limit.get(settings.clip, "")) if one]
    beside = f" ({', '.join(notes)})" if notes else ""
    text = Span(EMPTY, ref="grad_norm")
    if newest is not None:
        role = Role.WARN if newest.clipped else Role.TEXT
        text = Span(size(newest.value), role, newest.ref)
    line = Span("‖g‖ ", Role.MUTED), text, Span(beside, Role.MUTED)
    is_clipped = newest is not None and newest.clipped
    return (*line, Span(" clipped", Role.WARN)) if is_clipped else line


def _epoch_of_norm(view: StepView) -> str:
    """Which epoch's update had the norm, where the loss beside it is that of the weights since."""
    newest = view.newest_norm
    if view.evaluation is None or newest is None or newest.ref == "grad_norm":
        return ""
    return f"{view.history.unit} {view.history.count - 1:,}"


def op_line(view: StepView, unit: int, room: int = 0) -> Line:
    """The op under the cursor in one line, the unit's own number put in, in `room` cells if any.

    Before there is one, what the network is.
    """
    if view.op is None:
        told = shapes(view.experiment)
        fits = (one for one in told if not room or cell_width(one) <= room)
        return (Span(next(fits, told[-1]), Role.MUTED),)
    found = derive(view, view.op.name, view.t, unit)
    return derivation_line(found, room) if found else ()


def telling_line(view: StepView, unit: int, room: int) -> Line:
    """The same of what stands for a whole timestep, where there is no room for all its ops."""
    found = telling(view, unit)
    return derivation_line(found, room) if found else op_line(view, unit, room)
