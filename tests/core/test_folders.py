"""Where things go: a person's own folders, whatever the copy; and what makes a copy portable."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core.folders import (
    MARKER,
    PORTABLE,
    beside,
    config_folder,
    data_folder,
    log_folder,
    portable_folder,
    settings_file,
)
from core.hardware.pack.place import packs_folder
from core.jobs import timings
from core.library.store import Library
from core.models.registry import models_folder
from core.models.token import token_file
from core.settings import library_folder, load


def frozen(monkeypatch: pytest.MonkeyPatch, program: Path) -> Path:
    """Be the frozen copy whose program is this one."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program.parent


def test_a_checkout_is_beside_main(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys, "frozen", raising=False)
    assert (beside() / "main.py").is_file()


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("opt/lacuna/lacuna", "opt/lacuna"),
        ("Lacuna 0.1 (日本)/lacuna.exe", "Lacuna 0.1 (日本)"),
        ("Applications/Lacuna.app/Contents/MacOS/lacuna", "Applications"),
        ("odd.app/lacuna", "odd.app"),
        ("odd.app/Contents/Resources/lacuna", "odd.app/Contents/Resources"),
    ],
)
def test_the_marker_belongs_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, expected: str
) -> None:
    frozen(monkeypatch, tmp_path / program)
    assert beside() == tmp_path / expected
    assert portable_folder() is None
    (tmp_path / expected / MARKER).touch()
    assert portable_folder() == tmp_path / expected / PORTABLE


def test_a_link_to_the_program_leads_to_its_real_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = frozen(monkeypatch, tmp_path / "opt/lacuna/lacuna")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "lacuna").symlink_to(real / "lacuna")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "lacuna"))
    (tmp_path / "bin" / MARKER).touch()
    assert portable_folder() is None
    (real / MARKER).touch()
    assert data_folder() == real / PORTABLE


def test_a_marker_where_nothing_can_be_made_is_told_and_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = frozen(monkeypatch, tmp_path / "lacuna")
    usual = data_folder()
    (here / MARKER).touch()
    (here / PORTABLE).write_text("a file in the way", "utf-8")
    assert data_folder() == usual
    assert str(here / PORTABLE) in load().note
    assert "not portable" in load().note
    (here / PORTABLE).unlink()
    assert (data_folder(), load().note) == (here / PORTABLE, "")


def test_data_that_are_there_are_used_even_if_they_cannot_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = frozen(monkeypatch, tmp_path / "lacuna")
    (here / MARKER).touch()
    (here / PORTABLE).mkdir()
    (here / PORTABLE / "settings.toml").write_text('schema = 2\ntheme = "dark"\n', "utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)  # rights that a test which runs as root does not have
    assert portable_folder() == here / PORTABLE
    assert load().settings.theme == "dark"
    assert "read-only" in load().note


def places() -> dict[str, Path]:
    """Everything that Lacuna keeps, by what it is."""
    return {
        "settings": settings_file(),
        "token of the hub": token_file(),
        "logs": log_folder(),
        "library, gallery, queue, drafts": library_folder(),
        "models, their list, accepted licences": models_folder(),
        "times of erasures": timings.path(),
        "GPU pack": packs_folder(),
    }


def test_nothing_is_kept_in_the_folder_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = frozen(monkeypatch, tmp_path / "opt/lacuna/lacuna")
    usual = {config_folder(), data_folder()}
    for what, path in places().items():
        assert not path.is_relative_to(here), what
        assert any(path.is_relative_to(folder) for folder in usual), what
    assert not Library().root.is_relative_to(here)
    assert sorted(found.name for found in here.iterdir()) == ["lacuna"]


def test_a_portable_copy_keeps_all_of_it_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = frozen(monkeypatch, tmp_path / "lacuna")
    (here / MARKER).touch()
    for what, path in places().items():
        assert path.is_relative_to(here / PORTABLE), what


def test_the_usual_folders_are_those_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    if sys.platform.startswith("linux"):
        assert (config_folder(), data_folder()) == (tmp_path / "c/Lacuna", tmp_path / "d/Lacuna")


def test_the_window_keeps_its_size_beside_the_settings() -> None:
    from gui.theme import volatile_settings

    usual = Path.home() / ".config/Lacuna" if sys.platform == "darwin" else config_folder()
    assert Path(volatile_settings().fileName()).parent == usual
