"""The stage of a comparison: all panes side by side, or two of them in one picture, on one clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from core.i18n import percent, tr
from gui.state.comparison import Pane
from gui.state.screening import Screening
from gui.state.stage import StageState
from gui.theme import GAP, PAD
from gui.widgets.basics import Elided, clear, column, label, row
from gui.widgets.clip_view import ClipView
from gui.widgets.stage_blend import BlendView
from gui.widgets.stage_hand import StageHand

if TYPE_CHECKING:
    from gui.workers.clip_loader import Film

ROLES = {"before": "before", "negative": "negative", "after": "after"}
"""The theme's colour of a pane by its role; other roles have none."""
_HEAD = 66
"""Pixels over the picture of a pane, for what it is."""
_LOWEST, _BOUNDLESS = 180, 16_777_215
"""Pixels: the least height of a stage, and Qt's greatest."""


class PaneBox(QWidget):
    """One pane side by side with others: what it is, by how much it is nudged, and its frame."""

    def __init__(self, pane: Pane) -> None:
        super().__init__()
        self.setObjectName("paneBox")
        self.view = ClipView(f"{pane.title}: {pane.note}", tr("Loading…"), hugs=True)
        title, note = Elided(ROLES.get(pane.role, "strong")), label(pane.note, "caption", wrap=True)
        title.setText(pane.title)
        title.setFixedHeight(20)
        note.setFixedHeight(34)
        note.setAlignment(Qt.AlignmentFlag.AlignTop)
        note.setToolTip(pane.note)
        self._smaller, self._nudge = label(tr("Smaller"), "badge"), label("", "badge")
        self._smaller.hide()
        self._nudge.hide()
        head = row(title, self._smaller, self._nudge, spacing=GAP)
        head.setStretch(0, 1)
        box = column(head, note, self.view, spacing=4)
        box.setStretch(2, 1000)
        box.addStretch(1)
        self.setLayout(box)

    def show_film(self, film: Film | None, problem: str) -> None:
        """Take the decoded clip, or why there is none; say so where it is shown smaller than it is."""
        self.view.set_frames(film.frames if film else (), problem)
        note = film.note if film else ""
        self._smaller.setVisible(bool(note))
        self._smaller.setToolTip(note)
        self._smaller.setAccessibleDescription(note)

    def show_nudge(self, offset: int) -> None:
        """Say by how many of its own frames the pane runs ahead or behind."""
        self._nudge.setText(f"{offset:+d}")
        self._nudge.setToolTip(tr("Nudged by {count} frames", count=f"{offset:+d}"))
        self._nudge.setVisible(offset != 0)


class Stage(QWidget):
    """Paints a Screening as a StageState says; `views` are the panes side by side, by key."""

    turned = Signal()
    """The panes, the way they are laid out or their pictures have changed, and with them the height they fill."""

    menu_asked = Signal(str, QPoint)
    """The key of a pane side by side, and the point of the screen at which its menu belongs."""

    def __init__(self, state: StageState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.screening = Screening()
        self.views: dict[str, ClipView] = {}
        self.boxes: dict[str, PaneBox] = {}
        self._titles: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._loading = tr("Loading…")
        self._at, self._across, self._room = 0, 0, 0
        self.hand = StageHand(state, self)
        self.blend = BlendView(state)
        self.hand.hold(self.blend)
        self._none = label(tr("This entry has no clips to show."), "muted")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(PAD)
        box = column(self._none, self.blend, spacing=0)
        box.addLayout(self._grid, 1)
        self.setLayout(box)
        state.changed.connect(self._show)
        state.arranged.connect(self._arrange)

    def set_panes(self, panes: Sequence[Pane]) -> None:
        """Take the panes of another comparison, as yet without their films."""
        clear(self._grid)
        self.screening = Screening()
        self.boxes = {pane.key: PaneBox(pane) for pane in panes}
        self.views = {key: box.view for key, box in self.boxes.items()}
        self._titles = {pane.key: pane.title for pane in panes}
        for key, view in self.views.items():
            self.hand.hold(view)
            self._offer_menu(key, view)
        self._across, self._problems, self._loading = 0, {}, tr("Loading…")
        self.state.set_panes([pane.key for pane in panes])

    def _offer_menu(self, key: str, view: ClipView) -> None:
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda at: self.menu_asked.emit(key, view.mapToGlobal(at)))

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Say by key why a pane has nothing to show."""
        self._problems = dict(problems)

    def show_loading(self, share: float) -> None:
        """Say how much of all clips is decoded."""
        if not self.screening.films:
            self._loading = tr("Loading… {share}", share=percent(share))
            for view in self.views.values():
                view.set_frames((), self._loading)
            self._show()

    def set_screening(self, screening: Screening) -> None:
        """Take the films, or the same films on another clock; a pane without one says so."""
        self.screening = screening
        self.state.set_width(screening.width)
        for key, box in self.boxes.items():
            box.show_film(screening.films.get(key), self._problems.get(key, ""))
        self._show()
        self.turned.emit()

    def show_frame(self, index: int) -> None:
        """Show a frame of the clock in every pane."""
        self._at = index
        self._show()

    def front(self) -> ClipView | None:
        """A view that is on the stage, None without panes."""
        if self.state.paired:
            return self.blend
        return next(iter(self.views.values()), None)

    def zoom(self, factor: float) -> None:
        """Zoom all panes at their middle."""
        if (view := self.front()) is not None:
            self.hand.zoom(view, factor)

    def zoom_to(self, scale: float) -> None:
        """Show so many screen pixels for a pixel of the widest picture; 0 fits."""
        if (view := self.front()) is not None:
            self.hand.scale(view, scale)

    def pan(self, x: float, y: float) -> None:
        """Move all panes by shares of a view."""
        if (view := self.front()) is not None:
            self.hand.pan(view, QPointF(-x * view.width(), -y * view.height()))

    def _arrange(self) -> None:
        self.blend.forget()
        self._place(len(self.views))
        self._none.setVisible(not self.views)
        self.blend.setVisible(self.state.paired)
        for box in self.boxes.values():
            box.setVisible(not self.state.paired)
        if self.state.paired:
            self.blend.set_titles(self._titles[self.state.a], self._titles[self.state.b])
        self._show()
        self.turned.emit()

    def fit(self, room: int) -> None:
        """Take no more than `room` pixels of height, and no more than the panes fill at this width."""
        self._room = room
        self._place(len(self.views))
        self.setFixedHeight(max(_LOWEST, min(room, round(self._filled()))))

    def free(self) -> None:
        """Take all the height there is, as on the whole screen."""
        self._room = 0
        self.setMinimumHeight(_LOWEST)
        self.setMaximumHeight(_BOUNDLESS)

    def _filled(self) -> float:
        """The height at which the pictures are as wide as their places."""
        if self.state.paired:
            return self.width() / self._ratio()
        rows = -(-len(self.views) // max(1, self._across))
        return rows * (_HEAD + self._side(self._across) / self._ratio()) + (rows - 1) * PAD

    def _ratio(self) -> float:
        """Width by height of the tallest picture; a square before one is decoded."""
        sizes = [film.frames[0].size() for film in self.screening.films.values() if film.frames]
        return max(0.2, min((size.width() / size.height() for size in sizes), default=1.0))

    def _side(self, across: int) -> float:
        return (self.width() - (across - 1) * PAD) / max(1, across)

    def _shown_width(self, across: int, count: int) -> float:
        """How wide a picture is shown where so many panes stand in a row."""
        rows = -(-count // across)
        high = ((self._room or self.height()) - (rows - 1) * PAD) / rows - _HEAD
        return min(self._side(across), high * self._ratio())

    def _place(self, count: int) -> None:
        """Put the panes into the rows that show them largest; anew only where their number in a row changes."""
        lengths = [-(-count // rows) for rows in range(1, count + 1)]
        across = max(lengths, key=lambda length: self._shown_width(length, count), default=1)
        if across == self._across:
            return
        for at in range(max(across, self._grid.columnCount())):
            self._grid.setColumnStretch(at, 1 if at < across else 0)
        self._across = across
        for at, box in enumerate(self.boxes.values()):
            self._grid.addWidget(box, at // across, at % across)

    def _show(self) -> None:
        """Hand each view on the stage its frame; those that are hidden stay as they were."""
        state, shown = self.state, self.screening
        if state.paired:
            a, b = (shown.picture(key, self._at, state.offsets.get(key, 0)) for key in (state.a, state.b))
            self.blend.set_view(state.view)
            words = self._problems.get(state.a) or self._problems.get(state.b) or self._loading
            self.blend.show_pair(a, b, words)
            return
        for key, box in self.boxes.items():
            offset = state.offsets.get(key, 0)
            box.view.show_frame(shown.index(key, self._at, offset))
            box.view.set_view(state.view)
            box.show_nudge(offset)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the panes into other rows where the size asks for it."""
        super().resizeEvent(event)
        self._place(len(self.views))
