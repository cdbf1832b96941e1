"""The takes of the gallery side by side: clips play under the pointer, files go out by dragging."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QDrag, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from core.i18n import tr
from core.library.gallery import Take
from gui.state.gallery_model import TAKE_ROLE, GalleryModel
from gui.state.row_list import Index
from gui.state.thumbnails import Thumbnails
from gui.widgets.film_list import FilmList
from gui.widgets.take_delegate import NARROW, WIDE, TakeDelegate, take_picture

_ROOMY = 900
"""Pixels of width from which takes are shown larger."""


class GalleryGrid(FilmList):
    """Shows a GalleryModel; `picked` tells that others are chosen or another one is under the cursor."""

    picked = Signal()

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        pictures = Thumbnails(read=take_picture)
        super().__init__(pictures, parent)
        pictures.setParent(self)
        self.pictures = pictures
        self.setAccessibleName(tr("Takes"))
        self._gallery = model
        self._look = TakeDelegate(self.pictures, self.film, self)
        self.setModel(model)
        self.setItemDelegate(self._look)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.selectionModel().selectionChanged.connect(self.picked)
        model.modelReset.connect(self.picked)

    @property
    def take(self) -> Take | None:
        """The take under the keyboard's cursor, if it is chosen."""
        index = self.currentIndex()
        return index.data(TAKE_ROLE) if self.selectionModel().isSelected(index) else None

    @property
    def takes(self) -> list[Take]:
        """Every chosen take, in the order in which they are shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._gallery.rows[row] for row in rows]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make takes as wide as fill the line."""
        super().resizeEvent(event)
        room = max(NARROW, self.viewport().width() - 1)
        least = NARROW if room < _ROOMY else WIDE
        self._look.width = room // (room // least)
        self.setGridSize(self._look.size)
        self.verticalScrollBar().setSingleStep(24)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell it, and keep the new one in view."""
        super().currentChanged(current, previous)
        self.picked.emit()

    def film_at(self, index: QModelIndex) -> tuple[str, Sequence[Path]]:
        """The clip of a take that moves."""
        take: Take | None = index.data(TAKE_ROLE)
        return (take.id, [take.path]) if take is not None and take.is_clip else ("", ())

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the files of the chosen takes out to other programs."""
        drag = QDrag(self)
        drag.setMimeData(self._gallery.mimeData(self.selectionModel().selectedIndexes()))
        if (take := self.take) and (picture := self.pictures.find(str(take.path))):
            drag.setPixmap(QPixmap.fromImage(picture.scaledToHeight(96)))
        drag.exec(Qt.DropAction.CopyAction)

    def close_down(self) -> None:
        """Stop the clip and wait for what is being read."""
        self.film.close()
        self.pictures.close()
