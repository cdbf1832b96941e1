"""How a comparison is laid out: side by side, or two panes in one picture, with what each way can be set to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.i18n import tr
from gui.state.viewport import Viewport


class Mode(StrEnum):
    """Side by side, or A and B in one picture."""

    SIDE = "side"
    WIPE = "wipe"
    OVERLAY = "overlay"
    DIFFERENCE = "difference"
    TOGGLE = "toggle"


MODES = {
    Mode.SIDE: tr("Side by side"),
    Mode.WIPE: tr("Wipe"),
    Mode.OVERLAY: tr("Overlay"),
    Mode.DIFFERENCE: tr("Difference"),
    Mode.TOGGLE: tr("Toggle"),
}
GAINS = (1, 2, 4, 8, 16)
"""By how much a difference is amplified."""
_STEP = 0.02


class StageState(QObject):
    """What the stage paints, apart from the frame; panes are known by their keys."""

    changed = Signal()
    """Something to paint anew: the wipe's edge, opacity, gain, side shown, zoom or a nudge."""
    arranged = Signal()
    """Another mode, other panes, or another A or B."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = Mode.SIDE
        self.keys: tuple[str, ...] = ()
        self.a, self.b = "", ""
        self.edge, self.opacity, self.gain, self.flipped = 0.5, 0.5, 4, False
        self.offsets: dict[str, int] = {}
        self.view = Viewport()

    @property
    def paired(self) -> bool:
        """Whether two panes share one picture."""
        return self.mode is not Mode.SIDE and len(self.keys) > 1

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys of the panes whose frames are on the stage."""
        return (self.a, self.b) if self.paired else self.keys

    def set_panes(self, keys: Sequence[str], width: float = 512.0) -> None:
        """Take other panes, the widest of them `width` pixels wide; A and B stay where they can.

        Zoom and nudges belong to the panes before and are dropped.
        """
        self.keys = tuple(keys)
        self.a = self.a if self.a in keys else (keys[0] if keys else "")
        rest = [key for key in keys if key != self.a]
        self.b = self.b if self.b in rest else (rest[-1] if rest else self.a)
        self.offsets, self.flipped, self.view = {}, False, Viewport(width=width)
        self.arranged.emit()

    def go_on(self, view: Viewport, offsets: Mapping[str, int]) -> None:
        """Take up zoom and nudges again where the panes belong to the same comparison; those that are gone are left."""
        self.view = view
        self.offsets = {key: offset for key, offset in offsets.items() if key in self.keys}
        self.changed.emit()

    def set_width(self, width: float) -> None:
        """Say how wide the widest picture is, once it is decoded."""
        self.set_view(Viewport(self.view.scale, self.view.x, self.view.y, width))

    def set_mode(self, mode: Mode) -> None:
        """Lay the panes out in another way."""
        self.mode, self.flipped = mode, False
        self.arranged.emit()

    def choose_a(self, key: str) -> None:
        """Make a pane A; choosing B for it exchanges the two."""
        self.a, self.b = key, self.a if key == self.b else self.b
        self.arranged.emit()

    def choose_b(self, key: str) -> None:
        """Make a pane B; choosing A for it exchanges the two."""
        self.b, self.a = key, self.b if key == self.a else self.a
        self.arranged.emit()

    def exchange(self) -> None:
        """Make A of B, and B of A."""
        self.a, self.b = self.b, self.a
        self.arranged.emit()

    def flip(self) -> None:
        """Show the other of A and B while toggling, and exchange them in every other mode."""
        if self.mode is Mode.TOGGLE:
            self.flipped = not self.flipped
            self.changed.emit()
        else:
            self.exchange()

    def set_edge(self, edge: float) -> None:
        """Put the wipe's edge at a share of the picture's width."""
        self.edge = min(max(edge, 0.0), 1.0)
        self.changed.emit()

    def set_opacity(self, opacity: float) -> None:
        """Let B cover A by a share."""
        self.opacity = min(max(opacity, 0.0), 1.0)
        self.changed.emit()

    def set_gain(self, gain: int) -> None:
        """Amplify the difference; one of `GAINS`."""
        self.gain = gain
        self.changed.emit()

    def adjust(self, by: int) -> None:
        """Move what the mode can be set to by some small steps."""
        if self.mode is Mode.WIPE:
            self.set_edge(self.edge + by * _STEP)
        elif self.mode is Mode.OVERLAY:
            self.set_opacity(self.opacity + by * _STEP)
        elif self.mode is Mode.DIFFERENCE:
            at = GAINS.index(self.gain) + (1 if by > 0 else -1)
            self.set_gain(GAINS[min(max(at, 0), len(GAINS) - 1)])

    def set_view(self, view: Viewport) -> None:
        """Zoom and pan all panes together."""
        if view != self.view:
            self.view = view
            self.changed.emit()

    def nudge(self, key: str, by: int) -> None:
        """Let one pane run some of its own frames ahead (positive) or behind."""
        offset = self.offsets.get(key, 0) + by
        self.offsets = {**self.offsets, key: offset}
        if not offset:
            del self.offsets[key]
        self.changed.emit()

    def clear_nudges(self) -> None:
        """Let all panes run together again."""
        self.offsets = {}
        self.changed.emit()
