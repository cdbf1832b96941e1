"""The notice bar: what it says, what it offers, and how long it stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.notice import NoticeBar


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    """A bar that has said nothing yet."""
    made = NoticeBar()
    qtbot.addWidget(made)
    return made


def test_an_offer_is_taken_once_and_the_notice_leaves(bar: NoticeBar, qtbot: QtBot) -> None:
    taken: list[str] = []
    bar.say("It was moved.", "Undo", lambda: taken.append("undone"))
    assert (bar.offers, bar.text.text(), bar.action.accessibleName()) == (True, "It was moved.", "Undo")
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    bar.do()
    assert taken == ["undone"]
    assert bar.isHidden()


def test_a_notice_without_an_offer_has_no_button(bar: NoticeBar) -> None:
    bar.say("It is done.")
    assert not bar.offers
    assert not bar.action.isVisible()


def test_it_leaves_by_itself_but_not_under_the_pointer(bar: NoticeBar) -> None:
    bar.say("Read me.")
    QApplication.sendEvent(bar, QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    assert not bar.leaves
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert bar.leaves
    bar.dismiss()
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert not bar.leaves


def test_a_click_on_the_offer_leaves_the_focus_where_it_was(qtbot: QtBot) -> None:
    page = QWidget()
    line, bar = QLineEdit(page), NoticeBar(page)
    bar.say("It was moved.", "Undo", page.update)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    line.setFocus()
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert line.hasFocus()
