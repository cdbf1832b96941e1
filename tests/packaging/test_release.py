from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from release import take
from release_steps import STEPS, for_people

from core.models.offers import offers

ROOT = Path(__file__).resolve().parents[2]


def steps(taken: list[str], wrong: set[str]) -> dict[str, Callable[[], str]]:
    """Three steps that note when they are taken and fail while they are in `wrong`."""

    def step(name: str) -> Callable[[], str]:
        def do() -> str:
            taken.append(name)
            if name in wrong:
                raise AssertionError(f"{name} is wrong")
            return f"{name} seen"

        return do

    return {name: step(name) for name in ("one", "two", "three")}


def test_it_stops_at_the_first_fault_and_goes_on_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken: list[str] = []
    wrong = {"two"}
    found, state = steps(taken, wrong), tmp_path / "state.json"
    assert not take(found, state, "abc")
    assert "✗ two: two is wrong" in capsys.readouterr().out
    wrong.clear()
    assert take(found, state, "abc")
    assert taken == ["one", "two", "two", "three"]
    assert "✓ one: one seen (before)" in capsys.readouterr().out


def test_another_commit_starts_over(tmp_path: Path) -> None:
    taken: list[str] = []
    found, state = steps(taken, set()), tmp_path / "state.json"
    assert take(found, state, "abc")
    assert take(found, state, "abd")
    assert taken == ["one", "two", "three"] * 2


def test_a_step_to_start_at_is_taken_again_and_what_follows(tmp_path: Path) -> None:
    taken: list[str] = []
    found, state = steps(taken, set()), tmp_path / "state.json"
    assert take(found, state, "abc")
    taken.clear()
    assert take(found, state, "abc", "two")
    assert taken == ["two", "three"]
    taken.clear()
    assert take(found, state, "abc")
    assert not taken


def test_a_broken_state_is_as_none(tmp_path: Path) -> None:
    taken: list[str] = []
    state = tmp_path / "state.json"
    state.write_text("{")
    assert take(steps(taken, set()), state, "abc")
    assert taken == ["one", "two", "three"]


def test_the_list_names_every_step_and_what_is_left_for_a_person() -> None:
    command = (sys.executable, str(ROOT / "packaging" / "release.py"), "--list")
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(f"{name}: {step.__doc__}" in told for name, step in STEPS.items())
    assert "SHA256SUMS" in told.partition("Left for a person:")[2]


def test_models_without_hashes_are_named() -> None:
    loose = [offer.id for offer in offers() if not offer.pinned]
    told = "\n".join(for_people())
    assert all(name in told for name in loose)
    assert ("core.models.pin" in told) == bool(loose)


def test_every_target_and_script_that_a_step_or_a_person_runs_is_there() -> None:
    text = (ROOT / "packaging" / "release_steps.py").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {word for told in re.findall(r'_run\("make"((?:, "\w+")+)\)', text) for word in re.findall(r"\w+", told)}
    assert {"bundle", "prove", "deb", "archive"} == targets
    assert all(re.search(rf"^([a-z]+ )*{name}( [a-z]+)*:", makefile, re.MULTILINE) for name in targets)
    scripts = re.findall(r"packaging/(\S+\.(?:py|iss|md))", "\n".join(for_people()))
    assert scripts
    assert all((ROOT / "packaging" / name).is_file() for name in [*scripts, "cleanroom.py"])
