"""The gallery: a folder of takes that is the truth, whatever lies in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from core.library.gallery import Gallery, GalleryQuery, Take, export_take
from core.library.store import Library
from core.media.beside import sidecar, write_sidecar
from core.media.clip import write_picture


def picture(gallery: Gallery, **metadata: object) -> Path:
    """A small take."""
    about = {"prompt": "a car on a hill", "seed": 1, "host": "still", "family": "starter", "group": "20261101T1"}
    about |= metadata
    path = gallery.new_path(str(about["prompt"]), 1, str(about["group"])).with_suffix(".png")
    write_picture(path, np.zeros((4, 4, 3), np.uint8), about)
    write_sidecar(path, about)
    return path


@pytest.fixture
def gallery(library: Library) -> Gallery:
    """An empty gallery."""
    return Gallery(library.root)


def test_an_empty_library_has_no_takes(gallery: Gallery) -> None:
    assert gallery.takes() == gallery.trashed() == []
    assert not gallery.folder.exists()


def test_the_newest_job_comes_first_and_a_job_in_its_order(gallery: Gallery) -> None:
    for group, order in (("20261101T2", 1), ("20261101T2", 0), ("20261102T1", 0), ("20261101T1", 0)):
        picture(gallery, group=group, order=order)
    found = [(take.group, take.metadata["order"]) for take in gallery.takes()]
    assert found == [("20261102T1", 0), ("20261101T2", 0), ("20261101T2", 1), ("20261101T1", 0)]


@pytest.mark.parametrize("name", ["🦎" * 200, "../../etc/passwd", "עברית", "a" * 5000, "", "CON\n\0"])
def test_any_prompt_makes_a_name_that_disks_take(gallery: Gallery, name: str) -> None:
    path = picture(gallery, prompt=name)
    assert path.parent == gallery.folder
    assert len(path.name.encode()) < 120
    assert gallery.takes()[0].prompt == name


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"prompt": NaN}', "\0\1"])
def test_a_broken_description_is_replaced_by_the_one_inside(gallery: Gallery, text: str) -> None:
    path = picture(gallery, prompt="inside")
    sidecar(path).write_text(text)
    assert gallery.takes()[0].prompt == "inside"


def test_foreign_files_are_shown_with_what_is_known(gallery: Gallery) -> None:
    gallery.folder.mkdir()
    write_picture(gallery.folder / "own.png", np.zeros((4, 4, 3), np.uint8), {})
    (gallery.folder / "notes.txt").write_text("no take")
    (gallery.folder / ".half.png").write_bytes(b"")
    (gallery.folder / "folder.png").mkdir()
    (gallery.folder / "broken.webm").write_bytes(b"no clip")
    takes = {take.name: take for take in gallery.takes()}
    assert set(takes) == {"own.png", "broken.webm"}
    assert takes["own.png"].fault
    assert (takes["own.png"].seed, takes["own.png"].prompt, takes["own.png"].encoder) == (None, "", "")


def test_values_of_the_wrong_type_are_blanks() -> None:
    take = Take(Path("a.png"), {"prompt": 3, "seed": "1", "strength": True, "group": None, "host": ["x"], "starred": 1})
    assert (take.prompt, take.seed, take.number("strength"), take.host, take.starred) == ("", None, None, "", False)
    assert take.group.startswith("1970")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("CAR", 2),
        ("car meadow", 1),
        ("pipwick", 1),
        ("original", 2),
        ("animatediff", 1),
        ("starter", 3),
        ("2026-11-02", 1),
        ("7", 1),
        ("70", 0),
        ("meadow nothing", 0),
        ("", 3),
    ],
)
def test_search_looks_into_prompt_encoder_model_seed_and_date(gallery: Gallery, query: str, found: int) -> None:
    picture(gallery, prompt="a car in a meadow", seed=7)
    picture(gallery, created="2026-11-02T10:00:00+00:00")
    picture(gallery, prompt="a tree", encoder="2026-x", encoder_name="Pipwick", host="animatediff")
    assert len(GalleryQuery(query).of(gallery.takes())) == found


def test_filters_narrow_further(gallery: Gallery) -> None:
    picture(gallery)
    gallery.star(picture(gallery, host="animatediff").name)
    takes = gallery.takes()
    assert [take.host for take in GalleryQuery(host="still").of(takes)] == ["still"]
    assert [take.host for take in GalleryQuery(starred=True).of(takes)] == ["animatediff"]


def test_a_star_lasts_and_changes_nothing_else(gallery: Gallery) -> None:
    path = picture(gallery)
    before = json.loads(sidecar(path).read_text())
    assert gallery.star(path.name).starred
    assert json.loads(sidecar(path).read_text()) == {**before, "starred": True}
    assert not gallery.star(path.name, starred=False).starred


def test_the_trash_gives_back_what_it_got_and_can_be_emptied(gallery: Gallery) -> None:
    path, other = picture(gallery), picture(gallery)
    gallery.trash(path.name)
    assert [take.name for take in gallery.takes()] == [other.name]
    assert gallery.trashed()[0].prompt == "a car on a hill"
    assert gallery.restore(path.name).path == path
    gallery.trash(other.name)
    assert gallery.empty_trash() == 1
    assert [file.name for file in gallery.bin.iterdir()] == []
    assert [take.name for take in gallery.takes()] == [path.name]


def test_a_take_is_found_by_a_unique_beginning(gallery: Gallery) -> None:
    path = picture(gallery)
    picture(gallery)
    assert gallery.find(path.name[:-5]).path == path
    for wanted, words in (("2026", "2 takes"), ("nothing", "no take “nothing”"), ("", "no take")):
        with pytest.raises(InputError, match=words):
            gallery.find(wanted)


def test_only_what_changed_is_read_again(gallery: Gallery) -> None:
    path = picture(gallery)
    first = gallery.takes()[0]
    assert gallery.takes()[0] is first
    sidecar(path).write_text('{"prompt": "changed"}')
    os.utime(sidecar(path), (1, 1))
    assert gallery.takes()[0].prompt == "changed"
    path.unlink()
    sidecar(path).unlink()
    assert gallery.takes() == []


def test_a_take_is_saved_as_it_is_or_in_another_format(gallery: Gallery, tmp_path: Path) -> None:
    take = gallery.find(picture(gallery).name)
    same = export_take(take, tmp_path / "copy.png")
    assert same.read_bytes() == take.path.read_bytes()
    assert json.loads(sidecar(same).read_text())["prompt"] == "a car on a hill"
    assert export_take(take, tmp_path / "moving.gif").read_bytes()[:4] == b"GIF8"
    for path, words in ((same, "exists already"), (tmp_path / "a.pdf", "cannot be written")):
        with pytest.raises(InputError, match=words):
            export_take(take, path)
