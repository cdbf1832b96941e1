"""The gallery as a list model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.library.gallery import Gallery
from gui.state.gallery_model import TAKE_ROLE, Change, GalleryModel
from tests.gui.signals import args_of
from tests.gui.takes import add_takes


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine takes: two seeds of a clip and one picture, each with three encoders."""
    root = tmp_path_factory.mktemp("takes")
    add_takes(root)
    return root


@pytest.fixture
def gallery(drawn: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[GalleryModel]:
    """A copy of them that a test may change."""
    made = GalleryModel(Gallery(Path(shutil.copytree(drawn, tmp_path / "copy"))))
    with qtbot.waitSignal(made.reloaded, timeout=10_000):
        made.look()
    yield made
    made.close()


def test_it_is_a_good_model(gallery: GalleryModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(gallery)
    gallery.find(text="car")
    qtmodeltester.check(gallery)
    assert gallery.rowCount() == 3


def test_takes_are_told_in_a_sentence_and_dragged_as_files(gallery: GalleryModel) -> None:
    index = gallery.index(5)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Pipwick bouncing in a meadow. Pipwick at 0.9, seed 1"
    assert gallery.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    data = gallery.mimeData([index])
    assert [Path(url.toLocalFile()) for url in data.urls()] == [index.data(TAKE_ROLE).path]


def test_searching_and_filtering_keep_what_is_not_named(gallery: GalleryModel) -> None:
    gallery.find(host="animatediff")
    gallery.find(text="negative")
    assert gallery.rowCount() == 0
    gallery.find(text="pipwick")
    assert gallery.rowCount() == 6
    gallery.find(text="", host="")
    assert gallery.rowCount() == 9
    assert gallery.hosts == [("starter", "animatediff"), ("starter", "still")]


def test_what_is_trashed_can_be_undone(gallery: GalleryModel, qtbot: QtBot) -> None:
    before = [take.name for take in gallery.rows]
    with qtbot.waitSignal(gallery.done, timeout=10_000) as heard:
        gallery.trash(gallery.rows[:2])
    change: Change = args_of(heard)[0]
    assert change.words == "2 takes were moved to the trash."
    assert [take.name for take in gallery.rows] == before[2:]
    assert change.undo is not None
    with qtbot.waitSignal(gallery.reloaded, timeout=10_000):
        change.undo()
    assert [take.name for take in gallery.rows] == before


def test_the_trash_is_shown_restored_from_and_emptied(gallery: GalleryModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(gallery.done, timeout=10_000):
        gallery.trash(gallery.rows[:2])
    gallery.show_trash(True)
    assert gallery.rowCount() == 2
    with qtbot.waitSignal(gallery.done, timeout=10_000) as heard:
        gallery.restore(gallery.rows[:1])
    assert args_of(heard)[0] == Change("The take is back.")
    with qtbot.waitSignal(gallery.done, timeout=10_000) as heard:
        gallery.empty_trash()
    assert args_of(heard)[0].words == "The take was deleted for good."
    gallery.show_trash(False)
    assert gallery.rowCount() == 8


def test_a_star_is_seen_at_once(gallery: GalleryModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(gallery.dataChanged, timeout=10_000):
        gallery.star(gallery.rows[3:4], True)
    assert [take.starred for take in gallery.rows[2:5]] == [False, True, False]
    gallery.find(starred=True)
    assert gallery.rowCount() == 1


def test_outside_changes_are_seen_at_the_next_look(gallery: GalleryModel, qtbot: QtBot) -> None:
    gone = gallery.rows[0]
    gone.path.unlink()
    with qtbot.waitSignal(gallery.rowsRemoved, timeout=10_000):
        gallery.look()
    assert gallery.row_of(gone.id) == -1


def test_a_folder_that_is_removed_empties_the_list_and_comes_back(gallery: GalleryModel, qtbot: QtBot) -> None:
    folder = gallery.gallery.folder
    folder.rename(folder.with_name("aside"))
    with qtbot.waitSignal(gallery.reloaded, timeout=10_000):
        gallery.look()
    assert gallery.rowCount() == 0
    folder.with_name("aside").rename(folder)
    with qtbot.waitSignal(gallery.reloaded, timeout=10_000):
        gallery.look()
    assert gallery.rowCount() == 9


def test_what_cannot_be_done_is_told_and_the_list_is_read_again(gallery: GalleryModel, qtbot: QtBot) -> None:
    gone = gallery.rows[0]
    gone.path.unlink()
    with qtbot.waitSignal(gallery.failed, timeout=10_000) as heard:
        gallery.trash([gone])
    assert "no take" in args_of(heard)[0]
    assert gallery.rowCount() == 8
