"""Compare, driven as a person drives it: by mouse, by keys, by what is dropped on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.library.store import Library
from core.media.clip import read_clip
from gui.pages.compare import ComparePage
from gui.state.session import Session
from gui.state.stage import Mode
from gui.widgets.compare_columns import Stepped, columns_menu
from tests.gui.compare_pages import LEFT, loaded, press, shown, words
from tests.gui.samples import add_entry, add_report
from tests.gui.signals import args_of

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    """A session over the drawn library."""
    made = Session(str(folder))
    yield made
    made.close()


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ComparePage:
    """The page with the newest entry, standing at its first frame."""
    made = shown(session, qtbot)
    loaded(made, qtbot)
    return made


def indices(page: ComparePage) -> set[int]:
    """The frames that the panes show."""
    return {view.index for view in page.views.values()}


def test_keys_step_all_panes_together(page: ComparePage, qtbot: QtBot) -> None:
    assert list(page.views) == ["before", "negative", "after"]
    press(page, qtbot, Qt.Key.Key_Period, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert indices(page) == {3}
    press(page, qtbot, Qt.Key.Key_Comma, Qt.Key.Key_Left)
    assert indices(page) == {1}
    press(page, qtbot, Qt.Key.Key_End)
    assert indices(page) == {11}
    press(page, qtbot, Qt.Key.Key_Home)
    assert indices(page) == {0}
    press(page, qtbot, Qt.Key.Key_Left)
    assert indices(page) == {11}


def test_keys_play_turn_round_and_set_marks(page: ComparePage, qtbot: QtBot) -> None:
    player = page.player
    press(page, qtbot, Qt.Key.Key_Space)
    assert player.playing
    press(page, qtbot, Qt.Key.Key_J, Qt.Key.Key_J)
    assert player.rate == -2
    press(page, qtbot, Qt.Key.Key_K)
    assert not player.playing
    press(page, qtbot, Qt.Key.Key_L)
    assert (player.playing, player.rate) == (True, 1)
    player.pause()
    player.seek(3)
    press(page, qtbot, Qt.Key.Key_BracketLeft)
    player.seek(6)
    press(page, qtbot, Qt.Key.Key_O)
    assert player.span == (3, 6)
    press(page, qtbot, Qt.Key.Key_Backslash, Qt.Key.Key_R)
    assert (player.span, player.loop) == ((0, 11), False)
    press(page, qtbot, Qt.Key.Key_Up, held=ALT)
    assert player.speed == 1.5


def test_keys_lay_out_zoom_and_nudge(page: ComparePage, qtbot: QtBot) -> None:
    state = page.state
    for key, mode in zip("WVDTS", (Mode.WIPE, Mode.OVERLAY, Mode.DIFFERENCE, Mode.TOGGLE, Mode.SIDE), strict=True):
        press(page, qtbot, Qt.Key(ord(key)))
        assert state.mode is mode
        assert page.stage.blend.isVisible() is (mode is not Mode.SIDE)
    press(page, qtbot, Qt.Key.Key_W)
    press(page, qtbot, Qt.Key.Key_Right, held=SHIFT)
    assert state.edge == pytest.approx(0.6)
    press(page, qtbot, Qt.Key.Key_1)
    assert state.view.scale == pytest.approx(1.0)
    press(page, qtbot, Qt.Key.Key_Plus)
    assert state.view.scale == pytest.approx(1.25)
    press(page, qtbot, Qt.Key.Key_0)
    assert state.view.fits
    press(page, qtbot, Qt.Key.Key_Period, held=ALT)
    assert state.offsets == {"after": 1}


def test_a_press_of_x_flips_and_a_held_one_goes_back(page: ComparePage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_T, Qt.Key.Key_X)
    assert page.state.flipped
    press(page, qtbot, Qt.Key.Key_X)
    assert not page.state.flipped
    qtbot.keyPress(page.transport.timeline, Qt.Key.Key_X)
    held = page.cinema.held
    qtbot.waitUntil(lambda: held.elapsed() > 300)
    assert page.state.flipped
    qtbot.keyRelease(page.transport.timeline, Qt.Key.Key_X)
    assert not page.state.flipped


def test_the_bar_follows_the_state_and_drives_it(page: ComparePage, qtbot: QtBot) -> None:
    bar = page.cinema.bar
    overlay = next(b for b in bar.modes.findChildren(QPushButton) if b.text() == "Overlay")
    qtbot.mouseClick(overlay, LEFT)
    assert page.state.mode is Mode.OVERLAY
    bar.slide.setValue(80)
    assert page.state.opacity == pytest.approx(0.8)
    page.state.adjust(5)
    assert bar.slide.value() == 90
    bar.a.setCurrentIndex(bar.a.findData("negative"))
    bar.a.activated.emit(bar.a.currentIndex())
    assert (page.state.a, page.state.b) == ("negative", "after")
    qtbot.mouseClick(bar.swap, LEFT)
    assert (bar.a.currentData(), bar.b.currentData()) == ("after", "negative")


def test_the_scrub_bar_goes_to_the_frame_under_the_pointer(page: ComparePage, qtbot: QtBot) -> None:
    bar = page.transport.timeline
    qtbot.mouseClick(bar, LEFT, pos=QPoint(round(bar.position_of(7)), 10))
    assert indices(page) == {7}
    assert [bar.frame_under(bar.position_of(at)) for at in range(12)] == list(range(12))
    assert (bar.frame_under(-50), bar.frame_under(5000)) == (0, 11)


def test_another_video_model_shows_its_clips_and_figures(page: ComparePage, qtbot: QtBot) -> None:
    before = page.views["before"]
    second = page.host.findChildren(QPushButton)[1]
    with qtbot.waitSignal(page.loader.loaded):
        qtbot.mouseClick(second, LEFT)
    assert page.views["before"] is not before
    assert page.panel.scorecard.host.value == "text2video"


def test_a_clip_that_is_gone_is_told_in_its_place_and_the_rest_plays(page: ComparePage, qtbot: QtBot) -> None:
    entry = page.entry
    assert entry is not None
    entry.previews["after-animatediff"].write_bytes(b"no clip")
    page.take(entry)
    loaded(page, qtbot)
    assert "after-animatediff.webm" in page.views["after"].accessibleDescription()
    assert page.views["after"].picture() is None
    assert page.views["before"].picture() is not None


def test_encoders_of_the_family_are_added_and_taken_away(page: ComparePage, qtbot: QtBot) -> None:
    ids = [row.id for row in page.library.kept]
    page.adder.chosen.emit(next(entry_id for entry_id in ids if entry_id != page.picker.entry))
    loaded(page, qtbot)
    assert [entry.id for entry in page.shown.entries] == ids
    assert [key.split("-")[0] for key in page.views].count("after") == 2
    assert page.panel.whose.isVisible()
    menu = columns_menu(page.shown, page, Stepped(False, "", page.cinema.step_through))
    first = page.shown.panes[0]
    menu.actions()[0].trigger()
    assert first.key not in page.views
    menu.actions()[0].trigger()
    assert first.key in page.views
    menu.actions()[-1].trigger()
    assert [entry.id for entry in page.shown.entries] == ids[:1]


def test_hiding_a_pane_keeps_the_frame_and_decodes_nothing_anew(page: ComparePage, qtbot: QtBot) -> None:
    page.player.seek(7)
    page.stage.zoom_to(2)
    page.state.nudge("after", 1)
    with qtbot.assertNotEmitted(page.loader.loaded):
        page.shown.hide("negative", True)
        assert indices(page) == {7, 8}
        page.shown.hide("negative", False)
    assert list(page.views) == ["before", "negative", "after"]
    assert indices(page) == {7, 8}
    assert page.state.view.scale == 2
    assert all(view.picture() is not None for view in page.views.values())


def test_the_last_pane_cannot_be_hidden(page: ComparePage) -> None:
    for pane in list(page.shown.panes):
        page.shown.hide(pane.key, True)
    assert len(page.shown.panes) == 1


def test_the_right_button_over_a_pane_makes_it_a_or_b_or_hides_it(page: ComparePage) -> None:
    menu = page.open_pane("negative", QPoint(0, 0))
    make_a, make_b, *_, hide = [action for action in menu.actions() if not action.isSeparator()]
    make_a.trigger()
    assert (page.state.a, page.state.b) == ("negative", "after")
    make_b.trigger()
    assert (page.state.a, page.state.b) == ("after", "negative")
    hide.trigger()
    assert list(page.views) == ["before", "after"]
    menu.close()


def test_details_are_shown_and_copied(page: ComparePage, qtbot: QtBot) -> None:
    details = next(b for b in page.panel.tabs.findChildren(QPushButton) if b.text() == "Details")
    qtbot.mouseClick(details, LEFT)
    qtbot.waitUntil(lambda: "256 × 256" in words(page.panel))
    qtbot.mouseClick(page.panel.details.copy_json, LEFT)
    told = json.loads(QGuiApplication.clipboard().text())
    assert [each["role"] for each in told] == ["before", "negative", "after"]
    assert told[0]["metadata"]["seed"] == 0
    press(page, qtbot, Qt.Key.Key_C, held=Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Before (The original encoder)\nPrompt: car bouncing")


def test_the_panel_folds_away(page: ComparePage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_P)
    assert not page.panel.isVisible()
    press(page, qtbot, Qt.Key.Key_P)
    assert page.panel.isVisible()
    page.resize(1080, 800)
    assert page.panel.isVisible()


def test_a_narrow_page_belongs_to_the_stage_until_the_panel_is_asked_for(page: ComparePage, qtbot: QtBot) -> None:
    assert page.panel.isVisible()
    page.resize(1080, 800)
    assert not page.panel.isVisible()
    qtbot.waitUntil(lambda: page.views["after"].width() > 290)
    press(page, qtbot, Qt.Key.Key_P)
    assert page.panel.isVisible()


def test_full_screen_borrows_the_stage_and_gives_it_back(page: ComparePage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_F)
    full = page.cinema.full
    assert full is not None
    qtbot.waitUntil(full.isActiveWindow)
    assert full.isAncestorOf(page.stage)
    full.rest.start(50)
    qtbot.keyClick(page.transport.timeline, Qt.Key.Key_Period)
    qtbot.keyClick(page.transport.timeline, Qt.Key.Key_W)
    assert page.player.index == 1
    assert page.state.mode is Mode.WIPE
    qtbot.waitUntil(lambda: full.faded, timeout=10_000)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, QPointF(40, 40), QPointF(40, 40), none, none, Qt.KeyboardModifier(0))
    QApplication.sendEvent(page.stage.blend, move)
    qtbot.waitUntil(lambda: not full.faded, timeout=10_000)
    qtbot.keyClick(page.transport.timeline, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.cinema.full is None)
    assert page.isAncestorOf(page.stage)
    assert page.isAncestorOf(page.transport)
    assert page.stage.isVisible()


def test_the_picker_follows_the_library(page: ComparePage, qtbot: QtBot) -> None:
    assert page.entry is not None
    assert page.entry.name == "car"
    page.library.library.trash(page.entry.id)
    page.library.reload()
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.name == "Pipwick", timeout=10_000)
    assert page.picker.text() == "Pipwick"


def test_the_page_teaches_where_there_is_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    session = Session(str(tmp_path / "none"))
    page = shown(session, qtbot)
    assert page.empty.isVisible()
    with qtbot.waitSignal(page.went) as told:
        qtbot.mouseClick(page.empty.action, LEFT)
    assert args_of(told)[0] == "erase"
    session.close()


def test_the_door_is_closed_only_while_no_probe_opened_it(page: ComparePage, folder: Path, tmp_path: Path) -> None:
    entry = page.entry
    assert entry is not None
    assert page.door.text().startswith("The text door is closed")
    rates = {"direct": (0.9, 0.0), "token_search": (1.0, 0.5)}
    page.take(add_report(Library(folder), tmp_path, entry, rates))
    assert page.door.text().startswith("The text door is not closed: the probe “Searched words”")
    page.take(add_report(Library(folder), tmp_path, entry, {"direct": (0.9, 0.0)}))
    assert page.door.text().startswith("The text door is not closed")
    page.take(add_report(Library(folder), tmp_path, entry, {"token_search": (1.0, 0.0)}))
    assert page.door.text().startswith("The text door is closed")


def test_a_hardened_entry_stands_beside_the_one_it_went_on_from(
    page: ComparePage, folder: Path, tmp_path: Path
) -> None:
    library = Library(folder)
    page.take(add_entry(library, tmp_path, "Pipwick", "character", "critter", start=library.get("Pipwick").id))
    assert page.pair.isVisible()
    assert "Beside the entry it went on from" in words(page)


def test_saving_offers_the_comparison_each_clip_and_each_frame(page: ComparePage, tmp_path: Path, qtbot: QtBot) -> None:
    menu = page.open_saving()
    said = [action.text() for action in menu.actions() if action.text()]
    assert len(said) == 3 + 2 * 3
    menu.close()
    page.state.set_mode(Mode.WIPE)
    page.player.seek(4)
    dialog = page.saving.save_frame(page.shown.panes[0])
    assert dialog is not None
    dialog.saver.set_folder(tmp_path)
    with qtbot.waitSignal(dialog.saver.saved) as told:
        assert dialog.saver.save()
    path = args_of(told)[0]
    assert path.name == "Before, frame 5.png"
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_the_comparison_is_saved_as_it_is_laid_out(page: ComparePage, tmp_path: Path, qtbot: QtBot) -> None:
    page.state.set_mode(Mode.WIPE)
    page.state.choose_b("negative")
    dialog = page.saving.save_comparison()
    assert dialog is not None
    dialog.saver.set_folder(tmp_path)
    dialog.saver.set_suffix(".webm")
    with qtbot.waitSignals([dialog.saver.saved, page.noticed], timeout=30_000):
        assert dialog.saver.save()
    made = read_clip(tmp_path / "car, compared.webm")
    assert len(made.frames) == 12
    assert made.metadata["mode"] == "wipe"
    assert [each["title"] for each in made.metadata["of"]] == ["Before", "Negative prompt"]
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_every_command_has_its_own_key_and_title(page: ComparePage) -> None:
    keys = [key for command in page.commands for key in command.keys]
    assert len(keys) == len(set(keys))
    assert len({command.key for command in page.commands}) == len(page.commands)
