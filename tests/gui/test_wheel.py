"""What a form is scrolled across stays as it was set."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.basics import Combo, Slider, column, scrolled


def turn(widget: QWidget) -> None:
    """Turn the wheel once over a widget."""
    here, none = QPointF(4, 4), Qt.KeyboardModifier.NoModifier
    down, phase = QPoint(0, -120), Qt.ScrollPhase.NoScrollPhase
    where = QPointF(widget.mapToGlobal(here.toPoint()))
    QApplication.sendEvent(
        widget, QWheelEvent(here, where, QPoint(), down, Qt.MouseButton.NoButton, none, phase, False)
    )


@pytest.mark.parametrize("kind", ["slider", "list"])
def test_the_wheel_moves_only_what_has_the_focus(kind: str, qtbot: QtBot) -> None:
    slider, several, line, inner = Slider(), Combo("Colours"), QLineEdit(), QWidget()
    several.addItems(["red", "green", "blue"])
    several.setCurrentIndex(1)
    slider.setValue(50)
    inner.setLayout(column(line, slider, several))
    inner.setMinimumHeight(2000)
    area = scrolled(inner)
    qtbot.addWidget(area)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    line.setFocus()
    passed = slider if kind == "slider" else several
    turn(passed)
    assert (slider.value(), several.currentIndex()) == (50, 1)
    passed.setFocus()
    turn(passed)
    assert (slider.value(), several.currentIndex()) != (50, 1)
