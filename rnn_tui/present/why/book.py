"""“As the book”: what was printed of a number, beside it."""

from __future__ import annotations

import numpy as np

from rnn_tui.figures.book import Book, book
from rnn_tui.figures.figure import Figure
from rnn_tui.numerals import MINUS
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.view import StepView


def op_in_book(view: StepView, op: str, t: int | None, unit: int) -> tuple[Line, ...]:
    """What was printed of an op's result for one unit; nothing where nothing was."""
    pages = _pages(view)
    if pages is None:
        return ()
    last = t == view.current.outputs[-1]
    found = pages.of_op(op, t, last=last, example=view.example + 1, epoch=view.epoch)
    return _line(found, unit)


def norm_in_book(view: StepView, t: int) -> tuple[Line, ...]:
    """What was printed of ‖dL/dh_t‖."""
    pages = _pages(view)
    if pages is None:
        return ()
    return _line(pages.norm(t, example=view.example + 1, epoch=view.epoch), 0, "‖∂L/∂h‖ ")


def weight_in_book(view: StepView, name: str, index: tuple[int, ...]) -> tuple[Line, ...]:
    """What was printed of a weight in force at the end of an epoch."""
    pages, shape = _book_in_force(view), view.params[name].shape
    if pages is None:
        return ()
    place = int(np.ravel_multi_index(index, shape))
    found = pages.weight(name, place, view.params[name].size, epoch=view.epochs)
    return _line(found, place)


def loss_in_book(view: StepView) -> Line:
    """What was printed of the loss under the weights in force, as short as can be."""
    pages = _book_in_force(view)
    found = pages.loss(view.epochs) if pages is not None else ()
    if found:
        return (Span(f" book {found[0].published[0]}", Role.MUTED),)
    past = past_book(view)
    return (Span(f" book {past[1]} at {past[0]}", Role.MUTED),) if past else ()


def past_book(view: StepView) -> tuple[int, str] | None:
    """The book's last epoch and its loss as printed, if the weights in force are of a later one.

    Not beyond the plan of the experiment, which is where the book's own training was to end.
    """
    pages = _book_in_force(view)
    last = pages.last_loss() if pages is not None else None
    if last is None or not last[0] < view.epochs <= view.experiment.training.epochs:
        return None
    return last[0], last[1].published[0]


def _book_in_force(view: StepView) -> Book | None:
    """The book, while the weights in force are those of an epoch that it may speak of."""
    whole = view.in_force % view.updates_per_epoch == 0
    return book(view.experiment.name) if view.pristine and not view.typed and whole else None


def _pages(view: StepView) -> Book | None:
    """The book, while this is the network that it is about: nothing changed, nothing typed."""
    whole = view.update % view.updates_per_epoch == 0
    if not view.pristine or view.typed or not whole:
        return None
    return book(view.experiment.name)


def _line(found: tuple[Figure, ...], unit: int, of: str = "") -> tuple[Line, ...]:
    if not found:
        return ()
    one = found[0]
    printed = one.published[unit % len(one.published)].replace("-", MINUS)
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    head = (Span(f"    {of}book: ", Role.MUTED), Span(printed, Role.GOOD))
    where = Span(f"  ({one.place}{more})", Role.MUTED)
    if one.why:
        head = (Span(f"    {of}book: ", Role.MUTED), Span(printed, Role.WARN))
        where = Span(f"  ({one.place}): {one.why}", Role.MUTED)
    return ((*head, where),)
