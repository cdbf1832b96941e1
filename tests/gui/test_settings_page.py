"""The settings page: what it shows is what is set, and what one clicks is set at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.hardware.devices import Device
from core.models.downloads import State, Status
from core.models.registry import models_folder
from core.settings import load
from gui.pages.settings import SettingsPage
from gui.state.devices import device_choices, folder_bytes
from gui.state.session import Session
from tests.gui.signals import args_of


@pytest.fixture
def page(folder: Path, qtbot: QtBot) -> Iterator[SettingsPage]:
    session = Session(str(folder))
    made = SettingsPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 1400)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: bool(made.around.used), timeout=10_000)
    yield made
    made.close_down()
    session.close()


def test_a_click_on_the_theme_sets_it(page: SettingsPage, qtbot: QtBot) -> None:
    dark = next(b for b in page.theme.findChildren(QAbstractButton) if b.text() == "Dark")
    with qtbot.waitSignal(page.settings.changed):
        qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert load().settings.theme == "dark"


def test_the_space_bar_turns_a_switch(page: SettingsPage, qtbot: QtBot) -> None:
    page.notify.setFocus()
    qtbot.keyClick(page.notify, Qt.Key.Key_Space)
    assert not page.settings.value.notify
    assert not load().settings.notify


def test_a_change_from_elsewhere_is_shown(page: SettingsPage) -> None:
    page.settings.change(memory="low", device="cuda:7", offline=True)
    assert page.memory.value == "low"
    assert page.device.currentData() == "cuda:7"
    assert "not found" in page.device.currentText()
    assert page.offline.isChecked()


def test_a_language_waits_for_a_restart_and_offers_one(page: SettingsPage) -> None:
    assert page.banner.isHidden()
    page.language.setCurrentIndex(page.language.findData("de"))
    page.language.activated.emit(page.language.currentIndex())
    assert load().settings.language == "de"
    assert not page.banner.isHidden()


def test_restart_closes_the_window_and_leaves_word(page: SettingsPage, qtbot: QtBot, qapp: QApplication) -> None:
    qapp.setProperty("restart", None)
    page.settings.change(language="de")
    qtbot.mouseClick(page.restart_now, Qt.MouseButton.LeftButton)
    assert page.isHidden()
    assert qapp.property("restart") is True
    qapp.setProperty("restart", None)


def test_a_folder_that_can_be_written_to_is_taken(page: SettingsPage, tmp_path: Path) -> None:
    page.set_folder(tmp_path / "new")
    assert load().settings.library == str(tmp_path / "new")
    assert page.folder.text() == str(tmp_path / "new")
    assert not page.banner.isHidden()


def test_a_folder_that_cannot_be_used_is_refused_in_words(page: SettingsPage, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").touch()
    with qtbot.waitSignal(page.noticed) as told:
        page.set_folder(tmp_path / "file")
    assert told.args is not None
    assert "file" in told.args[0]
    assert load().settings.library == ""


def test_the_models_folder_is_shown_and_taken_at_once(page: SettingsPage, tmp_path: Path, qtbot: QtBot) -> None:
    assert page.models.text() == str(models_folder())
    page.set_models(tmp_path / "models")
    assert page.models.text() == load().settings.models == str(models_folder()) == str(tmp_path / "models")
    assert page.banner.isHidden()
    (tmp_path / "file").touch()
    with qtbot.waitSignal(page.noticed):
        page.set_models(tmp_path / "file")
    assert models_folder() == tmp_path / "models"


def test_the_models_folder_stays_while_something_is_downloaded(
    page: SettingsPage, tmp_path: Path, qtbot: QtBot
) -> None:
    page.session.models.downloading.known["sd15"] = Status(State.DOWNLOADING, 1, 2)
    with qtbot.waitSignal(page.noticed) as told:
        page.set_models(tmp_path / "models")
    assert "Pause it first" in args_of(told)[0]
    assert load().settings.models == ""


def test_the_library_is_measured(page: SettingsPage, folder: Path) -> None:
    assert folder_bytes(folder) == sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) > 1000
    assert page.used.text() == page.around.used


def test_reset_asks_first(page: SettingsPage) -> None:
    page.settings.change(memory="low", theme="dark")

    def answer(button: str) -> None:
        box = page.findChildren(QMessageBox)[-1]
        next(b for b in box.buttons() if b.text() == button).click()

    _while_asked(page, lambda: answer("Cancel"))
    assert page.settings.value.memory == "low"
    _while_asked(page, lambda: answer("Reset"))
    assert page.settings.value.memory == "auto"
    assert not page.reset_all.isEnabled()


def _while_asked(page: SettingsPage, answer: Callable[[], None]) -> None:
    QTimer.singleShot(50, answer)
    page.reset()


def test_devices_are_listed_by_name() -> None:
    gpus = (Device("cuda:0", "Some GPU", 1, 1),)
    assert ("cuda:0", "Some GPU (cuda:0)") in device_choices(gpus, "auto")
    assert [key for key, _ in device_choices((), "auto")] == ["auto", "cpu"]


def test_every_control_has_a_name_and_says_what_it_does(page: SettingsPage) -> None:
    for control in (page.language, page.theme, page.autosave, page.notify, page.device, page.memory, page.offline):
        assert control.accessibleName()
        assert control.accessibleDescription()
    assert all(command.title for command in page.commands)
