"""The dialog that saves, driven as a person does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.library.gallery import Take
from core.media.clip import read_clip, write_clip
from gui.pages.page import Page
from gui.state import saving
from gui.theme import volatile_settings
from gui.widgets.save_dialog import SaveDialog, save, save_takes
from tests.core.media.test_clip import METADATA, moving


@pytest.fixture(autouse=True)
def forgetful(tmp_path: Path) -> Iterator[None]:
    """The last folder was an empty one."""
    (tmp_path / "out").mkdir()
    volatile_settings().remove("save")
    volatile_settings().setValue("save/folder", str(tmp_path / "out"))
    yield
    volatile_settings().remove("save")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A clip to save."""
    return write_clip(tmp_path / "a.webm", moving(6), 8.0, METADATA)


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    """A page that is told what was saved."""
    made = Page()
    qtbot.addWidget(made)
    made.show()
    return made


def typed(dialog: SaveDialog, qtbot: QtBot, text: str) -> None:
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, text)


def choose(dialog: SaveDialog, qtbot: QtBot, words: str) -> None:
    """Press the segment with these words."""
    found = [b for group in (dialog.formats, dialog.scales) for b in group._buttons.values() if b.text() == words]
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_a_clip_is_named_formatted_sized_and_saved(page: Page, path: Path, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = save(page, saving.clip(path, size=(64, 64)), page.noticed)
    qtbot.waitExposed(dialog)
    typed(dialog, qtbot, "jumping")
    choose(dialog, qtbot, "GIF")
    choose(dialog, qtbot, "2 ×")
    assert dialog.size_note.text() == "128 × 128 pixels"
    assert "256 colours" in dialog.about.text()
    with qtbot.waitSignal(page.noticed, timeout=20_000) as told:
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert told.args is not None
    assert told.args[:2] == ["Saved as “jumping.gif”.", "Open folder"]
    assert callable(told.args[2])
    assert read_clip(tmp_path / "out" / "jumping.gif").frames.shape == (6, 128, 128, 3)


def test_what_is_wrong_is_said_and_cannot_be_saved(page: Page, path: Path, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "out" / "taken.webm").write_bytes(b"mine")
    dialog = save(page, saving.clip(path), page.noticed)
    typed(dialog, qtbot, "taken")
    assert dialog.problem.isVisible()
    assert "exists already" in dialog.problem.text()
    assert not dialog.go.isEnabled()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert (tmp_path / "out" / "taken.webm").read_bytes() == b"mine"
    typed(dialog, qtbot, "free")
    assert not dialog.problem.isVisible()
    assert dialog.go.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_failure_is_told_in_the_dialog_which_stays(page: Page, path: Path, qtbot: QtBot) -> None:
    dialog = save(page, saving.clip(path), page.noticed)
    choose(dialog, qtbot, "MP4")
    path.unlink()
    with qtbot.waitSignal(dialog.saver.failed, timeout=20_000):
        dialog.go.click()
    assert dialog.isVisible()
    assert "There is no clip" in dialog.problem.text()
    assert dialog.go.isEnabled()
    dialog.reject()


def test_cancel_stops_the_saving_first_and_closes_then(page: Page, path: Path, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = save(page, saving.clips([path, *_copies(path, 20)], "Many"), page.noticed)
    choose(dialog, qtbot, "GIF")
    with qtbot.waitSignal(dialog.saver.failed, timeout=20_000):
        dialog.go.click()
        assert dialog.bar.isVisible()
        assert not dialog.name.isEnabled()
        dialog.cancel.click()
    assert dialog.isVisible()
    assert list((tmp_path / "out").iterdir()) == []
    dialog.cancel.click()
    assert not dialog.isVisible()


def _copies(path: Path, count: int) -> list[Path]:
    copies = [path.with_name(f"copy {k}.webm") for k in range(count)]
    for copy in copies:
        copy.write_bytes(path.read_bytes())
    return copies


def test_one_take_is_a_clip_and_several_are_a_folder(page: Page, path: Path) -> None:
    one = save_takes(page, [Take(path)], page.noticed)
    assert one.saver.savable.formats == saving.CLIP_FORMATS
    assert one.formats.isVisible()
    one.reject()
    many = save_takes(page, [Take(path), Take(path)], page.noticed)
    assert many.saver.savable.many
    assert many.windowTitle() == "Save 2 clips"
    many.reject()


def test_a_take_is_offered_under_its_prompt_and_seed(page: Page, path: Path) -> None:
    made = Take(path, {"prompt": "a car: on\nthe beach", "encoder_name": "Pipwick", "seed": 7})
    dialog = save_takes(page, [made], page.noticed)
    assert dialog.name.text() == "a car on the beach, Pipwick, 7"
    dialog.reject()


def test_every_control_has_a_name_and_a_place_in_the_tab_order(page: Page, path: Path, qtbot: QtBot) -> None:
    dialog = save(page, saving.clip(path), page.noticed)
    dialog.name.setFocus()
    names = []
    for _ in range(5):
        focused = dialog.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert names == ["Name", "Choose a folder", "Size: 1 ×", "Cancel", "Save"]
    dialog.reject()
