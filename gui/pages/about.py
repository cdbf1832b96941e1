"""About: which Lacuna this is, what it is made of, and under which licences, with the full texts."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListView, QPlainTextEdit, QSizePolicy, QWidget

from core.hardware.parts import Part
from core.i18n import tr
from gui.state.help_topics import Topic
from gui.state.part_list import PART_ROLE, PartList, text_of
from gui.theme import GAP, PAD
from gui.widgets.basics import button, column, label, row, search_line
from gui.widgets.help_text import HelpText
from gui.widgets.opening import open_page
from gui.widgets.part_delegate import PartDelegate

_LIST, _TOPIC, _PARTS = 280, 2, 3


class AboutPanel(QWidget):
    """The topic above, and below it the parts beside the text of the chosen one; they are read when it is shown."""

    def __init__(self, topic: Topic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts = PartList(self)
        self._loaded = False
        self._make(topic)
        self._arrange()
        self.search.textChanged.connect(self._narrow)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_text())
        self.home.clicked.connect(self._open_home)

    def _make(self, topic: Topic) -> None:
        self.topic = HelpText()
        self.topic.show_topic(topic)
        self.search = search_line(tr("Search the parts"), tr("Search the parts"))
        self.list = QListView()
        self.list.setObjectName("log")
        self.list.setAccessibleName(tr("Parts"))
        self.list.setModel(self.parts)
        self.list.setItemDelegate(PartDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Licence"))
        self.home = button(tr("Open home page"), "open", "link")
        self._name, self._counted = label("", "strong"), label("", "muted")

    def _arrange(self) -> None:
        self.list.setFixedWidth(_LIST)
        self.search.setFixedWidth(_LIST)
        left = column(self.search, self.list, self._counted, spacing=GAP)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head = row(self._name, self.home)
        head.setStretch(0, 1)
        right = column(head, self.text, spacing=GAP)
        below = row(left, right, spacing=PAD)
        below.setStretch(1, 1)
        box = column(self.topic, spacing=PAD)
        box.addLayout(below)
        box.setStretch(0, _TOPIC)
        box.setStretch(1, _PARTS)
        self.setLayout(box)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the parts the first time."""
        super().showEvent(event)
        self._load()

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            self.parts.load()
            self._narrow()

    def look_for(self, text: str) -> None:
        """Show the parts that hold the words of the help's search; all of them where none does."""
        self._load()
        words = tuple(text.casefold().split())
        self.search.setText(text if any(part.holds(words) for part in self.parts.all) else "")

    def _narrow(self) -> None:
        self.parts.narrow(self.search.text())
        shown, every = self.parts.rowCount(), len(self.parts.all)
        self._counted.setText(tr("{shown} of {count}", shown=shown, count=every) if shown != every else str(every))
        if shown and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.parts.index(0, 0))
        self._show_text()

    @property
    def part(self) -> Part | None:
        """The chosen part."""
        return self.list.currentIndex().data(PART_ROLE) if self.list.currentIndex().isValid() else None

    def _show_text(self) -> None:
        part = self.part
        self._name.setText(part.name if part else "")
        self._name.setToolTip(self._name.text())
        self.home.setVisible(part is not None and bool(part.home))
        self.home.setToolTip(part.home if part else "")
        self.text.setPlainText(text_of(part) if part else self.parts.problem or tr("No part holds these words."))

    def _open_home(self) -> None:
        if self.part:
            open_page(self.part.home)
