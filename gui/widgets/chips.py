"""Names to pick from, grouped under a heading, wrapped over lines; one tab stop a group, arrow keys inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QPushButton, QSizePolicy, QWidget

from gui.widgets.basics import button, clear, tab_after

_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class FlowLayout(QLayout):
    """Items side by side, wrapped where the width ends."""

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)

    def count(self) -> int:
        """The number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a place, None outside."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out, None outside."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """The height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        """At least the widest item."""
        widths = [item.sizeHint().width() for item in self._items] or [0]
        return QSize(max(widths), self.heightForWidth(max(widths)))

    def minimumSize(self) -> QSize:
        """The widest item, one line."""
        heights = [item.sizeHint().height() for item in self._items] or [0]
        return QSize(self.sizeHint().width(), max(heights))

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in (item for item in self._items if not item.isEmpty()):
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self.spacing()
            line = max(line, hint.height())
        return y + line - rect.y()


class Chips(QWidget):
    """A group of names; `chosen` tells the one a person picked."""

    chosen = Signal(str)

    def __init__(self, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(group)
        self._chips: dict[str, QPushButton] = {}
        self._flow = FlowLayout(6)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_names(self, names: Sequence[str]) -> None:
        """Make a chip for each name, in place of those before."""
        clear(self._flow)
        self._chips.clear()
        for name in names:
            chip = button(name, role="chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _=False, n=name: self.chosen.emit(n))
            chip.installEventFilter(self)
            self._chips[name] = chip
            self._flow.addWidget(chip)
        self._rove(next(iter(self._chips.values()), None))

    def follow(self, before: QWidget) -> QWidget:
        """Come after a widget in the tab order; the last chip is returned."""
        return tab_after(before, self._chips.values())

    def show_names(self, shown: Sequence[str], chosen: str) -> None:
        """Show these names only, with the chosen one checked."""
        for name, chip in self._chips.items():
            chip.setVisible(name in shown)
            chip.setChecked(name == chosen)
        self._rove(next((c for n, c in self._chips.items() if n in shown), None))
        self.updateGeometry()

    def set_marks(self, marks: Mapping[str, str]) -> None:
        """Write something short behind each name, such as a rate."""
        for name, chip in self._chips.items():
            chip.setText("  ".join(filter(None, (name, marks.get(name, "")))))
            chip.setAccessibleDescription(marks.get(name, ""))
        self.updateGeometry()

    def set_order(self, names: Sequence[str]) -> None:
        """Put the chips of these names into this order, before all others."""
        order = [*names, *(name for name in self._chips if name not in names)]
        if order == list(self._chips):
            return
        self._chips = {name: self._chips[name] for name in order if name in self._chips}
        while self._flow.takeAt(0) is not None:
            pass
        for chip in self._chips.values():
            self._flow.addWidget(chip)
        tab_after(next(iter(self._chips.values())), list(self._chips.values())[1:])

    def _rove(self, stop: QPushButton | None) -> None:
        for chip in self._chips.values():
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chip is stop else Qt.FocusPolicy.ClickFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move between chips with the arrow keys, which a button would take for itself."""
        step = _STEPS.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if step is None or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        shown = [chip for chip in self._chips.values() if not chip.isHidden()]
        at = next(i for i, chip in enumerate(shown) if chip is watched)
        target = shown[(at + step) % len(shown)]
        self._rove(target)
        target.setFocus(Qt.FocusReason.TabFocusReason)
        return True
