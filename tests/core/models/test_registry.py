"""The list of models is believed in nothing: what is broken in it is told, and never met with later."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import FailureKind, LacunaError
from core.models.component import Component, Role, Source
from core.models.registry import Registry, models_folder
from core.settings import change

Entry = dict[str, Any]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(tmp_path)
    judge = tmp_path / "judge.safetensors"
    made.add(Component("clip", "CLIP", Role.JUDGE, "", {"judge": Source(judge)}, files={str(judge): (1, 2)}))
    return made


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: entry.update(id=5),
        lambda entry: entry.update(title=None),
        lambda entry: entry.update(family="sd9"),
        lambda entry: entry.update(family="../sd1"),
        lambda entry: entry.update(role="base"),
        lambda entry: entry.update(role="else"),
        lambda entry: entry.update(sources={}),
        lambda entry: entry.update(sources={"judge": {"path": "a\0b"}}),
        lambda entry: entry.update(files={"a\0b": [1, 2]}),
        lambda entry: entry.update(settings=[]),
        lambda entry: entry.pop("title"),
    ],
)
def test_an_entry_that_is_broken_is_told_of(registry: Registry, damage: Callable[[Entry], object]) -> None:
    data = json.loads(registry.path.read_text("utf-8"))
    damage(data["components"][0])
    registry.path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(LacunaError, match="The list of models") as caught:
        registry.components()
    assert caught.value.kind is FailureKind.DAMAGED


def test_a_folder_in_a_home_that_nobody_has_is_one_like_any_other() -> None:
    change(models="~nobody-at-all/models")
    try:
        assert models_folder().parts[-2:] == ("~nobody-at-all", "models")
    finally:
        change(models="")
