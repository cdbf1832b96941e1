"""What stands over the stage: how the panes are laid out, which two share a picture, and how large they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSlider, QWidget

from core.i18n import percent, tr
from gui.icons import icon
from gui.state.stage import GAINS, MODES, Mode, StageState
from gui.widgets.basics import Combo, button, column, label, row
from gui.widgets.segments import Segments
from gui.widgets.stage import Stage

_SIGNS = {
    Mode.SIDE: "side_by_side",
    Mode.WIPE: "wipe",
    Mode.OVERLAY: "overlay",
    Mode.DIFFERENCE: "difference",
    Mode.TOGGLE: "toggle",
}
_ZOOM_WIDTH = 80
"""Pixels that the zoom needs beside the modes."""
_ZOOMS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
_FIGURES = {
    Mode.WIPE: tr("Edge"),
    Mode.OVERLAY: tr("Opacity of B"),
    Mode.DIFFERENCE: tr("Amplified"),
}
"""What the slider sets in each mode."""


class CompareBar(QWidget):
    """Shows and changes a StageState; zooming is the stage's, which knows its pixels."""

    def __init__(self, state: StageState, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.stage = state, stage
        self.modes = Segments(tr("Layout"), [(mode.value, title) for mode, title in MODES.items()])
        self.signs = Segments(tr("Layout"), [(mode.value, title) for mode, title in MODES.items()])
        self.signs.set_icons({mode.value: _SIGNS[mode] for mode in Mode})
        self.signs.hide()
        self.zoom = button("", "zoom", "quiet", tip=tr("Zoom (wheel, +, -, 0, 1)"), name=tr("Zoom"))
        self.a, self.b = Combo(tr("Pane A")), Combo(tr("Pane B"))
        self.swap = button("", "toggle", "quiet", tip=tr("Exchange A and B (X)"), name=tr("Exchange A and B"))
        self.slide = QSlider(Qt.Orientation.Horizontal)
        self.slide.setAccessibleName(_FIGURES[Mode.WIPE])
        self.slide.setMinimumWidth(56)
        self.slide.setMaximumWidth(112)
        self._figure = label("", "caption")
        self.behind = button("−1", "", "quiet", tip=tr("B one frame behind (Alt+,)"), name=tr("B one frame behind"))
        self.ahead = button("+1", "", "quiet", tip=tr("B one frame ahead (Alt+.)"), name=tr("B one frame ahead"))
        head = row(self.modes, self.signs, 1, self.zoom)
        self._pair = self._pair_row()
        self.setLayout(column(head, self._pair, spacing=8))
        self._connect()

    def _pair_row(self) -> QWidget:
        made = QWidget()
        parts = (label("A", "strong"), self.a, self.swap, label("B", "strong"), self.b, self.behind, self.ahead)
        box = row(*parts, 0, self._figure, self.slide, spacing=4)
        for combo, at in ((self.a, 1), (self.b, 4)):
            combo.setMinimumWidth(88)
            combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMaximumWidth(220)
            box.setStretch(at, 3)
        box.setSpacing(6)
        made.setLayout(box)
        return made

    def _connect(self) -> None:
        for modes in (self.modes, self.signs):
            modes.chosen.connect(lambda key: self.state.set_mode(Mode(key)))
        self.a.activated.connect(lambda at: self.state.choose_a(self.a.itemData(at)))
        self.b.activated.connect(lambda at: self.state.choose_b(self.b.itemData(at)))
        self.swap.clicked.connect(self.state.exchange)
        self.behind.clicked.connect(lambda: self.state.nudge(self.state.b, -1))
        self.ahead.clicked.connect(lambda: self.state.nudge(self.state.b, 1))
        self.slide.valueChanged.connect(self._slid)
        self.zoom.clicked.connect(self._ask_zoom)
        self.state.changed.connect(self._show)
        self.state.arranged.connect(self._show)

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """Offer other panes as A and B, by key."""
        for combo in (self.a, self.b):
            with QSignalBlocker(combo):
                combo.clear()
                for key, title in titles.items():
                    combo.addItem(title, key)
        for modes in (self.modes, self.signs):
            modes.setEnabled(len(titles) > 1)
        self._show()

    def set_width(self, width: int) -> None:
        """Name the modes where there is room for words, else show signs."""
        wide = width >= self.modes.sizeHint().width() + _ZOOM_WIDTH
        self.modes.setVisible(wide)
        self.signs.setVisible(not wide)

    def _slid(self, value: int) -> None:
        if self.state.mode is Mode.WIPE:
            self.state.set_edge(value / 100)
        elif self.state.mode is Mode.OVERLAY:
            self.state.set_opacity(value / 100)
        elif self.state.mode is Mode.DIFFERENCE:
            self.state.set_gain(GAINS[value])

    def _show(self) -> None:
        state = self.state
        for modes in (self.modes, self.signs):
            modes.set_value(state.mode.value)
        self._pair.setVisible(state.paired)
        for combo, key in ((self.a, state.a), (self.b, state.b)):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(combo.findData(key))
        self._show_figure()
        self.zoom.setText("" if state.view.fits else percent(state.view.scale))
        self.zoom.setIcon(icon("zoom") if state.view.fits else QIcon())
        scale = tr("Fit") if state.view.fits else percent(state.view.scale)
        self.zoom.setAccessibleName(tr("Zoom: {scale}", scale=scale))

    def _show_figure(self) -> None:
        state, mode = self.state, self.state.mode
        for widget in (self.slide, self._figure):
            widget.setVisible(mode in _FIGURES)
        if mode not in _FIGURES:
            return
        with QSignalBlocker(self.slide):
            self.slide.setRange(0, len(GAINS) - 1 if mode is Mode.DIFFERENCE else 100)
            self.slide.setPageStep(1 if mode is Mode.DIFFERENCE else 10)
            self.slide.setValue(self._value())
        self.slide.setAccessibleName(_FIGURES[mode])
        self.slide.setToolTip(_FIGURES[mode])
        self._figure.setText(f"×{state.gain}" if mode is Mode.DIFFERENCE else percent(self.slide.value() / 100))

    def _value(self) -> int:
        if self.state.mode is Mode.DIFFERENCE:
            return GAINS.index(self.state.gain)
        return round(100 * (self.state.edge if self.state.mode is Mode.WIPE else self.state.opacity))

    def _ask_zoom(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for scale in _ZOOMS:
            words = percent(scale) if scale else tr("Fit")
            menu.addAction(words, lambda scale=scale: self.stage.zoom_to(scale))
        menu.popup(self.zoom.mapToGlobal(QPoint(0, self.zoom.height())))
