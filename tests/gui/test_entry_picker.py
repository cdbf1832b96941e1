"""The picker of an entry: a button over a list that narrows as one types, by mouse and by keys alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.state.library_model import LibraryModel
from gui.state.picker_model import is_sound
from gui.widgets.entry_picker import EntryPicker

PATIENCE = 10_000


@pytest.fixture
def picker(model: LibraryModel, qtbot: QtBot) -> Iterator[EntryPicker]:
    """A picker over a car and Pipwick, with Pipwick picked."""
    made = EntryPicker(model, "Entry")
    qtbot.addWidget(made)
    made.set_entry(model.kept[1].id)
    made.show()
    yield made
    made.popup.hide()
    model.close()


def listed(picker: EntryPicker) -> list[str]:
    """The names that are offered."""
    return [row.name for row in picker.model.rows]


def test_the_button_says_what_is_picked(picker: EntryPicker) -> None:
    assert picker.text() == "Pipwick"
    assert picker.accessibleName() == "Entry: Pipwick"
    picker.set_entry("")
    assert picker.text() == "Choose an entry"
    picker.set_empty("None yet")
    assert picker.text() == "None yet"


def test_it_opens_on_the_picked_one_and_a_click_picks_another(picker: EntryPicker, qtbot: QtBot) -> None:
    qtbot.mouseClick(picker, Qt.MouseButton.LeftButton)
    popup = picker.popup
    assert popup.isVisible()
    assert popup.list.currentIndex().row() == 1
    place = popup.list.visualRect(picker.model.index(0)).center()
    with qtbot.waitSignal(picker.chosen) as told:
        qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [picker.model.rows[0].id]
    assert picker.text() == "car"
    assert not popup.isVisible()


def test_by_keys_alone(picker: EntryPicker, qtbot: QtBot) -> None:
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    search = picker.popup.search
    qtbot.keyClick(search, Qt.Key.Key_Up)
    with qtbot.waitSignal(picker.chosen):
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert picker.text() == "car"
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    qtbot.keyClicks(search, "STARTER pip")
    assert listed(picker) == ["Pipwick"]
    with qtbot.waitSignal(picker.chosen):
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert picker.text() == "Pipwick"


def test_escape_changes_nothing(picker: EntryPicker, qtbot: QtBot) -> None:
    picker.open()
    with qtbot.assertNotEmitted(picker.chosen):
        qtbot.keyClick(picker.popup, Qt.Key.Key_Escape)
    assert not picker.popup.isVisible()
    assert picker.text() == "Pipwick"


def test_no_hit_says_so_and_picks_nothing(picker: EntryPicker, qtbot: QtBot) -> None:
    picker.open()
    qtbot.keyClicks(picker.popup.search, "zzz")
    assert picker.popup.none.isVisible()
    with qtbot.assertNotEmitted(picker.chosen):
        qtbot.keyClick(picker.popup.search, Qt.Key.Key_Return)


def test_damaged_entries_are_not_offered_and_a_page_may_narrow_further(
    picker: EntryPicker, model: LibraryModel, qtbot: QtBot
) -> None:
    assert listed(picker) == ["car", "Pipwick"]
    picker.offer(lambda row: is_sound(row) and row.kind == "object")
    assert listed(picker) == ["car"]
    entry = model.entry(model.kept[0].id)
    assert entry is not None
    entry.delta.write_bytes(b"broken")
    model.reload()
    qtbot.waitUntil(lambda: listed(picker) == [], timeout=PATIENCE)


def test_a_new_name_is_shown(picker: EntryPicker, model: LibraryModel, qtbot: QtBot) -> None:
    model.rename(model.kept[1].id, "The sprout")
    qtbot.waitUntil(lambda: picker.text() == "The sprout", timeout=PATIENCE)
