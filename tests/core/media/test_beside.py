"""What stands beside a clip: how it was made, and what the judge saw in it."""

from __future__ import annotations

from pathlib import Path

from core.media.beside import about, frame_files, is_clip, keep_seen, kept_seen, read_sidecar, seen_file, sidecar
from core.media.clip import write_clip, write_picture
from tests.core.media.test_clip import moving


def test_what_was_seen_joins_how_it_was_made(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(2), 8.0, {"seed": 3})
    assert about(path) == {"seed": 3}
    keep_seen(path, "Pipwick", [0.5, 1.0])
    assert about(path) == {"seed": 3, "concept": "Pipwick", "seen": [0.5, 1.0]}
    assert read_sidecar(path) == {"seed": 3}


def test_what_was_seen_in_another_clip_of_that_name_is_forgotten(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(2), 8.0, {})
    keep_seen(path, "Pipwick", [0.5, 1.0])
    write_clip(path, moving(9), 8.0, {})
    assert kept_seen(path) == {}
    path.unlink()
    assert kept_seen(path) == {}


def test_broken_and_missing_notes_are_nothing(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(2), 8.0, {"seed": 3})
    sidecar(path).write_text("[1]")
    seen_file(path).write_text("{")
    assert about(path) == {}


def test_nothing_is_written_where_the_folder_is_gone(tmp_path: Path) -> None:
    keep_seen(tmp_path / "gone" / "a.webm", "Pipwick", [1.0])
    assert list(tmp_path.iterdir()) == []


def test_clips_are_known_by_their_names_and_folders_by_their_numbers(tmp_path: Path) -> None:
    assert is_clip(Path("a.WEBM"))
    assert is_clip(Path("a.jpeg"))
    assert not is_clip(Path("a.txt"))
    assert not is_clip(tmp_path)
    for name in ("2.png", "10.png", "cover.png"):
        write_picture(tmp_path / name, moving(1, 8 * 8)[0], {})
    assert is_clip(tmp_path)
    assert [path.name for path in frame_files(tmp_path)] == ["2.png", "10.png"]
