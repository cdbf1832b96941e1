"""What documents say of the code is there: `file.py:name`, paths, and modules that are run."""

from __future__ import annotations

import ast
import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, documents

DOCUMENTS = [document for document in documents() if document != "CHANGELOG.md"]
"""What was true of an older version is no mistake in the changelog."""

_CODE = re.compile(r"`([^`\n]+)`")
_NAMED = re.compile(r"([\w./-]+\.py):([A-Za-z_]\w*)")
_MODULE = re.compile(r"python -m ((?:core|gui|tests|docs)[\w.]*)")
_OPEN = set("<>*…{ ?")
"""A path with one of these stands for many."""


@cache
def prose(document: str) -> str:
    """A document without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", (ROOT / document).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


@cache
def names(path: Path) -> frozenset[str]:
    """What a module defines, at any depth: functions, classes, methods, constants and fields."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(defined | stored)


def wrong_with(reference: str) -> str:
    """What is wrong with a piece of code in a sentence; empty where it names nothing of ours, or what is there."""
    if found := _NAMED.fullmatch(reference):
        path = ROOT / found[1]
        return "" if path.is_file() and found[2] in names(path) else f"{reference}: no such name"
    if found := _MODULE.match(reference):
        return "" if importlib.util.find_spec(found[1]) else f"{reference}: no such module"
    first = reference.partition("/")[0]
    if "/" in reference and first in _folders() and not _OPEN & set(reference):
        return "" if (ROOT / reference).exists() else f"{reference}: no such file"
    return ""


@cache
def _folders() -> frozenset[str]:
    """The folders of the repository that a path in a document may begin with."""
    kept = {"core", "gui", "tests", "docs", "packaging", "resources", "typings", ".github", ".ci"}
    return frozenset(path.name for path in ROOT.iterdir() if path.name in kept)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document: str) -> None:
    assert [wrong for code in _CODE.findall(prose(document)) if (wrong := wrong_with(code))] == []


def test_a_wrong_name_a_wrong_file_and_a_wrong_module_are_found() -> None:
    assert wrong_with("core/jobs/runner.py:run") == ""
    assert "no such name" in wrong_with("core/jobs/runner.py:walk")
    assert "no such name" in wrong_with("core/jobs/walker.py:run")
    assert "no such file" in wrong_with("core/jobs/walker.py")
    assert "no such module" in wrong_with("python -m tests.benchmarks.walk --out x")
