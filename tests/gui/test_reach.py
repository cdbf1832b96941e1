"""Everything can be reached by keyboard, is seen to have the focus, and has a name that a screen reader can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.places import PLACES
from gui.window import MainWindow

KEYS = [place.key for place in PLACES]
CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
SPOKEN = 120
"""No name is longer than a person would listen to."""


def _own(widget: QWidget) -> bool:
    """Whether it is ours, and not a part that Qt puts inside one of its widgets, such as the field of a spin box."""
    return not isinstance(widget, QScrollBar) and not widget.objectName().startswith("qt_")


def _focusable(page: QWidget) -> Iterator[QWidget]:
    for widget in page.findChildren(QWidget):
        tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if tabbed and widget.isVisible() and widget.isEnabled() and _own(widget):
            yield widget


@pytest.fixture(params=KEYS)
def page(request: pytest.FixtureRequest, window: MainWindow, qtbot: QtBot) -> QWidget:
    """Each place of a window over a small library."""
    window.open_place(request.param)
    made = window.page(request.param)
    qtbot.waitUntil(made.isVisible)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def test_every_control_has_a_name_and_a_role(page: QWidget) -> None:
    for widget in page.findChildren(QWidget):
        if not (isinstance(widget, CONTROLS) and _own(widget) and widget.isVisible()):
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        assert spoken is not None, widget
        name = spoken.text(QAccessible.Text.Name).strip()
        assert 0 < len(name) <= SPOKEN, f"{type(widget).__name__} {widget.objectName()} says “{name}”"
        assert spoken.role() not in (QAccessible.Role.NoRole, QAccessible.Role.Client), name


def test_what_takes_the_focus_has_a_name(page: QWidget) -> None:
    for widget in _focusable(page):
        spoken = QAccessible.queryAccessibleInterface(widget)
        assert spoken is not None, widget
        name = spoken.text(QAccessible.Text.Name).strip()
        assert name, f"{type(widget).__name__} in {type(widget.parent()).__name__} has no name"


def test_tab_reaches_everything_and_comes_back(page: QWidget, window: MainWindow) -> None:
    wanted = set(_focusable(page))
    start = next(iter(wanted))
    start.setFocus(Qt.FocusReason.TabFocusReason)
    reached: set[QWidget] = set()
    for _ in range(4 * len(window.findChildren(QWidget))):
        now = QApplication.focusWidget()
        if now is None or (now is start and reached):
            break
        reached.add(now)
        window.focusNextPrevChild(True)
    missed = {f"{type(w).__name__} “{w.accessibleName()}”" for w in wanted - reached}
    assert not missed


def test_focus_can_be_seen(page: QWidget, qtbot: QtBot) -> None:
    nowhere = QWidget(page)
    nowhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    nowhere.show()
    for widget in list(_focusable(page)):
        if widget is nowhere:
            continue
        nowhere.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(nowhere.hasFocus)
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        after = widget.grab().toImage()
        assert before != after, f"{type(widget).__name__} “{widget.accessibleName()}” looks the same with the focus"


def test_no_two_commands_want_the_same_keys(page: QWidget, window: MainWindow) -> None:
    counted = Counter(keys for command in window.commands for keys in command.keys)
    assert [keys for keys, count in counted.items() if count > 1] == []
    assert len({command.key for command in window.commands}) == len(window.commands)
    assert page is not None
