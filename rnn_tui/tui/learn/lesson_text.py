"""The text of a lesson's step."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.tui.widgets.text_view import TextView


class LessonText(TextView):
    """A text that is read from its beginning; what is said to an answer or asked, from there."""

    def __init__(
        self, tell: Callable[[bool], object], most: Callable[[], int | None], *, id: str
    ) -> None:
        """`tell` is told whether there is more of it below; `most` says how high it may be."""
        super().__init__(id=id)
        self._tell, self._most = tell, most
        self.auto_links = False  # keys have their own look
        self.from_end = False

    def _fit(self) -> None:
        super()._fit()
        self.styles.height = self.virtual_size.height + 1  # the same with a bar or without
        self.styles.max_height = self._most()
        if not self.from_end:
            self.scroll_to(y=0, animate=False, force=True)
        self.call_after_refresh(self._tell_now)  # once it is as high as it is to be

    def _tell_now(self) -> None:
        self._tell(self.scroll_offset.y < self.max_scroll_y)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Another part is seen."""
        super().watch_scroll_y(old_value, new_value)
        self._tell_now()

    def page_by(self, pages: int) -> None:
        """Move by so many screenfuls, but for a line."""
        self.scroll_relative(y=pages * max(1, self.page - 1), animate=False)
