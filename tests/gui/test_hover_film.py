"""The film under the pointer: read after a rest, played round and round, gone when the pointer leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.media.clip import write_clip
from gui.state.hover_film import HoverFilm

GREY = (40, 120, 200)


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    """Two clips of three even frames each, the second one brighter."""
    made = []
    for name, more in (("before", 0), ("after", 40)):
        frames = np.stack([np.full((64, 64, 3), grey + more, np.uint8) for grey in GREY])
        made.append(write_clip(tmp_path / name, frames, 8.0, {}))
    return made


@pytest.fixture
def film() -> Iterator[HoverFilm]:
    """A film, closed after the test."""
    made = HoverFilm()
    yield made
    made.close()


def shade(image: QImage, x: int) -> int:
    """The grey value at a column of the middle row."""
    return image.pixelColor(x, image.height() // 2).red()


def test_both_clips_play_side_by_side(film: HoverFilm, clips: list[Path], qtbot: QtBot) -> None:
    shown: list[int] = []

    def note() -> None:
        if film.image is not None:
            assert film.image.width() == 2 * film.image.height()
            assert shade(film.image, 100) - shade(film.image, 20) == pytest.approx(40, abs=8)
            left = shade(film.image, 20)
            shown.append(min(GREY, key=lambda grey: abs(grey - left)))

    film.moved.connect(note)
    film.start("entry", clips)
    assert film.image is None
    qtbot.waitUntil(lambda: set(shown) == set(GREY), timeout=10_000)


def test_it_stops_when_the_pointer_leaves_and_starts_at_once_when_it_comes_back(
    film: HoverFilm, clips: list[Path], qtbot: QtBot
) -> None:
    film.start("entry", clips)
    qtbot.waitUntil(lambda: film.image is not None, timeout=10_000)
    with qtbot.waitSignal(film.moved):
        film.stop()
    assert film.image is None
    assert film.key == ""
    clips[0].unlink()
    film.start("entry", clips)
    qtbot.waitUntil(lambda: film.image is not None, timeout=10_000)


def test_passing_over_reads_nothing(film: HoverFilm, clips: list[Path], qtbot: QtBot) -> None:
    film.start("one", clips)
    film.stop()
    with qtbot.assertNotEmitted(film.moved, wait=400):
        pass


def test_a_clip_that_cannot_be_read_shows_nothing(film: HoverFilm, tmp_path: Path, qtbot: QtBot) -> None:
    broken = tmp_path / "broken.webm"
    broken.write_bytes(b"no clip")
    with qtbot.assertNotEmitted(film.moved, wait=600):
        film.start("entry", [broken])
    assert film.image is None
