"""What a record says of steps and figures, good ones and bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from proof import Broken, Record, markdown, write


def fails() -> str:
    raise AssertionError("it | broke\nthere")


@pytest.fixture
def record() -> Record:
    made = Record("1.2.3")
    made.step("The first", lambda: "seen")
    return made


def test_a_step_that_fails_ends_its_scene_and_no_other(record: Record) -> None:
    def scene() -> None:
        record.step("The second", fails)
        record.step("Never taken", lambda: "seen")

    assert record.passed
    record.scene(scene)
    record.scene(lambda: record.step("The third", lambda: "seen"))
    assert [check.name for check in record.checks] == ["The first", "The second", "The third"]
    assert not record.passed


def test_a_failed_step_is_told(record: Record) -> None:
    with pytest.raises(Broken):
        record.step("The second", fails)
    assert "| The second | **no** | AssertionError: it / broke there |" in markdown(record)


def test_a_scene_that_breaks_off_by_itself_is_a_failure(record: Record) -> None:
    def scene() -> None:
        """The whole scene."""
        fails()

    record.scene(scene)
    assert record.checks[-1].name == "The whole scene."
    assert not record.passed


def test_nothing_tried_proves_nothing() -> None:
    assert not Record("1.2.3").passed


def test_figures_are_kept_with_load_and_target(record: Record, tmp_path: Path) -> None:
    record.measure("First paint", 0.876, "s", 1.0, "warm")
    record.measure("Size", 1200.0, "MB", 1000.0)
    write(record, tmp_path)
    kept = json.loads((tmp_path / "proof.json").read_text("utf-8"))
    assert [figure["value"] for figure in kept["figures"]] == [0.88, 1200.0]
    assert kept["figures"][0]["load"] >= 0
    table = (tmp_path / "proof.md").read_text("utf-8")
    assert "| First paint | 0.88 s | ≤ 1, met |" in table
    assert "| Size | 1200 MB | ≤ 1000, **missed** |" in table
    assert record.passed
