"""The command palette and the overview of keys: what they list, find and run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gui.state.commands import Command
from gui.state.palette import PaletteModel, fit
from gui.widgets.palette import Palette
from gui.widgets.shortcut_overlay import ShortcutOverlay
from gui.widgets.shortcuts import bind


@pytest.fixture
def done() -> list[str]:
    """What was run, in order."""
    return []


@pytest.fixture
def commands(done: list[str]) -> list[Command]:
    """Four commands, one of which cannot be done."""
    return [
        Command("look", "Look around the corner", lambda: done.append("look")),
        Command("open", "Open in Compare", lambda: done.append("open"), ("Ctrl+O", "Return")),
        Command("delete", "Delete", lambda: done.append("delete"), ("Delete",), enabled=lambda: False),
        Command("rename", "Rename", lambda: done.append("rename"), ("F2",)),
    ]


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    """A shown widget to lay things over."""
    made = QWidget()
    made.resize(900, 700)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_says_where_nothing_fits(commands: list[Command], room: QWidget) -> None:
    palette = Palette(commands, room)
    palette.open_over(room.rect())
    palette.search.setText("zzz")
    assert palette.none.isVisible()
    palette.search.setText("ren")
    assert not palette.none.isVisible()
    assert palette.search.accessibleDescription() == "Rename, F2"


def test_letters_fit_in_order_and_starts_of_words_come_first() -> None:
    assert fit("Rename", "xyz") is None
    assert fit("Rename", "emr") is None
    assert fit("Open in Compare", "") == 0
    loose, close = fit("Look around the corner", "oc"), fit("Open in Compare", "oc")
    assert loose is not None
    assert close is not None
    assert close < loose


def test_the_list_holds_what_can_be_done_and_fits(commands: list[Command], qtmodeltester: ModelTester) -> None:
    model = PaletteModel(commands)
    assert [command.key for command in model.commands] == ["look", "open", "rename"]
    model.search("oc")
    assert [command.key for command in model.commands] == ["open", "look"]
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Open in Compare, Ctrl+O"
    qtmodeltester.check(model)


def test_typing_and_return_run_the_best_fit(
    commands: list[Command], done: list[str], room: QWidget, qtbot: QtBot
) -> None:
    palette = Palette(commands, room)
    palette.open_over(room.rect())
    qtbot.keyClicks(palette.search, "ren")
    with qtbot.waitSignal(palette.destroyed):
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert done == ["rename"]


def test_arrows_choose_and_escape_leaves(commands: list[Command], done: list[str], room: QWidget, qtbot: QtBot) -> None:
    palette = Palette(commands, room)
    palette.open_over(room.rect())
    for _ in range(5):
        qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 2
    with qtbot.waitSignal(palette.destroyed):
        qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert done == []


def test_the_overview_lists_every_key_and_any_key_closes_it(
    commands: list[Command], room: QWidget, qtbot: QtBot
) -> None:
    overlay = ShortcutOverlay(commands, room)
    overlay.open()
    told = {made.property("text") for made in overlay.findChildren(QWidget) if made.property("text")}
    assert {"Open in Compare", "Delete", "Rename", "F2"} <= told
    assert "Look around the corner" not in told
    with qtbot.waitSignal(overlay.destroyed):
        qtbot.keyClick(overlay, Qt.Key.Key_Space)


def test_bound_keys_run_what_can_be_done(commands: list[Command], done: list[str], room: QWidget, qtbot: QtBot) -> None:
    bind(room, commands, Qt.ShortcutContext.ApplicationShortcut)
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    qtbot.keyClick(room, Qt.Key.Key_F2)
    qtbot.keyClick(room, Qt.Key.Key_Delete)
    assert done == ["rename"]
