"""Takes in the grid and in the details below it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyle
from pytestqt.qtbot import QtBot

from core.library.gallery import Gallery, Take
from gui.state.gallery_model import GalleryModel
from gui.widgets.gallery_grid import GalleryGrid
from gui.widgets.take_delegate import take_picture
from gui.widgets.take_details import TakeDetails, facts
from tests.gui.takes import LENSES, add_takes, take_metadata


def take(**changes: object) -> Take:
    """A take that is not on the disk."""
    return Take(Path("a.webm"), take_metadata(**changes))


def test_a_take_tells_how_it_was_made() -> None:
    told = facts(take(**LENSES[2], created="2026-11-24T12:15:00"))
    assert told == "Pipwick at 0.9 · AnimateDiff · seed 1 · 10 steps · guidance 4 · 12 frames · 24 Nov 2026, 12:15"
    assert (
        facts(take(host="still", frames=1, created="no date")) == "Original · Pictures · seed 1 · 10 steps · guidance 4"
    )


@pytest.mark.parametrize(
    "metadata", [{}, {"steps": "x", "created": 3, "host": [], "guidance": None}, {"created": "9999-99-99", "seed": 1.5}]
)
def test_a_take_with_strange_metadata_is_told_as_far_as_it_is_known(metadata: dict[str, object]) -> None:
    assert facts(Take(Path("a.webm"), metadata)).startswith("Original")


def test_details_tell_one_or_what_several_share(qtbot: QtBot) -> None:
    details = TakeDetails()
    qtbot.addWidget(details)
    details.show_takes([take(**LENSES[1])], trashed=False)
    assert details._avoided.text() == "Told to avoid “Pipwick”"
    assert details.reuse.isEnabled()
    details.show_takes([take(), take(**LENSES[2], seed=2)], trashed=False)
    assert details._title.text() == "2 takes"
    assert details._facts.text() == "“Pipwick bouncing in a meadow” · Original, Pipwick at 0.9 · 2 seeds"
    assert not details.reuse.isEnabled()
    details.show_takes([take()], trashed=True)
    assert not details.restore.isHidden()
    assert details.trash.isHidden()
    details.show_takes([], trashed=False)
    assert details.isHidden()
    details.close_down()


def test_a_picture_is_read_for_every_take_and_plays_under_the_pointer(tmp_path: Path, qtbot: QtBot) -> None:
    model = GalleryModel(add_takes(tmp_path, seeds=(1,)))
    grid = GalleryGrid(model)
    qtbot.addWidget(grid)
    grid.resize(700, 700)
    with qtbot.waitSignal(model.reloaded, timeout=10_000):
        model.look()
    with qtbot.waitExposed(grid):
        grid.show()
    qtbot.waitUntil(lambda: len(grid.pictures.known()) == 6, timeout=20_000)
    assert all(grid.pictures.find(str(shown.path)) for shown in model.rows)
    assert grid.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
    with qtbot.waitSignal(grid.film.moved, timeout=20_000):
        qtbot.mouseMove(grid.viewport(), grid.visualRect(model.index(3)).center())
    assert grid.film.key == model.rows[3].id
    qtbot.mouseMove(grid.viewport(), QPoint(690, 690))
    grid.film.stop()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(model.index(4)).center())
    qtbot.mouseClick(
        grid.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        grid.visualRect(model.index(1)).center(),
    )
    assert [shown.id for shown in grid.takes] == [model.rows[1].id, model.rows[4].id]
    grid.close_down()
    model.close()


def test_what_is_no_clip_has_no_picture(tmp_path: Path) -> None:
    folder = Gallery(tmp_path).folder
    folder.mkdir()
    (folder / "broken.png").write_bytes(b"no picture")
    assert take_picture(folder / "broken.png") is None
