"""The row of buttons over the library, and the menu of everything else that can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from core.i18n import tr
from gui.state.commands import Command
from gui.widgets.basics import button, label, row
from gui.widgets.shortcuts import told

_SIGNS = {
    "open": "compare",
    "probe": "probe",
    "rerun": "retry",
    "stack": "stack",
    "trash": "trash",
    "restore": "undo",
    "purge": "trash",
    "empty_trash": "trash",
}
"""The commands that have a button, and its icon."""
_BINNED = ("restore", "purge", "empty_trash")
"""Those of them that are for the trash."""
_SHORT = {"rerun": tr("Run again"), "trash": tr("Trash")}
"""What a button says where the command's title is long."""

Groups = Sequence[Sequence[str]]


class ActionBar(QWidget):
    """Buttons and menus over commands by key; `more` is what the menu button lists, in groups."""

    def __init__(self, known: Mapping[str, Command], more: Groups, order: QWidget) -> None:
        super().__init__()
        self._known = known
        self.buttons = {key: self._button(key, sign) for key, sign in _SIGNS.items()}
        self.more = button("", "more", tip=tr("More that can be done"), name=tr("More that can be done"))
        self.more.clicked.connect(lambda: self.pop(more, self.more.mapToGlobal(QPoint(0, self.more.height() + 4))))
        self.chosen = label("", "muted")
        box = row(*self.buttons.values(), self.more, 1, self.chosen, order)
        box.setStretch(box.indexOf(order), 10)
        self.setLayout(box)

    def _button(self, key: str, sign: str) -> QPushButton:
        command = self._known[key]
        keys = f" ({told(command.keys[0])})" if command.keys else ""
        made = button(_SHORT.get(key, command.title), sign, tip=f"{command.title}{keys}")
        made.clicked.connect(command.run)
        return made

    def show_choice(self, in_trash: bool, chosen: str) -> None:
        """Offer what can be done now; `chosen` tells how many are chosen."""
        for key, shown in self.buttons.items():
            shown.setVisible((key in _BINNED) is in_trash)
            shown.setEnabled(self._known[key].enabled())
        self.chosen.setText(chosen)

    def pop(self, groups: Groups, at: QPoint) -> None:
        """Open a menu of what can be done now."""
        menu = QMenu(self)
        for group in groups:
            for command in (self._known[key] for key in group if self._known[key].enabled()):
                keys = f"\t{told(command.keys[0])}" if command.keys else ""
                menu.addAction(f"{command.title}{keys}", command.run)
            menu.addSeparator()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
