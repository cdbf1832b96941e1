"""What people who join the project meet: hooks that need no network, forms that are whole, attributes of files."""

from __future__ import annotations

import shlex
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.documents import ROOT

FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def hooks() -> list[dict[str, Any]]:
    """Every hook of every repository that pre-commit is told of."""
    return [
        {**hook, "repo": repo["repo"]}
        for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
        for hook in repo["hooks"]
    ]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_a_hook_runs_a_program_of_the_project_s_environment(hook: dict[str, Any]) -> None:
    program, *words = shlex.split(hook["entry"])
    assert (hook["repo"], hook["language"]) == ("local", "system")
    assert Path(program).parts[:2] == (".venv", "bin")
    assert (Path(sys.executable).parent / Path(program).name).exists()
    assert all((ROOT / word).exists() for word in words if word.startswith("tests/"))


@pytest.mark.parametrize("path", [path for path in FORMS if path.name != "config.yml"], ids=lambda path: path.stem)
def test_a_form_has_what_it_needs_to_be_shown(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    asked = [item for item in form["body"] if item["type"] != "markdown"]
    assert form["name"]
    assert form["description"]
    assert {item["type"] for item in form["body"]} <= KINDS
    assert len({item["id"] for item in asked}) == len({item["attributes"]["label"] for item in asked}) == len(asked)
    assert any(item.get("validations", {}).get("required") for item in asked)


def test_git_is_told_of_every_kind_of_file_that_is_no_text() -> None:
    lines = (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    told = [line.split()[0] for line in lines if line.split()[1:] == ["binary"]]
    files = [path for folder in ("docs", "resources", "tests") for path in (ROOT / folder).rglob("*") if path.is_file()]
    binary = {path for path in files if "__pycache__" not in path.parts and b"\0" in path.read_bytes()[:8000]}
    assert [path.name for path in binary if not any(fnmatch(path.name, pattern) for pattern in told)] == []
