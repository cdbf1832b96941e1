"""The About topic as a person uses it: the parts are searched, and a click shows a licence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

import core.hardware.parts
from core.hardware.parts import Part, Text, parts
from gui.pages.help import HelpPage
from gui.state.help_topics import ABOUT, found, topics
from gui.state.part_list import text_of
from gui.state.session import Session


@pytest.fixture
def page(folder: Path, qtbot: QtBot) -> Iterator[HelpPage]:
    session = Session(str(folder))
    made = HelpPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close_down()
    session.close()


class Browser(QObject):
    """Takes the place of the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Keep the address."""
        self.asked.append(url.toString())


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The addresses that were given to the browser; the handler's name is text, whatever the stub says."""
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "take")  # pyright: ignore[reportArgumentType]
    yield browser.asked
    QDesktopServices.unsetUrlHandler("https")


def test_the_parts_are_read_when_somebody_opens_the_topic(page: HelpPage) -> None:
    assert page.about.parts.all == ()
    page.open_topic(ABOUT)
    assert page.about.parts.rowCount() == len(parts())
    assert page.about.isVisible()
    assert "LGPL" in page.about.topic.toPlainText()


def test_words_narrow_the_parts_and_a_click_shows_the_text(page: HelpPage, qtbot: QtBot) -> None:
    page.open_topic(ABOUT)
    about = page.about
    qtbot.keyClicks(about.search, "pyside LGPL")
    names = [part.name for part in about.parts.rows]
    assert names == ["PySide6", "PySide6_Addons", "PySide6_Essentials"]
    spot = about.list.visualRect(about.parts.index(1, 0)).center()
    qtbot.mouseClick(about.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert about.part is not None
    assert about.part.name == "PySide6_Addons"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in about.text.toPlainText()
    qtbot.keyClicks(about.search, " nonsense")
    assert about.parts.rowCount() == 0
    assert about.text.toPlainText() == "No part holds these words."
    assert not about.home.isVisible()


def test_the_keyboard_goes_through_the_list(page: HelpPage, qtbot: QtBot) -> None:
    page.open_topic(ABOUT)
    about = page.about
    first = about.text.toPlainText()
    qtbot.keyClick(about.list, Qt.Key.Key_End)
    assert about.part == about.parts.rows[-1]
    assert about.text.toPlainText() != first
    assert all(widget.accessibleName() for widget in (about.search, about.list, about.text, about.home))


def test_the_search_of_the_help_finds_parts(page: HelpPage, qtbot: QtBot) -> None:
    assert [topic.key for topic in found("charset-normalizer")] == [ABOUT]
    qtbot.keyClicks(page.search, "charset-normalizer")
    assert page.topic == ABOUT
    assert [part.name for part in page.about.parts.rows] == ["charset-normalizer"]


def test_the_home_page_opens_when_asked(page: HelpPage, qtbot: QtBot, opened: list[str]) -> None:
    page.open_topic(ABOUT)
    page.about.search.setText("pillow")
    assert opened == []
    qtbot.mouseClick(page.about.home, Qt.MouseButton.LeftButton)
    assert opened == [page.about.parts.rows[0].home]


def test_the_topic_says_what_this_copy_is() -> None:
    assert "This copy runs from its sources. Its torch computes on" in topics()[-1].text


def test_a_text_that_is_gone_is_told_of(tmp_path: Path) -> None:
    gone = Part("x", "1", "MIT", "data", "", (Text("LICENSE", partial((tmp_path / "LICENSE").read_text, "utf-8")),))
    assert text_of(gone) == "The text cannot be read: No such file or directory."


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bundle's list of licences that a disk has spoilt."""
    (tmp_path / "licences.json").write_text('{"parts": ')
    monkeypatch.setattr(core.hardware.parts, "LIST", str(tmp_path / "licences.json"))
    parts.cache_clear()
    yield
    parts.cache_clear()


@pytest.mark.usefixtures("broken")
def test_a_list_that_cannot_be_read_is_told_of_in_its_place(page: HelpPage, qtbot: QtBot) -> None:
    page.open_topic(ABOUT)
    assert page.about.parts.rowCount() == 0
    assert page.about.text.toPlainText().startswith("The list of licences cannot be read.")
    qtbot.keyClicks(page.search, "pillow")
    assert page.topic == ""
