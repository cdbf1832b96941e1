"""Clips and pictures of other programs on Compare: dropped, uneven, still, loud, or none at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.media.clip import write_picture
from gui.pages.compare import ComparePage
from gui.state.comparison import of_files
from gui.state.session import Session
from tests.core.media.foreign import tone, write_avi, write_uneven
from tests.gui.coded import GREEN, RED, coded, write_coded
from tests.gui.compare_pages import LEFT, loaded, press, shown, words


@pytest.fixture
def page(folder: Path, qtbot: QtBot) -> Iterator[ComparePage]:
    """The page with the newest entry, standing at its first frame."""
    session = Session(str(folder))
    made = shown(session, qtbot)
    loaded(made, qtbot)
    yield made
    made.close_down()
    session.close()


def test_what_is_dropped_is_compared(page: ComparePage, qtbot: QtBot, tmp_path: Path) -> None:
    files = [write_coded(tmp_path / "green", 12, GREEN), write_coded(tmp_path / "red", 6, RED, 4.0)]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    none, copied = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copied, data, LEFT, none)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    assert "Drop clips" in words(page)
    QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), copied, data, LEFT, none, QEvent.Type.Drop))
    loaded(page, qtbot)
    assert "Drop clips" not in words(page)
    assert page.entry is None
    assert not page.headline.isVisible()
    page.player.seek(5)
    assert [view.index for view in page.views.values()] == [5, 2]
    assert page.cinema.screening.mixed
    page.cinema.step_through("file-2")
    assert (page.player.count, page.player.index) == (6, 2)
    assert [view.index for view in page.views.values()] == [4, 2]


def test_what_is_no_clip_is_told_and_what_was_shown_stays(page: ComparePage, qtbot: QtBot, tmp_path: Path) -> None:
    before = list(page.views)
    with qtbot.waitSignal(page.noticed):
        page.take([tmp_path / "gone.webm"])
    assert list(page.views) == before


def test_a_picture_stands_beside_a_clip(page: ComparePage, qtbot: QtBot, tmp_path: Path) -> None:
    still = write_picture(tmp_path / "still.png", coded(6, RED)[5], {})
    page.take(of_files([write_coded(tmp_path / "green", 12, GREEN), still]))
    loaded(page, qtbot)
    page.player.step(-1)
    assert [view.index for view in page.views.values()] == [11, 0]


def test_sound_can_be_muted_where_there_is_some(page: ComparePage, qtbot: QtBot, tmp_path: Path) -> None:
    assert not page.transport.mute.isVisible()
    page.take([write_avi(tmp_path / "loud.avi", coded(8, GREEN), 8, tone(1.0))])
    loaded(page, qtbot, 8)
    assert page.transport.mute.isVisible() is page.cinema.sound.present
    press(page, qtbot, Qt.Key.Key_M)
    assert page.cinema.sound.muted


def test_frames_of_uneven_length_stand_for_their_own_times(page: ComparePage, qtbot: QtBot, tmp_path: Path) -> None:
    times = (0.0, 0.1, 0.2, 0.6, 0.7)
    uneven = write_uneven(tmp_path / "uneven.webm", coded(5, GREEN), [round(1000 * time) for time in times])
    page.take([uneven, write_coded(tmp_path / "even", 8, RED, 10.0)])
    qtbot.waitUntil(lambda: page.player.count > 0 and len(page.cinema.screening.films) == 2, timeout=10_000)
    page.player.pause()
    shown = page.cinema.screening
    assert shown.reels["file-1"].starts == pytest.approx(times, abs=0.002)
    pairs = [(shown.index("file-1", at), shown.index("file-2", at)) for at in range(shown.clock.count)]
    assert [pair[0] for pair in pairs if pair[1] in (1, 3, 5, 6, 7)] == [1, 2, 2, 3, 4]


def test_one_frame_is_shown_and_does_not_play(page: ComparePage, qtbot: QtBot, tmp_path: Path) -> None:
    page.take([write_picture(tmp_path / "still.png", coded(1, RED)[0], {})])
    loaded(page, qtbot, 1)
    press(page, qtbot, Qt.Key.Key_Space, Qt.Key.Key_Period, Qt.Key.Key_J)
    assert not page.player.playing
    assert not page.transport.play.isEnabled()
    assert not page.cinema.bar.modes.isEnabled()
