"""The gradient check in words: one line at every step, or a row for each array."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.characters import cell_width
from rnn_tui.engine.checks.gradient_check import BATCH, TOLERANCE, ArrayCheck, Verdict
from rnn_tui.equations.norms import l2_norm
from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import signed, size
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.proof import Proof, measurements, proof, sampled
from rnn_tui.session.passes import Pass

MARKS: dict[Verdict, tuple[str, Role]] = {
    Verdict.RIGHT: ("✓", Role.GOOD),
    Verdict.WRONG: ("✗", Role.BAD),
    Verdict.KINK: ("≈", Role.WARN),
    Verdict.BLURRED: ("≈", Role.WARN),
    Verdict.STEEP: ("≈", Role.WARN),
    Verdict.NOT_FINITE: ("!", Role.WARN),
}
EXCUSES: dict[Verdict, str] = {
    Verdict.KINK: "at a corner of relu",
    Verdict.BLURRED: "too small to tell from rounding",
    Verdict.STEEP: "too steep to measure",
    Verdict.NOT_FINITE: "not finite",
}
WIDE, MEDIUM = 92, 72  # cells that the long and the usual line take


CHECKING: Line = (Span("· checking the gradient …", Role.EMPTY),)


def proof_line(view: Pass, unit: int, width: int) -> Line:
    """The check of one number, as long as there is room for, or when there will be one."""
    found = proof(view, unit)
    if not view.program.labels:
        return (Span("· no label, so no gradient to check", Role.EMPTY),)
    if found is None:
        text = "gradient check: after backpropagation" if width >= MEDIUM else "not checked yet"
        return (Span(f"· {text}", Role.EMPTY),)
    mark, role = MARKS[found.check.verdict]
    head = Span(f"{mark} ", role)
    if found.check.verdict is Verdict.NOT_FINITE:
        return head, Span(f"gradient check: {found.ref} is not finite", role)
    return head, *_numbers(found, width)


def _numbers(found: Proof, width: int) -> Line:
    role = MARKS[found.check.verdict][1]
    analytic, numeric = figure(found.analytic), figure(found.numeric)
    tail = EXCUSES.get(found.check.verdict, error_text(found.check.relative_error))
    if width < MEDIUM:
        middle = "=" if found.check.verdict is Verdict.RIGHT else "not"
        number = Span(f"{found.ref} {analytic} ", ref=found.ref)
        return number, Span(middle, role), Span(f" {numeric}")
    if found.check.verdict not in EXCUSES:
        tail = f"relative error {tail}" if width >= WIDE else f"rel {tail}"
    return (
        Span("gradient check  " if width >= WIDE else "check ", Role.MUTED),
        Span(f"{found.ref}", Role.STRONG, found.ref), Span("  "),
        Span("analytic ", Role.MUTED), Span(analytic, ref=found.ref), Span("  "),
        Span("numeric ", Role.MUTED), Span(f"{numeric}  "),
        Span(tail, role),
    )  # fmt: skip


NOISE = 1e-9  # a relative error below which its digits say nothing


def error_text(error: float) -> str:
    """A relative error: `3e−8`; `<1e−9` where it is rounding, and no longer small, `0.18`."""
    if error < NOISE:
        return f"<1e{MINUS}9"
    text = f"{error:.0e}" if 0 < error < 1e-2 else f"{error:.2f}"
    return text.replace("e-0", "e-").replace("-", MINUS)


def figure(x: float) -> str:
    """A gradient with six digits, however small it is."""
    if not 0 < abs(x) < 1e-3:
        return signed(x, 6)
    return f"{x:+.5e}".replace("e-0", "e-").replace("-", MINUS)


def about(view: Pass) -> str:
    """What the whole check does, before its rows."""
    most = sampled(view)
    which = "every weight" if most is None else f"up to {most} weights of each array"
    return (
        "Backpropagation's gradient (analytic) against (L(w+ε) − L(w−ε)) / 2ε (numeric), for "
        f"{which}. Last row: the whole batch. Pass: relative error below {error_text(TOLERANCE)}."
    )


def progress_text(view: Pass, done: int) -> str:
    """How far the measuring is."""
    total = measurements(view)
    return f"measuring {min(done, total)} of {total} numbers"  # some are measured once more


HEADS = ("array", "numbers", "‖analytic‖", "‖numeric‖", "rel error")
AMPLE = (18, 12, 13, 13, 12)  # cells of the columns; the first is of names
MARK, GAP = 2, 2  # before the first column, and between two where there is little room
NORMS = slice(2, 4)  # which of them give way: the error says how far they are apart


def check_lines(
    view: Pass, checks: Sequence[ArrayCheck], beside: Sequence[Line] = (), room: int = 0
) -> tuple[Line, ...]:
    """A row for each array, what they come to, and what is said `beside` that; in some `room`.

    Where that is little the columns are as narrow as their texts, and without the norms if need be.
    """
    texts = [_texts(view, check) for check in checks]
    widths = list(AMPLE)
    if 0 < room < MARK + sum(AMPLE):
        widths = [GAP + max(map(cell_width, each)) for each in zip(HEADS, *texts, strict=True)]
    if 0 < room < MARK + sum(widths):
        widths[NORMS] = 0, 0
    heading = Span(" " * MARK + _in_columns(HEADS, widths), Role.STRONG)
    pairs = zip(checks, texts, strict=True)
    rows = (_row(check, text, widths) for check, text in pairs)
    return ((heading,), *rows, (Span(""),), _sum(view, checks), *beside)


def _in_columns(texts: Sequence[str], widths: Sequence[int]) -> str:
    """The first to the left, all others to the right; nothing of those without a width."""
    pairs = list(zip(texts, widths, strict=True))
    first = f"{pairs[0][0]:<{pairs[0][1]}}"
    return first + "".join(f"{text:>{width}}" for text, width in pairs[1:] if width)


def _row(check: ArrayCheck, texts: Sequence[str], widths: Sequence[int]) -> Line:
    mark, role = MARKS[check.verdict]
    excuse = EXCUSES.get(check.verdict, "")
    name = f"{texts[0]:<{widths[0]}}"
    after = _in_columns(("", *texts[1:]), (0, *widths[1:]))
    return (
        Span(f"{mark} ", role), Span(name, Role.TOKEN),
        Span(after[: widths[1]], Role.MUTED), Span(after[widths[1] :]),
        Span(f"  {excuse}" if excuse else "", role),
    )  # fmt: skip


def _texts(view: Pass, check: ArrayCheck) -> tuple[str, ...]:
    """An array's name, how many of its numbers were measured, both norms, and the error."""
    batch = check.name == BATCH
    count = len(view.members)
    name = f"g of {count} example{'s' * (count > 1)}" if batch else f"d{check.name}"
    if batch and view.experiment.stream is not None:
        name = "g of the chunk"
    total = view.before.flat.size if batch else view.before[check.name].size
    measured = check.numeric.size
    numbers = f"{measured}" if measured == total else f"{measured} of {total}"
    error = "" if check.verdict is Verdict.NOT_FINITE else error_text(check.relative_error)
    norms = (size(float(l2_norm(one))) for one in (check.analytic, check.numeric))
    return name, numbers, *norms, error


def sound(certain: bool) -> str:
    """What is said where no array is wrong; `certain` if each of them is right."""
    if certain:
        return "No error found: the code computes the gradient of this loss."
    return "No error found in the numbers checked."


def _sum(view: Pass, checks: Sequence[ArrayCheck]) -> Line:
    wrong = [check for check in checks if check.verdict is Verdict.WRONG]
    if not wrong:
        all_right = all(check.verdict is Verdict.RIGHT for check in checks)
        return (Span(sound(all_right), Role.GOOD if all_right else Role.WARN),)
    if [check.name for check in wrong] == [BATCH]:
        return (Span("Each example's gradient is right; that of the batch is not.", Role.BAD),)
    names = ", ".join(f"d{check.name}" for check in wrong if check.name != BATCH)
    right = [check for check in checks if check.verdict is Verdict.RIGHT and check.name != BATCH]
    spared = f"; right are {', '.join(f'd{check.name}' for check in right)}" if right else ""
    return (Span(f"Wrong: {names}", Role.BAD), Span(spared))
