"""The tags of an entry: each can be taken off, and a field takes more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from core.i18n import tr
from gui.widgets.basics import column
from gui.widgets.tags import Tags

LONGEST = 60
"""Characters of one tag."""


class TagEditor(QWidget):
    """Shows tags; `added` and `removed` carry the words a person typed and the tag they took off."""

    added = Signal(tuple)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tags = Tags(tr("Tags"))
        self.tags.removed.connect(self.removed)
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Add a tag"))
        self.field.setPlaceholderText(tr("Add a tag…"))
        self.field.setMaxLength(LONGEST)
        self.field.returnPressed.connect(self._add)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self.field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        listed = QListView()
        listed.setObjectName("popup")
        completer.setPopup(listed)
        self.field.setCompleter(completer)
        self.setLayout(column(self.tags, self.field))

    def show_tags(self, tags: Sequence[str], known: Sequence[str]) -> None:
        """Take the tags of another entry; `known` are offered while one types."""
        self.tags.set_names(tags)
        if list(known) != self._known.stringList():
            self._known.setStringList(list(known))

    def follow(self, before: QWidget) -> None:
        """Let the tags come after a widget in the tab order, as they stand in the panel, and before the field."""
        self.tags.follow(before)

    def _add(self) -> None:
        words = tuple(filter(None, (" ".join(part.split()) for part in self.field.text().split(","))))
        self.field.clear()
        if words:
            self.added.emit(words)
