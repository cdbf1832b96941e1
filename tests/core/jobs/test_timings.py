"""Times of large models: none before the first erasure, then the last one's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.folders import data_folder
from core.jobs import timings
from core.jobs.spec import EraseSpec

SPEC = EraseSpec("cat", family="my-sd1")
SECONDS = {"Open the model": 3.0, "Erase": 60.5}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timings, "data_folder", lambda: tmp_path)


def test_what_was_measured_is_known_for_the_same_kind_of_erasure_alone() -> None:
    assert timings.recall(SPEC) == {}
    timings.remember(SPEC, SECONDS)
    assert timings.recall(SPEC) == SECONDS
    assert list(timings.recall(SPEC)) == list(SECONDS)
    assert timings.recall(replace(SPEC, concept="dog", seed=4)) == SECONDS
    for other in ({"family": "my-sd2"}, {"preset": "instant"}, {"quick": False}, {"also": ("dog",)}):
        assert timings.recall(replace(SPEC, **other)) == {}


def test_the_last_time_counts() -> None:
    timings.remember(SPEC, SECONDS)
    timings.remember(SPEC, {"Erase": 1.0})
    assert timings.recall(SPEC) == {"Erase": 1.0}


@pytest.mark.parametrize("content", ["", "[]", '{"schema": 1}', '{"schema": 1, "erasures": {"a": {"b": "c"}}}', "\0"])
def test_a_broken_file_is_as_good_as_none_and_is_written_anew(content: str) -> None:
    timings.path().write_text(content)
    assert timings.recall(SPEC) == {}
    timings.remember(SPEC, SECONDS)
    assert timings.recall(SPEC) == SECONDS


def test_they_lie_with_the_persons_own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert timings.path().parent == data_folder()
