"""Opens Lacuna as a person does, and writes where everything that can be clicked stands, so that a test can aim.

Run: python -m tests.e2e.app MAP [ARGUMENTS OF main.py]
The program itself is not told that it is watched, and nothing is done for it: clicks and keys come from the display.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

INTERVAL_MS = 150


def _words(widget: QWidget) -> str:
    """What a screen reader would say of it."""
    if widget.accessibleName():
        return widget.accessibleName()
    return widget.text().strip() if isinstance(widget, QAbstractButton | QLabel) else ""


def _shown(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def _described(widget: QWidget) -> dict[str, Any]:
    box = widget.visibleRegion().boundingRect()
    corner = widget.mapToGlobal(box.topLeft())
    return {
        "class": type(widget).__name__,
        "name": _words(widget),
        "text": widget.text() if isinstance(widget, QAbstractButton | QLabel | QLineEdit) else "",
        "box": [corner.x(), corner.y(), box.width(), box.height()],
        "enabled": widget.isEnabled(),
        "focus": widget.hasFocus(),
    }


class Map:
    """Writes the widgets of the active window again and again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.timer = QTimer()
        self.timer.setInterval(INTERVAL_MS)
        self.timer.timeout.connect(self.write)
        self.timer.start()

    def write(self) -> None:
        """Replace the file, whole."""
        top = QApplication.activeModalWidget() or QApplication.activeWindow()
        listed = [
            _described(w) for w in QApplication.allWidgets() if _shown(w) and top is not None and w.window() is top
        ]
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(listed), "utf-8")
        os.replace(part, self.path)


def main(argv: list[str]) -> int:
    """Open the window with a map of it beside."""
    import gui.app

    made: list[Map] = []
    QTimer.singleShot(0, lambda: made.append(Map(Path(argv[1]))))
    return gui.app.run(["lacuna", *argv[2:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv))
