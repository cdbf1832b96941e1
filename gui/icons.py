"""Icons: our own SVG outlines, tinted when painted, so that they follow the theme and stay sharp at any scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from core.resources import resource
from gui.theme import current, theme


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


def paint_icon(painter: QPainter, name: str, box: QRectF, role: str) -> None:
    """Paint an icon into a box in the colour of a theme role."""
    _renderer(name, getattr(current(), role)).render(painter, box)


class _TintedEngine(QIconEngine):
    def __init__(self, name: str, role: str, checked: str) -> None:
        super().__init__()
        self._name, self._role, self._checked = name, role, checked

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = self._checked if state is QIcon.State.On else self._role
        if mode is QIcon.Mode.Disabled:
            painter.setOpacity(0.5)
        paint_icon(painter, self._name, QRectF(rect), role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name, self._role, self._checked)


def icon(name: str, role: str = "text", checked: str = "") -> QIcon:
    """The icon `resources/icons/<name>.svg` in a theme role, in another one while its button is checked."""
    return QIcon(_TintedEngine(name, role, checked or role))


PROGRAM_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
"""Pixels in which desktops ask a program for its icon."""


def program_icon() -> QIcon:
    """The program's own icon, the same in both themes: the mark on a tile that is seen on any panel."""
    made = QIcon()
    for size in PROGRAM_SIZES:
        made.addPixmap(_tile(size))
    return made


def _tile(size: int) -> QPixmap:
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    look, box = theme("light"), QRectF(0, 0, size, size)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.accent))
    edge, corner, inset = size / 32, size * 0.22, size * 0.12
    painter.drawRoundedRect(box.adjusted(edge, edge, -edge, -edge), corner, corner)
    _renderer("lacuna", look.on_accent).render(painter, box.adjusted(inset, inset, -inset, -inset))
    painter.end()
    return made
