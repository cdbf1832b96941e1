"""The stage on the whole screen, with a transport that fades while nothing is moved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

from core.i18n import tr
from gui.state.commands import Command
from gui.theme import WIDE
from gui.widgets.basics import column
from gui.widgets.motion import may_move
from gui.widgets.shortcuts import bind
from gui.widgets.stage import Stage
from gui.widgets.transport import Transport

_RESTS = 2500
"""Milliseconds without the mouse after which the transport fades."""
_FADES = 200


class FullScreen(QWidget):
    """Borrows a stage and a transport until it is closed; `left` tells then that they are free again."""

    left = Signal()
    pressed = Signal(object)
    """A QKeyEvent that nothing on the screen wanted."""
    released = Signal(object)
    """The same, as the key is let go."""

    def __init__(self, stage: Stage, transport: Transport, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("fullScreen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(tr("Compare"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMouseTracking(True)
        self.transport = transport
        box = column(stage)
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)
        transport.setParent(self)
        self._effect = QGraphicsOpacityEffect(transport)
        transport.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(_FADES if may_move(self) else 0)
        self.rest = QTimer(self, singleShot=True, interval=_RESTS)
        self.rest.timeout.connect(lambda: self._show_transport(0.0))
        bind(self, commands)
        for watched in (self, stage, *stage.findChildren(QWidget), transport, *transport.findChildren(QWidget)):
            watched.setMouseTracking(True)
            watched.installEventFilter(self)

    @property
    def faded(self) -> bool:
        """Whether the transport cannot be seen."""
        return self._effect.opacity() == 0.0

    def open(self) -> None:
        """Cover the screen."""
        self.showFullScreen()
        self.transport.show()
        self.transport.timeline.setFocus()
        self._wake()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the transport back at the first move of the mouse, at a key or as the focus goes on."""
        if event.type() in (QEvent.Type.MouseMove, QEvent.Type.KeyPress, QEvent.Type.FocusIn):
            self._wake()
        return super().eventFilter(watched, event)

    def _wake(self) -> None:
        self._show_transport(1.0)
        self.rest.start()

    def _show_transport(self, opacity: float) -> None:
        if self._fade.endValue() == opacity:
            return
        self._fade.stop()
        self._fade.setStartValue(self._effect.opacity())
        self._fade.setEndValue(opacity)
        self._fade.start()
        self.setCursor(Qt.CursorShape.ArrowCursor if opacity else Qt.CursorShape.BlankCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape; let the player hear the other keys."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            self.pressed.emit(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the player hear when a key that is held is let go."""
        self.released.emit(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the transport where it belongs."""
        super().resizeEvent(event)
        self.place_transport()

    def place_transport(self) -> None:
        """Keep the transport at the foot, as high as it asks to be."""
        width, height = min(960, self.width() - 2 * WIDE), self.transport.sizeHint().height()
        self.transport.setGeometry((self.width() - width) // 2, self.height() - height - WIDE, width, height)
        self.transport.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give stage and transport back."""
        self.rest.stop()
        self._fade.stop()
        self._effect.setEnabled(False)
        super().closeEvent(event)
        self.left.emit()
