"""Small pictures are read beside the window's thread, kept within bounds, and the newest question comes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.media.picture import write_picture
from gui.state import thumbnails
from gui.state.thumbnails import Thumbnails
from gui.workers.small_pictures import BOX

RED = (200, 20, 20)


def drawn(path: Path, colour: tuple[int, int, int] = RED, size: tuple[int, int] = (64, 128)) -> str:
    """A picture of one colour; the path as text."""
    return str(write_picture(path, np.full((*size, 3), colour, np.uint8), {}))


@pytest.fixture
def pictures() -> Iterator[Thumbnails]:
    """A cache, closed after the test."""
    made = Thumbnails()
    yield made
    made.close()


def test_a_picture_is_there_after_it_was_read(pictures: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    path = drawn(tmp_path / "one.png")
    with qtbot.waitSignal(pictures.ready):
        assert pictures.find(path) is None
    found = pictures.find(path)
    assert found is not None
    assert (found.width(), found.height()) == (128, 64)
    assert found.pixelColor(5, 5) == QColor(*RED)


def test_a_large_picture_is_read_small(pictures: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    path = drawn(tmp_path / "large.png", size=(1200, 2400))
    with qtbot.waitSignal(pictures.ready):
        pictures.find(path)
    found = pictures.find(path)
    assert found is not None
    assert found.height() == BOX.height()


def test_what_is_no_picture_is_asked_for_once(pictures: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    for lost in (str(path), str(tmp_path / "gone.png")):
        with qtbot.waitSignal(pictures.ready):
            pictures.find(lost)
        with qtbot.assertNotEmitted(pictures.ready, wait=50):
            assert pictures.find(lost) is None


def test_the_newest_question_is_answered_before_older_ones(
    pictures: Thumbnails, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "WAITING", 2)
    paths = [drawn(tmp_path / f"{number}.png") for number in range(6)]
    for path in paths:
        pictures.find(path)
    order: list[str] = []
    seen: set[str] = set()

    def note() -> None:
        fresh = {path for path in pictures.known() if path not in seen}
        order.extend(sorted(fresh))
        seen.update(fresh)

    pictures.ready.connect(note)
    qtbot.waitUntil(lambda: len(order) == 3, timeout=10_000)
    assert order == [paths[0], paths[5], paths[4]]


def test_the_pictures_stay_within_their_room(
    pictures: Thumbnails, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnails, "BYTES", 3 * 128 * 64 * 4)
    for number in range(5):
        with qtbot.waitSignal(pictures.ready):
            pictures.find(drawn(tmp_path / f"{number}.png"))
    assert [Path(path).stem for path in pictures.known()] == ["2", "3", "4"]
