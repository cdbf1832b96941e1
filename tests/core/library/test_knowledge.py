"""Knowledge beside the entries: kept whole, read whatever its state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.library.knowledge import keep_knowledge, knowledge_file, read_knowledge

BASE = "ab" * 32


def known(name: str = "Pipwick", **changes: Any) -> dict[str, Any]:
    """A finding as a scan keeps it."""
    rate = {"value": 0.9, "n": 12, "low": 0.6, "high": 0.98}
    usual = {"name": name, "kind": "character", "rate": rate, "chance": 0.06, "verdict": "known", "seen_as": name}
    return {**usual, "seed": 0, **changes}


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    keep_knowledge(tmp_path, "starter", BASE, [known(), known("car")])
    assert read_knowledge(tmp_path, "starter") == {"Pipwick": known(), "car": known("car")}
    assert read_knowledge(tmp_path, "other") == {}


def test_new_findings_replace_those_about_the_same_concept_only(tmp_path: Path) -> None:
    keep_knowledge(tmp_path, "starter", BASE, [known(), known("car")])
    keep_knowledge(tmp_path, "starter", BASE, [known("car", verdict="unsure", seed=3)])
    found = read_knowledge(tmp_path, "starter")
    assert (found["Pipwick"]["verdict"], found["car"]["verdict"], found["car"]["seed"]) == ("known", "unsure", 3)


def test_another_encoder_is_another_matter(tmp_path: Path) -> None:
    keep_knowledge(tmp_path, "starter", BASE, [known()])
    assert read_knowledge(tmp_path, "starter", "cd" * 32) == {}
    keep_knowledge(tmp_path, "starter", "cd" * 32, [known("car")])
    assert set(read_knowledge(tmp_path, "starter")) == {"car"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 0}', '{"schema": 1, "concepts": 3}', "\0\xff"])
def test_a_damaged_file_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    path = knowledge_file(tmp_path, "starter")
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    assert read_knowledge(tmp_path, "starter") == {}
    keep_knowledge(tmp_path, "starter", BASE, [known()])
    assert set(read_knowledge(tmp_path, "starter")) == {"Pipwick"}


@pytest.mark.parametrize(
    "broken", [None, 3, {}, known(rate=None), known(chance="x"), {**known(), "name": ["x"]}, known(seed=True)]
)
def test_a_damaged_finding_is_left_out(broken: object, tmp_path: Path) -> None:
    path = keep_knowledge(tmp_path, "starter", BASE, [known()])
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**data, "concepts": [broken, known("car")]}), "utf-8")
    assert set(read_knowledge(tmp_path, "starter")) == {"car"}
