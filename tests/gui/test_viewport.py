"""Zoom stays at the pointer, panning inside the picture, and pictures of any size show the same part."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from gui.state.viewport import LARGEST, Viewport

ROOM, PICTURE = QSizeF(400, 300), QSizeF(200, 200)
WHOLE = Viewport(width=200)


def under(view: Viewport, at: QPointF) -> tuple[float, float]:
    """The point of the picture, in shares of it, that lies at a point of the view."""
    box = view.target(ROOM, PICTURE)
    return (at.x() - box.x()) / box.width(), (at.y() - box.y()) / box.height()


def test_a_picture_that_fits_stands_in_the_middle() -> None:
    assert WHOLE.target(ROOM, PICTURE) == QRectF(50, 0, 300, 300)


def test_one_pixel_for_one_pixel_lies_on_whole_pixels() -> None:
    box = Viewport(1.0, width=200).target(QSizeF(401, 301), PICTURE)
    assert (box.width(), box.height()) == (200, 200)
    assert (box.x() % 1, box.y() % 1) == (0, 0)


def test_on_a_fine_screen_one_pixel_is_one_of_the_screens() -> None:
    assert Viewport(1.0, width=200).target(ROOM, PICTURE, 2.0).width() == 100


@pytest.mark.parametrize("at", [QPointF(200, 150), QPointF(90, 40), QPointF(340, 290)])
def test_the_point_under_the_pointer_stays_there_while_zooming(at: QPointF) -> None:
    view = Viewport(4.0, 0.5, 0.5, 200)
    before = under(view, at)
    after = under(view.zoomed(1.6, at, ROOM, PICTURE), at)
    assert after == pytest.approx(before, abs=0.003)


def test_zooming_out_ends_with_the_whole_picture() -> None:
    view = WHOLE.zoomed(4, QPointF(60, 10), ROOM, PICTURE)
    assert view.scale == pytest.approx(6.0)
    for _ in range(20):
        view = view.zoomed(0.8, QPointF(60, 10), ROOM, PICTURE)
    assert view == WHOLE


def test_zooming_in_ends() -> None:
    view = WHOLE
    for _ in range(50):
        view = view.zoomed(2, QPointF(10, 10), ROOM, PICTURE)
    assert view.scale == LARGEST


def test_panning_never_leaves_the_picture() -> None:
    view = Viewport(4.0, 0.5, 0.5, 200)
    moved = view.panned(QPointF(30, -20), ROOM, PICTURE).target(ROOM, PICTURE)
    still = view.target(ROOM, PICTURE)
    assert (moved.x() - still.x(), moved.y() - still.y()) == (30, -20)
    far = view.panned(QPointF(9999, 9999), ROOM, PICTURE).target(ROOM, PICTURE)
    assert (far.x(), far.y()) == (0, 0)
    assert WHOLE.panned(QPointF(9, 9), ROOM, PICTURE) == WHOLE


def test_a_picture_twice_as_fine_shows_the_same_part() -> None:
    view = Viewport(3.0, 0.3, 0.6, 200)
    assert view.target(ROOM, QSizeF(400, 400)) == view.target(ROOM, PICTURE)
    assert view.magnified(view.target(ROOM, QSizeF(400, 400)), QSizeF(400, 400)) == pytest.approx(1.5)


def test_nothing_to_show_takes_all_the_room() -> None:
    assert Viewport(3.0).target(ROOM, QSizeF(0, 0)) == QRectF(0, 0, 400, 300)
