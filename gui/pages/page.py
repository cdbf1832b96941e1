"""What every page is to the window: it asks for jobs, says what happened, and leads to other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.state.commands import Command


class Page(QWidget):
    """A place of the window; it knows the session and no other page."""

    asked = Signal(object)
    """A JobSpec to queue."""
    noticed = Signal(str, str, object)
    """What to say, the words of an action or nothing, and what the action calls."""
    went = Signal(str, object)
    """The key of another place, and what it shall show there or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.commands: list[Command] = []
        self.first: QWidget | None = None
        """What has the focus when the page opens. No focus proxy: Tab would pass over all that lies before it."""

    def say(self, text: str) -> None:
        """Have a notice shown that offers nothing."""
        self.noticed.emit(text, "", None)

    def take(self, thing: object) -> None:
        """Show what another page leads to; a page that shows one thing only has nothing to do."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on to where the work begins, or to the next thing while that cannot be seen."""
        if self.first is None:
            return
        if self.first.isVisibleTo(self):
            self.first.setFocus(event.reason())
        else:
            self.focusNextChild()

    def close_down(self) -> None:
        """Stop clocks and wait for threads before the window goes."""
