"""A list of pictures in which the one under the pointer plays; what the library and the gallery share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QListView, QWidget

from gui.state.hover_film import HoverFilm
from gui.state.thumbnails import Thumbnails
from gui.widgets.motion import may_move


class FilmList(QListView):
    """Plays in `film` what `film_at` names; dragged away are the files of what is chosen."""

    def __init__(self, pictures: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.film = HoverFilm(self)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setDragEnabled(True)
        pictures.ready.connect(self.viewport().update)
        self.film.moved.connect(self.viewport().update)
        self.entered.connect(self._play)
        self.viewportEntered.connect(self.film.stop)
        self.verticalScrollBar().valueChanged.connect(self.film.stop)

    def film_at(self, index: QModelIndex) -> tuple[str, Sequence[Path]]:
        """The key and the clips of a place, to be played side by side; no clips where nothing plays."""
        return "", ()

    def _play(self, index: QModelIndex) -> None:
        key, paths = self.film_at(index) if may_move(self) else ("", ())
        if paths:
            self.film.start(key, paths)
        else:
            self.film.stop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a cursor from the start, so that it can be seen where the keys go."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def viewportEvent(self, event: QEvent) -> bool:
        """Stop the film when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self.film.stop()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave what is chosen alone when the menu is asked for on it, and choose what else lies under the pointer."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.RightButton and self.selectionModel().isSelected(index):
            return
        super().mousePressEvent(event)
