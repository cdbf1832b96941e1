"""Finds what a person reads in the sources: the sentences that are translated, and those that forgot to be."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENGLISH_ONLY = (
    "core/cli/",
    "core/starter/",
    "core/evaluation/cpdm.py",
)
"""The command line is documented in English; training and benchmarks are no part of the window."""

DATA = {
    "core/jobs/reporting.py": "names of stages",
    "core/jobs/titles.py": "titles of presets and families",
    "core/jobs/validate.py": "titles of presets",
    "gui/state/words.py": "titles of hosts",
    "gui/pages/erase.py": "titles of presets",
    "gui/pages/erase_commands.py": "titles of presets",
    "gui/pages/models.py": "titles of families",
    "gui/state/model_row.py": "titles of families and hosts",
    "gui/state/models_read.py": "titles of families, summaries of models",
    "gui/widgets/licence_dialog.py": "what licences ask",
    "gui/widgets/model_details.py": "what licences ask",
    "gui/widgets/model_picker.py": "titles of families",
    "gui/widgets/erase_summary.py": "titles of presets and families",
}
"""Files that translate what they get from data, and what that is; `data_texts` holds it."""

SILENT = frozenset(
    {"append", "escape", "format", "get", "join", "replace", "startswith", "emit", "told", "ValueError", "Target"}
)
"""Calls that take translated words and others alike, such as keys, shortcuts and the names of programs."""


@dataclass(frozen=True)
class Told:
    """A piece of text in a source file."""

    text: str
    place: str


@cache
def sources() -> dict[str, ast.Module]:
    """Every source file of the program, by its path from the root."""
    paths = [path for part in ("core", "gui") for path in sorted((ROOT / part).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


@cache
def _calls(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    return [(_name(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _text(node: ast.expr | None) -> str:
    """The text of a literal, empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sentences() -> list[Told]:
    """Every literal that is handed to `tr`."""
    return [Told(_text(call.args[0]), place) for place, call in _translations() if _text(call.args[0])]


def computed() -> list[str]:
    """Where `tr` gets something else than a literal."""
    return [place for place, call in _translations() if not _text(call.args[0])]


def _translations() -> Iterator[tuple[str, ast.Call]]:
    for path, tree in sources().items():
        for name, call in _calls(tree):
            if name == "tr":
                yield f"{path}:{call.lineno}", call


def data_texts() -> set[str]:
    """What data files and stages say to a person."""
    presets = tomllib.loads((ROOT / "resources/presets.toml").read_text("utf-8"))["presets"]
    families = [tomllib.loads(path.read_text("utf-8")) for path in sorted((ROOT / "resources/families").glob("*.toml"))]
    hosts = [host for family in families for host in family["hosts"]]
    shown = {item[key] for item in (*presets, *families) for key in ("title", "summary")}
    offers = [tomllib.loads(path.read_text("utf-8")) for path in sorted((ROOT / "resources/catalogue").glob("*.toml"))]
    shown |= {text for offer in offers for text in (offer["summary"], offer["licence"]["summary"])}
    return shown | {host["title"] for host in hosts} | set(_stages())


def _stages() -> Iterator[str]:
    """The names of stages: the keys of WEIGHTS, and what `stage` is called with."""
    for path, tree in sources().items():
        if path.startswith("core/jobs/"):
            for node in ast.walk(tree):
                yield from filter(None, _stage_names(node))


def _stage_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
        if [ast.unparse(target) for target in node.targets] == ["WEIGHTS"]:
            yield from map(_text, node.value.keys)
    elif isinstance(node, ast.Call) and _name(node.func) == "stage" and node.args:
        yield _text(node.args[0])


def placeholders(text: str) -> list[str]:
    """The names in braces, sorted."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def untranslated(trees: Mapping[str, ast.Module] | None = None) -> list[Told]:
    """Bare words where the program elsewhere gives the same argument of the same call translated ones.

    `trees` are the sources to look at, all of the program's by default.
    """
    return [
        Told(text, f"{path}:{call.lineno}")
        for path, tree in (trees or sources()).items()
        if not path.startswith(ENGLISH_ONLY)
        for name, call in _calls(tree)
        for at, node in _arguments(call)
        if (name, at) in _speaking() or _is_notice(call, at)
        for text in filter(_is_prose, _words(node))
    ]


@cache
def _speaking() -> frozenset[tuple[str, int | str | None]]:
    """The calls, and their arguments, that take translated words somewhere in the program."""
    return frozenset(
        (name, at)
        for path, tree in sources().items()
        if not path.startswith(ENGLISH_ONLY)
        for name, call in _calls(tree)
        if name not in SILENT
        for at, node in _arguments(call)
        if _is_translated(node)
    )


def _arguments(call: ast.Call) -> Iterator[tuple[int | str | None, ast.expr]]:
    yield from enumerate(call.args)
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords)


def _is_translated(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) == "tr"


def _is_notice(call: ast.Call, at: int | str | None) -> bool:
    func = call.func
    return at in (0, 1) and isinstance(func, ast.Attribute) and func.attr == "emit" and _name(func.value) == "noticed"


def _words(node: ast.expr) -> Iterator[str]:
    """The literal texts of an expression, outside calls."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(map(_text, node.values))
    elif isinstance(node, ast.IfExp):
        yield from (*_words(node.body), *_words(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in _words(value))
    elif isinstance(node, ast.BinOp):
        yield from (*_words(node.left), *_words(node.right))
    else:
        yield _text(node)


def _is_prose(text: str) -> bool:
    """Whether there is a word to translate; a name of ours, a unit or a suffix is none."""
    return any(len(word) > 1 for word in "".join(c if c.isalpha() else " " for c in text).split()) and text not in NAMES


NAMES = frozenset({"Lacuna", "MB", "GB"})
