"""The list of licences holds every part of a bundle, and a part that may not be given on stops it."""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from pathlib import Path

import crates
import debian
import pytest
from licences import RULES, collect, write
from spdx import choices

from core.errors import InputError, LacunaError
from core.hardware.parts import read_list

PACKAGES = ("requests", "tokenizers", "psutil")
MODULES = {"core", "gui", "json", "tomlkit", "PIL"}


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A small bundle of packages that are installed here: metadata, folders, and libraries of no content."""
    made = tmp_path / "lacuna" / "_internal"
    for name in PACKAGES:
        origin = Path(str(metadata.distribution(name).locate_file(""))).glob(f"{name}-*.dist-info")
        found = next(origin)
        shutil.copytree(found, made / found.name)
    for library in (
        "tokenizers/tokenizers.abi3.so",
        "opencv_python.libs/libvpx-1.so.11",
        "python3.11/lib-dynload/_a.so",
    ):
        (made / library).parent.mkdir(parents=True, exist_ok=True)
        (made / library).write_bytes(b"")
    return made


def plant(folder: Path, monkeypatch: pytest.MonkeyPatch, licence: str, text: str) -> None:
    """Install a package `planted`, whose module is `planted`, for the time of a test."""
    info = folder / "site" / "planted-1.0.dist-info"
    info.mkdir(parents=True)
    stated = f"License-Expression: {licence}\n" if licence else ""
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: planted\nVersion: 1.0\n{stated}")
    (info / "top_level.txt").write_text("planted\n")
    (info / "LICENSE").write_text(text)
    monkeypatch.syspath_prepend(str(folder / "site"))


def test_everything_in_a_bundle_is_listed_with_its_texts(inside: Path, tmp_path: Path) -> None:
    write(inside, MODULES, tmp_path / "a.json")
    found = {part.name: part for part in read_list(tmp_path / "a.json")}
    assert {"requests", "tokenizers", "psutil", "tomlkit", "pillow", "Lacuna", "CPython"} <= set(found)
    assert found["requests"].version == metadata.version("requests")
    assert found["libvpx (in opencv-python)"].licence == "BSD-3-Clause"
    assert "torch" not in found
    assert all(len(part.whole_text()) > 200 for part in found.values())
    listed = found["Rust crates (in tokenizers)"].texts
    assert "aho-corasick" in listed[0].read()
    assert "MIT.txt" in [text.title for text in listed]


def test_the_list_is_the_same_each_time_and_holds_a_text_once(inside: Path, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write(inside, MODULES, tmp_path / name)
    written = (tmp_path / "a.json").read_text("utf-8")
    assert written == (tmp_path / "b.json").read_text("utf-8")
    texts = [" ".join(text.split()) for text in json.loads(written)["texts"].values()]
    assert len(texts) == len(set(texts))
    assert str(tmp_path) not in written


def test_a_part_without_a_licence_stops_it(inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, monkeypatch, "", "")
    with pytest.raises(LacunaError) as told:
        write(inside, MODULES | {"planted"}, tmp_path / "a.json")
    assert "planted: it has no licence text." in told.value.why
    assert "planted: “” is not an SPDX expression" in told.value.why
    assert not (tmp_path / "a.json").exists()


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0-or-later", "CC-BY-NC-4.0", "LicenseRef-Proprietary"])
def test_a_licence_that_is_not_allowed_stops_it(
    licence: str, inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, monkeypatch, licence, "Terms.")
    with pytest.raises(LacunaError) as told:
        write(inside, MODULES | {"planted"}, tmp_path / "a.json")
    assert told.value.why.splitlines()[1:] == [f"planted: “{licence}” is not allowed in a bundle."]


def test_a_choice_is_allowed_if_one_way_is(inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, monkeypatch, "GPL-3.0-only OR MIT", "Terms.")
    write(inside, MODULES | {"planted"}, tmp_path / "a.json")
    assert "planted" in (tmp_path / "a.json").read_text("utf-8")


def test_modules_and_libraries_that_nobody_knows_stop_it(inside: Path, tmp_path: Path) -> None:
    for name in ("opencv_python.libs/libx264-1.so.164", "libmystery.so.1", "torch/lib/libmystery.so"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(b"")
    with pytest.raises(LacunaError) as told:
        write(inside, MODULES | {"mystery"}, tmp_path / "a.json")
    for name in ("“mystery” belongs", "libx264-1.so.164:", "\nlibmystery.so.1:", "torch/lib/libmystery.so:"):
        assert name in told.value.why


@pytest.mark.parametrize(
    ("built", "fits"),
    [
        (b"--prefix=/x --enable-shared\0libavcodec license: LGPL version 2.1 or later\0", True),
        (b"--prefix=/x --enable-gpl --enable-shared\0", False),
        (b"libavcodec license: GPL version 2 or later\0", False),
        (b"libavcodec license: nonfree and unredistributable\0", False),
    ],
)
def test_ffmpeg_is_asked_how_it_was_built(built: bytes, fits: bool, inside: Path, tmp_path: Path) -> None:
    (inside / "opencv_python.libs" / "libavcodec-1.so.62").write_bytes(built)
    if fits:
        write(inside, MODULES, tmp_path / "a.json")
        assert "FFmpeg (in opencv-python)" in (tmp_path / "a.json").read_text("utf-8")
    else:
        with pytest.raises(LacunaError, match="FFmpeg was built as"):
            write(inside, MODULES, tmp_path / "a.json")


def test_a_library_of_the_system_is_told_by_its_package() -> None:
    package = debian.owners(["libglib-2.0.so.0", "libmystery.so.1"])["libglib-2.0.so.0"]
    part = debian.part(package, RULES["debian"][package.removesuffix("t64")], "library")
    assert part.version
    assert "LGPL" in part.whole_text()
    assert len(part.texts) > 1


def test_what_is_known_not_to_be_allowed_is_not_allowed() -> None:
    for name in ("libreadline8", "libgdbm6"):
        assert not any(choice <= set(RULES["allowed"]) for choice in choices(RULES["debian"][name]))
    told = [*RULES["debian"].values(), *(row["licence"] for row in RULES["carried"])]
    assert all(choices(licence) for licence in told)


def test_a_crate_is_taken_under_the_licence_that_is_easiest_to_keep() -> None:
    offered = ["Apache-2.0", "MIT"]
    assert crates.chosen({"licenses": [{"expression": "MIT OR Apache-2.0"}]}, offered) == {"Apache-2.0"}
    assert crates.chosen({"licenses": [{"expression": "MIT/Apache-2.0"}]}, offered) == {"Apache-2.0"}
    assert crates.chosen({"licenses": [{"license": {"id": "MIT"}}]}, offered) == {"MIT"}
    assert crates.chosen({"licenses": [{"expression": "GPL-3.0-only"}]}, offered) is None
    assert crates.chosen({}, offered) is None


def test_a_folder_without_a_program_is_no_bundle(inside: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no bundle"):
        collect(inside.parent, tmp_path / "a.json")
