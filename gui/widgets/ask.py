"""A question with one way on and one way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from core.i18n import tr


def ask(parent: QWidget | None, what: str, why: str, go_on: str) -> bool:
    """Whether a person wants to go on; Escape and the button that has the focus first both say no."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, tr("Lacuna"), what, parent=parent)
    box.setInformativeText(why)
    box.setTextFormat(Qt.TextFormat.PlainText)
    yes = box.addButton(go_on, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    box.exec()
    chosen = box.clickedButton() is yes
    box.deleteLater()
    return chosen
