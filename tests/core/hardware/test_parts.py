"""What Lacuna is made of: every package it asks for is told with its licence, and a bundle's list is read back."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from core.errors import FailureKind, LacunaError
from core.hardware.parts import KINDS, Part, parts, read_list
from core.hardware.software import dependencies, packages, plain_name

ROOT = Path(__file__).parents[3]


def by_name() -> dict[str, Part]:
    return {plain_name(part.name): part for part in parts()}


def test_every_dependency_of_the_project_has_a_licence_and_a_text() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [plain_name(re.split(r"[=<>]", text)[0]) for text in project["dependencies"]]
    assert dependencies() == tuple(wanted)
    found = by_name()
    for name in wanted:
        assert found[name].licence, name
        assert len(found[name].whole_text()) > 500, name


def test_what_dependencies_need_is_there_and_what_tests_need_is_not() -> None:
    assert {"urllib3", "tokenizers", "shiboken6", "pyside6-addons"} <= set(packages())
    assert not {"pytest", "ruff", "pyright", "bitsandbytes"} & set(packages())


def test_every_part_has_all_of_its_texts() -> None:
    assert [part.name for part in parts()] == sorted((part.name for part in parts()), key=str.casefold)
    for part in parts():
        assert part.kind in KINDS
        assert part.texts, part.name
        assert all(text.read().strip() for text in part.texts), part.name


def test_lacuna_itself_python_and_the_merges_of_clip_are_parts() -> None:
    found = {part.name: part for part in parts()}
    assert "Lacuna contributors" in found["Lacuna"].whole_text()
    assert "OpenAI" in found["CLIP: byte-pair merges"].whole_text()
    assert "PYTHON SOFTWARE FOUNDATION" in found["CPython"].whole_text()


def test_the_copy_of_the_licence_among_the_resources_is_the_licence() -> None:
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "resources/licences/Lacuna.txt").read_bytes()


def test_qt_is_told_with_both_texts_that_its_licence_needs() -> None:
    qt = by_name()["pyside6-essentials"]
    assert "LGPL-3.0-only" in qt.licence
    assert [text.title for text in qt.texts] == ["LGPL-3.0.txt", "GPL-3.0.txt"]
    assert qt.whole_text().index("LGPL-3.0.txt") < qt.whole_text().index("GNU GENERAL PUBLIC LICENSE")


TEXTLESS = {"name": "a", "version": "1", "licence": "MIT", "kind": "python", "home": "", "texts": [["COPYING", "gone"]]}


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"parts": [{}], "texts": {}}', '{"schema": 1}', json.dumps({"parts": [TEXTLESS], "texts": {}})],
)
def test_a_broken_list_is_told_of(text: str, tmp_path: Path) -> None:
    (tmp_path / "licences.json").write_text(text)
    with pytest.raises(LacunaError, match="cannot be read") as told:
        read_list(tmp_path / "licences.json")
    assert told.value.kind == FailureKind.DAMAGED


def test_words_are_found_in_name_version_licence_and_kind() -> None:
    pillow = by_name()["pillow"]
    assert pillow.holds(("pillow", "mit-cmu", "python"))
    assert not pillow.holds(("pillow", "gpl"))
