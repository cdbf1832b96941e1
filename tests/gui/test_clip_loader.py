"""Clips are decoded beside the window's thread, and the newest question wins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.media.clip import read_clip, write_picture
from gui.workers.clip_loader import ClipLoader, Film, film, image_of, pixels_of
from tests.core.media.foreign import tone, write_avi, write_uneven
from tests.core.media.test_clip import moving
from tests.gui.signals import args_of


@pytest.fixture
def loader() -> Iterator[ClipLoader]:
    """A loader that is closed again."""
    made = ClipLoader()
    yield made
    made.close()


@pytest.fixture
def clips(folder: Path) -> dict[str, Path]:
    """Two clips of the first entry."""
    previews = next(folder.glob("entries/*pipwick*")) / "previews"
    return {"before": previews / "before-animatediff.webm", "after": previews / "after-animatediff.webm"}


def test_every_pixel_of_every_frame_arrives(clips: dict[str, Path]) -> None:
    frames, shown = read_clip(clips["before"]).frames, film(clips["before"])
    assert len(shown.frames) == len(frames) == 12
    assert {image.format() for image in shown.frames} == {QImage.Format.Format_RGB32}
    for image, pixels in zip(shown.frames, frames, strict=True):
        assert np.array_equal(pixels_of(image), pixels)
        assert image.pixelColor(200, 100).getRgb() == (*map(int, pixels[100, 200]), 255)


def test_odd_widths_and_grey_pictures_arrive() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    assert np.array_equal(pixels_of(image_of(pixels)), pixels)
    grey = QImage(3, 2, QImage.Format.Format_Grayscale8)
    grey.fill(77)
    assert (pixels_of(grey) == 77).all()


def test_a_film_tells_when_each_frame_begins(clips: dict[str, Path], tmp_path: Path) -> None:
    assert film(clips["before"]).times == pytest.approx([k / 8 for k in range(12)])
    uneven = film(write_uneven(tmp_path / "a.webm", moving(4), [0, 40, 300, 310]))
    assert uneven.times == pytest.approx((0.0, 0.04, 0.3, 0.31))


def test_a_film_tells_of_sound_and_of_being_made_smaller(tmp_path: Path) -> None:
    path = write_avi(tmp_path / "a.avi", np.zeros((4, 300, 400, 3), np.uint8), 4, tone(1.0))
    whole, small = film(path), film(path, room=4 * 240 * 180)
    assert whole.sound
    assert (whole.note, whole.full) == ("", QSize(400, 300))
    assert small.frames[0].width() <= 240
    assert small.full == QSize(400, 300)
    assert "400 × 300" in small.note


def test_a_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "still.png", np.full((4, 6, 3), 9, np.uint8), {"seed": 4})
    shown = film(path)
    assert (len(shown.frames), shown.times, shown.metadata) == (1, (0.0,), {"seed": 4})
    assert shown.frames[0].pixelColor(5, 3).getRgb() == (9, 9, 9, 255)


def test_clips_load_together(loader: ClipLoader, clips: dict[str, Path], qtbot: QtBot) -> None:
    with qtbot.waitSignal(loader.loaded) as told:
        loader.load(clips)
    films: dict[str, Film] = args_of(told)[0]
    assert {name: len(shown.frames) for name, shown in films.items()} == {"before": 12, "after": 12}


def test_an_unreadable_clip_is_told_and_the_others_load(
    loader: ClipLoader, clips: dict[str, Path], qtbot: QtBot
) -> None:
    clips["before"].write_bytes(b"no clip")
    with qtbot.waitSignal(loader.loaded) as told:
        loader.load(clips)
    assert list(args_of(told)[0]) == ["after"]
    assert list(loader.problems) == ["before"]
    assert "before-animatediff.webm" in loader.problems["before"]


def test_only_the_newest_question_is_answered(loader: ClipLoader, clips: dict[str, Path], qtbot: QtBot) -> None:
    answers: list[list[str]] = []
    loader.loaded.connect(lambda films: answers.append(list(films)))
    loader.load(clips)
    loader.load({"after": clips["after"]})
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert answers == [["after"]]


def test_a_newer_question_stops_the_decoding_of_an_older_one(
    loader: ClipLoader, clips: dict[str, Path], tmp_path: Path, qtbot: QtBot
) -> None:
    path = write_avi(tmp_path / "long.avi", np.zeros((400, 240, 320, 3), np.uint8), 25)
    shares: list[float] = []
    loader.progressed.connect(shares.append)
    with qtbot.waitSignal(loader.progressed, timeout=20_000):
        loader.load({"long": path})
    with qtbot.waitSignal(loader.loaded, timeout=20_000) as told:
        loader.load({"after": clips["after"]})
    assert list(args_of(told)[0]) == ["after"]
    assert len([share for share in shares if share < 1]) < 19


def test_progress_rises_to_all_in_a_few_steps(loader: ClipLoader, clips: dict[str, Path], qtbot: QtBot) -> None:
    shares: list[float] = []
    loader.progressed.connect(shares.append)
    with qtbot.waitSignal(loader.loaded):
        loader.load(clips)
    assert shares == sorted(set(shares))
    assert shares[-1] == 1.0
    assert len(shares) <= 20
