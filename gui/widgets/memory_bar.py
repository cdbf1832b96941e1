"""The memory that a job will take, by part, against what the device has; in a verdict, a bar, and a list."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import tr
from gui.state.memory_bar import NOTHING, Bar, Piece
from gui.state.words import capital, size
from gui.theme import current
from gui.widgets.basics import Elided, Tick, column, label, row

_HEIGHT = 14
_GAP = 1.5


class Strip(QWidget):
    """The bar: a piece for each part, a line where the device's memory ends if the pieces go beyond it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = NOTHING
        self.setAccessibleName(tr("Memory"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A bar with room for the line at its end."""
        return QSize(200, _HEIGHT + 6)

    def show_bar(self, bar: Bar) -> None:
        """Take another bar."""
        self.bar = bar
        told = (f"{piece.title}: {size(piece.bytes)}" for piece in bar.pieces)
        self.setAccessibleDescription(", ".join((*told, bar.device)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pieces from the left, the free rest, and the end of the memory."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 3, self.width(), _HEIGHT)
        scale = box.width() / max(1, self.bar.total, self.bar.taken)
        clip = QPainterPath()
        clip.addRoundedRect(box, 5, 5)
        painter.setClipPath(clip)
        painter.fillRect(box, look.colour("sunken"))
        left = box.left()
        for piece in self.bar.pieces:
            width = piece.bytes * scale
            painter.fillRect(QRectF(left, box.top(), max(1.0, width - _GAP), box.height()), look.colour(piece.role))
            left += width
        painter.setClipping(False)
        painter.setPen(QPen(look.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self.bar.taken > self.bar.total > 0:
            end = round(self.bar.total * scale)
            painter.fillRect(QRectF(end - 1, 0, 2, self.height()), look.colour("danger"))
        painter.end()


class _Line(QWidget):
    """A piece in words: its colour, what it is, and how many bytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = "muted"
        self._title, self._bytes = Elided("caption"), label("", "caption")
        box = row(self._title, self._bytes, spacing=6)
        box.setStretch(0, 1)
        box.setContentsMargins(16, 1, 0, 1)
        self.setLayout(box)

    def show_piece(self, piece: Piece) -> None:
        """Take another piece."""
        self._role = piece.role
        self._title.setText(piece.title)
        self._bytes.setText(size(piece.bytes))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the spot of colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour(self._role))
        painter.drawRoundedRect(QRectF(0, self.height() / 2 - 4.5, 9, 9), 2.5, 2.5)
        painter.end()


class MemoryBar(QWidget):
    """Shows a Bar; `agreed` tells whether a person wants to do what will not fit."""

    agreed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Bar | None = None
        self.strip, self.verdict = Strip(), label("", "good")
        self.device = Elided("caption")
        self.why = label("", "caption", wrap=True)
        self._lines: list[_Line] = []
        self._pieces = column(spacing=0)
        self.anyway = Tick(tr("Do it anyway"), tr("Starts although the memory will probably not do"))
        self.anyway.toggled.connect(self.agreed)
        head = row(label(tr("Memory"), "muted"), 1, self.verdict)
        box = column(head, self.strip, self.device, self._pieces, self.why, self.anyway, spacing=4)
        self.setLayout(box)
        self.show_bar(NOTHING)

    def show_bar(self, bar: Bar, anyway: bool = False) -> None:
        """Take another bar, and whether it is to be done anyway; a bar without pieces hides all but the words."""
        self._check(anyway)
        if bar == self._shown:
            return
        self._shown = bar
        self.strip.show_bar(bar)
        self.verdict.setText(capital(bar.verdict))
        self.verdict.setProperty("role", bar.role)
        self.verdict.style().polish(self.verdict)
        self.device.setText(bar.device)
        self.why.setText(bar.why)
        self.why.setVisible(bool(bar.why))
        self.anyway.setVisible(bar.refused)
        for part in (self.strip, self.device):
            part.setVisible(bool(bar.pieces))
        self._show_pieces(bar.pieces)

    def _check(self, anyway: bool) -> None:
        self.anyway.blockSignals(True)
        self.anyway.setChecked(anyway)
        self.anyway.blockSignals(False)

    def _show_pieces(self, pieces: tuple[Piece, ...]) -> None:
        while len(self._lines) < len(pieces):
            self._lines.append(_Line())
            self._pieces.addWidget(self._lines[-1])
        for at, line in enumerate(self._lines):
            if at < len(pieces):
                line.show_piece(pieces[at])
            line.setVisible(at < len(pieces))
