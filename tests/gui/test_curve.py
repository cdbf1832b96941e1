"""Curves: thinned, told in words, with an aim and the value under the pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.theme import current
from gui.widgets.curve import Curve, span


@pytest.fixture
def curve(qtbot: QtBot) -> Curve:
    """A rate that is to come down to 5 %."""
    made = Curve("Still seen", "after", rate=True, aim=0.05)
    qtbot.addWidget(made)
    made.resize(300, 136)
    made.show()
    return made


def colours(curve: Curve, column: int) -> set[str]:
    """The colours of one column of pixels."""
    image = curve.grab().toImage()
    return {QColor(image.pixel(column, y)).name() for y in range(image.height())}


def test_the_axis_of_a_loss_holds_its_values() -> None:
    low, high = span([(1, -2.0), (2, 6.0)])
    assert low < -2.0 < 6.0 < high
    assert span([(1, 0.2), (2, 0.9)]) == (0.0, 1.0)
    low, high = span([(1, 5.0)])
    assert low < 5.0 < high


def test_a_screen_reader_hears_the_last_value_and_the_aim(curve: Curve) -> None:
    curve.set_points([(1, 0.9), (20, 0.25)])
    assert curve.accessibleDescription() == "25 % at step 20, aim 5 %"
    curve.set_points([(1, 0.9), (20, 0.25), (40, 0.08)])
    assert curve.accessibleDescription().startswith("8 % at step 40")


def test_the_aim_is_drawn_and_the_point_under_the_pointer_is_told(curve: Curve, qtbot: QtBot) -> None:
    curve.set_points([(step, 1.0 - step / 100) for step in range(101)])
    assert current().good in {c for column in range(60, 80) for c in colours(curve, column)}
    before = curve.grab().toImage()
    qtbot.mouseMove(curve, QPoint(60, 60))
    qtbot.waitUntil(lambda: curve.hovered is not None)
    assert curve._shown[1] > 0.8
    assert curve.grab().toImage() != before
    qtbot.mouseMove(curve, QPoint(290, 60))
    qtbot.waitUntil(lambda: curve._shown[0] > 95)


def test_many_points_are_thinned_and_the_last_stays(curve: Curve) -> None:
    curve.set_points([(step, step / 5000) for step in range(5000)])
    assert len(curve._points) <= 420
    assert curve._points[-1][0] == 4999
    curve.grab()
