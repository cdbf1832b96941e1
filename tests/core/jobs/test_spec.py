"""Specs go through JSON unchanged, and what is not a spec is refused in words."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from core.errors import InputError
from core.jobs.spec import (
    KINDS,
    EraseSpec,
    GenerateSpec,
    IdentifySpec,
    JobSpec,
    JudgeSpec,
    ProbeSpec,
    ScoreSpec,
    ShootSpec,
    StackSpec,
    from_json,
    to_json,
)

SPECS: list[JobSpec] = [
    EraseSpec(concept="Pipwick"),
    EraseSpec(concept="Käthe “K”", synonyms=("Kate", "K."), settings={"learning_rate": 3e-4, "image_free": True}),
    GenerateSpec(prompt="a car\non the grass", strength=0.5, frames=12),
    GenerateSpec(prompt="", strength=None),
    ScoreSpec(entry="2026-11-24-pipwick-abcdef", full=True),
    IdentifySpec(("Pipwick", "car"), pictures=24),
    ProbeSpec("Pipwick", probes=("direct",), budget=10),
    StackSpec(("Pipwick", "car"), how="ties", strengths=(1.0, 0.5)),
    ShootSpec(("a hill", "a car"), seeds=(1, 2), entries=("Pipwick", "car"), strengths=(None, 0.5)),
    JudgeSpec(("a/before.webm", "b.png"), ("Pipwick", "car")),
]


@pytest.mark.parametrize("spec", SPECS, ids=repr)
def test_a_spec_returns_from_json_as_it_went(spec: JobSpec) -> None:
    line = to_json(spec)
    assert "\n" not in line
    assert from_json(line) == spec


def test_every_kind_of_job_is_covered() -> None:
    assert {type(spec) for spec in SPECS} == set(KINDS.values())


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="EraseSpec has no field colour"):
        from_json(json.dumps({"job": "erase", "concept": "Pipwick", "colour": "red"}))


@pytest.mark.parametrize("data", [{}, {"job": ""}, {"job": "delete", "concept": "Pipwick"}])
def test_an_unknown_job_is_refused_with_the_known_ones(data: dict[str, str]) -> None:
    with pytest.raises(InputError, match="erase, generate, score"):
        from_json(json.dumps(data))


def test_a_spec_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        SPECS[0].seed = 3  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"job": "erase", "concept": 5}, "concept"),
        ({"job": "erase", "concept": "car", "seed": True}, "seed"),
        ({"job": "erase", "concept": "car", "also": [1]}, "also"),
        ({"job": "erase", "concept": ["car"]}, "concept"),
        ({"job": "shoot", "prompts": "a car"}, "prompts"),
        ({"job": "shoot", "prompts": ["a car"], "strengths": ["much"]}, "strengths"),
    ],
)
def test_a_value_of_another_type_is_refused_by_its_name(data: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=f"cannot have this as {field}"):
        from_json(json.dumps(data))
