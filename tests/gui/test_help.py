"""Help, log and diagnostics as a person uses them; both languages hold the same."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.i18n import LANGUAGES
from core.resources import resource
from gui.pages.help import LOG, HelpPage
from gui.places import PLACES
from gui.state.help_topics import ABOUT, ORDER, found, topics
from gui.state.session import Session
from gui.widgets.diagnostics_dialog import DiagnosticsDialog


@pytest.fixture
def page(folder: Path, qtbot: QtBot) -> Iterator[HelpPage]:
    session = Session(str(folder))
    session.log.listen()
    made = HelpPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close_down()
    session.close()


def test_every_place_has_help() -> None:
    assert {place.key for place in PLACES} - {"help"} <= set(ORDER)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_every_topic_and_no_link_leads_nowhere(code: str) -> None:
    for key in (*ORDER, ABOUT):
        text = resource("help", code, f"{key}.md").read_text("utf-8")
        assert text.startswith("# ")
        for target in re.findall(r"\]\(([^)]*)\)", text):
            assert target.removesuffix(".md") in ORDER, f"{key} links to {target}"


@pytest.mark.parametrize("key", [*ORDER, ABOUT])
def test_the_languages_say_the_same_things_in_the_same_order(key: str) -> None:
    shapes = {
        code: [line[:2] for line in resource("help", code, f"{key}.md").read_text("utf-8").splitlines() if "#" in line]
        for code in LANGUAGES
    }
    assert len(set(map(tuple, shapes.values()))) == 1


def test_nothing_says_that_the_model_has_forgotten() -> None:
    promise = next(topic for topic in topics() if topic.key == "promise")
    assert "the text door is closed" in promise.text
    assert "The model has not forgotten" in promise.text


def test_words_find_topics() -> None:
    assert found("") == topics()
    assert [topic.key for topic in found("portable marker nonsense")] == []
    assert "settings" in [topic.key for topic in found("PORTABLE file")]


def test_a_place_opens_its_help(page: HelpPage) -> None:
    page.take("compare")
    assert page.topic == "compare"
    assert page.text.toPlainText().startswith("Compare")
    page.take("help")
    assert page.topic == "start"
    page.take("nothing of the kind")
    assert page.topic == "start"


def test_search_narrows_marks_and_comes_back(page: HelpPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.search, "anchor")
    assert 0 < page.list.count() < len(ORDER)
    assert page.text.extraSelections()
    qtbot.keyClicks(page.search, "xyzzy")
    assert page.list.count() == 0
    page.take("jobs")
    assert page.search.text() == ""
    assert page.topic == "jobs"


def test_links_lead_to_topics_and_to_nothing_else(page: HelpPage) -> None:
    page.take("start")
    page.text.anchorClicked.emit(QUrl("probe.md"))
    assert page.topic == "probe"
    page.text.anchorClicked.emit(QUrl("https://example.org/jobs.md"))
    assert page.topic == "probe"
    assert not page.text.openLinks()


def test_the_log_is_shown_narrowed_and_copied(page: HelpPage, qtbot: QtBot) -> None:
    page.take(LOG)
    logging.getLogger("tests.help").info("one")
    logging.getLogger("tests.help").error("two\nTraceback: deep")
    page.session.log.drain()
    log = page.log
    log.level.chosen.emit("40")
    log.level.set_value("40")
    log.level.chosen.emit("40")
    assert log.records.rowCount() == 1
    log.list.setCurrentIndex(log.records.index(0, 0))
    assert "Traceback: deep" in log.detail.toPlainText()
    with qtbot.waitSignal(page.noticed) as told:
        qtbot.mouseClick(log.copy_it, Qt.MouseButton.LeftButton)
    assert told.args is not None
    assert told.args[0] == "One record was copied."
    assert "two" in QGuiApplication.clipboard().text()
    log.clear()
    assert page.session.log.rowCount() == 0


def test_diagnostics_show_everything_first_and_save_what_is_left_ticked(
    page: HelpPage, tmp_path: Path, qtbot: QtBot
) -> None:
    page.log.save_diagnostics()
    dialog = page.log.findChildren(DiagnosticsDialog)[0]
    assert not dialog.save_it.isEnabled()
    qtbot.waitUntil(lambda: dialog.files.count() > 0, timeout=10_000)
    assert dialog.text.toPlainText() == dialog.parts[0].text
    assert str(tmp_path) not in "".join(part.text for part in dialog.parts)
    dialog.files.item(1).setCheckState(Qt.CheckState.Unchecked)
    with qtbot.waitSignal(page.noticed):
        dialog.save_to(tmp_path / "report.zip")
    names = zipfile.ZipFile(tmp_path / "report.zip").namelist()
    assert names == [part.name for part in (dialog.parts[0], *dialog.parts[2:])]


def test_a_file_that_is_there_is_not_overwritten(page: HelpPage, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "report.zip").write_text("mine")
    page.log.save_diagnostics()
    dialog = page.log.findChildren(DiagnosticsDialog)[0]
    qtbot.waitUntil(lambda: dialog.files.count() > 0, timeout=10_000)
    dialog.save_to(tmp_path / "report.zip")
    assert "there already" in dialog.problem.text()
    assert (tmp_path / "report.zip").read_text() == "mine"
    dialog.reject()
