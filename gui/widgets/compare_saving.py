"""Saving what Compare shows: a frame, the stage as it is painted, a clip, or the whole comparison as a clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from core.i18n import tr
from gui.state.comparison import Comparison, Pane
from gui.state.pane_facts import metadata_of
from gui.state.saving import Savable, clip, comparison, copy_picture, frame
from gui.state.stage import Mode
from gui.widgets.save_dialog import SaveDialog, save

if TYPE_CHECKING:
    from core.media.composing import Layout
    from gui.widgets.compare_player import ComparePlayer


class CompareSaving:
    """Opens the one dialog that saves, over `parent`; `noticed` then tells where the file is."""

    def __init__(self, cinema: ComparePlayer, parent: QWidget, noticed: SignalInstance) -> None:
        self._cinema, self._parent, self._noticed = cinema, parent, noticed
        self.whole: Comparison | None = None

    def painted(self) -> QImage:
        """The stage as it is painted, all panes with their titles."""
        return self._cinema.stage.grab().toImage()

    def copy(self) -> None:
        """Put the stage as it is painted on the clipboard."""
        copy_picture(self.painted())
        self._noticed.emit(tr("The picture was copied."), "", None)

    def save_painted(self) -> SaveDialog:
        """Save the stage as it is painted."""
        name = tr("{title}, frame {number}", title=self._title(), number=self._cinema.player.index + 1)
        return self._save(frame(self.painted(), name, self._about()))

    def save_frame(self, pane: Pane) -> SaveDialog | None:
        """Save what one pane shows, pixel by pixel."""
        shown, at = self._cinema.screening, self._cinema.player.index
        offset = self._cinema.state.offsets.get(pane.key, 0)
        picture = shown.picture(pane.key, at, offset)
        if picture is None:
            return None
        number = shown.index(pane.key, at, offset) + 1
        known = {**metadata_of(pane, shown.films.get(pane.key)), "frame": number}
        known.pop("seen", None)
        return self._save(frame(picture, tr("{title}, frame {number}", title=pane.title, number=number), known))

    def save_clip(self, pane: Pane) -> SaveDialog:
        """Save the clip of one pane."""
        film = self._cinema.screening.films.get(pane.key)
        size = (film.frames[0].width(), film.frames[0].height()) if film and film.frames else (0, 0)
        return self._save(clip(pane.path, f"{self._title()} {pane.title}", size))

    def save_comparison(self) -> SaveDialog | None:
        """Save what is compared as one clip, laid out as on the stage; toggling is saved side by side."""
        if self.whole is None or len(self._cinema.panes) < 2:
            return None
        keys = self._cinema.state.shown
        panes = sorted((pane for pane in self._cinema.panes if pane.key in keys), key=lambda pane: keys.index(pane.key))
        return self._save(comparison(replace(self.whole, panes=tuple(panes)), self._layout()))

    def _layout(self) -> Layout:
        from core.media.composing import Layout

        state = self._cinema.state
        mode = Mode.SIDE if state.mode is Mode.TOGGLE else state.mode
        return Layout(mode.value, state.edge, state.opacity, state.gain)

    def _title(self) -> str:
        return self.whole.title if self.whole else tr("Comparison")

    def _about(self) -> dict[str, object]:
        shown = self._cinema.panes
        return {"of": [pane.title for pane in shown], "mode": self._cinema.state.mode.value}

    def _save(self, savable: Savable) -> SaveDialog:
        if self._cinema.full is not None:
            self._cinema.full.close()
        return save(self._parent, savable, self._noticed)

    def open_menu(self, anchor: QWidget) -> QMenu:
        """Offer everything that can be saved, under a widget."""
        menu = QMenu(anchor)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Save"))
        menu.addAction(tr("The comparison as a clip…"), self.save_comparison).setEnabled(len(self._cinema.panes) > 1)
        menu.addAction(tr("The stage as it is shown…"), self.save_painted)
        menu.addAction(tr("Copy the stage as it is shown"), self.copy)
        for pane in self._cinema.panes:
            menu.addSeparator()
            menu.addAction(tr("The clip “{title}”…", title=pane.title), _runner(self.save_clip, pane))
            menu.addAction(tr("This frame of “{title}”…", title=pane.title), _runner(self.save_frame, pane))
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
        return menu


def _runner(act: Callable[[Pane], object], pane: Pane) -> Callable[[], None]:
    def run() -> None:
        act(pane)

    return run
