"""What a place shows while it has nothing: a sign, what would be here, and the way there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from core.i18n import tr
from gui.icons import paint_icon
from gui.theme import current
from gui.widgets.basics import button, column, label, row


class Sign(QWidget):
    """An icon in a soft disc."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A disc of 72 pixels."""
        return QSize(72, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc and the icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour("accent_soft"))
        painter.drawEllipse(self.rect())
        paint_icon(painter, self._name, QRectF(22, 22, 28, 28), "accent")
        painter.end()


class EmptyState(QWidget):
    """A sign, a heading, a sentence or two, and one button; a page connects `action`."""

    def __init__(self, sign: str, heading: str, text: str, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action: QPushButton = button(action, role="primary", name=action or tr("Nothing to do here"))
        if not action:
            self.action.hide()
        self.heading = label(heading, "heading")
        self.heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text = label(text, "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setFixedWidth(440)
        self.setLayout(
            column(
                1,
                row(1, Sign(sign), 1),
                self.heading,
                row(1, self.text, 1),
                row(1, self.action, 1),
                2,
                spacing=16,
            )
        )

    def say(self, heading: str, text: str) -> None:
        """Show other words."""
        self.heading.setText(heading)
        self.text.setText(text)
