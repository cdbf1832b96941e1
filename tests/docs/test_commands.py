"""Every command of every document, run in the document's order; those in the table are checked instead."""

from __future__ import annotations

import ast
import builtins
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.checks import check
from tests.docs.documents import LANGUAGES, ROOT, Block, Command, all_commands, blocks, commands_of, documents, is_ours
from tests.docs.unrun import ROWS, Reason, row_of
from tests.docs.world import ALL, Shelf, World, hurried

WITH_COMMANDS = [document for document in documents() if commands_of(document)]
EVERY_BLOCK = [block for document in documents() for block in blocks(document)]


def place_of(block: Block) -> str:
    """Where a block stands."""
    return f"{block.document}:{block.line}"


def is_complete(source: str) -> bool:
    """Whether a block is a script of its own: no file of ours, no name from elsewhere, and no imports but of `core`."""
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    known = {*dir(builtins), *_imported(source), *(n.id for n in names if isinstance(n.ctx, ast.Store))}
    ours = all(module.split(".")[0] in {"core", *sys.stdlib_module_names} for module in _modules(source))
    return ours and not source.startswith("# ") and {n.id for n in names} <= known


def _modules(source: str) -> list[str]:
    nodes = list(ast.walk(ast.parse(source)))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]


def _imported(source: str) -> list[str]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return [alias.asname or alias.name.split(".")[0] for node in nodes for alias in node.names]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """One for all documents; meanwhile jobs are small, unless all is asked for."""
    found = Shelf(tmp_path_factory.mktemp("shelf"))
    if ALL:
        yield found
        return
    with hurried():
        yield found


@pytest.mark.timeout(3600 if ALL else 300)
@pytest.mark.parametrize("document", WITH_COMMANDS)
def test_the_commands_of_a_document_do_what_it_says(document: str, shelf: Shelf, tmp_path: Path) -> None:
    world, before = World(tmp_path, shelf), set(ROOT.iterdir())
    for command in commands_of(document):
        follow(world, command)
    assert [path for path in set(ROOT.iterdir()) - before if is_ours(path.relative_to(ROOT))] == []


def follow(world: World, command: Command) -> None:
    """Run a command, or what stands for it; check what is not run as it stands.

    Make would make an environment in the reader's world; `.ci/run` runs its targets for real.
    """
    row = row_of(command.text)
    if row is None or (ALL and row.reason is Reason.SLOW and not command.text.startswith("make ")):
        status = world.run(command.text)
        assert status == command.status, f"{command.place}: status {status} of: {command.text}"
        return
    check(command)
    if row.instead:
        assert world.run(row.instead) == 0, f"{command.place}: {row.instead}"


@pytest.mark.parametrize(
    "text",
    [
        "python main.py erase Pipwick --nonsense",
        "python -m tests.benchmarks.walk",
        "python -m tests.benchmarks.library_10k --nonsense",
        "python tests/benchmarks/walk.py",
        "make nonsense",
        "docs/formats.md --nonsense",
    ],
)
def test_what_could_not_run_is_found(text: str) -> None:
    with pytest.raises((AssertionError, SystemExit, subprocess.CalledProcessError)):
        check(Command("README.md", 1, text))


def test_the_table_holds_what_documents_show_and_no_more() -> None:
    used = {row_of(command.text) for command in all_commands()}
    assert [row.pattern for row in ROWS if row not in used] == []


@pytest.mark.parametrize("block", EVERY_BLOCK, ids=place_of)
def test_a_block_says_what_it_is_and_is_that(block: Block) -> None:
    assert block.language in LANGUAGES, f"{place_of(block)}: write ```sh, ```text or another language"
    read = {"json": json.loads, "toml": tomllib.loads, "python": ast.parse}.get(block.language)
    if read:
        read(block.text)


@pytest.mark.parametrize("block", [b for b in EVERY_BLOCK if b.language == "python"], ids=place_of)
def test_a_script_finds_what_it_imports_and_runs_where_it_needs_nothing_of_its_reader(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = ast.parse(block.text)
    if not is_complete(block.text):
        tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    if not block.text.startswith("# "):  # a file of the worked example, which has a test of its own
        monkeypatch.chdir(tmp_path)
        exec(compile(tree, place_of(block), "exec"), {"__name__": "__main__"})
