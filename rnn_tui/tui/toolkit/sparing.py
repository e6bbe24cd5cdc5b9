"""A paint asks only those widgets for lines that are seen in it, and only for these lines.

Textual asks every widget between the first and the last place that is to be painted for all of
its lines, also where others cover it, and lets most of them go: a pane that gives up the focus and
another one that takes it had the whole screen asked. Relies on `Screen._compositor`, which it takes
the place of, and on its `render_partial_update`, which reads `_dirty_regions` and has
`_get_renders` give what the `visible_widgets` look like, the foremost first. Were one of these
otherwise, more would be asked for again.

A screen that is to be laid out and painted anew is painted once for both. Relies on
`Screen._on_timer_update`, which does both, on `_layout_required` and `_repaint_required`, which
tell it to, and on `_exchange_repaint_regions`, which takes note that it was done. Were these
otherwise, it would be painted twice.

A paint waits for no more than a frame after the last one. Relies on `Screen._update_timer`, which
is resumed where something is to be painted and paused where it has been. Textual's own timer goes
by beats of its own, and skips the next one: it was up to two frames, for every second paint and
for most keys during a run.

What changes behind a dialog is painted once. Relies on `Screen._compositor_refresh`, which has
the dialog paint it, and then requires a paint of all that is behind, with each message there; as
does `App.push_screen`, though what comes to the front is painted whole.
"""

from __future__ import annotations

from asyncio import TimerHandle, get_running_loop
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from textual._compositor import ChopsUpdate, Compositor
from textual.errors import NoWidget
from textual.geometry import Region
from textual.map_geometry import MapGeometry
from textual.screen import UPDATE_PERIOD, Screen, ScreenResultType
from textual.strip import Strip
from textual.widget import Widget

Drawn = tuple[Region, Region, list[Strip]]
Box = tuple[int, int, int, int]  # left, top, right, bottom: of these there are very many a paint


class SparingCompositor(Compositor):
    """Knows what is being painted, where that is not everything."""

    def __init__(self) -> None:
        super().__init__()
        self._painted: tuple[Region, ...] = ()
        self.behind: Compositor | None = None  # what lays out something that is not seen yet

    def find_widget(self, widget: Widget) -> MapGeometry:
        """Where a widget is, or would be if it were seen."""
        try:
            return super().find_widget(widget)
        except NoWidget:
            if self.behind is None:
                raise
            return self.behind.find_widget(widget)

    def paint_all(self, size: Region) -> None:
        """Let the next paint be of everything."""
        self._dirty_regions.add(size)

    def render_partial_update(self) -> ChopsUpdate | None:
        """What is to be painted anew."""
        self._painted = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._painted = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[Drawn]:
        return self._drawn(self._painted or (crop or self.size.region,))

    def _drawn(self, painted: Sequence[Region]) -> Iterator[Drawn]:
        """Of each widget, the foremost first, the lines from the first to the last one painted.

        What stands before a widget leaves it the rest; once there is none, those behind are let be.
        """
        left = [_box(region) for region in painted if region]
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            x, top, right, bottom = box = _box(seen)
            apart: list[Box] = []
            shared: list[Box] = []
            for one in left:
                is_apart = one[0] >= right or one[2] <= x or one[1] >= bottom or one[3] <= top
                (apart if is_apart else shared).append(one)
            if shared and seen:
                first = max(top, min(one[1] for one in shared))
                end = min(bottom, max(one[3] for one in shared))
                part = Region(x, first, right - x, end - first)
                yield part, clip, widget.render_lines(part.translate(-region.offset))
                left = apart
                for one in shared:
                    left += _without(one, box)
                if not left:
                    return


def _box(region: Region) -> Box:
    x, y, width, height = region
    return x, y, x + width, y + height


def _without(box: Box, seen: Box) -> list[Box]:
    """What is left of a box beside one that overlaps it: above, below, at the sides."""
    x, y, right, bottom = box
    left, top = max(x, seen[0]), max(y, seen[1])
    end, low = min(right, seen[2]), min(bottom, seen[3])
    parts = (x, y, right, top), (x, low, right, bottom), (x, top, left, low), (end, top, right, low)
    return [part for part in parts if part[0] < part[2] and part[1] < part[3]]


class PromptTimer:
    """Has a screen do something once, as soon as a frame has passed since the last time."""

    def __init__(self, screen: Screen[Any], act: Callable[[], None]) -> None:
        self._screen = screen
        self._act = act
        self._waits: TimerHandle | None = None
        self._last = -UPDATE_PERIOD  # by the clock of the loop

    def resume(self) -> None:
        """Have it done."""
        if self._waits is None:
            loop = get_running_loop()
            wait = max(0.0, self._last + UPDATE_PERIOD - loop.time())
            self._waits = loop.call_later(wait, self._tick)

    def pause(self) -> None:
        """Let it be."""
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _tick(self) -> None:
        self._waits, self._last = None, get_running_loop().time()
        self._screen.call_next(self._act)


class SparingScreen(Screen[ScreenResultType]):
    """A screen that is painted so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._compositor: SparingCompositor = SparingCompositor()

    def look_behind(self, behind: Compositor | None) -> None:
        """Have what this one lays out know its place, though it is not seen; None for no longer."""
        self._compositor.behind = behind

    def paint_all(self) -> None:
        """Let the next paint be of everything, whatever asked for another one."""
        self._repaint_required = False
        self._exchange_repaint_regions()
        self._compositor.paint_all(self.size.region)

    @cached_property
    def _update_timer(self) -> PromptTimer:  # type: ignore[override]
        return PromptTimer(self, self._on_timer_update)

    def on_screen_suspend(self) -> None:
        """The screen that comes before it is painted whole, with all that is seen behind."""
        self._repaint_required = False

    def _compositor_refresh(self) -> None:
        super()._compositor_refresh()
        if not self.is_active:  # the screen before it has what is to be painted now
            self._repaint_required = False

    def _on_timer_update(self) -> None:
        is_due = self.is_current and not self.app._batch_count
        if is_due and self._layout_required and self._repaint_required:
            self.paint_all()
        super()._on_timer_update()
