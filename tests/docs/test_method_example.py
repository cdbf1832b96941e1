"""The worked example of docs/developing/add-a-method.md, carried out in a copy of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, Block, blocks, commands_of
from tests.docs.world import ALL

PAGE = "docs/developing/add-a-method.md"
CHANGED = ("core", "tests")
LINKED = ("gui", "typings", "pyproject.toml")


def copied(folder: Path) -> Path:
    """A checkout in which the page's files can be changed; what it leaves alone is linked."""
    for name in CHANGED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    (folder / "resources").mkdir()
    for path in (ROOT / "resources").iterdir():
        if path.name not in {"presets.toml", "translations"}:
            (folder / "resources" / path.name).symlink_to(path)
    for name in ("main.py", "resources/presets.toml"):  # a link to main.py would find the original's packages
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "resources/translations", folder / "resources/translations")
    return folder


def follow(block: Block, folder: Path) -> None:
    """Do what a block says: write the file that its first line names, or change the one that its diff names."""
    if block.language == "python":
        path = folder / block.text.splitlines()[0].removeprefix("# ")
        assert not path.exists(), path
        path.write_text(block.text.partition("\n")[2], "utf-8")
    elif block.language == "diff":
        change(block, folder)


def change(block: Block, folder: Path) -> None:
    """Apply a diff whose hunks have no line numbers; AssertionError where a place is not found, or found twice."""
    _, name, *lines = block.text.splitlines()
    path = folder / name.removeprefix("+++ b/")
    text = path.read_text("utf-8")
    for hunk in "\n".join(lines).split("@@\n")[1:]:
        told = hunk.rstrip("\n").split("\n")
        old = "".join(f"{line[1:]}\n" for line in told if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in told if not line.startswith("-"))
        assert text.count(old) == 1, f"{block.document}:{block.line}: {path.name} has {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with everything that the page says in it."""
    folder = copied(tmp_path_factory.mktemp("checkout"))
    for block in blocks(PAGE):
        follow(block, folder)
    return folder


def run(checkout: Path, *arguments: str) -> None:
    """Run Python in the copy; fails with what it said where it fails."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=checkout, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(900)
def test_the_page_passes_its_own_tests_and_its_method_erases_where_all_is_asked_for(checkout: Path) -> None:
    tested = next(command.text for command in commands_of(PAGE) if command.text.startswith("make test"))
    paths = tested.split('"')[1].split()
    chosen = () if ALL else ("-k", "echo or preset or fragment")
    run(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths, *chosen)
    if ALL:
        run(checkout, "main.py", "erase", "Pipwick", "--preset", "echo", "--library", "erased")
