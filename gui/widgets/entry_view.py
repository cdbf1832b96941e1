"""Entries of the library as cards or as lines: films play under the pointer, entries are dragged out as folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QWidget

from core.i18n import tr
from gui.state.library_model import ENTRY_ROLE, ROW_ROLE, LibraryModel
from gui.state.picker_model import is_sound
from gui.state.preview import preview_paths
from gui.state.thumbnails import Thumbnails
from gui.theme import current, font
from gui.widgets.entry_delegate import COLUMNS, NARROW, CardDelegate, LineDelegate, column_boxes
from gui.widgets.film_list import FilmList

if TYPE_CHECKING:
    from core.library.row import Row


class EntryView(FilmList):
    """Shows a LibraryModel; what is dragged away are the folders of the entries."""

    rated = Signal(int)
    """A digit from 0 to 5 was pressed."""
    removed = Signal()
    """The delete key was pressed."""

    def __init__(self, model: LibraryModel, pictures: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(pictures, parent)
        self.setAccessibleName(tr("Entries"))
        self.cards, self.lines = CardDelegate(pictures, self.film, self), LineDelegate(pictures, self.film, self)
        self._listed = False
        self.setModel(model)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.set_listed(False)

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

    def film_at(self, index: QModelIndex) -> tuple[str, Sequence[Path]]:
        """The clips before and after of a sound entry."""
        row: Row | None = index.data(ROW_ROLE)
        return (row.id, preview_paths(index.data(ENTRY_ROLE))) if row is not None and is_sound(row) else ("", ())


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
