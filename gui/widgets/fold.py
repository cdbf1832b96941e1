"""A part of a panel under a heading that opens and closes it; whether it is open is remembered."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLayout, QSizePolicy, QWidget

from gui.icons import paint_icon
from gui.theme import current, font, volatile_settings
from gui.widgets.basics import column


class FoldHead(QAbstractButton):
    """The heading with its arrow; checked while the part is open."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A line with its arrow."""
        return QSize(QFontMetrics(font("body", QFont.Weight.DemiBold)).horizontalAdvance(self.text()) + 40, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words, the arrow, and a ring where the focus is."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.setFont(font("body", QFont.Weight.DemiBold))
        painter.setPen(look.colour("text"))
        painter.drawText(
            self.rect().adjusted(4 if self.hasFocus() else 0, 0, -24, 0),
            int(Qt.AlignmentFlag.AlignVCenter),
            self.text(),
        )
        painter.translate(self.width() - 12, self.height() / 2)
        painter.rotate(180 if self.isChecked() else 0)
        paint_icon(painter, "down", QRectF(-8, -8, 16, 16), "muted")
        painter.end()


class Fold(QWidget):
    """A heading and what it opens; `key` is its lasting name."""

    def __init__(self, key: str, title: str, body: QLayout, opened: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = f"folds/{key}"
        self.head = FoldHead(title)
        self.body = QWidget()
        body.setContentsMargins(0, 0, 0, 8)
        self.body.setLayout(body)
        self.setLayout(column(self.head, self.body, spacing=4))
        self.head.setChecked(volatile_settings().value(self._key, opened, bool) is True)
        self.body.setVisible(self.head.isChecked())
        self.head.toggled.connect(self._turn)

    def _turn(self, opened: bool) -> None:
        self.body.setVisible(opened)
        volatile_settings().setValue(self._key, opened)
