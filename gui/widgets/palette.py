"""The command palette: type a few letters of what you want, press Return."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.i18n import tr
from gui.state.commands import Command
from gui.state.palette import COMMAND_ROLE, PaletteModel
from gui.state.row_list import Index
from gui.theme import current, font
from gui.widgets.basics import column, label, search_line
from gui.widgets.shortcuts import told

_SIZE = QSize(560, 420)
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class _Line(QStyledItemDelegate):
    """A command's title on the left, its keys on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, 36)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, command, box = current(), index.data(COMMAND_ROLE), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft"))
            painter.drawRoundedRect(box, 8, 8)
        inner = box.adjusted(12, 0, -12, 0)
        painter.setFont(font())
        painter.setPen(look.colour("text"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, command.title)
        painter.setFont(font("caption"))
        painter.setPen(look.colour("muted"))
        keys = told(command.keys[0]) if command.keys else ""
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
        painter.restore()


class Palette(QFrame):
    """Lists commands over the window and runs the one that is chosen; it is gone with the next click elsewhere."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Find a command"))
        self.model = PaletteModel(commands, self)
        self.search = search_line(tr("Find a command"), tr("What would you like to do?"))
        self.search.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.search.textChanged.connect(self._search)
        self.list.clicked.connect(self._run)
        self.search.returnPressed.connect(lambda: self._run(self.list.currentIndex()))
        self.none = label(tr("No command of this page or of the window fits."), "muted")
        self.none.setContentsMargins(12, 4, 12, 4)
        box = column(self.search, self.none, self.list)
        box.setContentsMargins(12, 12, 12, 12)
        self.setLayout(box)
        self._choose(0)

    def open_over(self, room: QRect) -> None:
        """Stand in the upper middle of a place and take the keys."""
        self.setGeometry(room.center().x() - _SIZE.width() // 2, room.top() + 64, _SIZE.width(), _SIZE.height())
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._choose(0)

    def _choose(self, row: int) -> None:
        last = self.model.rowCount() - 1
        index = self.model.index(max(0, min(row, last))) if last >= 0 else QModelIndex()
        self.none.setVisible(last < 0)
        self.list.setCurrentIndex(index)
        self.search.setAccessibleDescription(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or self.none.text()))

    def _run(self, index: QModelIndex) -> None:
        command = index.data(COMMAND_ROLE)
        if command is not None:
            self.leave()
            command.run()

    def leave(self) -> None:
        """Be gone."""
        self.search.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list while typing; Escape and a click elsewhere close it."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._pressed(Qt.Key(event.key()))
        if event.type() is QEvent.Type.FocusOut and self.isVisible():
            self.leave()
        return super().eventFilter(watched, event)

    def _pressed(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in _MOVES:
            self._choose(self.list.currentIndex().row() + _MOVES[key])
        else:
            return False
        return True
