"""A button that lets one entry of the library be picked: it opens a list that narrows as one types."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from core.i18n import tr
from gui.icons import paint_icon
from gui.state.entry_words import told_row
from gui.state.picker_model import PICK_ROLE, Fits, Index, PickerModel
from gui.theme import GAP, current, font
from gui.widgets.basics import column, label, search_line

if TYPE_CHECKING:
    from core.library.row import Row
    from gui.state.library_model import LibraryModel

_LINE, _LINES, _WIDTH = 48, 7, 380
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PickDelegate(QStyledItemDelegate):
    """Paints an entry in two lines: its name, and what tells it from others of that name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines high."""
        return QSize(200, _LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground of the chosen line, then both lines."""
        found: Row = index.data(PICK_ROLE)
        box, look = QRectF(option.rect), current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        words = box.adjusted(10, 5, -10, -5)
        for text, face, role in (
            (found.name, font("body", QFont.Weight.Medium), "text"),
            (told_row(found), font("caption"), "muted"),
        ):
            metrics = QFontMetrics(face)
            painter.setFont(face)
            painter.setPen(look.colour(role))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(words.width()))
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
            words.setTop(words.top() + metrics.height() + 2)
        painter.restore()


class PickPopup(QFrame):
    """The search field and the list; `picked` carries an id. Arrow keys move in the list while one types."""

    picked = Signal(str)

    def __init__(self, model: PickerModel, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("card")
        self.model = model
        self.search = search_line(tr("Search the entries"), tr("Name, concept, tag…"))
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list = QListView()
        self.list.setObjectName("popup")
        self.list.setAccessibleName(name)
        self.list.setModel(model)
        self.list.setItemDelegate(PickDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.clicked.connect(self._pick)
        self.none = label(tr("No entry fits."), "muted")
        box = column(self.search, self.list, self.none, spacing=GAP)
        box.setContentsMargins(GAP, GAP, GAP, GAP)
        self.setLayout(box)
        model.modelReset.connect(self._show_none)

    def open_under(self, anchor: QWidget, entry_id: str) -> None:
        """Open below a widget with an entry chosen."""
        self.search.clear()
        self.model.search("")
        self._choose(max(0, self.model.line_of(entry_id)))
        width = max(anchor.width(), _WIDTH)
        lines = max(2, min(_LINES, self.model.rowCount()))
        self.list.setFixedHeight(lines * _LINE + 10)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(self._place(anchor))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self, anchor: QWidget) -> QPoint:
        """Below the anchor, or above it where the screen ends; never beyond the screen's sides."""
        room, top = anchor.screen().availableGeometry(), anchor.mapToGlobal(QPoint(0, 0))
        below = top.y() + anchor.height() + 4
        y = below if below + self.height() <= room.bottom() else top.y() - self.height() - 4
        return QPoint(max(room.left(), min(top.x(), room.right() - self.width())), max(room.top(), y))

    def _narrow(self, text: str) -> None:
        self.model.search(text)
        self._choose(0)

    def _choose(self, at: int) -> None:
        self.list.setCurrentIndex(self.model.index(at))

    def _show_none(self) -> None:
        self.none.setVisible(not self.model.rows)

    def _pick(self, index: Index) -> None:
        found: Row | None = index.data(PICK_ROLE)
        if found is not None:
            self.hide()
            self.picked.emit(found.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the keys that move and take to the list."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self.list.event(event)
                return True
            if event.key() in _ENTER:
                self._pick(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)


class EntryPicker(QPushButton):
    """Shows the entry that is picked; `chosen` carries the id of the one a person picks.

    Damaged and missing entries are not offered; `offer` narrows further, such as to one family.
    """

    chosen = Signal(str)

    def __init__(self, model: LibraryModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = ""
        self._name, self._empty = name, tr("Choose an entry")
        self.setProperty("role", "plain")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.model = PickerModel(model, self)
        self.popup = PickPopup(self.model, name, self)
        self.popup.picked.connect(self._take)
        self.clicked.connect(self.open)
        self.model.modelReset.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        """Room for a name of common length."""
        return QSize(280, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Narrower than the name, which is cut with an ellipsis."""
        return QSize(120, super().minimumSizeHint().height())

    def set_entry(self, entry_id: str) -> None:
        """Show another entry as picked; an empty id means none. Nothing is told."""
        self.entry = entry_id
        self._show()

    def set_empty(self, words: str) -> None:
        """What the button says while nothing is picked."""
        self._empty = words
        self._show()

    def offer(self, fits: Fits) -> None:
        """Offer other entries: those for which `fits` says yes."""
        self.model.offer(fits)

    def open(self) -> None:
        """Open the list."""
        self.popup.open_under(self, self.entry)

    def _take(self, entry_id: str) -> None:
        self.set_entry(entry_id)
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.chosen.emit(entry_id)

    def _show(self) -> None:
        found = next((row for row in self.model.library.kept if row.id == self.entry), None)
        self.setText(found.name if found else self._empty)
        self.setToolTip(escape(self.text()) if found else "")
        self.setAccessibleName(f"{self._name}: {self.text()}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with the arrow down as well, as a drop-down list does."""
        if event.key() in (Qt.Key.Key_Down, *_ENTER):
            self.open()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the face, the name from the left, and the arrow of a drop-down list."""
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.rect().adjusted(12, 0, -34, 0)
        painter.setFont(font("body", QFont.Weight.Medium))
        painter.setPen(current().colour("text" if self.entry and self.isEnabled() else "muted"))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        paint_icon(painter, "down", QRectF(self.width() - 28, self.height() / 2 - 8, 16, 16), "muted")
        painter.end()
