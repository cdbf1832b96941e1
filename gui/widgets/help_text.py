"""Shows our own Markdown: one column wide, links to other topics only, and the words looked for marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from core.i18n import tr
from gui.state.help_topics import Topic
from gui.theme import current, font

_INDENT = 24
_MARKED = 400
"""How many places are marked at most."""


class HelpText(QTextBrowser):
    """One topic; `followed` tells the key of another that a link leads to. Nothing outside of Lacuna is opened."""

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setOpenLinks(False)
        self.setAccessibleName(tr("Help"))
        self.setFont(font())
        self.anchorClicked.connect(self._follow)
        self._topic: Topic | None = None
        self._words: tuple[str, ...] = ()

    def show_topic(self, topic: Topic, words: tuple[str, ...] = ()) -> None:
        """Show a topic from its beginning, or from the first of the words looked for."""
        self._topic, self._words = topic, words
        document = QTextDocument(self)
        document.setDefaultFont(font())
        document.setDocumentMargin(4)
        document.setIndentWidth(_INDENT)
        document.setMarkdown(f"# {topic.title}\n\n{topic.text}")
        _set_type(document)
        self.setDocument(document)
        self.setAccessibleDescription(topic.title)
        self._mark()

    def _mark(self) -> None:
        places = [place for word in self._words for place in self._places(word)]
        self.setExtraSelections(places)
        if places:
            first = min(places, key=lambda place: place.cursor.position())
            cursor = QTextCursor(first.cursor)
            cursor.clearSelection()
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

    def _places(self, word: str) -> list[QTextEdit.ExtraSelection]:
        found, at = [], self.document().find(word)
        while not at.isNull() and len(found) < _MARKED:
            place = QTextEdit.ExtraSelection()
            place.cursor = at
            place.format.setBackground(QColor(current().warning_soft))
            place.format.setForeground(QColor(current().text))
            found.append(place)
            at = self.document().find(word, at)
        return found

    def _follow(self, url: QUrl) -> None:
        if url.isRelative():
            self.followed.emit(url.fileName().removesuffix(".md"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of links from the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._topic is not None:
            self.show_topic(self._topic, self._words)


def _set_type(document: QTextDocument) -> None:
    """Give headings and lines the window's type scale and air."""
    block = document.begin()
    while block.isValid():
        _set_block(block)
        block = block.next()


def _set_block(block: QTextBlock) -> None:
    cursor, shape, level = QTextCursor(block), block.blockFormat(), block.blockFormat().headingLevel()
    shape.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if level:
        shape.setTopMargin(0 if level == 1 else 18)
    shape.setBottomMargin(6 if block.textList() else 10)
    cursor.setBlockFormat(shape)
    if level:
        look = QTextCharFormat()
        look.setFontWeight(QFont.Weight.DemiBold)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.mergeCharFormat(look)
