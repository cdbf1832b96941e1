"""Saving: what is written, where, under which name, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from core.library.store import Library
from core.media.beside import read_sidecar
from core.media.clip import read_clip, read_metadata, read_picture, write_clip, write_picture
from core.media.composing import Layout
from gui.state import saving
from gui.state.comparison import of_entry, of_files
from gui.state.saving import Savable, Saver, file_name
from gui.theme import volatile_settings
from tests.core.media.test_clip import METADATA, moving
from tests.gui.signals import args_of


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Nothing is remembered from other tests."""
    volatile_settings().remove("save")
    yield
    volatile_settings().remove("save")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A clip to save."""
    return write_clip(tmp_path / "a.webm", moving(6), 8.0, METADATA)


def saver(savable: Savable, folder: Path) -> Saver:
    made = Saver(savable)
    made.set_folder(folder)
    return made


def saved(made: Saver, qtbot: QtBot) -> Path:
    """Save and give the path."""
    with qtbot.waitSignal(made.saved, timeout=20_000) as told:
        assert made.save()
    made.close()
    return args_of(told)[0]


def test_a_frame_is_saved_pixel_by_pixel_with_what_made_it(out: Path, qtbot: QtBot) -> None:
    image = QImage(5, 4, QImage.Format.Format_RGB32)
    image.fill(0x123456)
    made = saver(saving.frame(image, "Frame 5", {"seed": 3}), out)
    image.fill(0)
    found = saved(made, qtbot)
    assert found == out / "Frame 5.png"
    assert (read_picture(found) == (0x12, 0x34, 0x56)).all()
    assert read_metadata(found) == {"seed": 3}


@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".gif", ""])
def test_a_clip_is_saved_in_every_format(path: Path, out: Path, qtbot: QtBot, suffix: str) -> None:
    made = saver(saving.clip(path, "Pipwick: after?"), out)
    made.set_suffix(suffix)
    found = saved(made, qtbot)
    assert found == out / f"Pipwick after{suffix}"
    assert len(read_clip(found).frames) == 6
    assert read_sidecar(found) == METADATA


def test_its_own_format_is_copied_byte_by_byte(path: Path, out: Path, qtbot: QtBot) -> None:
    made = saver(saving.clip(path), out)
    made.set_suffix(".webm")
    assert saved(made, qtbot).read_bytes() == path.read_bytes()
    made = saver(saving.clip(path), out)
    made.set_suffix(".webm")
    made.set_scale(2)
    assert made.name == "a 2"
    assert read_clip(saved(made, qtbot)).frames.shape[1:] == (128, 128, 3)


def test_several_go_into_a_folder_and_pictures_stay_pictures(path: Path, out: Path, qtbot: QtBot) -> None:
    picture = write_picture(path.with_name("b.png"), moving(1)[0], {})
    made = saver(saving.clips([path, picture], "Clips"), out)
    made.set_suffix(".gif")
    folder = saved(made, qtbot)
    assert sorted(p.name for p in folder.iterdir()) == ["a.gif", "a.gif.json", "b.png", "b.png.json"]


def test_a_comparison_is_saved_as_one_clip_that_says_what_it_is_made_of(folder: Path, out: Path, qtbot: QtBot) -> None:
    shown = of_entry(Library(folder).get("Pipwick"))["animatediff"]
    made = saver(saving.comparison(shown, Layout()), out)
    made.set_suffix(".webm")
    shares: list[float] = []
    made.progressed.connect(shares.append)
    found = read_clip(saved(made, qtbot))
    assert len(found.frames) == 12
    assert found.frames.shape[2] > 3 * 384
    assert [part["title"] for part in found.metadata["of"]] == ["Before", "Negative prompt", "After"]
    assert found.metadata["prompt"] == shown.prompt
    assert shares == sorted(set(shares))
    assert 5 < len(shares) <= 20


def test_what_is_stopped_or_fails_leaves_nothing(path: Path, out: Path, qtbot: QtBot) -> None:
    made = saver(saving.clips([path, path.with_name("gone.webm")], "Clips"), out)
    with qtbot.waitSignal(made.failed, timeout=20_000) as told:
        made.save()
    assert "gone.webm" in args_of(told)[0]
    made = saver(saving.clip(path), out)
    made.set_suffix(".gif")
    with qtbot.waitSignal(made.failed, timeout=20_000) as told:
        made.save()
        made.stop()
    assert args_of(told) == [""]
    made.close()
    assert list(out.iterdir()) == []


def test_a_name_that_cannot_be_is_told_before(path: Path, out: Path) -> None:
    made = saver(saving.clip(path), out)
    made.set_suffix(".gif")
    assert made.problem == ""
    (out / "taken.gif").write_bytes(b"")
    for name, why in (
        ("", "Give it a name"),
        ("a/b", "must not hold"),
        ("taken", "exists already"),
        ("x" * 130, "120"),
    ):
        made.set_name(name)
        assert why in made.problem
        assert not made.save()
    made.set_name("free")
    made.set_folder(out / "gone")
    assert "does not exist" in made.problem


def test_a_free_name_is_offered_in_each_folder_and_format(path: Path, out: Path) -> None:
    (out / "a.gif").write_bytes(b"")
    (out / "a 2.gif").write_bytes(b"")
    made = saver(saving.clip(path), out)
    made.set_suffix(".webm")
    assert made.name == "a"
    made.set_suffix(".gif")
    assert made.name == "a 3"
    assert made.path == out / "a 3.gif"


def test_format_folder_and_size_are_remembered_pictures_apart(path: Path, out: Path, qtbot: QtBot) -> None:
    made = saver(saving.clip(path), out)
    made.set_suffix(".gif")
    made.set_scale(4)
    saved(made, qtbot)
    again = Saver(saving.clip(path))
    assert (again.suffix, again.folder, again.scale) == (".gif", out, 4)
    assert Saver(saving.frame(QImage(1, 1, QImage.Format.Format_RGB32), "x")).suffix == ".png"
    (out / "a.gif").rename(out.parent / "moved.gif")
    (out / "a.gif.json").unlink()
    out.rmdir()
    assert Saver(saving.clip(path)).folder.is_dir()


def test_strange_settings_are_passed_over(path: Path) -> None:
    for key, value in (("clip-format", ".exe"), ("scale", "many"), ("folder", "/none/at/all")):
        volatile_settings().setValue(f"save/{key}", value)
    made = Saver(saving.clip(path))
    assert (made.suffix, made.scale) == (".webm", 1)
    assert made.folder.is_dir()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('a / b: "c"?', "a b c"),
        ("  ..hidden. ", "hidden"),
        ("", "clip"),
        ("???", "clip"),
        ("Größe 🙂 عربي", "Größe 🙂 عربي"),
        ("x" * 300, "x" * 120),
    ],
)
def test_names_of_files_hold_what_every_system_takes(text: str, name: str) -> None:
    assert file_name(text) == name


def test_a_picture_is_copied_to_the_clipboard() -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0x445566)
    saving.copy_picture(image)
    assert QGuiApplication.clipboard().image().pixelColor(2, 1) == QColor(0x44, 0x55, 0x66)


def test_frames_of_a_comparison_of_pictures_are_one(tmp_path: Path) -> None:
    paths = [write_picture(tmp_path / f"{k}.png", np.full((8, 8, 3), k, np.uint8), {}) for k in (1, 2)]
    made = saving.compose_comparison(of_files(paths), Layout("difference"), lambda _done, _total: None)
    assert len(made.frames) == 1
