"""What can be done with one pane, opened by the right button over it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from core.i18n import tr
from gui.state.compare import CompareState
from gui.state.comparison import Pane
from gui.state.stage import StageState
from gui.widgets.compare_saving import CompareSaving


def open_pane_menu(
    pane: Pane, at: QPoint, parent: QWidget, shown: CompareState, stage: StageState, saving: CompareSaving
) -> QMenu:
    """Open the menu at a point of the screen; it goes away by itself."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(pane.title)
    menu.addAction(tr("Make it A"), lambda: stage.choose_a(pane.key)).setEnabled(stage.a != pane.key)
    menu.addAction(tr("Make it B"), lambda: stage.choose_b(pane.key)).setEnabled(stage.b != pane.key)
    menu.addSeparator()
    menu.addAction(tr("Save this frame…"), lambda: saving.save_frame(pane))
    menu.addAction(tr("Save the clip…"), lambda: saving.save_clip(pane))
    menu.addAction(tr("Copy the file’s path"), lambda: QGuiApplication.clipboard().setText(str(pane.path)))
    menu.addSeparator()
    menu.addAction(tr("Hide this pane"), lambda: shown.hide(pane.key, True)).setEnabled(len(shown.panes) > 1)
    menu.popup(at)
    return menu
