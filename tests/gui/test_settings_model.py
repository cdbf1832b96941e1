"""The settings as the window holds them: told once, written at once, and kept when the disk refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.errors import InputError
from core.settings import load
from gui.state.settings_model import SettingsModel


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_a_change_holds_is_written_and_told(path: Path, qtbot: QtBot) -> None:
    model = SettingsModel(path)
    with qtbot.waitSignal(model.changed) as told:
        model.change(theme="dark", memory="auto")
    assert told.args == [("theme",)]
    assert model.value.theme == load(path).settings.theme == "dark"


def test_the_same_value_is_no_change(path: Path, qtbot: QtBot) -> None:
    model = SettingsModel(path)
    with qtbot.assertNotEmitted(model.changed):
        model.change(theme="system")
    assert not path.exists()


def test_a_wrong_value_changes_nothing(path: Path) -> None:
    model = SettingsModel(path)
    with pytest.raises(InputError):
        model.change(theme="dark", memory="huge")
    assert model.value.theme == "system"


def test_two_windows_keep_each_others_settings(path: Path) -> None:
    one, other = SettingsModel(path), SettingsModel(path)
    one.change(theme="dark")
    other.change(memory="low")
    found = load(path).settings
    assert (found.theme, found.memory) == ("dark", "low")


def test_what_is_wrong_with_the_file_is_said_once(path: Path) -> None:
    path.write_text("theme = ", "utf-8")
    model = SettingsModel(path)
    assert "kept as" in model.take_note()
    assert model.take_note() == ""


def test_a_newer_file_is_left_alone_and_changes_hold_until_the_window_closes(path: Path) -> None:
    path.write_text('schema = 9\ntheme = "dark"\n', "utf-8")
    model = SettingsModel(path)
    model.change(theme="light")
    assert model.value.theme == "light"
    assert path.read_text("utf-8") == 'schema = 9\ntheme = "dark"\n'


def test_a_disk_that_refuses_is_said_and_the_value_holds(path: Path, qtbot: QtBot) -> None:
    model = SettingsModel(path.parent / "file" / "settings.toml")
    (path.parent / "file").touch()
    with qtbot.waitSignal(model.noticed) as told:
        model.change(theme="dark")
    assert told.args is not None
    assert str(path.parent / "file") in told.args[0]
    assert model.value.theme == "dark"


def test_reset_keeps_the_library_and_that_one_was_welcomed(path: Path) -> None:
    model = SettingsModel(path)
    model.change(library=os.fspath(path.parent), welcomed=True, theme="dark", notify=False)
    model.reset()
    value = model.value
    assert (value.library, value.welcomed, value.theme, value.notify) == (os.fspath(path.parent), True, "system", True)


def test_folder_and_another_language_wait_for_the_next_start(path: Path) -> None:
    model = SettingsModel(path)
    model.change(theme="dark", language="en")
    assert model.waiting == ()
    model.change(language="de", library=os.fspath(path.parent))
    assert model.waiting == ("library", "language")
    assert SettingsModel(path).waiting == ()
