"""A bar that says what has just happened and offers one action, such as Undo; it leaves by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QWidget

from gui.icons import icon
from gui.widgets.basics import button, label, row

SECONDS = 10


class NoticeBar(QFrame):
    """Shows one notice at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._act: Callable[[], object] | None = None
        self.text = label(wrap=True)
        self.action = button("", name="Action")
        self.action.setObjectName("action")
        self.action.clicked.connect(self._do)
        close = button("", role="quiet", name="Dismiss this notice", tip="Dismiss")
        close.setIcon(icon("close", "window"))
        close.clicked.connect(self.dismiss)
        box = row(self.text, self.action, close)
        box.setStretch(0, 1)
        box.setContentsMargins(16, 6, 8, 6)
        self.setLayout(box)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    def say(self, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a notice; `action` is the words of its button, `act` what it does."""
        self._act = act
        self.text.setText(text)
        self.action.setText(action)
        self.action.setAccessibleName(action or "Action")
        self.action.setVisible(bool(action))
        self.show()
        self.raise_()
        self._timer.start()

    def dismiss(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self._act = None
        self.hide()

    def _do(self) -> None:
        act = self._act
        self.dismiss()
        if act is not None:
            act()
