"""Everything is as sharp as the screen is dense, from 100 to 300 %."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.icons import icon
from gui.widgets.empty import EmptyState
from gui.widgets.option import OptionCard
from gui.widgets.stars import Stars
from gui.widgets.switch import Switch

SIDE = 18
SCALES = (1.0, 1.5, 2.0, 3.0)


def painted(widget: QWidget, scale: float) -> QImage:
    """What a widget paints on a screen of that density."""
    size = widget.size()
    made = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    made.setDevicePixelRatio(scale)
    made.fill(QColor("white"))
    widget.render(made)
    return made


def blown_up(image: QImage, size: QSize) -> QImage:
    """The same picture with its pixels made larger: what a screen shows of a picture that is too small for it."""
    made = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    made.setDevicePixelRatio(1.0)
    return made


def sharpness(image: QImage, kind: QImage.Format = QImage.Format.Format_Grayscale8) -> float:
    """The mean square of the steps in brightness, or in another channel, from pixel to pixel along each row."""
    channel = image.convertToFormat(kind)
    bits, width, line = bytes(channel.constBits()), channel.width(), channel.bytesPerLine()
    rows = [bits[start : start + width] for start in range(0, len(bits), line)]
    steps = [(a - b) ** 2 for row in rows for a, b in pairwise(row)]
    return sum(steps) / len(steps)


@pytest.mark.parametrize("scale", SCALES)
def test_an_icon_has_a_pixel_for_each_of_the_screen(scale: float) -> None:
    made = icon("library").pixmap(QSize(SIDE, SIDE), scale)
    assert made.width() == round(SIDE * scale)
    assert made.devicePixelRatio() == pytest.approx(scale)
    if scale > 1:
        plain = icon("library").pixmap(QSize(SIDE, SIDE), 1.0).toImage()
        alpha = QImage.Format.Format_Alpha8
        assert sharpness(made.toImage(), alpha) > 1.3 * sharpness(blown_up(plain, made.size()), alpha)


@pytest.mark.parametrize(
    "make",
    [
        lambda: EmptyState("library", "Nothing yet", "Erase something.", "Erase"),
        lambda: OptionCard("Title", "A summary", "Facts"),
        Stars,
        lambda: Switch("Keep drafts", on=True),
    ],
    ids=["empty", "option", "stars", "switch"],
)
def test_what_we_paint_is_painted_at_the_density_of_the_screen(make: type[QWidget], qtbot: QtBot) -> None:
    widget = make()
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    plain = painted(widget, 1.0)
    for scale in (2.0, 3.0):
        dense = painted(widget, scale)
        assert sharpness(dense) > 1.3 * sharpness(blown_up(plain, dense.size()))
