"""Entries of the library as cards or as lines: films play under the pointer, entries are dragged out as folders."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QWidget

from core.i18n import tr
from gui.state.hover_film import HoverFilm
from gui.state.library_model import ENTRY_ROLE, ROW_ROLE, LibraryModel
from gui.state.preview import preview_paths
from gui.state.thumbnails import Thumbnails
from gui.theme import current, font
from gui.widgets.entry_delegate import COLUMNS, NARROW, CardDelegate, LineDelegate, column_boxes
from gui.widgets.motion import may_move


class EntryView(QListView):
    """Shows a LibraryModel; what is dragged away are the folders of the entries."""

    rated = Signal(int)
    """A digit from 0 to 5 was pressed."""
    removed = Signal()
    """The delete key was pressed."""

    def __init__(self, model: LibraryModel, pictures: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Entries"))
        self._library = model
        self.film = HoverFilm(self)
        self.cards, self.lines = CardDelegate(pictures, self.film, self), LineDelegate(pictures, self.film, self)
        self._listed = False
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setDragEnabled(True)
        self.set_listed(False)
        pictures.ready.connect(self.viewport().update)
        self.film.moved.connect(self.viewport().update)
        self.entered.connect(self._play)
        self.viewportEntered.connect(self.film.stop)
        self.verticalScrollBar().valueChanged.connect(self.film.stop)

    def set_listed(self, listed: bool) -> None:
        """Show lines instead of cards."""
        self._listed = listed
        self.setItemDelegate(self.lines if listed else self.cards)
        self.setFlow(QListView.Flow.TopToBottom if listed else QListView.Flow.LeftToRight)
        self.setWrapping(not listed)
        self._fit()

    def _fit(self) -> None:
        """Make cards as wide as fill the line, the bar counted in whether it shows or not: it must not flicker."""
        if self._listed:
            self.setGridSize(QSize())
        else:
            bar = self.verticalScrollBar()
            extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, bar)
            room = max(NARROW, self.width() - max(extent, bar.sizeHint().width()) - 4)
            self.cards.width = room // (room // NARROW)
            self.setGridSize(self.cards.size)
        self.verticalScrollBar().setSingleStep(24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cards to another width."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that only this list has, so that fields beside it keep theirs."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and event.text() and event.text() in "012345":
            self.rated.emit(int(event.text()))
        elif plain and event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a cursor from the start, so that it can be seen where the keys go."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._library.rowCount():
            self.setCurrentIndex(self._library.index(0))

    def _play(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if row is None or row.missing or row.damage or not may_move(self):
            self.film.stop()
        else:
            self.film.start(row.id, preview_paths(index.data(ENTRY_ROLE)))

    def viewportEvent(self, event: QEvent) -> bool:
        """Stop the film when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self.film.stop()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what lies under the second button, too, so that the menu is about it."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.RightButton and self.selectionModel().isSelected(index):
            return
        super().mousePressEvent(event)


class ListHead(QWidget):
    """The titles over the lines of an EntryView."""

    def __init__(self, view: EntryView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setFixedHeight(24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the title of each column that is shown."""
        painter = QPainter(self)
        painter.setFont(font("caption"))
        painter.setPen(current().colour("muted"))
        box = QRectF(6, 0, self._view.viewport().width() - 12, self.height())
        painter.drawText(box.adjusted(114, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, tr("Name"))
        for at, place in column_boxes(box):
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, COLUMNS[at].title)
        painter.end()
