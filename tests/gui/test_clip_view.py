"""A pane shows the very frame it was told to, scaled to fit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gui.state.player import Player
from gui.widgets.clip_view import ClipView

SHADES = (0, 60, 120, 180, 240)


@pytest.fixture
def view(qtbot: QtBot) -> ClipView:
    """A view of 200 × 100 pixels over five grey frames of 8 × 8."""
    made = ClipView("Before")
    qtbot.addWidget(made)
    made.resize(200, 120)
    made.set_frames(tuple(grey(shade) for shade in SHADES))
    return made


def grey(shade: int) -> QImage:
    """A frame of one shade."""
    pixels = np.full((8, 8, 3), shade, np.uint8)
    return QImage(pixels.tobytes(), 8, 8, 24, QImage.Format.Format_RGB888).copy()


def centre(view: ClipView) -> QColor:
    """The colour in the middle of what is painted."""
    image = view.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2)


def test_stepping_shows_every_frame_exactly(view: ClipView) -> None:
    player = Player()
    player.moved.connect(view.show_frame)
    player.load(len(SHADES), 8.0)
    for shade in (*SHADES[1:], SHADES[0]):
        player.step(1)
        assert centre(view) == QColor(shade, shade, shade)
    player.step(-1)
    assert centre(view) == QColor(240, 240, 240)


def test_two_panes_on_one_clock_show_the_same_frame(view: ClipView, qtbot: QtBot) -> None:
    other, player = ClipView("After"), Player()
    qtbot.addWidget(other)
    other.resize(64, 64)
    other.set_frames(tuple(grey(shade) for shade in SHADES))
    for pane in (view, other):
        player.moved.connect(pane.show_frame)
    player.load(len(SHADES), 8.0)
    player.seek(3)
    assert centre(view) == centre(other) == QColor(180, 180, 180)


def test_a_shorter_clip_stands_at_its_last_frame(view: ClipView) -> None:
    view.show_frame(40)
    assert centre(view) == QColor(240, 240, 240)


def test_the_frame_keeps_its_shape_in_the_middle(view: ClipView) -> None:
    target = view.target()
    assert (target.x(), target.y(), target.width(), target.height()) == (40, 0, 120, 120)


def test_words_stand_where_no_clip_is(view: ClipView) -> None:
    view.set_frames((), "Gone")
    assert view.picture() is None
    assert view.grab().toImage().pixelColor(100, 20) != QColor(0, 0, 0)
