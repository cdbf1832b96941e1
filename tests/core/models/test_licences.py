"""Licences are accepted once, each model's for itself, and written down with the time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.models.licences import accept, accepted, require_accepted
from core.models.offers import offer


def test_a_licence_is_accepted_once_and_written_down(tmp_path: Path) -> None:
    sd15 = offer("sd15")
    assert not accepted(sd15, tmp_path)
    with pytest.raises(InputError, match=r"CreativeML OpenRAIL-M.*Read it at https://"):
        require_accepted(sd15, tmp_path)
    accept(sd15, tmp_path)
    accept(sd15, tmp_path)
    require_accepted(sd15, tmp_path)
    (entry,) = json.loads((tmp_path / "licences.json").read_text("utf-8"))["accepted"]
    assert (entry["id"], entry["licence"]) == ("sd15", "CreativeML OpenRAIL-M")
    assert datetime.fromisoformat(entry["time"]).tzinfo is not None


def test_each_model_and_each_licence_is_accepted_for_itself(tmp_path: Path) -> None:
    sd15 = offer("sd15")
    accept(sd15, tmp_path)
    assert not accepted(offer("animatediff-lightning-4"), tmp_path)
    assert not accepted(replace(sd15, licence=replace(sd15.licence, name="Another")), tmp_path)


def test_what_needs_no_acceptance_is_not_written_down(tmp_path: Path) -> None:
    judge = offer("clip-judge")
    require_accepted(judge, tmp_path)
    accept(judge, tmp_path)
    assert not (tmp_path / "licences.json").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"accepted": [{"id": "sd15"}]}', '{"accepted": 5}', "{}"])
def test_a_broken_list_is_said_and_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / "licences.json").write_text(text, "utf-8")
    with pytest.raises(LacunaError, match="accepted licences") as raised:
        accept(offer("sd15"), tmp_path)
    assert raised.value.kind is FailureKind.DAMAGED
    assert (tmp_path / "licences.json").read_text("utf-8") == text


def test_where_nothing_can_be_locked_it_is_a_failure_in_words(tmp_path: Path) -> None:
    (tmp_path / "licences.lock").mkdir(parents=True)
    with pytest.raises(LacunaError) as caught:
        accept(offer("sd15"), tmp_path)
    assert caught.value.kind is FailureKind.STORAGE
