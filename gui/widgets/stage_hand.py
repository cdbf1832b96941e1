"""What the mouse does on a stage: the wheel zooms at the pointer, a drag pans or moves the wipe's edge."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from gui.state.stage import Mode, StageState
from gui.widgets.clip_view import ClipView
from gui.widgets.stage_blend import BlendView

_NOTCH = 1.25
_NEAR = 14.0
"""Pixels beside the wipe's edge within which a drag takes hold of it."""


class StageHand(QObject):
    """Watches the views of a stage; all of them follow through its state."""

    def __init__(self, state: StageState, parent: QObject) -> None:
        super().__init__(parent)
        self.state = state
        self._last: QPointF | None = None
        self._wipes = False

    def hold(self, view: ClipView) -> None:
        """Work on a view."""
        view.setMouseTracking(True)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take wheel and mouse; leave everything else to the view."""
        if isinstance(watched, ClipView):
            if isinstance(event, QWheelEvent):
                return self._wheel(watched, event)
            if isinstance(event, QMouseEvent):
                return self._mouse(watched, event)
        return super().eventFilter(watched, event)

    def zoom(self, view: ClipView, factor: float, at: QPointF | None = None) -> None:
        """Zoom at a point of a view, its middle if there is none."""
        at = at if at is not None else QPointF(view.rect().center())
        room, ratio = QSizeF(view.size()), view.devicePixelRatioF()
        self.state.set_view(view.view.zoomed(factor, at, room, view.picture_size(), ratio))

    def scale(self, view: ClipView, scale: float) -> None:
        """Show so many screen pixels for a pixel of the picture; 0 fits."""
        room, ratio = QSizeF(view.size()), view.devicePixelRatioF()
        self.state.set_view(view.view.scaled(scale, room, view.picture_size(), ratio))

    def pan(self, view: ClipView, by: QPointF) -> None:
        """Move the picture by some pixels of a view."""
        room, ratio = QSizeF(view.size()), view.devicePixelRatioF()
        self.state.set_view(view.view.panned(by, room, view.picture_size(), ratio))

    def _wheel(self, view: ClipView, event: QWheelEvent) -> bool:
        turn = event.angleDelta().y() / 120
        if turn and view.picture() is not None:
            self.zoom(view, _NOTCH**turn, event.position())
        return True

    def _mouse(self, view: ClipView, event: QMouseEvent) -> bool:
        left = Qt.MouseButton.LeftButton
        if event.type() is QEvent.Type.MouseButtonPress and event.button() is left:
            self._press(view, event.position())
        elif event.type() is QEvent.Type.MouseMove:
            self._move(view, event.position())
        elif event.type() is QEvent.Type.MouseButtonRelease and event.button() is left:
            self._last = None
            self._point(view, event.position())
        else:
            return False
        return event.type() is not QEvent.Type.MouseMove or self._last is not None

    def _press(self, view: ClipView, at: QPointF) -> None:
        self._last = at
        self._wipes = self._wiping(view, at)
        if self._wipes and isinstance(view, BlendView):
            self.state.set_edge(view.share_at(at.x()))

    def _move(self, view: ClipView, at: QPointF) -> None:
        if self._last is None:
            self._point(view, at)
        elif self._wipes and isinstance(view, BlendView):
            self.state.set_edge(view.share_at(at.x()))
        else:
            self.pan(view, at - self._last)
            self._last = at

    def _wiping(self, view: ClipView, at: QPointF) -> bool:
        """Whether a press there is meant for the edge: near it, or anywhere while there is nothing to pan."""
        if self.state.mode is not Mode.WIPE or not isinstance(view, BlendView):
            return False
        return view.view.fits or abs(at.x() - view.edge_at()) < _NEAR

    def _point(self, view: ClipView, at: QPointF) -> None:
        near = isinstance(view, BlendView) and self.state.mode is Mode.WIPE and abs(at.x() - view.edge_at()) < _NEAR
        shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor
        if not near and not view.view.fits:
            shape = Qt.CursorShape.OpenHandCursor
        view.setCursor(shape)
