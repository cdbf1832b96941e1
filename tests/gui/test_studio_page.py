"""The Studio page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from core.jobs.spec import ShootSpec
from core.library.store import Library
from gui.pages.studio import StudioPage
from gui.state.comparison import Comparison
from gui.state.session import Session
from gui.widgets.shortcuts import bind
from tests.gui.signals import args_of
from tests.gui.takes import add_takes


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gallery of six takes."""
    return add_takes(tmp_path_factory.mktemp("takes"), seeds=(1,)).folder


@pytest.fixture
def session(folder: Path, takes: Path) -> Iterator[Session]:
    """A session over a library of two entries and a copy of the takes, whose queue never begins."""
    shutil.copytree(takes, folder / "gallery")
    made = Session(str(folder))
    made.jobs.paused = True
    yield made
    made.close()
    made.library.close()


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[StudioPage]:
    """The page, shown, with its gallery read."""
    made = StudioPage(session)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    bind(made, made.commands)
    with qtbot.waitSignal(made.gallery.reloaded, timeout=10_000):
        made.show()
    yield made
    made.close_down()


def ids(session: Session) -> list[str]:
    """The entries of the library."""
    return [row.id for row in session.library.kept]


def choose(page: StudioPage, *rows: int) -> None:
    """Choose takes by their places."""
    page.shown.grid.clearSelection()
    for row in rows:
        index = page.gallery.index(row)
        page.shown.grid.selectionModel().select(index, page.shown.grid.selectionModel().SelectionFlag.Select)
    page.shown.grid.selectionModel().setCurrentIndex(
        page.gallery.index(rows[-1]), page.shown.grid.selectionModel().SelectionFlag.NoUpdate
    )


def run(page: StudioPage, key: str) -> None:
    """What the palette does."""
    command = next(command for command in page.commands if command.key == key)
    assert command.enabled()
    command.run()


def test_what_is_typed_becomes_the_job(page: StudioPage, session: Session, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.panel.prompts, "Pipwick on a hill")
    page.panel.seeds.selectAll()
    qtbot.keyClicks(page.panel.seeds, "1-3")
    page.take(session.library.library.get(ids(session)[0]))
    assert page.panel.start.text() == " Make 6 clips"
    with qtbot.waitSignal(page.noticed) as heard:
        qtbot.keyClick(page.panel.prompts, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert args_of(heard)[:2] == ["The queue is paused: go on with it in Jobs.", "Show the job"]
    assert len(session.jobs.jobs) == 1
    spec = session.jobs.jobs[-1].spec
    assert isinstance(spec, ShootSpec)
    assert (spec.prompts, spec.seeds, spec.entries) == (("Pipwick on a hill",), (1, 2, 3), (ids(session)[0],))


def test_nothing_is_queued_while_something_is_wrong(page: StudioPage, session: Session) -> None:
    run(page, "studio.start")
    assert session.jobs.jobs == []
    assert "prompt is empty" in page.panel._error.text()
    page.form.set(text="a", seeds="x")
    run(page, "studio.start")
    assert session.jobs.jobs == []
    assert "“x” is no seed" in page.panel._error.text()
    page.form.set(seeds="1")
    assert not page.panel._error.isVisible()


def test_a_dropped_file_fills_the_prompts_and_a_binary_one_is_refused(
    page: StudioPage, tmp_path: Path, qtbot: QtBot
) -> None:
    good, bad = tmp_path / "prompts.txt", tmp_path / "binary.txt"
    good.write_text("a car\na tree\n")
    bad.write_bytes(bytes(range(256)))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(good))])
    page.form.set(text="a house")
    page.panel.prompts.insertFromMimeData(data)
    assert page.form.prompts == ("a house", "a car", "a tree")
    data.setUrls([QUrl.fromLocalFile(str(bad))])
    with qtbot.waitSignal(page.noticed) as heard:
        page.panel.prompts.insertFromMimeData(data)
    assert "binary.txt" in args_of(heard)[0]


def test_the_slider_changes_the_strength_of_the_chosen_entry(page: StudioPage, session: Session) -> None:
    first, second = ids(session)
    page.form.add_entry(first)
    page.form.add_entry(second)
    page.panel.encoders.choose(second)
    page.panel.live.slider.setValue(10)
    assert [one.strength for one in page.form.entries] == [None, 0.5]
    assert page.panel.live.keep.isEnabled()
    page.panel.live.own.click()
    assert [one.strength for one in page.form.entries] == [None, None]
    page.form.remove_entry(second)
    assert page.panel.encoders.entry == first
    page.form.remove_entry(first)
    assert not page.panel.live.isVisibleTo(page)


def test_the_strength_of_an_encoder_that_is_added_comes_into_view(
    page: StudioPage, session: Session, qtbot: QtBot
) -> None:
    page.resize(1072, 620)
    page.panel.encoders.add.chosen.emit(ids(session)[0])
    live = page.panel.live
    qtbot.waitUntil(lambda: live.visibleRegion().boundingRect().contains(live.slider.geometry()))


def test_a_job_behind_a_paused_queue_says_where_to_go_on(page: StudioPage, qtbot: QtBot) -> None:
    page.form.set(text="a car", original=True)
    for _ in range(2):
        with qtbot.waitSignal(page.noticed) as noticed:
            page.submit()
        assert args_of(noticed)[0] == "The queue is paused: go on with it in Jobs."


def test_keeping_a_strength_makes_a_copy_of_the_entry(page: StudioPage, session: Session, qtbot: QtBot) -> None:
    before = ids(session)
    page.form.add_entry(before[0])
    page.panel.live.slider.setValue(10)
    page.panel.live.keep.click()
    qtbot.waitUntil(lambda: len(session.library.kept) == 3, timeout=10_000)
    assert 0.5 in [row.strength for row in session.library.kept]
    qtbot.waitUntil(lambda: page.form.entries[0].id not in before, timeout=10_000)
    assert page.panel.encoders.entry == page.form.entries[0].id
    assert not page.panel.live.keep.isEnabled()


def test_an_entry_that_vanishes_is_told(page: StudioPage, session: Session, qtbot: QtBot) -> None:
    page.form.set(text="a")
    page.form.add_entry(ids(session)[0])
    Library(session.folder).trash(ids(session)[0])
    session.library.rescan()
    qtbot.waitUntil(lambda: bool(page.form.check().error), timeout=10_000)
    assert "no longer in the library" in page.panel._error.text()


def test_reuse_fills_the_form_and_offers_the_way_back(page: StudioPage, qtbot: QtBot) -> None:
    page.form.set(text="mine")
    choose(page, 5)
    with qtbot.waitSignal(page.noticed) as heard:
        page.shown.details.reuse.click()
    assert page.form.text == "Pipwick bouncing in a meadow"
    args_of(heard)[2]()
    assert page.form.text == "mine"


def test_one_take_is_compared_with_those_of_its_shot_and_several_as_chosen(page: StudioPage, qtbot: QtBot) -> None:
    choose(page, 3)
    with qtbot.waitSignal(page.went) as heard:
        page.shown.details.compare.click()
    key, shown = args_of(heard)
    assert key == "compare"
    assert isinstance(shown, Comparison)
    assert [pane.role for pane in shown.panes] == ["before", "negative", "after"]
    choose(page, 3, 5)
    with qtbot.waitSignal(page.went) as heard:
        page.shown.grid.activated.emit(page.gallery.index(5))
    assert len(args_of(heard)[1].panes) == 2


def test_takes_are_trashed_and_come_back_by_undo(page: StudioPage, qtbot: QtBot) -> None:
    choose(page, 0, 1)
    assert page.shown.details.isVisible()
    with qtbot.waitSignal(page.noticed, timeout=10_000) as heard:
        run(page, "gallery.trash")
    assert page.gallery.rowCount() == 4
    args_of(heard)[2]()
    qtbot.waitUntil(lambda: page.gallery.rowCount() == 6, timeout=10_000)


def test_keys_act_on_takes_only_where_the_takes_are(page: StudioPage, qtbot: QtBot) -> None:
    choose(page, 0)
    page.panel.encoders.original.setFocus()
    qtbot.keyClick(page.panel.encoders.original, Qt.Key.Key_Delete)
    qtbot.keyClick(page.panel.encoders.original, Qt.Key.Key_S)
    page.shown.grid.setFocus()
    with qtbot.waitSignal(page.gallery.done, timeout=10_000):
        qtbot.keyClick(page.shown.grid, Qt.Key.Key_Delete)
    assert page.gallery.rowCount() == 5
    assert not any(take.starred for take in page.gallery.kept + page.gallery.binned)
    qtbot.keyClick(page.shown.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.shown.search.hasFocus, timeout=10_000)


def test_search_narrows_and_everything_comes_back(page: StudioPage, qtbot: QtBot) -> None:
    page.shown.search.setText("car")
    qtbot.waitUntil(lambda: page.gallery.rowCount() == 3, timeout=10_000)
    page.shown.search.setText("nothing like it")
    qtbot.waitUntil(lambda: page.gallery.rowCount() == 0, timeout=10_000)
    assert page.shown.empty.heading.text() == "Nothing found"
    page.shown.empty.action.click()
    assert page.gallery.rowCount() == 6


def test_how_takes_were_made_is_copied_as_json(page: StudioPage) -> None:
    choose(page, 0)
    run(page, "gallery.copy")
    assert json.loads(QGuiApplication.clipboard().text())["prompt"] == "a car on a beach"
    choose(page, 0, 1)
    run(page, "gallery.copy")
    assert len(json.loads(QGuiApplication.clipboard().text())) == 2


def test_a_star_is_given_and_taken(page: StudioPage, qtbot: QtBot) -> None:
    choose(page, 0)
    run(page, "gallery.star")
    qtbot.waitUntil(lambda: page.gallery.rows[0].starred, timeout=10_000)
    choose(page, 0)
    run(page, "gallery.star")
    qtbot.waitUntil(lambda: not page.gallery.rows[0].starred, timeout=10_000)


def test_the_form_survives_a_restart(page: StudioPage, folder: Path, qtbot: QtBot) -> None:
    page.form.set(text="a car\na tree", seeds="4-6")
    page.draft.close()
    session = Session(str(folder))
    other = StudioPage(session)
    qtbot.addWidget(other)
    assert (other.form.text, other.panel.seeds.text()) == ("a car\na tree", "4-6")
    other.close_down()
    session.close()
    session.library.close()


def test_every_control_has_a_name(page: StudioPage) -> None:
    page.form.add_entry(ids(page.session)[0])
    buttons = [button for button in page.findChildren(QAbstractButton) if not isinstance(button, QToolButton)]
    controls = buttons + page.findChildren(QLineEdit) + page.findChildren(QSlider)
    assert [control for control in controls if not (control.accessibleName() or control.isHidden())] == []
    assert len({command.key for command in page.commands}) == len(page.commands)
    assert all(command.title for command in page.commands)
