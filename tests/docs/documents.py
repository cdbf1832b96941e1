"""The documents of the repository as a reader meets them: their fenced blocks, and the commands in those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHELLS = ("sh", "bash", "console", "shell")
LANGUAGES = (*SHELLS, "text", "python", "json", "toml", "mermaid", "diff", "powershell", "bat", "markdown")
"""What a fence may say of its block; one that says nothing leaves open whether it is to be typed."""

_NOT_OURS = {"build", "dist", "runs", "node_modules", "lacuna-data"}
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)(?P<rest>.*)$")
_HEREDOC = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?")
_COMMENT = re.compile(r"(?:^|\s+)#(?=\s|$).*$")
_STATUS = re.compile(r"#.*\bexit status (\d+)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a document; `line` is that of its fence, from 1."""

    document: str
    line: int
    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command as one pastes it, without its comment, and the exit status that the document promises."""

    document: str
    line: int
    text: str
    status: int = 0

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.document}:{self.line}"


@cache
def documents() -> tuple[str, ...]:
    """Every Markdown file of the repository, by its path from the root."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    return tuple(sorted(path.as_posix() for path in found if is_ours(path)))


def is_ours(path: Path) -> bool:
    """Whether a path, from the root, is of the repository and not of what commands and tools leave in it."""
    return not any(part in _NOT_OURS or (part.startswith(".") and part != ".github") for part in path.parts)


@cache
def blocks(document: str) -> tuple[Block, ...]:
    """The fenced blocks of a document; AssertionError where the last is not closed."""
    return tuple(_blocks(document, (ROOT / document).read_text("utf-8").splitlines()))


def _blocks(document: str, lines: list[str]) -> Iterator[Block]:
    opened: re.Match[str] | None = None
    start, inside = 0, list[str]()
    for number, line in enumerate(lines, 1):
        found = _FENCE.match(line)
        if opened is None and found:
            opened, start, inside = found, number, []
        elif opened is not None and line.strip() == "```":
            yield Block(document, start, opened["language"], "".join(f"{text}\n" for text in inside))
            opened = None
        elif opened is not None:
            inside.append(line.removeprefix(opened["indent"]))
    assert opened is None, f"{document}:{start}: the block is not closed"


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block: a line each, with the lines that a backslash or a here-document adds."""
    pending, first, end = "", 0, ""
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        first = first if pending else number
        pending = f"{pending}\n{line}" if end else pending + line
        if end and line.strip() != end:
            continue
        opens = None if end else _HEREDOC.search(line)
        end = opens[1] if opens else ""
        if end:
            continue
        if pending.endswith("\\"):
            pending = pending[:-1]
            continue
        if text := without_comment(pending):
            yield Command(block.document, first, text, _status(pending))
        pending = ""
    assert not pending, f"{block.document}:{first}: the command is not finished"


def _status(line: str) -> int:
    found = _STATUS.search(line)
    return int(found[1]) if found else 0


def without_comment(line: str) -> str:
    """The command before its comment, with single spaces where it was continued; quotes may hold a `#`."""
    for found in _COMMENT.finditer(line):
        before = line[: found.start()]
        if before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
            line = before
            break
    return line.strip() if "\n" in line else re.sub(r" {2,}(?=\S)", " ", line.strip())


def commands_of(document: str) -> list[Command]:
    """Every command of a document, in its order."""
    return [command for block in blocks(document) if block.language in SHELLS for command in commands(block)]


def all_commands() -> list[Command]:
    """Every command of every document."""
    return [command for document in documents() for command in commands_of(document)]
