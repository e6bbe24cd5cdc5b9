"""Lines of meaning as Textual content: each role has one style, in theme variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from rnn_tui.characters import cell_width, safe
from rnn_tui.present.tables.cells import Cell, Column, Line, Role, Span

if TYPE_CHECKING:  # the first frame is painted before there is a network
    from rnn_tui.present.notation import Speller

# Not `$text-muted`, which is "auto 60%": text that is put together here would keep the "auto"
# only, which is the strongest colour there is.
MUTED, EMPTY = "$muted", "$empty"
ROLE_STYLES: dict[Role, str] = {
    Role.TEXT: "",
    Role.MUTED: MUTED,
    Role.EMPTY: EMPTY,
    Role.TOKEN: "bold",
    Role.CURRENT: "$block-cursor-text-style $block-cursor-foreground on $block-cursor-background",
    Role.GOOD: "$text-success",
    Role.BAD: "$text-error",
    Role.WARN: "$warn",
    Role.ACCENT: "bold $text-accent",
    Role.STRONG: "bold",
    Role.BAR: "$text-primary",
    Role.CODE: "",
    Role.KEY: "bold reverse",
    Role.POSITIVE: "$positive",
    Role.NEGATIVE: "$negative",
    Role.GRADIENT: "$gradient",
    Role.GATE: "$gate",
    Role.DONE: "$done",
    Role.STRUCK: "strike $muted",
}


BORDER_EDGES = 6  # cells of a border that its texts leave free
CODE_NAMES = "names of the code"  # said where these stand although the screen has others


class Spelling:
    """In which notation texts are shown, one for all of the screen: see `present.notation`."""

    speller: Speller | None = None  # none before there is a network

    def of(self, text: str) -> str:
        """A text as it is to be shown; one that is filled up with blanks stays as wide."""
        if self.speller is None:
            return text
        spelled = self.speller.spell(text)
        if spelled == text or not text.endswith("  "):
            return spelled
        spelled = spelled.rstrip()
        return spelled + " " * max(1, cell_width(text) - cell_width(spelled))

    @property
    def is_own(self) -> bool:
        """Whether that is the notation of the code, in which addresses are typed."""
        return self.speller is None or not (self.speller.changes or self.speller.counts)

    def title_of(self, column: Column) -> str:
        """The heading of a column as it is to be shown."""
        return self.of(column.counted if self.counts and column.counted else column.title)

    def width_of(self, column: Column) -> int:
        """How wide it is then; 0 where it takes what is left."""
        if not column.width:
            return 0
        least = column.counted_width if self.counts else 0
        return max(column.width, least, cell_width(self.title_of(column)))

    def text_of(self, cell: Cell) -> str:
        """The text of a cell as it is to be shown; a token is what it is."""
        if self.counts and cell.counted:
            return cell.counted
        return cell.text if cell.role is Role.TOKEN else self.of(cell.text)

    @property
    def counts(self) -> bool:
        """Whether states are counted from 1."""
        return self.speller is not None and self.speller.counts


# There is one screen in a process; handing this to each of the hundred calls of `content` would
# say no more.
SPELLING = Spelling()


def warning(line: Line) -> Line:
    """A sentence that can't be overlooked: its first piece in the colour of warnings."""
    first, *rest = line
    return (Span(first.text, Role.WARN), *rest)


def content(line: Line, *, as_code: bool = False) -> Content:
    """One line. A click asks about a number with an address, and does an act.

    Beside code it has the names `as_code`, in every notation.
    """
    return Content.assemble(*(_piece(span, as_code) for span in line))


def _piece(span: Span, as_code: bool) -> Content:
    shown = span.text if as_code or span.role is Role.TOKEN else SPELLING.of(span.text)
    text = Content.styled(safe(shown), ROLE_STYLES[span.role])
    if span.act:
        return text.stylize(f"@click=screen.act('{span.act}')")
    return text.stylize(f"@click=screen.explain('{span.ref}')") if span.ref else text


def update_text(widget: Static, text: Content, *, shrinks: bool = True) -> None:
    """Put text into a widget that is as large as its text; lay out again only for another size.

    A layout costs several times what the text does: it arranges and paints the whole screen.
    One that does not shrink keeps its width for narrower texts, until something else is
    laid out.
    """
    before, room = widget.visual if widget.is_mounted else None, widget.content_size.width
    same = False
    if isinstance(before, Content) and room > 0:
        (old_width, old_height), (width, height) = _size(before, widget), _size(text, widget)
        fits = width == old_width if shrinks else width <= room
        same = fits and height == old_height
    widget.update(text, layout=not same)


def _size(text: Content, widget: Static) -> tuple[int, int]:
    """What an automatic width and height of a widget come to with a text."""
    styles, room = widget.styles, widget.content_size.width
    rules = styles.get_rules()
    width = text.get_optimal_width(rules, room) if styles.is_auto_width else 0
    height = text.get_height(rules, room) if styles.is_auto_height else 0
    return width, height


def contents(lines: Iterable[Line], *, as_code: bool = False) -> Content:
    """Several lines, one under the other."""
    return Content("\n").join([content(line, as_code=as_code) for line in lines])
