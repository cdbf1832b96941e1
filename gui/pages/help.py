"""Help: a topic for each page, the words used, what is promised, what to do when it fails; and the log."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QWidget

from core.i18n import tr
from gui.pages.about import AboutPanel
from gui.pages.log import LogPanel
from gui.pages.page import Page
from gui.state.commands import Command
from gui.state.help_topics import ABOUT, Topic, found, topics, words_of
from gui.state.session import Session
from gui.theme import PAD, WIDE
from gui.widgets.basics import column, label, row, search_line
from gui.widgets.help_text import HelpText

LOG = "log"
_KEY = Qt.ItemDataRole.UserRole
_LIST, _TEXT, _LINE = 248, 760, 36


class HelpPage(Page):
    """The list of topics beside the one that is read; the log is the last of them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.search = search_line(tr("Search the help"), tr("Search the help"))
        self.list = QListWidget()
        self.list.setObjectName("topics")
        self.list.setAccessibleName(tr("Topics"))
        self.text = HelpText()
        self.log = LogPanel(session)
        self.about = AboutPanel(topics()[-1])
        self._nothing = label(tr("No topic holds these words."), "muted", wrap=True)
        self._arrange()
        self.search.textChanged.connect(self._list)
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self.text.followed.connect(self.open_topic)
        self.log.noticed.connect(self.noticed)
        self.commands = [
            Command("help.search", tr("Search the help"), self.search.setFocus, ("Ctrl+F",)),
            Command("help.glossary", tr("Glossary"), lambda: self.open_topic("glossary")),
            Command("help.promise", tr("What an erasure promises"), lambda: self.open_topic("promise")),
            Command("help.about", tr("About Lacuna"), lambda: self.open_topic(ABOUT)),
            *self.log.commands,
        ]
        self._list()
        self.open_topic("start")

    def _arrange(self) -> None:
        self.list.setFixedWidth(_LIST)
        self.search.setFixedWidth(_LIST)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._reading())
        self._stack.addWidget(self.log)
        self._stack.addWidget(self.about)
        left = column(label(tr("Help"), "title"), self.search, self._nothing, self.list, spacing=PAD - 4)
        left.addStretch(1)
        left.setStretchFactor(self.list, 1000)
        box = row(left, self._stack, spacing=WIDE)
        box.setStretch(1, 1)
        box.setContentsMargins(32, WIDE, 32, WIDE)
        self.setLayout(box)
        self.first = self.list

    def _reading(self) -> QWidget:
        made = QWidget()
        self.text.setMaximumWidth(_TEXT)
        box = row(self.text, 0)
        box.setStretch(0, 1)
        made.setLayout(box)
        return made

    def _list(self) -> None:
        """List what holds the words looked for; stay with the topic that is read if it does."""
        before, shown = self.topic, found(self.search.text())
        self.list.blockSignals(True)
        self.list.clear()
        for topic in shown:
            self._add(topic.key, topic.title, topic.excerpt(words_of(self.search.text())))
        if not self.search.text().strip():
            self._add(LOG, tr("Log"), "")
        self.list.blockSignals(False)
        self.list.setMaximumHeight(self.list.count() * _LINE + 12)
        self._nothing.setVisible(not shown)
        keys = [topic.key for topic in shown]
        self.open_topic(
            before if before in keys or (before == LOG and not self.search.text()) else next(iter(keys), "")
        )

    def _add(self, key: str, title: str, excerpt: str) -> None:
        item = QListWidgetItem(title)
        item.setData(_KEY, key)
        item.setToolTip(excerpt)
        item.setSizeHint(QSize(_LIST - 8, _LINE))
        self.list.addItem(item)

    @property
    def topic(self) -> str:
        """The key of the topic that is read."""
        item = self.list.currentItem()
        return str(item.data(_KEY)) if item else ""

    def open_topic(self, key: str) -> None:
        """Read a topic, or the log; unknown keys change nothing."""
        if key and self.search.text() and key not in self._keys():
            self.search.clear()
        if key in self._keys():
            self.list.setCurrentRow(self._keys().index(key))
            self._show()

    def _keys(self) -> list[str]:
        return [str(self.list.item(row).data(_KEY)) for row in range(self.list.count())]

    def _show(self) -> None:
        self._stack.setCurrentIndex({LOG: 1, ABOUT: 2}.get(self.topic, 0))
        if self.topic == ABOUT:
            self.about.look_for(self.search.text())
        elif topic := _topic(self.topic):
            self.text.show_topic(topic, words_of(self.search.text()))

    def take(self, thing: object) -> None:
        """Open the help of a place, a topic, or the log."""
        if isinstance(thing, str):
            self.open_topic("start" if thing == "help" else thing)

    def close_down(self) -> None:
        """Wait for what the log is doing."""
        self.log.close_down()


def _topic(key: str) -> Topic | None:
    return next((topic for topic in topics() if topic.key == key), None)
