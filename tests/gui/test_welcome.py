"""The first run: checked, chosen, begun; never in the way, and done once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.hardware.checks import Level, Verdict
from core.jobs.spec import EraseSpec
from core.jobs.validate import validate
from core.settings import load
from gui.state.welcome import FIRST, SystemCheck, first_erasure, summary
from gui.widgets.verdict import VerdictLine
from gui.widgets.welcome import Welcome
from gui.window import MainWindow


def over(window: MainWindow) -> QWidget:
    """What it lies over."""
    found = window.notice.parentWidget()
    assert found is not None
    return found


@pytest.fixture
def welcome(window: MainWindow, qtbot: QtBot) -> Welcome:
    window.show_welcome()
    found = window.findChildren(Welcome)[0]
    qtbot.waitUntil(lambda: bool(found.check.verdicts), timeout=20_000)
    return found


def test_the_check_answers_for_the_folder_asked_last(tmp_path: Path, qtbot: QtBot) -> None:
    check = SystemCheck()
    with qtbot.waitSignal(check.found, timeout=20_000):
        check.run(tmp_path / "first")
        check.run(tmp_path / "second")
    assert next(v for v in check.verdicts if v.key == "folder").text == str(tmp_path / "second")
    check.close()


def test_the_summary_says_what_matters_most() -> None:
    good, note = Verdict("memory", "Memory", Level.GOOD, "x"), Verdict("gpu", "Graphics card", Level.NOTE, "x")
    assert summary((good,)) == "Everything you need is here."
    assert "CPU" in summary((good, note))
    assert "Disk space" in summary((good, note, Verdict("disk", "Disk space", Level.BAD, "x")))


def test_the_first_erasure_is_one_that_can_run(tmp_path: Path) -> None:
    spec = validate(first_erasure(str(tmp_path)))
    assert isinstance(spec, EraseSpec)
    assert spec.concept == FIRST
    assert FIRST in spec.prompt


def test_it_covers_the_window_and_keeps_the_keys(welcome: Welcome, window: MainWindow) -> None:
    centre = over(window)
    assert welcome.geometry() == centre.rect()
    assert not window.side.isEnabled()
    window.resize(1400, 900)
    assert welcome.size() == centre.size()
    assert len(welcome.findChildren(VerdictLine)) == len(welcome.check.verdicts)


def test_tab_stays_inside(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.next()
    seen = set()
    for _ in range(20):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert welcome.isAncestorOf(focus), focus
        seen.add(focus.accessibleName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert {"Skip", "Back", "Next", "Language", "Choose the library's folder"} <= seen


def test_escape_skips_and_it_does_not_come_again(welcome: Welcome, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(welcome, Qt.Key.Key_Escape)
    assert welcome.isHidden()
    assert window.side.isEnabled()
    assert load().settings.welcomed


def test_by_keyboard_through_the_steps_and_back(welcome: Welcome, qtbot: QtBot) -> None:
    qtbot.keyClick(welcome.on, Qt.Key.Key_Space)
    assert welcome.steps.currentIndex() == 1
    qtbot.keyClick(welcome.back, Qt.Key.Key_Space)
    assert welcome.steps.currentIndex() == 0
    welcome.next()
    welcome.next()
    assert welcome.start.isVisible()
    assert not welcome.on.isVisible()


def test_return_presses_what_has_the_focus(welcome: Welcome, qtbot: QtBot) -> None:
    qtbot.waitUntil(welcome.on.hasFocus)
    qtbot.keyClick(welcome.on, Qt.Key.Key_Return)
    assert welcome.steps.currentIndex() == 1
    welcome.settings.change(language="de")
    qtbot.keyClick(welcome.on, Qt.Key.Key_Return)
    assert welcome.focusWidget() is welcome.restart_now


def test_choices_are_settings(welcome: Welcome, tmp_path: Path) -> None:
    welcome.next()
    welcome.theme.chosen.emit("dark")
    welcome.set_folder(tmp_path / "mine")
    assert (load().settings.theme, load().settings.library) == ("dark", str(tmp_path / "mine"))
    assert welcome.folder.text() == str(tmp_path / "mine")
    welcome.next()
    assert welcome.restart_now.isVisible()
    assert not welcome.start.isVisible()


def test_after_a_restart_it_goes_on_with_the_first_steps(welcome: Welcome, window: MainWindow, qtbot: QtBot) -> None:
    window.asks = False
    welcome.settings.change(language="de")
    welcome.next()
    welcome.next()
    qtbot.mouseClick(welcome.restart_now, Qt.MouseButton.LeftButton)
    assert window.isHidden()
    again = Welcome(window.session, over(window))
    again.open()
    assert again.steps.currentIndex() == 2
    again.leave()
    once = Welcome(window.session, over(window))
    once.open()
    assert once.steps.currentIndex() == 0
    once.leave()


def test_a_folder_that_cannot_be_used_is_said_there(welcome: Welcome, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    welcome.set_folder(tmp_path / "file")
    assert "file" in welcome.problem.text()
    assert load().settings.library == ""


def test_look_around_leads_to_the_form(welcome: Welcome, window: MainWindow, qtbot: QtBot) -> None:
    window.open_place("library")
    welcome.next()
    welcome.next()
    qtbot.mouseClick(welcome.look, Qt.MouseButton.LeftButton)
    assert window.place == "erase"


def test_trying_the_starter_queues_its_erasure_and_shows_it(welcome: Welcome, window: MainWindow, qtbot: QtBot) -> None:
    window.session.jobs.pause()
    welcome.next()
    welcome.next()
    qtbot.mouseClick(welcome.start, Qt.MouseButton.LeftButton)
    assert window.place == "jobs"
    assert [job.spec.concept for job in window.session.jobs.waiting() if isinstance(job.spec, EraseSpec)] == [FIRST]
    assert load().settings.welcomed


def test_every_button_has_a_name(welcome: Welcome) -> None:
    assert all(found.accessibleName() for found in welcome.findChildren(QPushButton))
