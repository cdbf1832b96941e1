"""The house rules that a linter does not know: short functions, short files, every argument and result typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("core", "gui", "packaging")
FILES = sorted([ROOT / "main.py", *(path for part in PARTS for path in (ROOT / part).rglob("*.py"))])
"""What ships, and what ships it."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones as well."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Lines from `def` to the last line of the body."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def untyped(function: Function) -> list[str]:
    """The arguments without an annotation, and `return` if the result has none."""
    given = function.args
    listed = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    bare = [a.arg for a in listed if a is not None and a.annotation is None and a.arg not in ("self", "cls")]
    return bare if function.returns is not None else [*bare, "return"]


def name_of(path: Path) -> str:
    """The path as a person would write it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_is_short_and_typed_and_its_functions_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
    for function in functions(path):
        assert length(function) <= 60, f"{function.name} has {length(function)} lines"
        assert not untyped(function), f"{function.name} leaves {untyped(function)} untyped"


def test_most_functions_are_a_few_lines() -> None:
    lengths = [length(function) for path in FILES for function in functions(path)]
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 25


def test_the_entry_is_a_page_of_no_more_than_thirty_lines() -> None:
    assert len((ROOT / "main.py").read_text("utf-8").splitlines()) <= 30
