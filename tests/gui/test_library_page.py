"""The Library page: finding, choosing, reading, and going on from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.jobs.spec import EraseSpec, ScoreSpec
from gui.pages.library import LibraryPage
from gui.state.session import Session
from tests.gui.library_pages import LEFT, PATIENCE, names, opened, said
from tests.gui.signals import args_of


@pytest.fixture
def page(folder: Path, qtbot: QtBot) -> Iterator[LibraryPage]:
    """The page over a car and Pipwick, which is older."""
    with opened(folder, qtbot) as made:
        yield made


def test_search_narrows_as_one_types_and_says_how_many(page: LibraryPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    qtbot.keyClicks(page.search, "pipw")
    qtbot.waitUntil(lambda: names(page) == ["Pipwick"])
    assert page.count.text() == "1 of 2"
    assert page.choice.one is not None
    assert page.choice.one.name == "Pipwick"
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert page.view.hasFocus()


def test_escape_leaves_the_search(page: LibraryPage, qtbot: QtBot) -> None:
    page.start_search()
    qtbot.keyClicks(page.search, "pipw")
    qtbot.waitUntil(lambda: names(page) == ["Pipwick"])
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert names(page) == ["car", "Pipwick"]
    assert page.view.hasFocus()


def test_nothing_found_says_so_and_leads_back(page: LibraryPage, qtbot: QtBot) -> None:
    page.search.setText("zzz")
    qtbot.waitUntil(page.empty.isVisible)
    assert "Nothing found" in said(page.empty)
    assert not page.panel.isVisible()
    qtbot.mouseClick(page.empty.states["none"].action, LEFT)
    assert len(names(page)) == 2
    assert page.search.text() == ""


def test_filters_narrow_stand_out_and_are_cleared(page: LibraryPage, qtbot: QtBot) -> None:
    kind = page.filters.kind
    at = kind.findData("character")
    kind.setCurrentIndex(at)
    kind.activated.emit(at)
    assert names(page) == ["Pipwick"]
    assert kind.property("narrows") is True
    qtbot.mouseClick(page.filters.clear, LEFT)
    assert len(names(page)) == 2
    assert kind.currentIndex() == 0
    assert not page.filters.clear.isVisible()


def test_order_by_name(page: LibraryPage) -> None:
    order = page.filters.order
    order.setCurrentIndex(order.findData("oldest"))
    order.activated.emit(order.currentIndex())
    assert names(page) == ["Pipwick", "car"]


def test_return_leads_one_entry_and_several_to_compare(page: LibraryPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.went) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_Return)
    place, entry = args_of(told)
    assert (place, entry.name) == ("compare", "car")
    page.view.selectAll()
    with qtbot.waitSignal(page.went) as told:
        qtbot.mouseClick(page.buttons["open"], LEFT)
    assert [entry.name for entry in args_of(told)[1]] == ["car", "Pipwick"]


def test_probe_goes_with_the_entry_and_harden_asks_for_its_job(page: LibraryPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.went) as told:
        qtbot.mouseClick(page.buttons["probe"], LEFT)
    assert args_of(told)[0] == "probe"
    entry = args_of(told)[1]
    with qtbot.waitSignal(page.asked) as told:
        page.choice.harden()
    spec = args_of(told)[0]
    assert isinstance(spec, EraseSpec)
    assert (spec.start, spec.preset) == (entry.id, "adversarial")


def test_an_erasure_runs_again_with_the_same_settings_or_is_changed_first(page: LibraryPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.asked) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    spec = args_of(told)[0]
    assert (spec.concept, spec.preset, spec.prompt) == ("car", "guarded", "car bouncing in a meadow")
    with qtbot.waitSignal(page.went) as told:
        page.choice.edit()
    assert args_of(told) == ["erase", spec]


def test_measuring_asks_for_a_job_for_each(page: LibraryPage) -> None:
    asked: list[ScoreSpec] = []
    page.asked.connect(asked.append)
    page.view.selectAll()
    page.choice.measure()
    assert [spec.entry for spec in asked] == list(page.choice.ids)
    assert all(spec.full for spec in asked)


def test_what_several_share_is_told(page: LibraryPage) -> None:
    page.view.selectAll()
    told = said(page.panel.several)
    assert "2 entries chosen" in told
    assert "can be compared side by side" in told
    assert "2 different" in told
    assert "starter" in told
    assert page.bar.chosen.text() == "2 chosen"


def test_the_details_tell_all_about_one(page: LibraryPage, qtbot: QtBot) -> None:
    told = said(page.panel.one)
    for words in ("car", "Passed", "Named directly", "4 %", "guarded", "car bouncing in a meadow"):
        assert words in told
    page.panel.one.files_fold.head.click()
    page.panel.one.history_fold.head.click()
    for words in ("delta.safetensors", "previews/after-animatediff.webm", "Erased: car."):
        qtbot.waitUntil(lambda words=words: words in said(page.panel.one).replace("\u200b", ""))


def test_a_damaged_entry_says_why_and_does_not_open(page: LibraryPage, qtbot: QtBot) -> None:
    entry = page.choice.entry
    assert entry is not None
    entry.delta.write_bytes(b"broken")
    page.model.reload()
    qtbot.waitUntil(lambda: bool(page.model.rows[0].damage), timeout=PATIENCE)
    assert "delta.safetensors" in said(page.panel.one)
    assert not page.buttons["open"].isEnabled()
    assert page.buttons["trash"].isEnabled()
    with qtbot.assertNotEmitted(page.went):
        qtbot.keyClick(page.view, Qt.Key.Key_Return)


def test_an_entry_of_a_newer_lacuna_is_told_from_a_damaged_one(page: LibraryPage, qtbot: QtBot) -> None:
    entry = page.choice.entry
    assert entry is not None
    path = entry.folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"schema": 1', '"schema": 2'), "utf-8")
    page.model.reload()
    qtbot.waitUntil(lambda: any(row.newer for row in page.model.rows), timeout=PATIENCE)
    assert "written by a newer Lacuna. Update Lacuna to use it" in said(page.panel.one)
    assert "Damaged" not in said(page.panel.one)
    assert not page.buttons["open"].isEnabled()


def test_entries_are_dragged_out_as_folders(page: LibraryPage) -> None:
    page.view.selectAll()
    data = page.model.mimeData(page.view.selectionModel().selectedIndexes())
    assert [Path(url.toLocalFile()) for url in data.urls()] == [entry.folder for entry in page.choice.entries()]


def test_the_menu_lists_what_can_be_done_now(page: LibraryPage) -> None:
    page.view.customContextMenuRequested.emit(QPoint(60, 60))
    (menu,) = [found for found in page.findChildren(QMenu) if found.isVisible()]
    titles = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert "Compare" in titles
    assert "Rename" in titles
    assert "Restore" not in titles
    assert "Stack…" not in titles
    menu.close()


def test_cards_or_list_is_remembered(page: LibraryPage, folder: Path, qtbot: QtBot) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert page.look.value == "list"
    qtbot.keyClick(page.view, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not page.panel.isVisible()
    session = Session(str(folder))
    again = LibraryPage(session)
    qtbot.addWidget(again)
    assert again.look.value == "list"
    assert again.panel.isHidden()
    again.close_down()
    session.close()


@pytest.mark.parametrize(
    ("suffix", "words"), [(".html", "Concept seen, named"), (".csv", "animatediff,erased,direct"), (".json", '"hosts"')]
)
def test_a_scorecard_is_saved_in_the_format_of_its_suffix(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot, suffix: str, words: str
) -> None:
    path = tmp_path / f"card{suffix}"
    with qtbot.waitSignal(page.noticed) as told:
        page.export_to(path)
    assert str(path) in args_of(told)[0]
    assert words in path.read_text("utf-8")


def test_an_export_that_exists_is_told_and_kept(page: LibraryPage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "card.csv"
    path.write_text("kept", "utf-8")
    with qtbot.waitSignal(page.noticed):
        page.export_to(path)
    assert path.read_text("utf-8") == "kept"


def test_tab_goes_through_everything_from_top_to_bottom_and_all_of_it_has_a_name(
    page: LibraryPage, qtbot: QtBot
) -> None:
    page.model.annotate(page.choice.ids, tags=("a", "b"))
    qtbot.waitUntil(page.filters.tag.isVisible, timeout=PATIENCE)
    page.search.setFocus()
    reached: list[str] = []
    while not reached or not page.search.hasFocus():
        shown = QApplication.focusWidget()
        assert shown is not None
        reached.append(shown.accessibleName())
        assert len(reached) < 60
        qtbot.keyClick(shown, Qt.Key.Key_Tab)
    assert all(reached)
    wanted = ("Search the library", "Show as: Cards", "Kind", "Result", "Compare", "Order", "Entries")
    inside = ("Rating: Not rated", "Remove a", "Remove b", "Add a tag", "Notes", "Scorecard", "Files")
    assert [name for name in reached if name in (*wanted, *inside)] == [*wanted, *inside]


def test_every_command_has_a_key_of_its_own(page: LibraryPage) -> None:
    keys = [key for command in page.commands for key in command.keys]
    assert len(keys) == len(set(keys))
    assert len({command.key for command in page.commands}) == len(page.commands)
