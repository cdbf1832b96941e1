"""One prompt asked of both encoders: the pictures side by side, and whether the judge saw the concept, in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QWidget

from core.i18n import quoted, tr
from gui.icons import paint_icon
from gui.state.probe_report import Example
from gui.widgets.basics import column, label, row
from gui.widgets.clip_view import ClipView

SIDE = 124
"""Width and height of a picture in pixels."""


class SeenSign(QWidget):
    """An open or a struck-out eye."""

    def __init__(self, seen: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = "eye" if seen else "eye_off"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The height of a line."""
        return QSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, self._name, QRectF(self.rect()), "text")
        painter.end()


class ExamplePair(QWidget):
    """Shows an Example; the prompt is plain text, whatever stands in it."""

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        asked = example.prompt or tr("Without a prompt")
        before = self._side(tr("Before"), "before", example.before, example.seen_before, asked)
        after = self._side(tr("After"), "after", example.after, example.seen_after, asked)
        prompt = label(quoted(asked) if example.prompt else asked, "caption", wrap=True)
        prompt.setToolTip("")
        self.setFixedWidth(2 * SIDE + 8)
        self.setLayout(
            column(
                row(before, after, spacing=8), prompt, label(tr("seed {seed}", seed=example.seed), "caption"), spacing=4
            )
        )
        self.setAccessibleName(asked)

    def _side(self, title: str, role: str, path: Path | None, seen: bool, asked: str) -> QLayout:
        said = tr("Seen") if seen else tr("Not seen")
        view = ClipView(f"{title}: {said}. {asked}", tr("This picture is gone."))
        view.setFixedSize(SIDE, SIDE)
        image = QImage(str(path)) if path else QImage()
        if not image.isNull():
            view.set_frames((image,))
        return column(label(title, role), view, row(SeenSign(seen), label(said, "small"), 1, spacing=6), spacing=4)
