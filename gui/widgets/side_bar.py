"""The side bar: the mark, the places, what the engine does, and the theme switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from core.i18n import tr
from gui.icons import icon, paint_icon
from gui.state.jobs import Job
from gui.theme import Scheme
from gui.widgets.basics import button, column, label, row
from gui.widgets.segments import Segments
from gui.widgets.shortcuts import told
from gui.widgets.stage_bar import StageBar

_SCHEMES = (("system", tr("Follow the system")), ("light", tr("Light")), ("dark", tr("Dark")))


@dataclass(frozen=True)
class Place:
    """A page as the side bar lists it; its key names the icon, too. `low` ones stand at the foot of the bar."""

    key: str
    title: str
    keys: str
    low: bool = False


class Mark(QWidget):
    """The program's sign."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """28 pixels square."""
        return QSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, "lacuna", QRectF(self.rect()), "accent")
        painter.end()


class SideBar(QWidget):
    """Tells which place was asked for and which theme was chosen."""

    chosen = Signal(str)
    scheme_chosen = Signal(str)

    def __init__(self, places: Sequence[Place], scheme: Scheme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sideBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(208)
        self._group = QButtonGroup(self)
        self._buttons = {place.key: self._place(place) for place in places}
        self._working, self._bar = label("", "caption"), StageBar()
        self._show_idle()
        self.scheme = Segments(tr("Theme"), _SCHEMES)
        self.scheme.set_icons({"system": "system", "light": "sun", "dark": "moon"})
        self.scheme.set_value(scheme.value)
        self.scheme.chosen.connect(self.scheme_chosen)
        self._arrange([place.key for place in places if place.low])

    def _arrange(self, low: list[str]) -> None:
        head = row(Mark(), label("Lacuna", "heading"), 1, spacing=10)
        head.setContentsMargins(10, 4, 0, 12)
        work = column(self._working, self._bar, spacing=6)
        work.setContentsMargins(10, 0, 10, 12)
        upper = (b for key, b in self._buttons.items() if key not in low)
        lower = (self._buttons[key] for key in low)
        box = column(head, *upper, 1, work, *lower, row(self.scheme, 1), spacing=4)
        box.setContentsMargins(12, 16, 12, 16)
        self.setLayout(box)

    def _place(self, place: Place) -> QPushButton:
        made = button(f"  {place.title}", role="place", name=place.title, tip=f"{place.title} ({told(place.keys)})")
        made.setIcon(icon(place.key, "muted", "accent"))
        made.setIconSize(QSize(20, 20))
        made.setCheckable(True)
        made.clicked.connect(lambda: self.chosen.emit(place.key))
        self._group.addButton(made)
        return made

    def show_place(self, key: str) -> None:
        """Mark the place that is open."""
        self._buttons[key].setChecked(True)
        for button_key, place in self._buttons.items():
            stops = Qt.FocusPolicy.StrongFocus if button_key == key else Qt.FocusPolicy.ClickFocus
            place.setFocusPolicy(stops)

    def show_job(self, job: Job | None, waiting: int) -> None:
        """Show how far the running job is; None: nothing runs."""
        if job is None:
            self._show_idle()
            return
        self._working.setText(tr("{job}, {count} waiting", job=job.title, count=waiting) if waiting else job.title)
        self._bar.show_state(1, 1, job.fraction)
        self._working.show()
        self._bar.show()

    def _show_idle(self) -> None:
        self._working.hide()
        self._bar.hide()
