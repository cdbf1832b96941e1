"""Icons are painted in the colour of their theme, at the sharpness of the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from core.resources import resource
from gui.icons import PROGRAM_SIZES, icon, program_icon
from gui.style import dress
from gui.theme import Scheme, current, theme

NAMES = sorted(path.stem for path in Path(resource("icons")).glob("*.svg"))


def drawn_in(shown: QIcon, role: str, state: QIcon.State = QIcon.State.Off) -> bool:
    """Whether all opaque pixels of an icon at 48 pixels have the colour of a role, give or take a rounding."""
    image, wanted = shown.pixmap(QSize(48, 48), QIcon.Mode.Normal, state).toImage(), current().colour(role)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    opaque = [pixel for pixel in pixels if pixel.alpha() == 255]
    return bool(opaque) and all(distance(pixel, wanted) <= 2 for pixel in opaque)


def distance(one: QColor, other: QColor) -> int:
    """The largest difference of two colours in a channel."""
    pairs = zip(one.getRgb(), other.getRgb(), strict=True)  # pyright: ignore[reportArgumentType]
    return max(abs(a - b) for a, b in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_drawn_in_one_colour(name: str, qapp: QApplication) -> None:
    dress(qapp, Scheme.LIGHT)
    assert drawn_in(icon(name, "accent"), "accent")


def test_an_icon_follows_the_theme_and_its_button(qapp: QApplication) -> None:
    shown = icon("erase", "text", checked="accent")
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        dress(qapp, scheme)
        assert drawn_in(shown, "text")
        assert drawn_in(shown, "accent", QIcon.State.On)
        assert not drawn_in(shown, "window")


@pytest.mark.parametrize("size", PROGRAM_SIZES)
def test_the_programs_icon_is_a_white_mark_on_a_tile_at_every_size(size: int, qapp: QApplication) -> None:
    dress(qapp, Scheme.DARK)
    shown = program_icon()
    assert {(each.width(), each.height()) for each in shown.availableSizes()} == {(s, s) for s in PROGRAM_SIZES}
    image = shown.pixmap(QSize(size, size)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(size) for y in range(size)]
    look = theme("light")
    tile = sum(distance(pixel, look.colour("accent")) < 24 for pixel in pixels) / size**2
    mark = sum(distance(pixel, look.colour("on_accent")) < 64 for pixel in pixels) / size**2
    assert 0.25 < tile < 0.8
    assert 0.08 < mark < 0.5
    assert image.pixelColor(0, 0).alpha() < 128
