"""Many erasures with the same settings: one concept a line, each checked before any is queued; no torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import InputError, LacunaError
from core.files import storage_error
from core.i18n import number, tr
from core.jobs.spec import EraseSpec
from core.jobs.validate import validate
from core.jobs.vocabulary import words

MAX_LINES = 500
"""Erasures that are queued at once; each takes a minute or more."""
FILE_LIMIT = 1_000_000
"""Bytes; a larger list is refused unread."""


@dataclass(frozen=True)
class Line:
    """One concept of the list: its line number from 1, and either the job or what stands against it."""

    number: int
    text: str
    spec: EraseSpec | None = None
    error: str = ""


def checked_lines(texts: Iterable[str], pattern: EraseSpec) -> list[Line]:
    """A Line for each line that names something, in order; the job is `pattern` for that concept.

    What belongs to one concept alone, such as synonyms, the anchor, the prompt and pictures, is not taken over from
    the pattern; its kind is that of names on no list. Blank lines and those behind # are passed over. InputError for
    more than MAX_LINES.
    """
    seen: dict[str, int] = {}
    lines = []
    for at, text in enumerate(texts, start=1):
        name = " ".join(text.split())
        if name and not name.startswith("#"):
            lines.append(_checked(at, name, pattern, seen))
    if len(lines) > MAX_LINES:
        what = tr("The list names {count} concepts.", count=number(len(lines)))
        raise InputError(what, fix=tr("Use {most} at most.", most=number(MAX_LINES)))
    return lines


def _checked(at: int, name: str, pattern: EraseSpec, seen: dict[str, int]) -> Line:
    alone = replace(pattern, concept=name, synonyms=(), anchor="", prompt="", images="", also=(), start="")
    try:
        listed = words(pattern.family).find(name) is not None
        spec = validate(replace(alone, kind="" if listed else pattern.kind))
    except LacunaError as error:
        return Line(at, name, error=str(error))
    assert isinstance(spec, EraseSpec)
    first = seen.setdefault(spec.concept, at)
    if first != at:
        return Line(at, name, error=tr("“{name}” is in line {line} already.", name=spec.concept, line=first))
    return Line(at, name, spec)


def read_lines(path: Path) -> list[str]:
    """The lines of a person's text file; InputError where it is none."""
    if not path.is_file():
        fix = tr("Choose a text file with a concept a line.")
        raise InputError(tr("There is no file “{path}”.", path=path), fix=fix)
    try:
        data = path.read_bytes() if path.stat().st_size <= FILE_LIMIT else b"\0"
    except OSError as error:
        raise storage_error(path, error) from error
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        fix = tr("Choose a short text file in UTF-8 with a concept a line.")
        raise InputError(tr("“{name}” is not a list of concepts.", name=path.name), fix=fix)
    return text.splitlines()
