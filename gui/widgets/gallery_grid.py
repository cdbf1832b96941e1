"""The takes of the gallery side by side: clips play under the pointer, files go out by dragging."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QDrag, QFocusEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QWidget

from core.i18n import tr
from core.library.gallery import Take
from gui.state.gallery_model import TAKE_ROLE, GalleryModel
from gui.state.hover_film import HoverFilm
from gui.state.row_list import Index
from gui.state.thumbnails import Thumbnails
from gui.widgets.take_delegate import NARROW, WIDE, TakeDelegate, take_picture

_ROOMY = 900
"""Pixels of width from which takes are shown larger."""


class GalleryGrid(QListView):
    """Shows a GalleryModel; `picked` tells that others are chosen or another one is under the cursor."""

    picked = Signal()

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Takes"))
        self._gallery = model
        self.film, self.pictures = HoverFilm(self), Thumbnails(self, take_picture)
        self._look = TakeDelegate(self.pictures, self.film, self)
        self.setModel(model)
        self.setItemDelegate(self._look)
        self._set_view()
        self.pictures.ready.connect(self.viewport().update)
        self.film.moved.connect(self.viewport().update)
        self.entered.connect(self._play)
        self.viewportEntered.connect(self.film.stop)
        self.verticalScrollBar().valueChanged.connect(self.film.stop)
        self.selectionModel().selectionChanged.connect(self.picked)
        model.modelReset.connect(self.picked)

    def _set_view(self) -> None:
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setDragEnabled(True)

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a cursor from the start, so that it can be seen where the keys go."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._gallery.rowCount():
            self.setCurrentIndex(self._gallery.index(0))

    def _play(self, index: QModelIndex) -> None:
        take: Take | None = index.data(TAKE_ROLE)
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        if take is None or not take.is_clip or not moves:
            self.film.stop()
        else:
            self.film.start(take.id, [take.path])

    def viewportEvent(self, event: QEvent) -> bool:
        """Stop the clip when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self.film.stop()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave what is chosen alone when the menu is asked for on it."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.RightButton and self.selectionModel().isSelected(index):
            return
        super().mousePressEvent(event)

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
