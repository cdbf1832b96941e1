"""Icons are painted in the colour of their theme, at the sharpness of the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from core.resources import resource
from gui.icons import icon
from gui.style import dress
from gui.theme import Scheme, theme

NAMES = sorted(path.stem for path in Path(resource("icons")).glob("*.svg"))


def colours(shown: QIcon, state: QIcon.State = QIcon.State.Off) -> set[str]:
    """The opaque colours of an icon at 48 pixels."""
    image = shown.pixmap(QSize(48, 48), QIcon.Mode.Normal, state).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_drawn_in_one_colour(name: str, qapp: QApplication) -> None:
    dress(qapp, Scheme.LIGHT)
    assert colours(icon(name, "accent")) == {theme("light").accent}


def test_an_icon_follows_the_theme_and_its_button(qapp: QApplication) -> None:
    shown = icon("erase", "text", checked="accent")
    dress(qapp, Scheme.DARK)
    assert colours(shown) == {theme("dark").text}
    assert colours(shown, QIcon.State.On) == {theme("dark").accent}
    dress(qapp, Scheme.LIGHT)
    assert colours(shown) == {QColor(theme("light").text).name()}
