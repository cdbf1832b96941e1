"""Clips are decoded beside the window's thread, and the newest question wins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.media.clip import read_clip, write_picture
from gui.workers.clip_loader import ClipLoader, Film, film
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
    for image, pixels in zip(shown.frames, frames, strict=True):
        height, width, _ = pixels.shape
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        assert np.array_equal(rows[:, : 3 * width].reshape(height, width, 3), pixels)


def test_a_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "still.png", np.full((4, 6, 3), 9, np.uint8), {})
    shown = film(path)
    assert len(shown.frames) == 1
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
    with qtbot.waitSignals([loader.loaded, loader.failed]):
        loader.load(clips)
    with qtbot.waitSignal(loader.failed) as told:
        loader.load({"before": clips["before"]})
    assert "before-animatediff.webm" in args_of(told)[0]


def test_only_the_newest_question_is_answered(loader: ClipLoader, clips: dict[str, Path], qtbot: QtBot) -> None:
    answers: list[list[str]] = []
    loader.loaded.connect(lambda films: answers.append(list(films)))
    loader.load(clips)
    loader.load({"after": clips["after"]})
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert answers == [["after"]]
