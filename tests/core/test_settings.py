"""The settings file: typed, versioned, kept whole, and never in a person's way."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

import pytest

from core.errors import InputError, LacunaError
from core.folders import PORTABLE, config_folder, data_folder, settings_file
from core.settings import (
    DEFAULTS,
    KEYS,
    SCHEMA,
    change,
    checked,
    current,
    library_folder,
    load,
    overriding,
    parse,
    peek,
    storable,
)

OLD = """# my own words
schema = 1
scheme = "dark"  # at night
memory = "low"
mine = { kept = true }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_all_is_as_usual(path: Path) -> None:
    assert load(path).settings == DEFAULTS
    assert not load(path).note
    assert not path.exists()


def test_a_change_is_written_and_read_back(path: Path) -> None:
    assert change(path, memory="low", notify=False).memory == "low"
    found = load(path)
    assert (found.settings.memory, found.settings.notify, found.note) == ("low", False, "")
    assert tomllib.loads(path.read_text("utf-8")) == {"schema": SCHEMA, "memory": "low", "notify": False}


def test_a_file_of_version_1_is_read_and_brought_to_today_at_the_first_change(path: Path) -> None:
    written(path, OLD)
    assert (load(path).settings.theme, load(path).settings.memory) == ("dark", "low")
    assert path.read_text("utf-8") == OLD
    change(path, memory="high")
    text = path.read_text("utf-8")
    assert tomllib.loads(text) == {"schema": 2, "theme": "dark", "memory": "high", "mine": {"kept": True}}
    assert "# my own words" in text


def test_the_theme_of_the_first_version_is_taken_from_its_ini_file(path: Path) -> None:
    written(path.with_name("window.ini"), "[General]\ngeometry=@ByteArray(\\x1\\xd9%\\xd0)\nscheme=dark\n")
    assert load(path).settings.theme == "dark"
    change(path, memory="low")
    assert tomllib.loads(path.read_text("utf-8")) == {"schema": SCHEMA, "theme": "dark", "memory": "low"}


@pytest.mark.parametrize("text", ["memory = ", "schema = 'two'", "schema = 0", "schema = true", "\0", "[" * 5000])
def test_a_broken_file_is_kept_aside_and_said(path: Path, text: str) -> None:
    written(path, text)
    found = load(path)
    kept = list(path.parent.glob("settings.toml.broken-*"))
    assert found.settings == DEFAULTS
    assert str(kept[0]) in found.note
    assert kept[0].read_text("utf-8") == text
    assert load(path).note == ""
    assert change(path, theme="light").theme == "light"


@pytest.mark.parametrize("text", ["memory = ", "schema = 'two'", "\0"])
def test_a_glance_at_a_broken_file_moves_nothing(path: Path, text: str) -> None:
    assert peek(written(path, text)) == DEFAULTS
    assert path.read_text("utf-8") == text
    assert peek(written(path, 'schema = 9\nlanguage = "de"\nmemory = 3\n')).language == "de"


def test_bytes_that_are_no_text_are_kept_aside(path: Path) -> None:
    written(path, "")
    path.write_bytes(b"\xff\xfe\x00")
    assert load(path).settings == DEFAULTS
    assert len(list(path.parent.glob("settings.toml.broken-*"))) == 1


def test_a_file_of_a_newer_version_is_read_and_left_alone(path: Path) -> None:
    text = 'schema = 9\nmemory = "low"\ntheme = ["night", "day"]\n'
    written(path, text)
    found = load(path)
    assert (found.settings.memory, found.settings.theme, found.writable) == ("low", "system", False)
    assert "newer" in found.note
    with pytest.raises(LacunaError, match="cannot be changed"):
        change(path, memory="high")
    assert path.read_text("utf-8") == text


def test_a_wrong_value_falls_back_alone_and_is_said(path: Path) -> None:
    written(path, 'schema = 2\nmemory = "huge"\ntheme = "dark"\nnotify = 3\n')
    found = load(path)
    assert found.settings == DEFAULTS.__class__(theme="dark")
    assert "“memory” cannot be “huge”" in found.note
    assert "“notify” cannot be “3”" in found.note


def test_what_cannot_be_opened_is_said_and_left_alone(path: Path) -> None:
    path.mkdir(parents=True)
    found = load(path)
    assert not found.writable
    assert str(path) in found.note


@pytest.mark.parametrize(
    ("key", "value"),
    [("memory", "huge"), ("device", "cuda:x"), ("device", "tpu"), ("notify", "on"), ("library", 3), ("nothing", 1)],
)
def test_a_setting_refuses_what_it_cannot_be(key: str, value: object) -> None:
    with pytest.raises(InputError):
        checked(key, value)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:0", "cuda:11", "mps"])
def test_a_device_is_a_name_of_torch(device: str) -> None:
    assert checked("device", device) == device


def test_words_of_the_command_line_become_values() -> None:
    assert (parse("notify", "off"), parse("offline", "True"), parse("memory", "low")) == (False, True, "low")
    with pytest.raises(InputError):
        parse("notify", "perhaps")


def test_a_command_may_be_told_otherwise() -> None:
    with overriding(memory="low", device=""):
        assert (current().memory, current().device) == ("low", "auto")
    assert current().memory == "auto"
    with pytest.raises(InputError), overriding(memory="huge"):
        pass


def test_the_file_lies_where_the_system_keeps_such_files() -> None:
    assert settings_file() == config_folder() / "settings.toml"
    assert set(KEYS) >= {"library", "device", "memory", "theme", "language", "autosave", "notify", "welcomed"}


@pytest.fixture
def portable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frozen copy with the marker beside it."""
    (tmp_path / "portable").touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "lacuna"))
    return tmp_path / PORTABLE


def test_a_portable_copy_keeps_everything_beside_it(portable: Path) -> None:
    assert settings_file() == portable / "settings.toml"
    assert library_folder() == portable / "library"
    assert data_folder() == portable
    change(library=storable(portable / "other"))
    assert tomllib.loads((portable / "settings.toml").read_text("utf-8"))["library"] == "other"
    assert library_folder() == portable / "other"


def test_the_marker_alone_makes_a_copy_portable(portable: Path) -> None:
    (portable.parent / "portable").unlink()
    assert config_folder() != portable


def test_a_library_that_is_set_is_the_usual_one(tmp_path: Path) -> None:
    change(library=str(tmp_path / "mine"))
    assert library_folder() == tmp_path / "mine"
    assert library_folder(str(tmp_path / "given")) == tmp_path / "given"
    change(library="")
    assert library_folder() == data_folder() / "library"


@pytest.mark.parametrize("name", ["Bücher", "مكتبة", "📚" * 20])
def test_folders_of_any_script_come_back_as_they_were(path: Path, name: str) -> None:
    change(path, library=os.fspath(path.parent / name))
    assert load(path).settings.library == os.fspath(path.parent / name)
