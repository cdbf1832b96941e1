"""One finding about the computer: a sign, what was looked at, what was found, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.hardware.checks import Level, Verdict
from core.i18n import tr
from gui.icons import paint_icon
from gui.theme import PAD
from gui.widgets.basics import button, column, label, row

_SIGNS = {Level.GOOD: ("check", "good"), Level.NOTE: ("info", "muted"), Level.BAD: ("alert", "danger")}
_WORDS = {Level.GOOD: tr("All is well"), Level.NOTE: tr("Worth knowing"), Level.BAD: tr("Needs attention")}


class _Sign(QWidget):
    def __init__(self, level: Level, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = level
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(22, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, _SIGNS[self._level][0], QRectF(1, 1, 20, 20), _SIGNS[self._level][1])
        painter.end()


class VerdictLine(QWidget):
    """Shows a verdict; a screen reader hears all of it at once. `followed` asks for what the settings show of it."""

    followed = Signal(str)

    def __init__(self, verdict: Verdict, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        told = " ".join(filter(None, (verdict.text, verdict.fix)))
        self.setAccessibleName(f"{verdict.title}: {_WORDS[verdict.level]}")
        self.setAccessibleDescription(told)
        title = label(verdict.title, "strong")
        title.setFixedWidth(150)
        text = column(label(told, "body", wrap=True), 1)
        if verdict.leads:
            self.way = button(tr("Open the settings"), "settings", "link")
            self.way.clicked.connect(lambda: self.followed.emit(verdict.leads))
            text.insertLayout(1, row(self.way, 1))
        line = row(column(_Sign(verdict.level), 1), column(title, 1), text)
        line.setSpacing(PAD - 4)
        line.setStretch(2, 1)
        self.setLayout(line)
