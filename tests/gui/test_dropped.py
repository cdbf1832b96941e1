"""What files are good for that were dropped on the Erase page."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from gui.state.dropped import Dropped, dropped


def test_pictures_stand_for_their_folder(tmp_path: Path) -> None:
    for name in ("one.png", "two.JPG"):
        (tmp_path / name).touch()
    assert dropped([tmp_path / "one.png", tmp_path / "two.JPG"]) == Dropped(folder=tmp_path)
    assert dropped([tmp_path]) == Dropped(folder=tmp_path)


def test_a_text_file_names_concepts(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("Pipwick\n\n# people\n  Mara Quillon \n", "utf-8")
    assert dropped([tmp_path / "list.txt"]) == Dropped(names=("Pipwick", "Mara Quillon"))


@pytest.mark.parametrize("names", [["clip.webm"], ["one.png", "clip.webm"], ["a.txt", "b.txt"], ["in/a.png", "b.png"]])
def test_other_files_are_refused_with_what_can_be_dropped(names: list[str], tmp_path: Path) -> None:
    for path in (tmp_path / name for name in names):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with pytest.raises(InputError, match="folder of pictures"):
        dropped([tmp_path / name for name in names])
