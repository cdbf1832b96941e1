"""Names that were put on a list, each a button that takes its name off again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from core.i18n import tr
from gui.icons import icon
from gui.widgets.basics import button, clear, tab_after
from gui.widgets.chips import FlowLayout


class Tags(QWidget):
    """Shows names; `removed` tells the one that a person took off."""

    removed = Signal(str)

    def __init__(self, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(group)
        self._names: tuple[str, ...] = ()
        self._flow = FlowLayout(6)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_names(self, names: Sequence[str]) -> None:
        """Show other names; hidden while there are none."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        clear(self._flow)
        for name in names:
            self._flow.addWidget(self._tag(name))
        self.setVisible(bool(names))

    def follow(self, before: QWidget) -> QWidget:
        """Come after a widget in the tab order; the last tag is returned."""
        return tab_after(before, self.findChildren(QPushButton))

    def _tag(self, name: str) -> QPushButton:
        off = tr("Remove {name}", name=name)
        made = button(f"{name}\u00a0\u200e", role="tag", name=off, tip=tr("Take it off the list"))
        made.setIcon(icon("close", "accent"))
        made.setIconSize(QSize(12, 12))
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        made.clicked.connect(lambda: self.removed.emit(name))
        return made
