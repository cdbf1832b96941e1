"""Labels, buttons, cards and layouts in the window's style, each a line to make."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from core.i18n import tr
from gui.icons import icon, paint_icon
from gui.theme import GAP, PAD

Item = QWidget | QLayout | int
"""What a row or column holds: a widget, a layout, or a stretch factor."""


def label(text: str = "", role: str = "body", wrap: bool = False) -> QLabel:
    """A label that shows its text as plain text, whatever stands in it."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if not wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return made


def button(text: str = "", sign: str = "", role: str = "plain", tip: str = "", name: str = "") -> QPushButton:
    """A button; `name` is what a screen reader says where there is no text, `tip` may tell the shortcut."""
    made = QPushButton(f" {text}" if sign and text else text)
    made.setProperty("role", role)
    if sign:
        made.setIcon(icon(sign, "on_accent" if role in ("primary", "big") else "text", "accent"))
        made.setIconSize(QSize(18, 18))
    made.setToolTip(tip)
    made.setAccessibleName(name or text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def search_line(name: str, hint: str, tip: str = "") -> QLineEdit:
    """A line to search with; its sign and its clear button have names, which Qt leaves out."""
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.setToolTip(tip)
    made.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition).setText(name)
    made.setClearButtonEnabled(True)
    for action in made.findChildren(QAction, "_q_qlineeditclearaction"):
        action.setText(tr("Clear"))
    return made


def _fill(box: QVBoxLayout | QHBoxLayout, items: tuple[Item, ...], spacing: int) -> None:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for item in items:
        if isinstance(item, QWidget):
            box.addWidget(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        else:
            box.addStretch(item)


def column(*items: Item, spacing: int = GAP) -> QVBoxLayout:
    """Items one below the other."""
    box = QVBoxLayout()
    _fill(box, items, spacing)
    return box


def row(*items: Item, spacing: int = GAP) -> QHBoxLayout:
    """Items side by side."""
    box = QHBoxLayout()
    _fill(box, items, spacing)
    return box


def card(*items: Item, name: str = "card", spacing: int = GAP, pad: int = PAD) -> QFrame:
    """A rounded surface around a column of items."""
    made = QFrame()
    made.setObjectName(name)
    box = column(*items, spacing=spacing)
    box.setContentsMargins(pad, pad, pad, pad)
    made.setLayout(box)
    return made


def rule() -> QFrame:
    """A thin line between groups."""
    made = QFrame()
    made.setObjectName("line")
    return made


def scrolled(inner: QWidget) -> QScrollArea:
    """A vertical scroll area around a widget."""
    inner.setObjectName("scrolled")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


def field(text: str, control: QWidget, note: str = "") -> QVBoxLayout:
    """A control under its label; the label is its buddy and its accessible name."""
    title = label(text, "strong")
    title.setBuddy(control)
    if not control.accessibleName():
        control.setAccessibleName(text)
    box = column(title, control, spacing=6)
    if note:
        box.addWidget(label(note, "caption", wrap=True))
    return box


def fit_height(window: QWidget, width: int) -> None:
    """Make a dialog so wide, and as high as its wrapped texts then need, which a window does not find out by itself."""
    if (layout := window.layout()) is not None:
        layout.activate()
        window.setFixedSize(width, layout.heightForWidth(width))


def tab_after(before: QWidget, widgets: Iterable[QWidget]) -> QWidget:
    """Put widgets that were made late behind another one in the tab order; the last of them is returned."""
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget
    return before


def clear(box: QLayout) -> None:
    """Take every item out of a layout and let its widgets go."""
    while (item := box.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class Elided(QLabel):
    """One line that ends in an ellipsis where there is no room; the tooltip tells all."""

    def __init__(self, role: str = "body") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self.setToolTip(escape(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the text as fits."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.style().drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), True, shown, self.foregroundRole()
        )
        painter.end()


class Slider(QSlider):
    """A horizontal slider that a form may be scrolled across without moving it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls, unless the slider has the focus."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class Combo(QComboBox):
    """A drop-down list with our own arrow; its name is its description too, for Qt says the choice under Linux."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAccessibleDescription(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls, unless the list has the focus."""
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the list's face, then the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(self.width() - 28, 0, -12, 0)
        box.setTop(self.height() / 2 - 8)
        box.setHeight(16)
        paint_icon(painter, "down", box, "muted")
        painter.end()


class Tick(QCheckBox):
    """A check box with our own tick; its words are its name."""

    def __init__(self, words: str, tip: str = "") -> None:
        super().__init__(words)
        self.setAccessibleName(words)
        self.setToolTip(tip)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and its words, then the tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, "check", box.toRectF().adjusted(2, 2, -2, -2), "on_accent")
        painter.end()


def whole(text: str) -> int:
    """The whole number in a field; 0 for none, and for a sign whose digits are still to come."""
    return int(text) if text.isdecimal() else 0
