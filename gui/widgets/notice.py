"""A bar that says what has just happened and offers one action, such as Undo; it leaves by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QWidget

from core.i18n import tr
from gui.icons import icon
from gui.widgets.basics import button, label, row

SECONDS = 10


class NoticeBar(QFrame):
    """Shows one notice at a time; it stays while the pointer is on it, and screen readers are told at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._act: Callable[[], object] | None = None
        self.text = label(wrap=True)
        self.action = button("", name=tr("Action"))
        self.action.setObjectName("action")
        self.action.clicked.connect(self.do)
        close = button("", role="quiet", name=tr("Dismiss this notice"), tip=tr("Dismiss"))
        close.setIcon(icon("close", "window"))
        close.clicked.connect(self.dismiss)
        for each in (self.action, close):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
        self.action.setAccessibleName(action or tr("Action"))
        self.action.setVisible(bool(action))
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self.text, QAccessible.Event.Alert))

    @property
    def offers(self) -> bool:
        """Whether there is something to do about the notice that is shown."""
        return self._act is not None

    @property
    def leaves(self) -> bool:
        """Whether it will go by itself, as it does not while the pointer is on it."""
        return self._timer.isActive()

    def dismiss(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self._act = None
        self.hide()

    def do(self) -> None:
        """Do what the notice offers."""
        act = self._act
        self.dismiss()
        if act is not None:
            act()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while it is read."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go on counting."""
        if not self.isHidden():
            self._timer.start()
        super().leaveEvent(event)
